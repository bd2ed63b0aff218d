// What all transformers have in common: reading and checking tables, remembering the columns of the fit, names of columns,
// and learned state kept as plain data in one place, so that a fit that fails changes nothing and any transformer can be saved.

import { BaseEstimator } from './base-estimator.js';
import type { ClientStepResult } from './client-step.js';
import { NotFittedError } from './errors.js';
import type { Transformed, Transformer } from './estimator.js';
import type { PlainRecord } from './persistence/json.js';
import { checkColumnCount, type FittedColumns, matchColumns } from './preprocessing/match-columns.js';
import { type Table, type TableInput, toTable } from './table.js';
import type { Targets } from './validate-input.js';

/** What a fit leaves behind. */
export interface Fitted<L> extends FittedColumns {
  readonly learned: L;
}

/**
 * Base of transformers. A subclass gives `learn` (what a table teaches, as plain data), `apply` (a table with that), the names
 * of its columns, and what a client has to do in its place.
 *
 * `P` are its parameters, `L` what it learns (numbers, text and null, in arrays and records), `Out` the form of what it gives.
 *
 * @example
 * class Centerer extends BaseTransformer<object, { means: number[] }> { … }
 */
export abstract class BaseTransformer<
    P extends object,
    L extends object,
    Out extends Transformed = Transformed,
    N = Record<never, never>,
  >
  extends BaseEstimator<P, N>
  implements Transformer
{
  #fitted: Fitted<L> | null = null;

  /** Columns at the fit. @throws NotFittedError */
  get nFeaturesIn_(): number {
    return this.#require('nFeaturesIn_').nFeaturesIn;
  }

  /** Names of the columns at the fit, null where they had none. @throws NotFittedError */
  get featureNamesIn_(): readonly string[] | null {
    return this.#require('featureNamesIn_').featureNamesIn;
  }

  /**
   * Learns from the rows, and forgets what was learned before.
   *
   * @param X - [nRows, nColumns]; checked before any work, never changed.
   * @param y - what other steps of a pipeline are trained towards; most transformers do not look at it.
   * @throws ParameterError `PARAMETER_VALUE`; DataTypeError, DataValueError.
   */
  async fit(X: TableInput, y: Targets | null = null): Promise<this> {
    this.checkValues();
    const table = toTable(X);
    const learned = await this.learn(table, y);
    this.#fitted = { learned, nFeaturesIn: table.columns.length, featureNamesIn: table.names };
    return this;
  }

  /**
   * Other columns of the rows. Named columns may come in any order.
   *
   * @throws NotFittedError; DataValueError `COLUMN_MISSING`, `X_FEATURES`; what `fit` throws for values.
   */
  async transform(X: TableInput): Promise<Out> {
    const fitted = this.#require('transform');
    return this.apply(this.matchTable(toTable(X), fitted), fitted.learned);
  }

  /** The same as `fit` and then `transform`. */
  async fitTransform(X: TableInput, y: Targets | null = null): Promise<Out> {
    await this.fit(X, y);
    return this.transform(X);
  }

  /** Names of the columns that `transform` gives. @throws NotFittedError; DataValueError `X_FEATURES`. */
  getFeatureNamesOut(inputFeatures: readonly string[] | null = null): readonly string[] {
    const { nFeaturesIn, featureNamesIn, learned } = this.#require('getFeatureNamesOut');
    if (inputFeatures !== null) checkColumnCount(inputFeatures.length, nFeaturesIn, this.constructor.name);
    const names =
      featureNamesIn ?? inputFeatures ?? Array.from({ length: nFeaturesIn }, (_, index) => `x${index}`);
    return this.namesOut(names, learned);
  }

  /** What a client has to do to a raw row in its place, or why it cannot. @throws NotFittedError */
  clientStep(): ClientStepResult {
    return this.describeStep(this.#require('clientStep').learned);
  }

  /** What was learned, as plain data that {@link restoreLearned} takes. @throws NotFittedError */
  saveLearned(): PlainRecord {
    const { learned, nFeaturesIn, featureNamesIn } = this.#require('saveLearned');
    return { nFeaturesIn, featureNamesIn, learned: learned as PlainRecord };
  }

  /** Makes this transformer the one whose learned state was saved. */
  restoreLearned(saved: PlainRecord): this {
    this.#fitted = saved as unknown as Fitted<L>;
    return this;
  }

  /** What a table teaches. Text and missing values are among it unless the subclass refuses them. */
  protected abstract learn(table: Table, y: Targets | null): L | Promise<L>;

  /** Other columns of a table whose columns are those of the fit. */
  protected abstract apply(table: Table, learned: L): Out | Promise<Out>;

  /** Names of the columns that `apply` gives. */
  protected abstract namesOut(names: readonly string[], learned: L): readonly string[];

  /** See {@link BaseTransformer.clientStep}. */
  protected abstract describeStep(learned: L): ClientStepResult;

  /** The columns of a table in the order of the fit. @throws DataValueError `COLUMN_MISSING`, `X_FEATURES`. */
  protected matchTable(table: Table, fitted: Fitted<L>): Table {
    return matchColumns(table, fitted, this.constructor.name);
  }

  /** What was learned; `asked` is for the message. @throws NotFittedError */
  protected learned(asked: string): L {
    return this.#require(asked).learned;
  }

  /** Names for the columns that `transform` gives, null where those of the fit had none. */
  protected outputNames(learned: L): readonly string[] | null {
    const { featureNamesIn } = this.#require('transform');
    return featureNamesIn === null ? null : this.namesOut(featureNamesIn, learned);
  }

  /** The table that an inverse is to be made of. @throws DataValueError `X_FEATURES`; NotFittedError. */
  protected outputTable(X: TableInput, asked: string): { readonly table: Table; readonly learned: L } {
    const { learned } = this.#require(asked);
    const table = toTable(X);
    checkColumnCount(table.columns.length, this.getFeatureNamesOut().length, this.constructor.name);
    return { table, learned };
  }

  #require(asked: string): Fitted<L> {
    if (this.#fitted === null) throw new NotFittedError(this.constructor.name, asked);
    return this.#fitted;
  }
}
