// Fitted net → circuit.

import { warn } from '@tacit/learn';
import type { Module } from '@tacit/nn';
import { SparseQuantNeuralNet } from '@tacit/nn';
import { Circuit, type CircuitRuntime, type Rows } from './circuit.js';
import { calibrate } from './encode/calibrate.js';
import { type Selection, selectParameters } from './encode/select-parameters.js';
import { CircuitError } from './errors.js';
import { edgeLevels, type IntegerGraph } from './graph/integer-graph.js';
import { lowerNet } from './graph/lower.js';
import { exactSpans, spanBits } from './graph/spans.js';
import { makeReport } from './report.js';
import { type ClassLabel, quantizeRows } from './spec/index.js';

/** What compiling needs of an estimator: a fitted classifier of `@tacit/learn` has it. */
export interface FittedClassifier {
  readonly initialized_?: boolean;
  readonly module_?: Module;
  readonly classes_?: readonly ClassLabel[];
}

/** Options of {@link compile}. */
export interface CompileOptions {
  /** 'approximate' (default): tables are read at the resolution of the blind rotation, with noise. */
  readonly precision?: 'approximate';
  /**
   * Probability, per bootstrap, that noise carries an accumulator of a calibrated row out of its range; default 2⁻⁴⁰, a
   * choice for correctness: results depend on noise in any case, so they must not go back to the server.
   */
  readonly pError?: number;
  /** Largest fraction of labels that noise may change, as expected from simulated calibration rows; default 0.005. */
  readonly maxLabelFlips?: number;
  /** Seed of that simulation; default 0. */
  readonly seed?: number;
  /** Brings encrypted execution and files; the package `tacit` sets it. */
  readonly runtime?: CircuitRuntime;
}

/** Rounding to more bits than a blind rotation resolves would be no rounding. */
const bitsOfRoundedTables = { low: 1, high: 12 };

/**
 * Compiles a fitted classifier around a `SparseQuantNeuralNet` to a TFHE circuit.
 *
 * @param X - [nSamples, nFeatures] raw calibration rows: the training rows, or some hundreds of them. Ranges of
 *   accumulators, hence scales and noise in accumulator steps, come from these.
 * @throws CircuitError `NOT_FITTED`, `UNSUPPORTED_NET`, `ACCUMULATOR_TOO_WIDE`, `ROUNDED_ACCUMULATOR_BITS`,
 *   `PRECISION_UNSUPPORTED`, `OPTION_INVALID`, `FEATURE_COUNT`, `INPUT_INVALID`.
 */
export async function compile(
  net: FittedClassifier,
  X: Rows,
  options: CompileOptions = {},
): Promise<Circuit> {
  const { pErrorLog2, maxLabelFlips, seed } = checkOptions(options);
  const { module, classes } = requireFitted(net);
  const graph = lowerNet(module);
  checkAccumulators(graph);
  const omega = module instanceof SparseQuantNeuralNet ? module.omega : null;
  if (omega !== null && omega < 4) {
    warn(
      'OMEGA_SMALL',
      `Each neuron may keep only ${omega} weights. Use 2 or 3 bits for nWBits and 2 for nABits.`,
    );
  }
  const { levels } = quantizeRows(graph.features, X);
  const calibration = calibrate(graph, levels, X.length);
  const selection = selectParameters(graph, calibration, levels, X.length, {
    pErrorLog2,
    maxLabelFlips,
    seed,
  });
  if (selection === null) throw noRoom(graph);
  if (!selection.isWithinLimit) warnOfFlips(selection, maxLabelFlips);
  const report = makeReport(graph, omega, calibration.hidden, selection, pErrorLog2);
  return new Circuit(
    selection.encoded.server,
    {
      format: 'tacit.client',
      version: 1,
      parameters: selection.parameters,
      inputs: { scaleLog2: selection.encoded.inputScaleLog2, features: graph.features },
      outputs: selection.encoded.outputs,
      task: { kind: 'classification', classes },
    },
    report,
    options.runtime ?? null,
  );
}

function checkOptions({
  precision = 'approximate',
  pError = 2 ** -40,
  maxLabelFlips = 0.005,
  seed = 0,
}: CompileOptions) {
  if (precision !== 'approximate') {
    throw new CircuitError('PRECISION_UNSUPPORTED', `precision '${String(precision)}' is not available.`, {
      got: precision,
      expected: 'approximate',
    });
  }
  if (!(pError > 0 && pError < 1)) {
    throw new CircuitError('OPTION_INVALID', `pError must lie between 0 and 1, got ${pError}.`, {
      got: pError,
    });
  }
  if (!(maxLabelFlips >= 0 && maxLabelFlips <= 1)) {
    throw new CircuitError('OPTION_INVALID', `maxLabelFlips must lie in [0, 1], got ${maxLabelFlips}.`, {
      got: maxLabelFlips,
    });
  }
  return { pErrorLog2: Math.log2(pError), maxLabelFlips, seed };
}

function requireFitted(net: FittedClassifier): { module: Module; classes: readonly ClassLabel[] } {
  if (net.initialized_ !== true || net.module_ === undefined || net.classes_ === undefined) {
    throw new CircuitError('NOT_FITTED', 'The net was not fitted yet.', {
      expected: 'a fitted NeuralNetClassifier',
      hint: 'Call await net.fit(X, y) before compile.',
    });
  }
  return { module: net.module_, classes: net.classes_ };
}

/** In bounded mode no integer sum may need more bits than allowed, whatever the input. */
function checkAccumulators(graph: IntegerGraph): void {
  if (graph.accumulators === 'rounded') {
    checkRoundedBits(graph);
    return;
  }
  const levels = edgeLevels(graph);
  for (const { name, rows, term } of [...graph.hidden, graph.output]) {
    const spans = exactSpans(term, rows, levels[term.edge]!);
    for (let row = 0; row < rows; row++) {
      const bits = spanBits(spans.low[row]!, spans.high[row]!);
      if (bits <= graph.accumulatorBits) continue;
      throw new CircuitError(
        'ACCUMULATOR_TOO_WIDE',
        `Neuron ${row} of ${name} sums up to [${spans.low[row]}, ${spans.high[row]}]: ${bits} bits, ${graph.accumulatorBits} are allowed.`,
        {
          got: bits,
          expected: graph.accumulatorBits,
          hint: 'Train to the end of the pruning schedule, lower nWBits or nABits, or raise nAccumBits.',
        },
      );
    }
  }
}

function checkRoundedBits(graph: IntegerGraph): void {
  const { low, high } = bitsOfRoundedTables;
  if (graph.accumulatorBits >= low && graph.accumulatorBits <= high) return;
  throw new CircuitError(
    'ROUNDED_ACCUMULATOR_BITS',
    `nAccumBits is ${graph.accumulatorBits}; tables resolve ${low} to ${high}.`,
    {
      got: graph.accumulatorBits,
      expected: `${low} to ${high}`,
      hint: 'Set module__nAccumBits to 8, the default.',
    },
  );
}

function noRoom(graph: IntegerGraph): CircuitError {
  return new CircuitError(
    'ACCUMULATOR_TOO_WIDE',
    `No parameter set has room for accumulators as wide as those of this net (${graph.hidden.length + 1} layers).`,
    { hint: 'Use narrower layers, fewer weight bits, or a larger pError.' },
  );
}

function warnOfFlips({ labelFlips }: Selection, limit: number): void {
  warn(
    'LABEL_FLIPS',
    `Noise is expected to change ${(100 * labelFlips).toFixed(2)} % of the labels; no parameter set reaches the ${100 * limit} % ` +
      'asked for. Train longer, give activations more bits, or raise maxLabelFlips.',
  );
}
