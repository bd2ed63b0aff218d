// Setting `estimator__parameter`: changes handed to estimators among the parameters, all or none.

import { isLearnError } from './errors.js';
import { isParametrized } from './estimator.js';

type ParamRecord = Readonly<Record<string, unknown>>;

/**
 * Hands each change to the estimator that the part of its name before the first `__` names.
 *
 * @returns the names that no estimator knows; if there are any, nothing is changed.
 */
export function setNestedParams(
  estimators: ReadonlyMap<string, unknown>,
  changes: ParamRecord,
): readonly string[] {
  const unknown: string[] = [];
  const undo: (() => void)[] = [];
  try {
    for (const [name, options] of byEstimator(changes)) {
      const estimator = estimators.get(name);
      if (!isParametrized(estimator)) {
        unknown.push(...Object.keys(options).map((option) => (option === '' ? name : `${name}__${option}`)));
        continue;
      }
      const all = estimator.getParams(true) as ParamRecord;
      const before = Object.fromEntries(Object.keys(options).map((option) => [option, all[option]]));
      const refused = tryParams(() => estimator.setParams(options));
      if (refused === null) undo.unshift(() => estimator.setParams(before));
      else unknown.push(...refused.map((option) => `${name}__${option}`));
    }
  } catch (error) {
    for (const restore of undo) restore();
    throw error;
  }
  if (unknown.length > 0) for (const restore of undo) restore();
  return unknown;
}

/** `{ a__b: 1 }` as a: { b: 1 }; a name without `__` has the option ''. */
function byEstimator(changes: ParamRecord): Map<string, Record<string, unknown>> {
  const groups = new Map<string, Record<string, unknown>>();
  for (const [full, value] of Object.entries(changes)) {
    const end = full.indexOf('__');
    const name = end === -1 ? full : full.slice(0, end);
    const options = groups.get(name) ?? {};
    options[end === -1 ? '' : full.slice(end + 2)] = value;
    groups.set(name, options);
  }
  return groups;
}

/** The names that the estimator refused, or null if it took them all. */
function tryParams(set: () => void): string[] | null {
  try {
    set();
    return null;
  } catch (error) {
    if (isLearnError(error) && error.code === 'UNKNOWN_PARAMETER') return error.got.split(', ');
    throw error;
  }
}
