// `cvResults_`: the outcomes of all fits as columns, under scikit-learn's names, which are data and keep its spelling.

import type { Candidate, OutcomeTable } from './run-fits.js';
import type { NamedScoring } from './scoring-list.js';

/**
 * One entry a candidate under each name: `params`, `param_NAME`, `mean_fit_time` and `std_fit_time` (seconds; also
 * `…_score_time`), and for each metric M ('score' if there is only one) `splitN_test_M`, `mean_test_M`, `std_test_M`,
 * `rank_test_M` (1 is best), with `returnTrainScore` also `…_train_M`. Halving searches add `iter` and `n_resources`.
 */
export interface CvResults {
  readonly params: readonly Candidate[];
  readonly [column: string]: readonly unknown[];
}

/** What results are made of. */
export interface ResultParts {
  readonly candidates: readonly Candidate[];
  readonly outcomes: OutcomeTable;
  readonly scoring: readonly NamedScoring[];
  readonly returnTrainScore: boolean;
  readonly errorScore: number | 'raise';
}

/** Columns of all candidates; `more` are columns that a search adds. */
export function cvResults(
  parts: ResultParts,
  more: Readonly<Record<string, readonly unknown[]>> = {},
): CvResults {
  const { candidates, outcomes, scoring, returnTrainScore, errorScore } = parts;
  const columns: Record<string, readonly unknown[]> = { ...more };
  const times = (pick: 'fitTime' | 'scoreTime') => outcomes.map((folds) => folds.map((fold) => fold[pick]));
  addMoments(columns, 'fit_time', times('fitTime'));
  addMoments(columns, 'score_time', times('scoreTime'));
  for (const name of parameterNames(candidates)) {
    columns[`param_${name}`] = candidates.map((params) => params[name] ?? null);
  }
  for (const { name } of scoring) {
    const table = (pick: 'testScores' | 'trainScores') =>
      outcomes.map((folds) => folds.map((fold) => fold[pick][name] ?? missingScore(errorScore)));
    addScores(columns, `test_${name}`, table('testScores'));
    columns[`rank_test_${name}`] = ranks(columns[`mean_test_${name}`] as readonly number[]);
    if (returnTrainScore) addScores(columns, `train_${name}`, table('trainScores'));
  }
  return { ...columns, params: candidates };
}

/** What stands for the score of a fit that failed. */
export function missingScore(errorScore: number | 'raise'): number {
  return errorScore === 'raise' ? Number.NaN : errorScore;
}

/**
 * The place of each score, 1 for the highest. Equal scores share the best place among them, and NaN comes last, as in
 * scikit-learn.
 */
export function ranks(scores: readonly number[]): number[] {
  const numbers = scores.filter((score) => !Number.isNaN(score));
  const lowest = numbers.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY) - 1;
  const filled = scores.map((score) => (Number.isNaN(score) && numbers.length > 0 ? lowest : score));
  return filled.map((score) => 1 + filled.filter((other) => other > score).length);
}

function parameterNames(candidates: readonly Candidate[]): string[] {
  return [...new Set(candidates.flatMap((params) => Object.keys(params)))];
}

function addScores(
  columns: Record<string, readonly unknown[]>,
  name: string,
  table: readonly (readonly number[])[],
): void {
  const folds = table[0]?.length ?? 0;
  for (let fold = 0; fold < folds; fold++)
    columns[`split${fold}_${name}`] = table.map((scores) => scores[fold]!);
  addMoments(columns, name, table);
}

function addMoments(
  columns: Record<string, readonly unknown[]>,
  name: string,
  table: readonly (readonly number[])[],
): void {
  columns[`mean_${name}`] = table.map(mean);
  columns[`std_${name}`] = table.map(standardDeviation);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Of all folds, not of a sample of them: the divisor is n, as in scikit-learn.
function standardDeviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}
