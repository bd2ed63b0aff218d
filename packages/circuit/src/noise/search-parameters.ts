// The cheapest parameter set under which what a table reads is quiet enough. An exhaustive search over shapes, small
// dimensions and decompositions, cut where no cheaper set can follow: some milliseconds.

import type { CryptoParameters } from '../spec/crypto-parameters.js';
import { type CostModel, operationCount } from './cost-model.js';
import type { Decomposition, GlweShape, NoiseModel } from './noise-model.js';
import { tailQuantile } from './normal.js';
import {
  type Choice,
  type DecomposedSpace,
  decompose,
  engineSpace,
  type SearchSpace,
  type ShapeChoices,
} from './search-space.js';
import { tfheRsNoise } from './tfhe-rs-noise.js';

/** What the set must be quiet enough for. */
export interface NoiseDemand {
  /** Largest variance with which a table may be read, turns²: ν² · bootstrap + key switch + modulus switch. */
  readonly variance: number;
  /** ν², the squared Euclidean norm of the integer weights between two bootstraps. */
  readonly squaredNorm: number;
}

/** How to search; all of it has defaults. */
export interface SearchOptions {
  /** Default: tfhe-rs's model on the 132-bit curve with the centered modulus switch, as the engine does it. */
  readonly noise?: NoiseModel;
  /** Default: counted operations. */
  readonly cost?: CostModel;
  /** Default: what the engine evaluates. */
  readonly space?: SearchSpace;
  /** Inputs that are summed before each bootstrap, counted as one operation a word each; default 0. */
  readonly summands?: number;
}

/** A set that was found. */
export interface FoundParameters {
  readonly parameters: CryptoParameters;
  /** In the cost model's unit. */
  readonly cost: number;
  /** Variance with which a table is read under it, turns². */
  readonly variance: number;
}

/**
 * Largest variance under which a table of `bits` bits and a padding bit reads a wrong box at most with probability
 * 2^`pErrorLog2`: half a box, 2^−(bits + 2) turns, is that quantile of the noise.
 */
export function boxVariance(bits: number, pErrorLog2: number): number {
  return (2 ** -(bits + 2) / tailQuantile(pErrorLog2)) ** 2;
}

/**
 * The cheapest set that meets the demand; of equally cheap ones the quietest.
 *
 * @returns null when no set of the space meets it.
 * @example searchParameters({ variance: boxVariance(4, -128), squaredNorm: 25 }); // n = 866, k = 1, N = 2048
 */
export function searchParameters(
  demand: NoiseDemand,
  { noise = tfheRsNoise(), cost = operationCount, space = engineSpace, summands = 0 }: SearchOptions = {},
): FoundParameters | null {
  const search: Search = { demand, noise, cost, space: decompose(noise, cost, space), summands, best: null };
  for (const shape of search.space.shapes) searchShape(search, shape);
  return search.best === null ? null : found(search.best, noise);
}

interface Search {
  readonly demand: NoiseDemand;
  readonly noise: NoiseModel;
  readonly cost: CostModel;
  readonly space: DecomposedSpace;
  readonly summands: number;
  best: Found | null;
}

interface Found {
  readonly shape: GlweShape;
  readonly lweDimension: number;
  readonly bootstrap: Decomposition;
  readonly keySwitch: Decomposition;
  readonly cost: number;
  readonly variance: number;
}

/** Small dimensions from the least on: cost rises with each, so the search of a shape ends where nothing can be cheaper. */
function searchShape(search: Search, shape: ShapeChoices): void {
  const { demand, noise, cost, space } = search;
  const { largeDimension } = shape;
  const sum = search.summands * largeDimension;
  for (const { lweDimension, choices } of space.keySwitches) {
    const rounding = noise.modulusSwitch(lweDimension, shape.polynomialSize);
    if (rounding > demand.variance) return;
    const least =
      lweDimension * shape.choices[0]!.cost + cost.keySwitch(largeDimension, lweDimension, 1) + sum;
    if (least > bestCost(search)) return;
    for (const bootstrap of shape.choices) {
      const partial = lweDimension * bootstrap.cost + sum;
      if (partial > bestCost(search)) break;
      const variance = demand.squaredNorm * lweDimension * bootstrap.variance + rounding;
      if (variance <= demand.variance)
        addKeySwitch(search, shape, lweDimension, bootstrap, choices, partial, variance);
    }
  }
}

/** Of the key switch's level counts the first that is quiet enough, since each costs more than the one before. */
function addKeySwitch(
  search: Search,
  shape: ShapeChoices,
  lweDimension: number,
  bootstrap: Choice,
  choices: readonly Choice[],
  partialCost: number,
  partialVariance: number,
): void {
  for (const keySwitch of choices) {
    const cost = partialCost + search.cost.keySwitch(shape.largeDimension, lweDimension, keySwitch.level);
    if (cost > bestCost(search)) return;
    const variance = partialVariance + shape.largeDimension * keySwitch.variance;
    if (variance > search.demand.variance) continue;
    if (cost < bestCost(search) || variance < search.best!.variance)
      search.best = { shape, lweDimension, bootstrap, keySwitch, cost, variance };
    return;
  }
}

function bestCost({ best }: Search): number {
  return best === null ? Number.POSITIVE_INFINITY : best.cost;
}

function found({ shape, lweDimension, bootstrap, keySwitch, cost, variance }: Found, noise: NoiseModel) {
  return { parameters: assemble(noise, shape, lweDimension, bootstrap, keySwitch), cost, variance };
}

/** A parameter set on the curve of `noise`. */
export function assemble(
  noise: NoiseModel,
  { glweDimension, polynomialSize }: GlweShape,
  lweDimension: number,
  bootstrap: Decomposition,
  keySwitch: Decomposition,
): CryptoParameters {
  return {
    lweDimension,
    glweDimension,
    polynomialSize,
    lweNoise: noise.secureNoise(lweDimension),
    glweNoise: noise.secureNoise(glweDimension * polynomialSize),
    pbsBaseLog: bootstrap.baseLog,
    pbsLevel: bootstrap.level,
    ksBaseLog: keySwitch.baseLog,
    ksLevel: keySwitch.level,
  };
}
