// A linear regression problem with few features that matter; options are scikit-learn's.

import { elementary, type Generator } from '@tacit/tensor';
import { type Matrix, matrixOf, multiply, randomOrthonormal } from './matrix.js';
import {
  atLeastZero,
  checkOptions,
  count,
  countOrNone,
  type GeneratorOptions,
  makeGenerator,
  number,
  orList,
  orNull,
  share,
  shuffleRows,
  wrongOption,
} from './options.js';

/** Options of {@link makeRegression}. */
export interface RegressionOptions<Targets extends number = number> extends GeneratorOptions {
  /** Default 100. */
  readonly nSamples?: number;
  /** Default 100. */
  readonly nFeatures?: number;
  /** Features that the targets depend on. Default 10, at most all. */
  readonly nInformative?: number;
  /** Numbers to predict for each row. Default 1. */
  readonly nTargets?: Targets;
  /** Added to the targets; one number, or one a target. Default 0. */
  readonly bias?: number | readonly number[];
  /** About how many singular values of X explain it; null for independent normal features. Default null. */
  readonly effectiveRank?: number | null;
  /** Weight of the other singular values, with `effectiveRank`. Default 0.5. */
  readonly tailStrength?: number;
  /** Standard deviation of the noise on targets. Default 0. */
  readonly noise?: number;
}

/** A number a row for one target, a row of numbers for several. */
export type RegressionTargets<Targets extends number, Row> = number extends Targets
  ? Row[] | Row[][]
  : Targets extends 1
    ? Row[]
    : Row[][];

/** Made rows, their targets, and what relates them. */
export interface Regression<Targets extends number = 1> {
  /** [nSamples, nFeatures] */
  readonly X: number[][];
  /** [nSamples], or [nSamples, nTargets] */
  readonly y: RegressionTargets<Targets, number>;
  /** [nFeatures], or [nFeatures, nTargets]: the coefficients, 0 for features that do not matter. */
  readonly coef: RegressionTargets<Targets, number>;
}

const defaults = {
  nSamples: 100,
  nFeatures: 100,
  nInformative: 10,
  nTargets: 1,
  bias: 0,
  effectiveRank: null,
  tailStrength: 0.5,
  noise: 0,
  shuffle: true,
  seed: null,
} as const;

/**
 * A regression problem: y = X·coef + bias + noise, where only `nInformative` coefficients are not 0, drawn from 0 to 100. Without
 * `shuffle` these come first.
 *
 * @throws DatasetError `PARAMETER_VALUE`.
 * @example const { X, y, coef } = makeRegression({ nSamples: 200, nFeatures: 10, noise: 5, seed: 0 });
 */
export function makeRegression<Targets extends number = 1>(
  options: RegressionOptions<Targets> = {},
): Regression<Targets> {
  const settings: Required<RegressionOptions> = { ...defaults, ...options };
  checkOptions(
    'makeRegression',
    { ...settings },
    {
      nSamples: count,
      nFeatures: count,
      nInformative: countOrNone,
      nTargets: count,
      bias: orList(number),
      effectiveRank: orNull(count),
      tailStrength: share,
      noise: atLeastZero,
    },
  );
  const { nFeatures, nInformative, nTargets, noise, shuffle } = settings;
  const generator = makeGenerator(settings.seed);
  const bias = biases(settings);
  const X = features(settings, generator);
  const coef = Array.from({ length: nFeatures }, (_, feature) =>
    Array.from({ length: nTargets }, () => (feature < nInformative ? 100 * generator.uniform() : 0)),
  );
  const y = multiply(X, coef).map((row) =>
    row.map((value, target) => value + bias[target]! + (noise > 0 ? noise * generator.normal() : 0)),
  );
  const rows = shuffle ? shuffleRows(X, y, generator) : { X, y };
  const order = shuffle ? Array.from(generator.permutation(nFeatures)) : [...coef.keys()];
  const flat = (targets: Matrix) => (nTargets === 1 ? targets.map(([value]) => value!) : targets);
  return {
    X: rows.X.map((row) => order.map((feature) => row[feature]!)),
    y: flat(rows.y) as RegressionTargets<Targets, number>,
    coef: flat(order.map((feature) => coef[feature]!)) as RegressionTargets<Targets, number>,
  };
}

function biases({ bias, nTargets }: Required<RegressionOptions>): readonly number[] {
  if (typeof bias === 'number') return new Array<number>(nTargets).fill(bias);
  if (bias.length === nTargets) return bias;
  throw wrongOption(
    'makeRegression',
    `${bias.length} values of bias with nTargets ${nTargets}`,
    `one number, or ${nTargets}`,
    'Give one bias for all targets, or one for each.',
  );
}

function features(settings: Required<RegressionOptions>, generator: Generator): Matrix {
  const { nSamples, nFeatures, effectiveRank, tailStrength } = settings;
  return effectiveRank === null
    ? matrixOf(nSamples, nFeatures, () => generator.normal())
    : lowRank(nSamples, nFeatures, { effectiveRank, tailStrength }, generator);
}

/** U·diag(s)·Vᵀ with bell-shaped singular values s and a tail: scikit-learn's make_low_rank_matrix. */
function lowRank(
  rows: number,
  columns: number,
  { effectiveRank, tailStrength }: { readonly effectiveRank: number; readonly tailStrength: number },
  generator: Generator,
): Matrix {
  const rank = Math.min(rows, columns);
  const U = randomOrthonormal(rows, rank, generator);
  const V = randomOrthonormal(columns, rank, generator);
  const singular = Array.from({ length: rank }, (_, i) => {
    const position = i / effectiveRank;
    const bell = (1 - tailStrength) * elementary.exp(-(position ** 2));
    return bell + tailStrength * elementary.exp(-0.1 * position);
  });
  const scaled = U.map((row) => row.map((value, i) => value * singular[i]!));
  const transposed = Array.from({ length: rank }, (_, i) => V.map((row) => row[i]!));
  return multiply(scaled, transposed);
}
