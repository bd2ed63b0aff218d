// Scorers by scikit-learn's names.

import { ParameterError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { accuracyScore } from './accuracy.js';
import { meanSquaredError, r2Score } from './regression.js';
import { type Metric, makeScorer, type Scorer, type ScorerOptions } from './scorer.js';

const scorers = new Map<string, Scorer>();

function define<O extends object>(
  name: string,
  metric: Metric<O>,
  options?: Omit<ScorerOptions, 'name'> & Partial<Omit<O, 'sampleWeight'>>,
): void {
  scorers.set(name, makeScorer(metric, { ...options, name } as Parameters<typeof makeScorer<O>>[1]));
}

const loss = { greaterIsBetter: false } as const;

define('accuracy', accuracyScore);
define('neg_mean_squared_error', meanSquaredError, loss);
define('r2', r2Score);

/** The names that {@link getScorer} knows, sorted. */
export function getScorerNames(): string[] {
  return [...scorers.keys()].sort();
}

/**
 * The scorer that scikit-learn has under this name. Higher is always better: losses are negative, and their names begin with
 * `neg_`.
 *
 * @throws ParameterError `SCORING_UNKNOWN`, with the nearest name.
 * @example await getScorer('f1_macro')(net, XTest, yTest); // 0.97
 */
export function getScorer(name: string): Scorer {
  const scorer = scorers.get(name);
  if (scorer !== undefined) return scorer;
  const names = getScorerNames();
  const nearest = typeof name === 'string' ? nearestName(name, names) : null;
  const hint = nearest === null ? '' : ` Did you mean ${nearest}?`;
  throw new ParameterError(`scoring is ${String(name)}, expected one of the names below.${hint}`, {
    code: 'SCORING_UNKNOWN',
    got: String(name),
    expected: `one of ${names.join(', ')}`,
    hint: `Names: ${names.join(', ')}.`,
  });
}
