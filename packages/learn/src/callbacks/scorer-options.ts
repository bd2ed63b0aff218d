// What scoring callbacks read off their options.

import type { Scorer } from '../metrics/scorer.js';
import { type NamedScorer, takeScorer } from '../scoring.js';
import type { Net } from './net.js';

/** The scorer of a callback, with the name that its scores get and the direction that is better; null: neither. */
export type RecordedScorer = Pick<NamedScorer, 'scorer' | 'name'> & {
  readonly lowerIsBetter: boolean | null;
};

/** @throws ParameterError `SCORING_UNKNOWN`. */
export function recordedScorer(options: {
  readonly scoring: string | Scorer<Net> | null;
  readonly name: string | null;
  readonly lowerIsBetter: boolean | null | 'auto';
}): RecordedScorer {
  const taken = takeScorer(options.scoring);
  const { name, lowerIsBetter } = options;
  return {
    scorer: taken.scorer,
    name: name ?? taken.name,
    lowerIsBetter: lowerIsBetter === 'auto' ? taken.lowerIsBetter : lowerIsBetter,
  };
}
