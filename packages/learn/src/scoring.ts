// Scores by name, as `EpochScoring` and searches take them.

import type { Net } from './callbacks/net.js';
import type { DatasetLike } from './components.js';
import { ParameterError } from './errors.js';
import { nearestName } from './nearest-name.js';
import type { Features } from './validate-input.js';

/** How well a net does on some rows. `y` holds labels for a classifier, numbers (or rows of them) else. */
export type Scorer = (net: Net, X: Features | DatasetLike, y: readonly unknown[]) => number | Promise<number>;

/** A scorer with what is known about it. */
export interface NamedScorer {
  readonly name: string;
  readonly scorer: Scorer;
  readonly lowerIsBetter: boolean;
}

/**
 * The share of equal labels, 0 to 1.
 *
 * @param yTrue - [n], at least one.
 * @param yPred - [n]
 */
export function accuracyScore(yTrue: ArrayLike<unknown>, yPred: ArrayLike<unknown>): number {
  let hits = 0;
  for (let row = 0; row < yTrue.length; row++) if (yTrue[row] === yPred[row]) hits++;
  return hits / yTrue.length;
}

/**
 * R², the share of the targets' variance that predictions explain; the mean over columns. 1 is perfect, 0 as good as the mean,
 * below 0 worse. A column without variance counts 1 if predicted exactly, else 0, as in scikit-learn.
 *
 * @param yTrue - [n] numbers, or [n] rows of numbers; n of at least 2, else NaN.
 * @param yPred - of the same form.
 */
export function r2Score(
  yTrue: readonly (number | readonly number[])[],
  yPred: readonly (number | readonly number[])[],
): number {
  if (yTrue.length < 2) return Number.NaN;
  const columns = columnsOf(yTrue);
  const predicted = columnsOf(yPred);
  const scores = columns.map((column, index) => r2OfColumn(column, predicted[index]!));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The mean of squared differences, over all rows and columns. */
export function meanSquaredError(
  yTrue: readonly (number | readonly number[])[],
  yPred: readonly (number | readonly number[])[],
): number {
  const [truth, guess] = [yTrue.flat() as number[], yPred.flat() as number[]];
  return truth.reduce((sum, value, index) => sum + (value - guess[index]!) ** 2, 0) / truth.length;
}

function columnsOf(rows: readonly (number | readonly number[])[]): number[][] {
  const first = rows[0]!;
  if (typeof first === 'number') return [rows as number[]];
  return first.map((_, column) => (rows as readonly (readonly number[])[]).map((row) => row[column]!));
}

function r2OfColumn(truth: readonly number[], guess: readonly number[]): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const unexplained = truth.reduce((sum, value, row) => sum + (value - guess[row]!) ** 2, 0);
  const variance = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (variance === 0) return unexplained === 0 ? 1 : 0;
  return 1 - unexplained / variance;
}

type NumberRows = readonly (number | readonly number[])[];

const scorers: Readonly<Record<string, NamedScorer>> = {
  accuracy: {
    name: 'accuracy',
    lowerIsBetter: false,
    scorer: async (net, X, y) => accuracyScore(y, await net.predict(X)),
  },
  r2: {
    name: 'r2',
    lowerIsBetter: false,
    scorer: async (net, X, y) => r2Score(y as NumberRows, (await net.predict(X)) as NumberRows),
  },
  negMeanSquaredError: {
    name: 'negMeanSquaredError',
    lowerIsBetter: false,
    scorer: async (net, X, y) => -meanSquaredError(y as NumberRows, (await net.predict(X)) as NumberRows),
  },
};

const ownScore: NamedScorer = {
  name: 'score',
  lowerIsBetter: false,
  scorer: async (net, X, y) => {
    if (net.score === undefined)
      throw unknownScoring('null', 'a metric, since this net has no score of its own');
    return net.score(X, y as never);
  },
};

/** The scorer that a `scoring` parameter means. @throws ParameterError `SCORING_UNKNOWN`. */
export function takeScorer(scoring: string | Scorer | null): NamedScorer {
  if (scoring === null) return ownScore;
  if (typeof scoring === 'function') {
    return { name: scoring.name || 'score', scorer: scoring, lowerIsBetter: true };
  }
  if (typeof scoring === 'string' && Object.hasOwn(scorers, scoring)) return scorers[scoring]!;
  const names = Object.keys(scorers);
  const nearest = typeof scoring === 'string' ? nearestName(scoring, names) : null;
  const hint = nearest === null ? '' : ` Did you mean ${nearest}?`;
  throw unknownScoring(String(scoring), `one of ${names.join(', ')}, a function, or null.${hint}`);
}

function unknownScoring(got: string, expected: string): ParameterError {
  return new ParameterError(`scoring is ${got}, expected ${expected}`, {
    code: 'SCORING_UNKNOWN',
    got,
    expected,
    hint: '',
  });
}
