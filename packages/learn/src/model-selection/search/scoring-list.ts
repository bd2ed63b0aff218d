// The `scoring` parameter as a list: one unnamed metric, or several with names.

import { ParameterError } from '../../errors.js';
import type { Scorer } from '../../metrics/scorer.js';
import { takeScorer } from '../../scoring.js';
import type { Scoring } from './search-types.js';

/** A metric and the name that its results are kept under. */
export interface NamedScoring {
  readonly name: string;
  readonly scoring: string | Scorer | null;
}

/** Name of a single metric in results, as in `mean_test_score`. */
export const singleScore = 'score';

/** @throws ParameterError `SCORING_UNKNOWN`, with the nearest name; `PARAMETER_VALUE` for a list without names. */
export function scoringList(scoring: Scoring): readonly NamedScoring[] {
  const list = namedScorings(scoring);
  if (list.length === 0) throw noScoring();
  for (const entry of list) scorerOf(entry.scoring);
  return list;
}

/** Whether results have the names of several metrics. */
export function isMultimetric(scoring: Scoring): boolean {
  return typeof scoring === 'object' && scoring !== null;
}

/** The function that judges. @throws ParameterError `SCORING_UNKNOWN`. */
export function scorerOf(scoring: string | Scorer | null): Scorer {
  return takeScorer(scoring).scorer;
}

function namedScorings(scoring: Scoring): readonly NamedScoring[] {
  if (scoring === null || typeof scoring !== 'object') return [{ name: singleScore, scoring }];
  if (Array.isArray(scoring)) return scoring.map((name: string) => ({ name, scoring: name }));
  return Object.entries(scoring).map(([name, value]) => ({ name, scoring: value as string | Scorer }));
}

function noScoring(): ParameterError {
  return new ParameterError('scoring names no metric.', {
    code: 'PARAMETER_VALUE',
    got: 'an empty list',
    expected: 'at least one metric',
    hint: "Pass a name, as scoring: 'accuracy', or several of them.",
  });
}
