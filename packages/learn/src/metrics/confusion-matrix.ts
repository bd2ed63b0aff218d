// How often each class was taken for each other, and the correlation computed from it.

import { DataValueError } from '../errors.js';
import type { Label, Labels } from '../validate-input.js';
import { codedPair, invalidOption, rowWeights, type WeightOptions } from './metric-input.js';

/** Entry [i][j]: rows of class i that were predicted as class j, or the sum of their weights, or a share. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions extends WeightOptions {
  /** Classes of rows and columns, in their order; rows with other labels are left out. Default: all labels, sorted. */
  readonly labels?: readonly Label[] | null;
  /** Shares of each true class, of each predicted class, or of all rows, instead of counts; 0 where there is nothing. Default null. */
  readonly normalize?: 'true' | 'pred' | 'all' | null;
}

/**
 * Counts of true classes (rows) against predicted ones (columns).
 *
 * @throws as `accuracyScore`; DataValueError `UNKNOWN_LABEL` when none of `labels` is in yTrue; ParameterError `PARAMETER_VALUE`.
 * @example confusionMatrix(['a', 'b', 'b'], ['a', 'a', 'b']); // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  { labels = null, normalize = null, sampleWeight }: ConfusionMatrixOptions = {},
): number[][] {
  const { labels: known, truth, guess } = codedPair(yTrue, yPred, labels);
  if (truth.every((code) => code === -1)) throw noneOfLabels(known);
  const weights = rowWeights(sampleWeight, truth.length);
  const matrix = known.map(() => new Array<number>(known.length).fill(0));
  for (let row = 0; row < truth.length; row++) {
    if (truth[row] !== -1 && guess[row] !== -1) matrix[truth[row]!]![guess[row]!]! += weights[row]!;
  }
  return normalize === null ? matrix : normalized(matrix, normalize);
}

function normalized(matrix: number[][], by: string): number[][] {
  const total = sum(matrix.flat());
  const divisors: Readonly<Record<string, (row: number, column: number) => number>> = {
    true: (row) => sum(matrix[row]!),
    pred: (_, column) => sum(matrix.map((counts) => counts[column]!)),
    all: () => total,
  };
  const divisor = divisors[by];
  if (divisor === undefined) throw invalidOption('normalize', by, "'true', 'pred', 'all' or null");
  return matrix.map((counts, row) => counts.map((count, column) => count / divisor(row, column) || 0));
}

/**
 * Matthews' correlation of true and predicted classes, −1 to 1: 0 is as good as guessing, whatever the sizes of the classes. For
 * more than two classes Gorodkin 2004, eq. 8. 0 where one side holds a single class.
 *
 * @throws as `accuracyScore`.
 */
export function matthewsCorrcoef(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  { sampleWeight }: WeightOptions = {},
): number {
  const matrix = confusionMatrix(yTrue, yPred, { sampleWeight });
  const truth = matrix.map(sum);
  const guess = matrix.map((_, column) => sum(matrix.map((counts) => counts[column]!)));
  const rows = sum(truth);
  const hits = sum(matrix.map((counts, code) => counts[code]!));
  const spread = (sums: readonly number[]) => rows ** 2 - dot(sums, sums);
  const both = spread(guess) * spread(truth);
  return both === 0 ? 0 : (hits * rows - dot(truth, guess)) / Math.sqrt(both);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((total, value, index) => total + value * right[index]!, 0);
}

function noneOfLabels(labels: readonly Label[]): DataValueError {
  return new DataValueError(`None of the labels ${labels.map(String).join(', ')} is in yTrue.`, {
    code: 'UNKNOWN_LABEL',
    got: labels.map(String).join(', '),
    expected: 'at least one label of yTrue',
    hint: 'Pass labels that yTrue holds, of the same type.',
  });
}
