// The share of right labels, over all rows or class by class.

import type { Labels } from '../validate-input.js';
import { warn } from '../warnings.js';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.js';
import { labelPair, rowWeights, type WeightOptions, weightedMean } from './metric-input.js';

/** Options of {@link accuracyScore}. */
export interface AccuracyOptions extends WeightOptions {
  /** false gives the number of right labels (the sum of their weights). Default true: their share. */
  readonly normalize?: boolean;
}

/**
 * The share of equal labels, 0 to 1.
 *
 * @param yTrue - [n] labels, at least one.
 * @param yPred - [n]
 * @throws DataTypeError `Y_TYPE`; DataValueError `LENGTH_MISMATCH`, `X_EMPTY`, `SAMPLE_WEIGHT`. Every metric of labels throws these.
 */
export function accuracyScore(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  { normalize = true, sampleWeight }: AccuracyOptions = {},
): number {
  const [truth, guess] = labelPair(yTrue, yPred);
  const weights = rowWeights(sampleWeight, truth.length);
  let hits = 0;
  for (let row = 0; row < truth.length; row++) if (truth[row] === guess[row]) hits += weights[row]!;
  return normalize ? hits / weights.reduce((sum, weight) => sum + weight, 0) : hits;
}

/** Options of {@link balancedAccuracyScore}. */
export interface BalancedAccuracyOptions extends WeightOptions {
  /** Whether to rescale so that guessing gives 0 and all right 1. Default false. */
  readonly adjusted?: boolean;
}

/**
 * The mean over the true classes of the share of their rows that is predicted right: what `accuracyScore` would be if all classes
 * had equally many rows. Warns `UNDEFINED_METRIC` of predicted classes without a true row, which do not count.
 *
 * @throws as {@link accuracyScore}.
 */
export function balancedAccuracyScore(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  { adjusted = false, sampleWeight }: BalancedAccuracyOptions = {},
): number {
  const matrix: ConfusionMatrix = confusionMatrix(yTrue, yPred, { sampleWeight });
  const shares = matrix.map((row, code) => row[code]! / row.reduce((sum, count) => sum + count, 0));
  const defined = shares.filter((share) => !Number.isNaN(share));
  if (defined.length < shares.length) {
    warn('UNDEFINED_METRIC', 'yPred holds classes that are not in yTrue; balanced accuracy leaves them out.');
  }
  const score = weightedMean(defined, new Float64Array(defined.length).fill(1));
  const chance = 1 / defined.length;
  return adjusted ? (score - chance) / (1 - chance) : score;
}
