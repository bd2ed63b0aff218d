// Two classes in a plane that no line separates: two half moons, and a circle within a circle. Options are scikit-learn's.

import { elementary, type Generator } from '@tacit/tensor';
import type { Classification } from './classification.js';
import {
  atLeastZero,
  checkOptions,
  count,
  type GeneratorOptions,
  makeGenerator,
  orNull,
  type Requirement,
  shuffleRows,
} from './options.js';

/** Options of {@link makeMoons}. */
export interface MoonsOptions extends GeneratorOptions {
  /** All rows, half of them in each class (the second has the odd one), or rows of both classes. Default 100. */
  readonly nSamples?: number | readonly [first: number, second: number];
  /** Standard deviation of normal noise on both coordinates; null for none. Default null. */
  readonly noise?: number | null;
}

/** Options of {@link makeCircles}. */
export interface CirclesOptions extends MoonsOptions {
  /** Radius of the inner circle, of class 1; that of the outer one is 1. At least 0, below 1. Default 0.8. */
  readonly factor?: number;
}

type Point = [x: number, y: number];

const samples: Requirement = [
  'a whole number of at least 1, or two of them',
  (value) => count[1](value) || (Array.isArray(value) && value.length === 2 && value.every(count[1])),
];
const belowOne: Requirement = [
  'a number of at least 0 and below 1',
  (value) => typeof value === 'number' && value >= 0 && value < 1,
];

/**
 * Two interleaved half circles with radius 1: class 0 is the upper one, around (0, 0); class 1 the lower one, around (1, ½).
 *
 * @throws DatasetError `PARAMETER_VALUE`.
 * @example const { X, y } = makeMoons({ nSamples: 200, noise: 0.2, seed: 0 });
 */
export function makeMoons(options: MoonsOptions = {}): Classification {
  const { nSamples = 100, noise = null, shuffle = true, seed = null } = options;
  checkOptions('makeMoons', { nSamples, noise }, { nSamples: samples, noise: orNull(atLeastZero) });
  const [first, second] = sizes(nSamples);
  const upper = angles(first, Math.PI, true).map((t): Point => [elementary.cos(t), elementary.sin(t)]);
  const lower = angles(second, Math.PI, true).map(
    (t): Point => [1 - elementary.cos(t), 0.5 - elementary.sin(t)],
  );
  return twoClasses(upper, lower, { noise, shuffle }, makeGenerator(seed));
}

/**
 * A circle with radius 1, class 0, around one with radius `factor`, class 1.
 *
 * @throws DatasetError `PARAMETER_VALUE`.
 * @example const { X, y } = makeCircles({ nSamples: 200, noise: 0.05, factor: 0.5, seed: 0 });
 */
export function makeCircles(options: CirclesOptions = {}): Classification {
  const { nSamples = 100, noise = null, factor = 0.8, shuffle = true, seed = null } = options;
  checkOptions(
    'makeCircles',
    { nSamples, noise, factor },
    { nSamples: samples, noise: orNull(atLeastZero), factor: belowOne },
  );
  const [first, second] = sizes(nSamples);
  const circle = (rows: number, radius: number) =>
    angles(rows, 2 * Math.PI, false).map(
      (t): Point => [radius * elementary.cos(t), radius * elementary.sin(t)],
    );
  return twoClasses(circle(first, 1), circle(second, factor), { noise, shuffle }, makeGenerator(seed));
}

function sizes(nSamples: number | readonly [number, number]): readonly [number, number] {
  return typeof nSamples === 'number' ? [Math.floor(nSamples / 2), Math.ceil(nSamples / 2)] : nSamples;
}

/** Equal steps from 0 on; to `end` itself, or to a step before it. */
function angles(steps: number, end: number, isClosed: boolean): number[] {
  const divisor = Math.max(isClosed ? steps - 1 : steps, 1);
  return Array.from({ length: steps }, (_, i) => (end * i) / divisor);
}

function twoClasses(
  zeros: readonly Point[],
  ones: readonly Point[],
  { noise, shuffle }: { readonly noise: number | null; readonly shuffle: boolean },
  generator: Generator,
): Classification {
  const X = [...zeros, ...ones];
  const y = X.map((_, row) => (row < zeros.length ? 0 : 1));
  const ordered = shuffle ? shuffleRows(X, y, generator) : { X, y };
  const deviation = noise ?? 0;
  return {
    X: ordered.X.map((point) =>
      point.map((value) => value + (deviation > 0 ? deviation * generator.normal() : 0)),
    ),
    y: ordered.y,
  };
}
