// The seed of each fit, derived from the seed of the search, the candidate and the fold: never from the order in which fits
// happen to run, so one thread, many threads and many machines give the same bits.

import { Generator } from '@tacit/tensor';

/** Names under which estimators of this package take a seed. */
const seedNames: ReadonlySet<string> = new Set(['seed', 'randomState']);

/** Stands for the fit on all rows after a search, where folds have their number. */
export const refitFold = 'refit';

/**
 * Seeds for the estimator of one fit, by parameter name.
 *
 * @param params - the estimator's parameters, deep, with the candidate's set.
 * @param own - names that the candidate sets itself; these are left alone.
 * @param replaces - whether seeds that are given are replaced; if not, only those that are null.
 */
export function seedsFor(
  params: Readonly<Record<string, unknown>>,
  own: ReadonlySet<string>,
  replaces: boolean,
  place: { readonly root: number; readonly candidate: number; readonly fold: number | string },
): Record<string, number> {
  const generator = new Generator(place.root).fork('fit').fork(place.candidate).fork(place.fold);
  const names = Object.keys(params).filter(
    (name) => isSeed(name, params) && !own.has(name) && (replaces || params[name] === null),
  );
  return Object.fromEntries(names.map((name) => [name, wholeNumber(generator.fork(name))]));
}

// Of a nested name only where an estimator takes it: a split's `randomState`, say, is no seed of a fit.
function isSeed(name: string, params: Readonly<Record<string, unknown>>): boolean {
  const end = name.lastIndexOf('__');
  if (end < 0) return seedNames.has(name);
  const owner = params[name.slice(0, end)];
  return (
    seedNames.has(name.slice(end + 2)) && typeof (owner as { getParams?: unknown })?.getParams === 'function'
  );
}

/** 53 random bits. */
function wholeNumber(generator: Generator): number {
  return (generator.nextUint32() >>> 11) * 2 ** 32 + generator.nextUint32();
}
