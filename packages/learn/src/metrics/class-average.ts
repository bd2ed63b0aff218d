// A metric of two classes for more than two: each class against all others, and an average over them.

import type { Label } from '../validate-input.js';
import { codesOf, invalidOption, weightedMean } from './metric-input.js';

/** How scores of classes become one number; null leaves them as they are. */
export type ClassAverage = 'macro' | 'weighted' | 'micro' | null;

/** A metric of rows that are positive (1) or not (0). */
export type BinaryMetric = (isPositive: Uint8Array, scores: Float64Array, weights: Float64Array) => number;

/** Rows of several classes with a column of scores for each. */
export interface ClassRows {
  readonly truth: readonly Label[];
  readonly classes: readonly Label[];
  /** [classes][rows] */
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
}

/**
 * The metric of each class against all others, averaged.
 *
 * @throws ParameterError `PARAMETER_VALUE` for another average.
 */
export function oneVersusRest(
  rows: ClassRows,
  average: ClassAverage,
  metric: BinaryMetric,
): number | number[] {
  const codes = codesOf(rows.truth, rows.classes);
  const indicators = rows.classes.map((_, code) => Uint8Array.from(codes, (own) => (own === code ? 1 : 0)));
  if (average === 'micro') return micro(rows, indicators, metric);
  const scores = indicators.map((isPositive, code) => metric(isPositive, rows.columns[code]!, rows.weights));
  if (average === null) return scores;
  if (average === 'macro') return weightedMean(scores, new Float64Array(scores.length).fill(1));
  if (average !== 'weighted') throw invalidOption('average', average, "'macro', 'weighted', 'micro' or null");
  const sizes = indicators.map((isPositive) =>
    isPositive.reduce((sum, one, row) => sum + one * rows.weights[row]!, 0),
  );
  // A class without rows has weight 0: its score, NaN perhaps, must not show.
  return weightedMean(
    scores.map((score, code) => (sizes[code] === 0 ? 0 : score)),
    sizes,
  );
}

/** All classes as one long list of rows. */
function micro(rows: ClassRows, indicators: readonly Uint8Array[], metric: BinaryMetric): number {
  const length = rows.truth.length;
  const isPositive = new Uint8Array(length * indicators.length);
  const [scores, weights] = [new Float64Array(isPositive.length), new Float64Array(isPositive.length)];
  for (const [code, indicator] of indicators.entries()) {
    isPositive.set(indicator, code * length);
    scores.set(rows.columns[code]!, code * length);
    weights.set(rows.weights, code * length);
  }
  return metric(isPositive, scores, weights);
}
