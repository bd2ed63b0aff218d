// A function as a step: nothing is learned.

import { elementary } from '@tacit/tensor';
import { BaseTransformer } from '../base-transformer.js';
import type { ClientStepResult, FunctionName } from '../client-step.js';
import { ComponentError } from '../errors.js';
import type { Transformed } from '../estimator.js';
import type { ValueRule } from '../parameter-values.js';
import { type Table, type TableInput, toTable } from '../table.js';
import { columnsOut } from './columns-out.js';
import { mapColumns } from './columnwise.js';
import { requireNumbers } from './match-columns.js';

/** A function of all rows: given numbers as a Matrix, other tables as named columns or rows; gives any form of table. */
export type TableFunction = (X: Transformed) => TableInput | Promise<TableInput>;

/** Parameters of {@link FunctionTransformer}. */
export type FunctionTransformerParams = {
  /** What is done: a function of the table, or the name of one of each number on its own. null, nothing. */
  func?: TableFunction | FunctionName | null;
  /** The way back. null, nothing. */
  inverseFunc?: TableFunction | FunctionName | null;
  /** Names of the columns that come out: those that went in, or a function of them. 'oneToOne'. */
  featureNamesOut?: 'oneToOne' | ((names: readonly string[]) => readonly string[]);
};

/** The functions with names; those that are not plain arithmetic give the same bits on every machine. */
const namedFunctions: Readonly<Record<FunctionName, (x: number) => number>> = {
  identity: (x) => x,
  log: elementary.log,
  log1p: elementary.log1p,
  exp: elementary.exp,
  expm1: elementary.expm1,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  abs: Math.abs,
};

const isFunc: ValueRule = {
  expected: `a function, null, or one of ${Object.keys(namedFunctions).join(', ')}`,
  isValid: (value) =>
    value === null ||
    typeof value === 'function' ||
    (typeof value === 'string' && Object.hasOwn(namedFunctions, value)),
};

/**
 * Any function of the rows as a step of a pipeline; scikit-learn's.
 *
 * Runs on the client of an encrypted circuit if `func` is a name or null.
 *
 * @example
 * const logs = new FunctionTransformer({ func: 'log1p', inverseFunc: 'expm1' });
 * await logs.fitTransform([[0], [Math.E - 1]]); // → [[0], [1]], as a Matrix
 */
export class FunctionTransformer extends BaseTransformer<FunctionTransformerParams, Record<never, never>> {
  static override readonly defaults = { func: null, inverseFunc: null, featureNamesOut: 'oneToOne' };
  static override readonly rules = {
    func: isFunc,
    inverseFunc: isFunc,
    featureNamesOut: {
      expected: "'oneToOne', or a function of the names",
      isValid: (value: unknown) => value === 'oneToOne' || typeof value === 'function',
    },
  };

  /** What `inverseFunc` gives. @param X - as `transform` gives it. */
  async inverseTransform(X: TableInput): Promise<Transformed> {
    const { table } = this.outputTable(X, 'inverseTransform');
    return this.#call('inverseFunc', table, this.featureNamesIn_, this.nFeaturesIn_);
  }

  protected override learn(): Record<never, never> {
    return {};
  }

  protected override apply(table: Table): Promise<Transformed> {
    return this.#call('func', table, this.outputNames({}), this.getFeatureNamesOut().length);
  }

  protected override namesOut(names: readonly string[]): readonly string[] {
    const rename = this.param<NonNullable<FunctionTransformerParams['featureNamesOut']>>('featureNamesOut');
    return typeof rename === 'function' ? rename(names) : names;
  }

  protected override describeStep(): ClientStepResult {
    const func = this.param<FunctionTransformerParams['func']>('func');
    if (typeof func !== 'function')
      return { step: { kind: 'function', name: func ?? 'identity' }, reason: null };
    const names = Object.keys(namedFunctions).join(', ');
    return {
      step: null,
      reason: `the FunctionTransformer's func is code, which a client spec cannot hold; use one of ${names}`,
    };
  }

  async #call(
    which: 'func' | 'inverseFunc',
    table: Table,
    names: readonly string[] | null,
    expected: number,
  ): Promise<Transformed> {
    const func = this.param<FunctionTransformerParams['func']>(which) ?? 'identity';
    if (func === 'identity') return columnsOut(table.columns, table.rows, names);
    if (typeof func === 'string') {
      const numbers = requireNumbers(table, 'FunctionTransformer', true);
      return mapColumns(numbers, names, () => namedFunctions[func]);
    }
    const result = toTable(await func(columnsOut(table.columns, table.rows, table.names)));
    if (result.rows !== table.rows || result.columns.length !== expected)
      throw otherShape(which, result, table.rows, expected);
    return columnsOut(result.columns, result.rows, names);
  }
}

function otherShape(which: string, result: Table, rows: number, columns: number): ComponentError {
  const got = `${result.rows} rows and ${result.columns.length} columns`;
  return new ComponentError(`The ${which} of this FunctionTransformer gave ${got}.`, {
    code: 'OUTPUT_SHAPE',
    got,
    expected: `${rows} rows and ${columns} columns`,
    hint: 'Give as many rows as there are; name the columns with featureNamesOut if they are not those that went in.',
  });
}
