// Columns of a table against those of the fit: the same names in any order, or the same number of columns.

import { DataTypeError, DataValueError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { columnLabel, selectColumns, type Table } from '../table.js';
import { kindOf } from '../validate-input.js';

/** What is remembered of the columns of a fit. */
export interface FittedColumns {
  readonly nFeaturesIn: number;
  readonly featureNamesIn: readonly string[] | null;
}

/**
 * The table with its columns in the order of the fit. Named columns may come in any order.
 *
 * @throws DataValueError `COLUMN_MISSING`, naming all of them; `X_FEATURES` for columns too many or too few.
 */
export function matchColumns(table: Table, fitted: FittedColumns, estimatorName: string): Table {
  const { nFeaturesIn, featureNamesIn } = fitted;
  if (table.names !== null && featureNamesIn !== null) {
    const indices = findColumns(table.names, featureNamesIn, estimatorName);
    const extra = table.names.filter((name) => !featureNamesIn.includes(name));
    if (extra.length > 0) throw extraColumns(extra, featureNamesIn, estimatorName);
    return indices.every((column, index) => column === index) ? table : selectColumns(table, indices);
  }
  if (table.columns.length === nFeaturesIn) return table;
  throw otherCount(table.columns.length, nFeaturesIn, estimatorName);
}

/** Positions of named columns. @throws DataValueError `COLUMN_MISSING`, naming all that are not there. */
export function findColumns(
  names: readonly string[],
  wanted: readonly string[],
  estimatorName: string,
): readonly number[] {
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return wanted.map((name) => names.indexOf(name));
  const proposals = missing.map((name) => {
    const nearest = nearestName(
      name,
      names.filter((other) => !wanted.includes(other)),
    );
    return nearest === null ? name : `${name} (is it ${nearest}?)`;
  });
  throw new DataValueError(`X lacks the ${plural('column', missing)} ${proposals.join(', ')}.`, {
    code: 'COLUMN_MISSING',
    got: `the columns ${names.join(', ')}`,
    expected: `the columns ${wanted.join(', ')}, on which the ${estimatorName} was fitted`,
    hint: 'Pass every column of the fit under its name; where a value is unknown, write null and impute it.',
  });
}

/** @throws DataValueError `X_FEATURES` unless there are as many columns as expected. */
export function checkColumnCount(got: number, expected: number, estimatorName: string): void {
  if (got !== expected) throw otherCount(got, expected, estimatorName);
}

/**
 * The table with numbers only: booleans become 1 and 0.
 *
 * @param allowsMissing - whether NaN may stay.
 * @throws DataTypeError `X_NOT_NUMERIC`, DataValueError `X_NOT_FINITE`; column and row are named.
 */
export function requireNumbers(
  table: Table,
  estimatorName: string,
  allowsMissing: boolean,
  textHint = 'Encode text with OneHotEncoder or OrdinalEncoder; ColumnTransformer gives each column its own steps.',
): NumberTable {
  const columns = table.columns.map((column, index): NumberColumn => {
    const label = columnLabel(table, index);
    const numbers =
      column.kind === 'number'
        ? column
        : fromBooleans(column.cells, (row, cell) => notNumeric(cell, row, label, estimatorName, textHint));
    if (!allowsMissing) checkNoneMissing(numbers, table.rows, label, estimatorName);
    return numbers;
  });
  return { ...table, columns };
}

type NumberColumn = Extract<Table['columns'][number], { kind: 'number' }>;

/** A table of numbers only. */
export interface NumberTable extends Table {
  readonly columns: readonly NumberColumn[];
}

function fromBooleans(
  cells: readonly unknown[],
  refusal: (row: number, cell: unknown) => DataTypeError,
): NumberColumn {
  const data = new Float64Array(cells.length);
  for (const [row, cell] of cells.entries()) {
    if (typeof cell === 'string') throw refusal(row, cell);
    data[row] = cell === null ? Number.NaN : Number(cell);
  }
  return { kind: 'number', data, offset: 0, stride: 1 };
}

function checkNoneMissing(
  { data, offset, stride }: NumberColumn,
  rows: number,
  label: string,
  estimatorName: string,
): void {
  for (let row = 0; row < rows; row++) {
    if (!Number.isNaN(data[offset + row * stride])) continue;
    throw new DataValueError(`X has no value in row ${row}, ${label}; ${estimatorName} needs them all.`, {
      code: 'X_NOT_FINITE',
      got: `a missing value in row ${row}, ${label}`,
      expected: 'finite numbers',
      hint: 'Put a SimpleImputer before it, or drop those rows.',
    });
  }
}

function notNumeric(
  cell: unknown,
  row: number,
  label: string,
  estimatorName: string,
  hint: string,
): DataTypeError {
  return new DataTypeError(
    `X holds ${kindOf(cell)} in row ${row}, ${label}; ${estimatorName} takes numbers.`,
    {
      code: 'X_NOT_NUMERIC',
      got: `${kindOf(cell)} in row ${row}, ${label}`,
      expected: 'numbers, booleans or missing values',
      hint,
    },
  );
}

function extraColumns(
  extra: readonly string[],
  fitted: readonly string[],
  estimatorName: string,
): DataValueError {
  return new DataValueError(
    `X has the ${plural('column', extra)} ${extra.join(', ')}, on which the ${estimatorName} was not fitted.`,
    {
      code: 'X_FEATURES',
      got: `the further ${plural('column', extra)} ${extra.join(', ')}`,
      expected: fitted.join(', '),
      hint: 'Leave them out, or select columns with a ColumnTransformer.',
    },
  );
}

function otherCount(got: number, expected: number, estimatorName: string): DataValueError {
  return new DataValueError(`X has ${got} columns, the ${estimatorName} was fitted on ${expected}.`, {
    code: 'X_FEATURES',
    got: `${got} columns`,
    expected: `${expected} columns`,
    hint: 'Pass the same columns in the same order, or fit again.',
  });
}

function plural(noun: string, list: readonly unknown[]): string {
  return list.length === 1 ? noun : `${noun}s`;
}
