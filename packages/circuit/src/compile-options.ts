// Options of `compile`, checked before any work.

import type { CircuitRuntime } from './circuit.js';
import type { Precision } from './encode/layer-plan.js';
import { CircuitError } from './errors.js';
import { type CostTable, parseCostTable } from './noise/cost-table.js';
import { type SecurityLevel, securityLevels } from './noise/security.js';

/** Options of {@link compile}. */
export interface CompileOptions {
  /**
   * 'approximate' (default): tables are read at the resolution of the blind rotation, with noise. 'exact': each integer that
   * a sum can be has a box of its own, which noise leaves with probability `pError`; needs bounded accumulators of few bits.
   * What the last layer sums up carries noise in either.
   */
  readonly precision?: Precision;
  /**
   * Probability, per bootstrap, that noise carries an accumulator of a calibrated row out of its range (exact: out of its
   * box); default 2⁻⁴⁰, a choice for correctness: results depend on noise in any case, so they must not go back to the server.
   */
  readonly pError?: number;
  /** The same probability for all bootstraps of a sample together, in place of `pError`. */
  readonly globalPError?: number;
  /** Largest fraction of labels that noise may change, as expected from simulated calibration rows; default 0.005. */
  readonly maxLabelFlips?: number;
  /** Of regressors: largest deviation of the noise over that of the outputs; default 0.05, which costs R² about 0.0025. */
  readonly maxRelativeNoise?: number;
  /** Bits of what the tables take, of all hidden layers or of each; default the net's nAccumBits. Rounded accumulators only. */
  readonly tableBits?: number | readonly number[];
  /**
   * Bits of the weights behind the last tables, at most those they were trained with; default: the fewest from 4 on under which
   * the outputs keep to the limits above. Fewer bits multiply noise less. A net with one output has these weights in its tables.
   */
  readonly outputBits?: number;
  /** Bits of security, 132 (default) or 128. */
  readonly security?: SecurityLevel;
  /** What bootstraps cost on the machine that will evaluate, from `measureCosts` of `tacit`; default: times of another machine. */
  readonly costs?: CostTable;
  /** Seed of the simulation; default 0. */
  readonly seed?: number;
  /** Brings encrypted execution and files; the package `tacit` sets it. */
  readonly runtime?: CircuitRuntime;
}

/** Options with their defaults. */
export interface CheckedOptions {
  readonly precision: Precision;
  /** Of one bootstrap, given how many there are. */
  readonly pErrorLog2: (bootstraps: number) => number;
  readonly maxLabelFlips: number;
  readonly maxRelativeNoise: number;
  readonly seed: number;
}

/** @throws CircuitError `OPTION_INVALID`, `COSTS_INVALID` or `PRECISION_UNSUPPORTED`. */
export function checkOptions(options: CompileOptions): CheckedOptions {
  const { precision = 'approximate', pError, globalPError } = options;
  const { maxLabelFlips = 0.005, maxRelativeNoise = 0.05, seed = 0, outputBits = 8 } = options;
  if (precision !== 'approximate' && precision !== 'exact') {
    throw new CircuitError('PRECISION_UNSUPPORTED', `There is no precision '${String(precision)}'.`, {
      got: precision,
      expected: ['approximate', 'exact'],
    });
  }
  for (const [name, value] of Object.entries({ pError, globalPError })) {
    requireOption(name, value, value === undefined || (value > 0 && value < 1), 'between 0 and 1');
  }
  if (pError !== undefined && globalPError !== undefined) {
    throw new CircuitError('OPTION_INVALID', 'pError and globalPError are two ways to say one thing.', {
      got: { pError, globalPError },
      expected: 'one of them',
      hint: 'Leave one of them out.',
    });
  }
  requireOption('maxLabelFlips', maxLabelFlips, maxLabelFlips >= 0 && maxLabelFlips <= 1, 'in [0, 1]');
  requireOption('maxRelativeNoise', maxRelativeNoise, maxRelativeNoise >= 0, 'at least 0');
  const { security = 132, costs } = options;
  requireOption('security', security, securityLevels.includes(security), '132 or 128');
  if (costs !== undefined) parseCostTable(costs);
  const areBits = Number.isInteger(outputBits) && outputBits >= 2 && outputBits <= 8;
  requireOption('outputBits', outputBits, areBits, 'a whole number from 2 to 8');
  return {
    precision,
    maxLabelFlips,
    maxRelativeNoise,
    seed,
    pErrorLog2: (bootstraps) =>
      globalPError === undefined ? Math.log2(pError ?? 2 ** -40) : perBootstrapLog2(globalPError, bootstraps),
  };
}

/** (1 − p)^bootstraps = 1 − global. */
function perBootstrapLog2(global: number, bootstraps: number): number {
  return Math.log2(-Math.expm1(Math.log1p(-global) / Math.max(1, bootstraps)));
}

function requireOption(name: string, got: unknown, isRight: boolean, expected: string): void {
  if (isRight) return;
  throw new CircuitError('OPTION_INVALID', `${name} must be ${expected}, got ${String(got)}.`, {
    got,
    expected,
  });
}
