// What searches, pipelines and cross-validation know of an estimator: no type parameters, names as text.

import type { ClientStepResult } from './client-step.js';
import type { Matrix } from './matrix.js';
import type { TableInput, TableRecord } from './table.js';
import type { Features, Label, Labels, Targets } from './validate-input.js';

/** Something with parameters that can be read, changed and cloned. */
export interface Parametrized {
  /** Parameters by name; `deep` adds those of components. What was learned is never among them. */
  getParams(deep?: boolean): object;
  setParams(changes: Readonly<Record<string, unknown>>): unknown;
}

/** Anything that is fitted to rows and then predicts for rows. Every net fits. */
export interface Estimator extends Parametrized {
  fit(X: Features, y: Labels): Promise<unknown>;
  predict(X: Features): Promise<readonly unknown[]>;
  /** Higher is better. */
  score(X: Features, y: Labels): Promise<number>;
}

/** An estimator of labels, which knows how sure it is. */
export interface Classifier extends Estimator {
  readonly classes_: readonly Label[];
  /** [nRows][nClasses], columns as in `classes_`. */
  predictProba(X: Features): Promise<readonly (readonly number[])[]>;
}

/** What a transformer gives: numbers as a {@link Matrix}; where text is among them, columns by name or, without names, rows. */
export type Transformed = Matrix | TableRecord | readonly (readonly (Label | null)[])[];

/** Anything that is fitted to rows and then makes other columns of rows. */
export interface Transformer extends Parametrized {
  fit(X: TableInput, y?: Targets | null): Promise<unknown>;
  transform(X: TableInput): Promise<Transformed>;
  /** The same as `fit` and then `transform`. */
  fitTransform(X: TableInput, y?: Targets | null): Promise<Transformed>;
  /** Back to the columns that it was fitted on, where there is a way back. */
  inverseTransform?(X: TableInput): Promise<Transformed>;
  /** Columns at the fit. @throws NotFittedError */
  readonly nFeaturesIn_: number;
  /** Names of the columns at the fit, null where they had none. @throws NotFittedError */
  readonly featureNamesIn_: readonly string[] | null;
  /**
   * Names of the columns that `transform` gives.
   *
   * @param inputFeatures - names for input columns that had none at the fit; without them those are x0, x1, …
   * @throws NotFittedError
   */
  getFeatureNamesOut(inputFeatures?: readonly string[] | null): readonly string[];
  /** What a client has to do to a raw row in its place, as plain data; or why it cannot. @throws NotFittedError */
  clientStep(): ClientStepResult;
}

/** Whether a value has parameters of its own, as estimators and transformers do. */
export function isParametrized(value: unknown): value is Parametrized {
  const candidate = value as Partial<Parametrized> | null;
  return (
    typeof value === 'object' &&
    typeof candidate?.getParams === 'function' &&
    typeof candidate.setParams === 'function'
  );
}

/** Whether a value transforms rows. */
export function isTransformer(value: unknown): value is Transformer {
  return isParametrized(value) && typeof (value as Partial<Transformer>).transform === 'function';
}
