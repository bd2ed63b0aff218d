// Asking whether an estimator is fitted, of any estimator: learned state is what throws before a fit.

import { NotFittedError } from './errors.js';

/** Properties that estimators learn, the surest first: a net for images has no number of features. */
const learnedNames = ['module_', 'nFeaturesIn_', 'classes_'] as const;

/**
 * Refuses an estimator that is not fitted. Nets, transformers, pipelines and searches are told by what they learned; for one of
 * your own, name properties that throw or are null before `fit`.
 *
 * @param attributes - learned properties, all of which have to be there.
 * @throws NotFittedError `NOT_FITTED`.
 * @example checkIsFitted(scaler); // throws before await scaler.fit(X)
 */
export function checkIsFitted(estimator: object, attributes?: readonly string[]): void {
  const known = learnedNames.find((name) => name in estimator);
  for (const name of attributes ?? [known ?? 'nFeaturesIn_']) {
    const value: unknown = (estimator as Record<string, unknown>)[name];
    if (value === null || value === undefined) throw new NotFittedError(estimator.constructor.name, name);
  }
}
