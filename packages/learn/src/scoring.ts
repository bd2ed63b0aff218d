// Scores by name, as `EpochScoring` and searches take them.

import type { Net } from './callbacks/net.js';
import type { DatasetLike } from './components.js';
import { ParameterError } from './errors.js';
import { accuracyScore } from './metrics/accuracy.js';
import { meanSquaredError, r2Score } from './metrics/regression.js';
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
