// What searches, pipelines and cross-validation know of an estimator: no type parameters, names as text.

import type { Features, Labels } from './validate-input.js';

/** Anything that is fitted to rows and then predicts for rows. Every net fits. */
export interface Estimator {
  fit(X: Features, y: Labels): Promise<unknown>;
  predict(X: Features): Promise<readonly unknown[]>;
  /** Higher is better. */
  score(X: Features, y: Labels): Promise<number>;
  /** Parameters by name; `deep` adds those of components. What was learned is never among them. */
  getParams(deep?: boolean): object;
  setParams(changes: Readonly<Record<string, unknown>>): unknown;
}
