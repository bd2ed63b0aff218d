// Missing values filled in.

import { BaseTransformer } from '../base-transformer.js';
import type { Category, ClientStepResult } from '../client-step.js';
import { DataTypeError, DataValueError } from '../errors.js';
import type { Transformed } from '../estimator.js';
import { type Column, cellAt, cellsOf, columnLabel, type Table } from '../table.js';
import { kindOf, type Label } from '../validate-input.js';
import { columnOfCells, columnOfNumbers, columnsOut } from './columns-out.js';
import { meanAndVariance, measureColumns, presentNumbers, quantile } from './columnwise.js';
import { requireNumbers } from './match-columns.js';
import { isBoolean, isOneOf } from './rules.js';

/** Parameters of {@link SimpleImputer}. */
export type SimpleImputerParams = {
  /** What is filled in: mean or median of the column, its most frequent value, or always the same. 'mean'. */
  strategy?: 'mean' | 'median' | 'mostFrequent' | 'constant';
  /** With 'constant': the value. null, which is 0 for numbers and 'missing_value' for text. */
  fillValue?: Label | null;
  /** What counts as missing besides null and NaN, such as −1 or '?'. null, nothing else. */
  missingValues?: Label | null;
  /** Whether columns of 0 and 1 are added that say where a value was missing, for columns where some were at the fit. false. */
  addIndicator?: boolean;
  /** Whether a column without any value is filled with 0 (or the constant); otherwise it is refused. false. */
  keepEmptyFeatures?: boolean;
};

interface Learned {
  readonly statistics: readonly Label[];
  /** Columns with missing values at the fit, if indicators are asked for. */
  readonly indicators: readonly number[];
}

/**
 * Missing values replaced by a statistic of their column; scikit-learn's, to 1e-6.
 *
 * Of several most frequent values the smallest one is taken. A column without any value at the fit is an error that names it, unless
 * `keepEmptyFeatures` is set; scikit-learn drops it with a warning.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const imputer = new SimpleImputer({ strategy: 'median' });
 * await imputer.fitTransform([[1], [null], [3], [8]]); // → [[1], [3], [3], [8]], as a Matrix
 */
export class SimpleImputer extends BaseTransformer<SimpleImputerParams, Learned> {
  static override readonly defaults = {
    strategy: 'mean',
    fillValue: null,
    missingValues: null,
    addIndicator: false,
    keepEmptyFeatures: false,
  };
  static override readonly rules = {
    strategy: isOneOf('mean', 'median', 'mostFrequent', 'constant'),
    addIndicator: isBoolean,
    keepEmptyFeatures: isBoolean,
  };

  /** What each column's missing values become. @throws NotFittedError */
  get statistics_(): readonly Label[] {
    return this.learned('statistics_').statistics;
  }

  /** Columns that get an indicator, by position; none without `addIndicator`. @throws NotFittedError */
  get indicatorFeatures_(): readonly number[] {
    return this.learned('indicatorFeatures_').indicators;
  }

  protected override async learn(raw: Table): Promise<Learned> {
    const table = this.#read(raw);
    const present = await measureColumns(table, (column, rows) => presentValues(column, rows));
    const strategy = this.param<Strategy>('strategy');
    const statistics = present.map((values, index) => {
      if (strategy === 'constant') return this.#constant(table.columns[index]!, columnLabel(table, index));
      if (values.length > 0) return statisticOf(values, strategy);
      if (this.param('keepEmptyFeatures')) return 0;
      throw allMissing(columnLabel(table, index), table.rows, strategy);
    });
    const gaps = [...present.keys()].filter((index) => present[index]!.length < table.rows);
    return { statistics, indicators: this.param('addIndicator') ? gaps : [] };
  }

  protected override apply(raw: Table, learned: Learned): Transformed {
    const table = this.#read(raw);
    const { statistics, indicators } = learned;
    const filled = table.columns.map((column, index) =>
      fill(column, statistics[index]!, table.rows, columnLabel(table, index)),
    );
    const flags = indicators.map((index) => missingFlags(table.columns[index]!, table.rows));
    return columnsOut([...filled, ...flags], table.rows, this.outputNames(learned));
  }

  protected override namesOut(names: readonly string[], { indicators }: Learned): readonly string[] {
    return [...names, ...indicators.map((index) => `missingindicator_${names[index]}`)];
  }

  protected override describeStep({ statistics, indicators }: Learned): ClientStepResult {
    const missingValue = this.param<Category>('missingValues');
    return { step: { kind: 'simpleImputer', fill: statistics, indicators, missingValue }, reason: null };
  }

  // The table with numbers only where a statistic of numbers is asked for, and with what counts as missing taken out.
  #read(table: Table): Table {
    const strategy = this.param<Strategy>('strategy');
    const missingValue = this.param<Category>('missingValues');
    const read =
      missingValue === null
        ? table
        : {
            ...table,
            columns: table.columns.map((column) => without(column, missingValue, table.rows)),
          };
    if (strategy !== 'mean' && strategy !== 'median') return read;
    const hint = `The ${strategy} needs numbers: use strategy: 'mostFrequent' or 'constant' for text, with a ColumnTransformer for some columns only.`;
    return requireNumbers(read, 'SimpleImputer', true, hint);
  }

  #constant(column: Column, label: string): Label {
    const value = this.param<Category>('fillValue') ?? (column.kind === 'number' ? 0 : 'missing_value');
    if (column.kind === 'number' && typeof value === 'string') throw textAmongNumbers(value, label);
    return value;
  }
}

type Strategy = NonNullable<SimpleImputerParams['strategy']>;

function without(column: Column, missingValue: Label, rows: number): Column {
  return columnOfCells(cellsOf(column, rows).map((cell) => (cell === missingValue ? null : cell)));
}

/** The values that are there: a typed array for numbers. */
function presentValues(column: Column, rows: number): Float64Array | readonly Label[] {
  if (column.kind === 'number') return presentNumbers(column, rows);
  return column.cells.filter((cell): cell is Label => cell !== null);
}

function statisticOf(values: Float64Array | readonly Label[], strategy: Strategy): Label {
  if (strategy === 'mostFrequent') return mostFrequent(values);
  const numbers = Float64Array.from(values as ArrayLike<number>);
  if (strategy === 'mean') return meanAndVariance(numbers).mean;
  return quantile(numbers.sort(), 0.5);
}

function mostFrequent(values: Iterable<Label>): Label {
  const counts = new Map<Label, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [best, most] = [null as Label | null, 0];
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < best!)) [best, most] = [value, count];
  }
  return best!;
}

function fill(column: Column, statistic: Label, rows: number, label: string): Column {
  if (column.kind === 'cell') {
    const wrong = column.cells.findIndex((cell) => cell !== null && typeof cell !== typeof statistic);
    if (wrong !== -1) throw otherType(column.cells[wrong]!, statistic, wrong, label);
    return columnOfCells(column.cells.map((cell) => cell ?? statistic));
  }
  const present = presentNumbers(column, rows).length;
  if (typeof statistic === 'number') {
    const { data, offset, stride } = column;
    const filled = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = data[offset + row * stride]!;
      filled[row] = Number.isNaN(value) ? statistic : value;
    }
    return columnOfNumbers(filled);
  }
  if (present > 0) throw otherType(0, statistic, null, label);
  return { kind: 'cell', cells: Array<Label>(rows).fill(statistic) };
}

function missingFlags(column: Column, rows: number): Column {
  return columnOfNumbers(
    Float64Array.from({ length: rows }, (_, row) => (cellAt(column, row) === null ? 1 : 0)),
  );
}

function allMissing(label: string, rows: number, strategy: string): DataValueError {
  return new DataValueError(
    `All ${rows} values of ${label} are missing, so there is no ${strategy} to fill in.`,
    {
      code: 'COLUMN_ALL_MISSING',
      got: `no value in ${label}`,
      expected: 'at least one value in every column',
      hint: 'Leave the column out, or set keepEmptyFeatures: true to fill it with 0.',
    },
  );
}

function otherType(cell: Label, statistic: Label, row: number | null, label: string): DataTypeError {
  const place = row === null ? label : `row ${row}, ${label}`;
  return new DataTypeError(`X holds ${kindOf(cell)} in ${place}, which was fitted on ${typeof statistic}s.`, {
    code: 'X_TYPE',
    got: `${kindOf(cell)} in ${place}`,
    expected: `${typeof statistic}s`,
    hint: 'Pass columns of the same types as at the fit.',
  });
}

function textAmongNumbers(value: string, label: string): DataTypeError {
  return new DataTypeError(
    `Parameter fillValue of SimpleImputer is '${value}', but ${label} holds numbers.`,
    {
      code: 'X_TYPE',
      got: `text to fill ${label}, which holds numbers`,
      expected: 'a fillValue of the type of the column',
      hint: 'Give a number, or impute columns of text separately with a ColumnTransformer.',
    },
  );
}
