// Categories as whole numbers.

import { BaseTransformer } from '../base-transformer.js';
import type { Category, ClientStepResult } from '../client-step.js';
import { DataValueError, ParameterError } from '../errors.js';
import type { Transformed } from '../estimator.js';
import { Breather } from '../event-loop.js';
import { Matrix } from '../matrix.js';
import { type Column, cellAt, columnLabel, type Table, type TableInput } from '../table.js';
import {
  type CategoriesParameter,
  categoriesRule,
  positionsOf,
  takeCategories,
  unknownCategory,
} from './categories.js';
import { columnOfCells, columnsOut } from './columns-out.js';
import { requireNumbers } from './match-columns.js';
import { isOneOf } from './rules.js';

/** Parameters of {@link OrdinalEncoder}. */
export type OrdinalEncoderParams = {
  /** 'auto' for those that the rows of the fit show, sorted; or a list for each column, in the order that counts. 'auto'. */
  categories?: CategoriesParameter;
  /** What becomes of a category that the fit did not see: an error, or `unknownValue`. 'error'. */
  handleUnknown?: 'error' | 'useEncodedValue';
  /** With 'useEncodedValue': a number that no category has, or NaN. null, which is none. */
  unknownValue?: number | null;
  /** What a missing value becomes. NaN. */
  encodedMissingValue?: number;
};

interface Learned {
  readonly categories: readonly (readonly Category[])[];
}

/**
 * The position of each value among the categories of its column, 0 to n − 1; scikit-learn's.
 *
 * Text, numbers and booleans may be categories. Missing values that the fit saw stay missing, or become `encodedMissingValue`.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const encoder = new OrdinalEncoder({ categories: [['small', 'large']] });
 * await encoder.fitTransform([['large'], ['small']]); // → [[1], [0]], as a Matrix
 */
export class OrdinalEncoder extends BaseTransformer<OrdinalEncoderParams, Learned, Matrix> {
  static override readonly defaults = {
    categories: 'auto',
    handleUnknown: 'error',
    unknownValue: null,
    encodedMissingValue: Number.NaN,
  };
  static override readonly rules = {
    categories: categoriesRule,
    handleUnknown: isOneOf('error', 'useEncodedValue'),
    unknownValue: {
      expected: 'a whole number, NaN or null',
      isValid: (value: unknown) => value === null || Number.isNaN(value) || Number.isSafeInteger(value),
    },
    encodedMissingValue: {
      expected: 'a whole number, or NaN',
      isValid: (value: unknown) => Number.isNaN(value) || Number.isSafeInteger(value),
    },
  };

  /** The categories of each column, null for missing values. @throws NotFittedError */
  get categories_(): readonly (readonly Category[])[] {
    return this.learned('categories_').categories;
  }

  /**
   * The categories from before, text included; null for a missing or an unknown one.
   *
   * @throws DataValueError `CODE_UNKNOWN` for a number that is none of the codes.
   */
  async inverseTransform(X: TableInput): Promise<Transformed> {
    const { table, learned } = this.outputTable(X, 'inverseTransform');
    const { columns } = requireNumbers(table, 'OrdinalEncoder', true);
    const decoded = columns.map((column, index) => this.#decode(column, index, table, learned));
    return columnsOut(decoded, table.rows, this.featureNamesIn_);
  }

  protected override async learn(table: Table): Promise<Learned> {
    const learned = { categories: takeCategories(table, this.param('categories'), 'OrdinalEncoder') };
    this.#checkCodes(learned);
    if (this.param('handleUnknown') === 'error') await this.#encode(table, learned);
    return learned;
  }

  protected override async apply(table: Table, learned: Learned): Promise<Matrix> {
    return new Matrix(
      await this.#encode(table, learned),
      [table.rows, table.columns.length],
      this.outputNames(learned),
    );
  }

  protected override namesOut(names: readonly string[]): readonly string[] {
    return names;
  }

  protected override describeStep({ categories }: Learned): ClientStepResult {
    const plain = (value: number | null) => (Number.isNaN(value) ? null : value);
    const step = {
      kind: 'ordinalEncoder',
      categories,
      handleUnknown: this.param<'error' | 'useEncodedValue'>('handleUnknown'),
      unknownValue: plain(this.param<number | null>('unknownValue')),
      encodedMissingValue: plain(this.param<number>('encodedMissingValue')),
    } as const;
    return { step, reason: null };
  }

  async #encode(table: Table, { categories }: Learned): Promise<Float64Array> {
    const refuses = this.param('handleUnknown') === 'error';
    const [unknownValue, missing] = [
      this.param<number>('unknownValue'),
      this.param<number>('encodedMissingValue'),
    ];
    const width = table.columns.length;
    const data = new Float64Array(table.rows * width);
    const breather = new Breather();
    for (const [index, column] of table.columns.entries()) {
      const positionOf = positionsOf(categories[index]!);
      for (let row = 0; row < table.rows; row++) {
        const value = cellAt(column, row);
        const position = positionOf(value);
        if (position === -1 && refuses)
          throw unknownCategory(value, row, columnLabel(table, index), categories[index]!, remedy);
        data[row * width + index] = position === -1 ? unknownValue : value === null ? missing : position;
      }
      if (breather.isDue()) await breather.pause();
    }
    return data;
  }

  #decode(column: Column, index: number, table: Table, { categories }: Learned): Column {
    const list = categories[index]!;
    const unknownValue = this.param<number | null>('unknownValue');
    const missing = this.param<number>('encodedMissingValue');
    const cells = Array.from({ length: table.rows }, (_, row): Category => {
      const code = cellAt(column, row) as number | null;
      if (code === null || code === missing || code === unknownValue) return null;
      const category = list[code];
      if (category === undefined) throw unknownCode(code, row, columnLabel(table, index), list.length);
      return category;
    });
    return columnOfCells(cells);
  }

  // Codes for what is unknown or missing must not be those of categories, or nothing could be told apart.
  #checkCodes({ categories }: Learned): void {
    const [unknownValue, missing] = [
      this.param<number | null>('unknownValue'),
      this.param<number>('encodedMissingValue'),
    ];
    if (this.param('handleUnknown') === 'useEncodedValue' && unknownValue === null)
      throw codeTaken('unknownValue', 'null', "a number, with handleUnknown: 'useEncodedValue'");
    const largest = Math.max(
      ...categories.map((list) => list.filter((category) => category !== null).length),
    );
    const isTaken = (code: number | null) => code !== null && code >= 0 && code < largest;
    if (isTaken(unknownValue))
      throw codeTaken('unknownValue', String(unknownValue), 'a number that is no category');
    if (isTaken(missing))
      throw codeTaken('encodedMissingValue', String(missing), 'a number that is no category');
  }
}

const remedy =
  "Set handleUnknown: 'useEncodedValue' with an unknownValue, name all categories in the parameter categories, or fit on rows that show it.";

function codeTaken(name: string, got: string, expected: string): ParameterError {
  return new ParameterError(`Parameter ${name} of OrdinalEncoder is ${got}, expected ${expected}.`, {
    code: 'PARAMETER_VALUE',
    got: `${name}: ${got}`,
    expected: `${name}: ${expected}`,
    hint: 'Use −1, or NaN for a missing value.',
  });
}

function unknownCode(code: number, row: number, label: string, count: number): DataValueError {
  return new DataValueError(`Row ${row} of ${label} holds the code ${code}, which is none of its ${count}.`, {
    code: 'CODE_UNKNOWN',
    got: `${code} in row ${row}, ${label}`,
    expected: `a whole number from 0 to ${count - 1}`,
    hint: 'Pass what transform gave.',
  });
}
