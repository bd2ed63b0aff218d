// What a search came to, as text: the candidates in order, then the best model.

import { formatSummary } from './format-summary.js';
import type { Parameters } from './parameters.js';
import type { SearchSummary } from './search-models.js';

/** Candidates beyond these are told of by their number. */
const MOST_SHOWN = 20;

/** @param out - where the best model was written; null for nowhere. */
export function formatSearch(summary: SearchSummary, out: string | null): string {
  const { candidates, scoring, cv, fits, seconds, best } = summary;
  const shown = candidates.slice(0, MOST_SHOWN);
  const lines = shown.map(
    ({ rank, meanTestScore, stdTestScore, parameters }) =>
      `${String(rank).padStart(4)}  ${meanTestScore.toFixed(4)} ± ${stdTestScore.toFixed(4)}  ${listed(parameters)}`,
  );
  const more = candidates.length > MOST_SHOWN ? [`      … and ${candidates.length - MOST_SHOWN} more`] : [];
  return [
    `rank  ${scoring}, mean ± deviation of ${cv} folds`,
    ...lines,
    ...more,
    `${fits} fits in ${seconds.toFixed(1)} s`,
    '',
    'The best one, trained on all training rows:',
    formatSummary(best, out),
  ].join('\n');
}

function listed(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
