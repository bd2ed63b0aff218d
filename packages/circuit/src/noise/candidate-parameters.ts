// The parameter sets that a circuit is offered. How much noise a circuit bears shows only when it is simulated, so the
// search cannot be given one demand: it gives every set that is the cheapest for its noise in reading tables and in what
// tables emit, and the circuit takes the first, by cost, that it can bear.

import type { CryptoParameters } from '../spec/crypto-parameters.js';
import { type CostModel, operationCount } from './cost-model.js';
import type { NoiseModel } from './noise-model.js';
import { assemble } from './search-parameters.js';
import { type Choice, decompose, engineSpace, type ShapeChoices } from './search-space.js';
import { type SecurityLevel, securityLevels } from './security.js';
import { tfheRsNoise } from './tfhe-rs-noise.js';

/** A set on offer. */
export interface Candidate {
  readonly parameters: CryptoParameters;
  /** Of one key switch and bootstrap, in the cost model's unit. */
  readonly cost: number;
  /** Standard deviation that key switch and modulus switch add when a table is read, turns. */
  readonly readingNoise: number;
  /** Standard deviation of what a bootstrap emits, turns. */
  readonly bootstrapNoise: number;
}

/** How finely noises are told apart: steps an octave. */
const steps = { reading: 4, bootstrap: 2 } as const;
/** Noises that leave no table and no sum, in turns. */
const largest = { reading: 2 ** -4, bootstrap: 2 ** -3 } as const;

const models = new Map(securityLevels.map((level) => [level, tfheRsNoise(level)]));
const kept = new WeakMap<CostModel, Map<SecurityLevel, readonly Candidate[]>>();

/**
 * All sets of the engine's space that are worth a try, by rising cost: each has less noise of one kind than all that are
 * cheaper. Noises within a quarter of an octave (half of one, for bootstraps) count as equal.
 *
 * @param security - default 132; 128 is the least there is.
 */
export function candidateParameters(
  security: SecurityLevel = 132,
  cost: CostModel = operationCount,
): readonly Candidate[] {
  const ofCost = kept.get(cost) ?? new Map<SecurityLevel, readonly Candidate[]>();
  kept.set(cost, ofCost);
  const candidates =
    ofCost.get(security) ?? withoutDominated(cheapestOfEachNoise(models.get(security)!, cost));
  ofCost.set(security, candidates);
  return candidates;
}

/** The candidates that are no noisier than what is left when `cheaper` ones were tried and found too noisy. */
function withoutDominated(candidates: readonly Candidate[]): Candidate[] {
  const front: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => a.cost - b.cost)) {
    if (!front.some((cheaper) => isAsQuiet(cheaper, candidate))) front.push(candidate);
  }
  return front;
}

/** True when `a` is as quiet as `b` in both ways. */
function isAsQuiet(a: Candidate, b: Candidate): boolean {
  return a.readingNoise <= b.readingNoise && a.bootstrapNoise <= b.bootstrapNoise;
}

function cheapestOfEachNoise(noise: NoiseModel, cost: CostModel): Candidate[] {
  const cells = new Map<number, Cell>();
  const { shapes, keySwitches } = decompose(noise, cost, engineSpace);
  for (const shape of shapes) {
    for (const { lweDimension, choices } of keySwitches) {
      const rounding = noise.modulusSwitch(lweDimension, shape.polynomialSize);
      for (const keySwitch of choices) {
        const reading = Math.sqrt(rounding + shape.largeDimension * keySwitch.variance);
        if (reading > largest.reading) continue;
        const switching = cost.keySwitch(shape.largeDimension, lweDimension, keySwitch.level);
        for (const bootstrap of shape.choices) {
          const total = switching + lweDimension * bootstrap.cost;
          const emitted = Math.sqrt(lweDimension * bootstrap.variance);
          if (emitted > largest.bootstrap) continue;
          const key = cellOf(reading, emitted);
          const known = cells.get(key);
          if (known === undefined || total < known.cost)
            cells.set(key, { shape, lweDimension, bootstrap, keySwitch, cost: total, reading, emitted });
        }
      }
    }
  }
  return [...cells.values()].map((cell) => ({
    parameters: assemble(noise, cell.shape, cell.lweDimension, cell.bootstrap, cell.keySwitch),
    cost: cell.cost,
    readingNoise: cell.reading,
    bootstrapNoise: cell.emitted,
  }));
}

interface Cell {
  readonly shape: ShapeChoices;
  readonly lweDimension: number;
  readonly bootstrap: Choice;
  readonly keySwitch: Choice;
  readonly cost: number;
  readonly reading: number;
  readonly emitted: number;
}

function cellOf(reading: number, emitted: number): number {
  const octaves = (value: number, perOctave: number) => Math.floor(-Math.log2(value) * perOctave);
  return octaves(reading, steps.reading) * 1000 + octaves(emitted, steps.bootstrap);
}
