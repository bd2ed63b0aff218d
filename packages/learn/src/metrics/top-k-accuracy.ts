// How often the true class is among the k most likely ones.

import type { Label, Labels } from '../validate-input.js';
import { warn } from '../warnings.js';
import {
  checkedLabels,
  codesOf,
  invalidOption,
  rowWeights,
  type WeightOptions,
  weightedMean,
} from './metric-input.js';
import { classesOfColumns, isByClass, type Scores, scoreColumn, scoreColumns } from './score-input.js';

/** Options of {@link topKAccuracyScore}. */
export interface TopKAccuracyOptions extends WeightOptions {
  /** Number of guesses, at least 1. Default 2. */
  readonly k?: number;
  /** false gives the number of hits (the sum of their weights). Default true: their share. */
  readonly normalize?: boolean;
  /** All classes, sorted; needed when yTrue lacks one. Default null: those of yTrue. */
  readonly labels?: readonly Label[] | null;
}

/**
 * The share of rows whose class has one of the k highest scores. Of equal scores the later class comes first, as in scikit-learn.
 * Warns `UNDEFINED_METRIC` when k covers all classes.
 *
 * @param yScore - [n][classes]; of two classes [n] scores of the second, which wins above 0.5 where all scores are between 0 and
 * 1, else above 0.
 * @throws as `rocCurve`; DataValueError `UNKNOWN_LABEL`; ParameterError `PARAMETER_VALUE`.
 */
export function topKAccuracyScore(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  { k = 2, normalize = true, labels = null, sampleWeight }: TopKAccuracyOptions = {},
): number {
  if (!Number.isInteger(k) || k < 1) throw invalidOption('k', k, 'a whole number from 1');
  const truth = checkedLabels(yTrue, 'yTrue');
  const classes = classesOfColumns(truth, labels);
  const weights = rowWeights(sampleWeight, truth.length);
  const codes = codesOf(truth, classes);
  if (k >= classes.length)
    warn('UNDEFINED_METRIC', `${k} guesses at ${classes.length} classes are always right.`);
  const columns =
    classes.length === 2 && !isByClass(yScore)
      ? decided(scoreColumn(yScore, truth.length))
      : scoreColumns(yScore, truth.length, classes.length);
  const hits = Float64Array.from(codes, (code, row) => (rankOf(code, columns, row) < k ? 1 : 0));
  return normalize
    ? weightedMean(hits, weights)
    : hits.reduce((sum, hit, row) => sum + hit * weights[row]!, 0);
}

/** Two columns of which the winner is 1 and the other 0. */
function decided(scores: Float64Array): Float64Array[] {
  const threshold = scores.every((score) => score >= 0 && score <= 1) ? 0.5 : 0;
  return [
    scores.map((score) => (score > threshold ? 0 : 1)),
    scores.map((score) => (score > threshold ? 1 : 0)),
  ];
}

/** How many classes come before this one. */
function rankOf(code: number, columns: readonly Float64Array[], row: number): number {
  const own = columns[code]![row]!;
  return columns.filter((column, other) => column[row]! > own || (column[row] === own && other > code))
    .length;
}
