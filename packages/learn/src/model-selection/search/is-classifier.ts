// Whether an estimator predicts classes: what decides if folds are stratified.

import { isParametrized } from '../../estimator.js';

/**
 * Whether an estimator is a classifier. Of what wraps others (a pipeline, a search) the estimator inside decides: the last step,
 * or the parameter `estimator`; of all others, whether they have `classes_`, also before they are fitted.
 */
export function isClassifier(estimator: unknown): boolean {
  if (!isParametrized(estimator)) return false;
  const params = estimator.getParams(false) as {
    readonly steps?: unknown;
    readonly estimator?: unknown;
  };
  const last = lastStep(params.steps);
  if (last !== undefined) return isClassifier(last);
  if (isParametrized(params.estimator)) return isClassifier(params.estimator);
  return 'classes_' in estimator;
}

// Steps are a record, or a list of pairs of name and estimator.
function lastStep(steps: unknown): unknown {
  if (typeof steps !== 'object' || steps === null) return undefined;
  const last: unknown = Object.values(steps).at(-1);
  return Array.isArray(last) ? last[1] : last;
}
