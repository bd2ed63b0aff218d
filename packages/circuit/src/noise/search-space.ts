// Where a parameter search looks, and which decompositions there are worth looking at: of the bases of a level count only
// the quietest, and of the level counts only those that lower the noise.

import type { CostModel } from './cost-model.js';
import type { Decomposition, GlweShape, NoiseModel } from './noise-model.js';

/** Inclusive bounds of the search. */
export interface SearchSpace {
  /** k. */
  readonly glweDimensions: readonly [low: number, high: number];
  /** log2 N. */
  readonly polynomialSizesLog2: readonly [low: number, high: number];
  /** Most coefficients k·N of a GLWE key. */
  readonly largestDimension: number;
  /** n. */
  readonly lweDimensions: readonly [low: number, high: number];
  readonly bootstrap: DecompositionBounds;
  readonly keySwitch: DecompositionBounds;
}

/** Bounds of a decomposition. */
export interface DecompositionBounds {
  readonly levels: number;
  /** Most bits that all digits together have: levels · log2 base. */
  readonly bits: number;
}

/** Where tfhe-rs's published sets lie. */
export const tfheRsSpace: SearchSpace = {
  glweDimensions: [1, 8],
  polynomialSizesLog2: [8, 17],
  largestDimension: 2 ** 20,
  lweDimensions: [500, 1300],
  bootstrap: { levels: 8, bits: 53 },
  keySwitch: { levels: 24, bits: 40 },
};

/** What the engine evaluates. */
export const engineSpace: SearchSpace = {
  ...tfheRsSpace,
  polynomialSizesLog2: [8, 14],
  largestDimension: 2 ** 14,
  lweDimensions: [500, 1200],
  bootstrap: { levels: 8, bits: 50 },
};

/** A decomposition worth considering, with its variance per key bit. */
export interface Choice extends Decomposition {
  readonly variance: number;
}

/** A shape with the decompositions of its bootstrap, by rising level and cost. */
export interface ShapeChoices extends GlweShape {
  readonly largeDimension: number;
  readonly choices: readonly (Choice & { readonly cost: number })[];
}

/** A space with all decompositions that can be part of a best set. */
export interface DecomposedSpace {
  /** By rising cost of the first choice. */
  readonly shapes: readonly ShapeChoices[];
  /** By rising small dimension. */
  readonly keySwitches: readonly { readonly lweDimension: number; readonly choices: readonly Choice[] }[];
}

const decomposed = new WeakMap<NoiseModel, WeakMap<CostModel, WeakMap<SearchSpace, DecomposedSpace>>>();

/** The decompositions of a space; kept, since every search in it needs the same. */
export function decompose(noise: NoiseModel, cost: CostModel, space: SearchSpace): DecomposedSpace {
  const ofNoise = decomposed.get(noise) ?? new WeakMap();
  decomposed.set(noise, ofNoise);
  const ofCost: WeakMap<SearchSpace, DecomposedSpace> = ofNoise.get(cost) ?? new WeakMap();
  ofNoise.set(cost, ofCost);
  const result = ofCost.get(space) ?? {
    shapes: shapesOf(noise, cost, space),
    keySwitches: keySwitchesOf(noise, space),
  };
  ofCost.set(space, result);
  return result;
}

function shapesOf(noise: NoiseModel, cost: CostModel, space: SearchSpace): ShapeChoices[] {
  const shapes: ShapeChoices[] = [];
  for (let k = space.glweDimensions[0]; k <= space.glweDimensions[1]; k++) {
    for (let log = space.polynomialSizesLog2[0]; log <= space.polynomialSizesLog2[1]; log++) {
      const shape = { glweDimension: k, polynomialSize: 2 ** log };
      if (k * 2 ** log > space.largestDimension) continue;
      const choices = quietestBases(space.bootstrap, (item) => noise.blindRotation(shape, item));
      shapes.push({
        ...shape,
        largeDimension: k * 2 ** log,
        choices: choices.map((choice) => ({ ...choice, cost: cost.blindRotation(shape, choice.level) })),
      });
    }
  }
  return shapes.sort((a, b) => a.choices[0]!.cost - b.choices[0]!.cost);
}

function keySwitchesOf(noise: NoiseModel, space: SearchSpace): DecomposedSpace['keySwitches'] {
  const [low, high] = space.lweDimensions;
  return Array.from({ length: high - low + 1 }, (_, i) => ({
    lweDimension: low + i,
    choices: quietestBases(space.keySwitch, (item) => noise.keySwitch(low + i, item)),
  }));
}

/**
 * Per number of levels the base of least noise, as far as it is less than with fewer levels. Noise has one minimum over
 * the bases, and more levels never want a larger base, so each scan starts where the last one ended.
 */
function quietestBases(bounds: DecompositionBounds, noise: (item: Decomposition) => number): Choice[] {
  const choices: Choice[] = [];
  let largestBase = bounds.bits;
  let least = Number.POSITIVE_INFINITY;
  for (let level = 1; level <= bounds.levels; level++) {
    let best: Choice | null = null;
    for (let baseLog = Math.min(largestBase, Math.floor(bounds.bits / level)); baseLog >= 1; baseLog--) {
      const variance = noise({ baseLog, level });
      if (best !== null && variance > best.variance) break;
      best = { baseLog, level, variance };
    }
    if (best === null) break;
    largestBase = best.baseLog;
    if (best.variance >= least) continue;
    least = best.variance;
    choices.push(best);
  }
  return choices;
}
