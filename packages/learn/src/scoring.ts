// What a `scoring` parameter means: the name of a metric, a function, or the estimator's own score.

import type { Net } from './callbacks/net.js';
import { ParameterError } from './errors.js';
import type { Predictor, Scorer } from './metrics/scorer.js';
import { getScorer } from './metrics/scorer-names.js';

/** A scorer with what is known about it. */
export interface NamedScorer<E = Net> {
  readonly name: string;
  readonly scorer: Scorer<E>;
  readonly lowerIsBetter: boolean;
}

const ownScore: NamedScorer<Predictor> = {
  name: 'score',
  lowerIsBetter: false,
  scorer: async (estimator, X, y) => {
    if (estimator.score === undefined) {
      throw unknownScoring('null', 'a metric, since this estimator has no score of its own');
    }
    return estimator.score(X, y as never);
  },
};

/** The scorer that a `scoring` parameter means. @throws ParameterError `SCORING_UNKNOWN`. */
export function takeScorer<E extends Predictor = Net>(scoring: string | Scorer<E> | null): NamedScorer<E> {
  if (scoring === null) return ownScore;
  if (typeof scoring === 'function') {
    return { name: scoring.name || 'score', scorer: scoring, lowerIsBetter: scoring.lowerIsBetter ?? true };
  }
  return { name: scoring, scorer: getScorer(scoring), lowerIsBetter: false };
}

function unknownScoring(got: string, expected: string): ParameterError {
  return new ParameterError(`scoring is ${got}, expected ${expected}`, {
    code: 'SCORING_UNKNOWN',
    got,
    expected,
    hint: '',
  });
}
