// Tables: rows or named columns that may hold text and missing values, as encoders, imputers and ColumnTransformer take them.
// Every form is read once into columns; numbers are viewed where they lie, not copied.

import { Tensor } from '@tacit/tensor';
import { type ArrowTable, type ArrowVector, isArrowTable, isArrowVector, vectorToList } from './arrow.js';
import { DataTypeError, DataValueError } from './errors.js';
import { isPlainObject } from './plain-object.js';
import {
  type ArrayFeatures,
  isNumberVector,
  isShaped,
  kindOf,
  type Label,
  type NumberVector,
} from './validate-input.js';

/** One value of a table; null (also undefined, and NaN among numbers) is a missing one. */
export type Cell = Label | null | undefined;

/** The values of one column. */
export type TableColumn = readonly Cell[] | NumberVector | ArrowVector;

/** Columns by name, all of the same length: `{ age: [41, null], city: ['Bern', 'Genf'] }`. */
export interface TableRecord {
  readonly [name: string]: TableColumn;
}

/** Rows of numbers, text and missing values; numbers with a shape; columns by name; an Arrow table. Never changed. */
export type TableInput = ArrayFeatures | readonly (readonly Cell[])[] | TableRecord | ArrowTable;

/** Numbers of one column where they lie: value i is `data[offset + i · stride]`; NaN is missing. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly data: NumberVector;
  readonly offset: number;
  readonly stride: number;
}

/** Text or booleans, or a mixture; null is missing. */
export interface CellColumn {
  readonly kind: 'cell';
  readonly cells: readonly (Label | null)[];
}

/** One column as transformers work on it. */
export type Column = NumberColumn | CellColumn;

/** A table by columns. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** null where the input has no names. */
  readonly names: readonly string[] | null;
  /** Of a part of a table: where its columns were, for messages. */
  readonly positions?: readonly number[];
}

/**
 * Any form of table by its columns.
 *
 * @throws DataTypeError `X_TYPE`; DataValueError `X_EMPTY`, `X_RAGGED`, `X_SHAPE`, `LENGTH_MISMATCH`, `X_NOT_FINITE` for infinity.
 */
export function toTable(X: unknown): Table {
  const table = readTable(X);
  if (table.rows === 0 || table.columns.length === 0) throw emptyTable(table);
  for (const [index, column] of table.columns.entries()) checkNoInfinity(column, columnLabel(table, index));
  return table;
}

function readTable(X: unknown): Table {
  if (isTable(X)) return X;
  if (isArrowTable(X)) return fromArrow(X);
  if (Array.isArray(X)) return fromRows(X);
  if (X instanceof Tensor) return fromShaped(X.data, X.shape, null);
  if (isShaped(X)) return fromShaped(X.data, X.shape, namesOf(X));
  if (isPlainObject(X)) return fromRecord(X);
  throw new DataTypeError(`X is ${kindOf(X)}.`, {
    code: 'X_TYPE',
    got: kindOf(X),
    expected: 'rows, { data, shape }, a record of columns, a tensor, or an Arrow table',
    hint: 'Pass an array with one array of values a row, or one array a column: { age: [41, 35], city: ["Bern", null] }.',
  });
}

// By its shape, as an Arrow table is: no record of columns has a number among its entries.
function isTable(X: unknown): X is Table {
  return isPlainObject(X) && typeof X.rows === 'number' && Array.isArray(X.columns) && 'names' in X;
}

/** A table that was read already, as input of a transformer: its columns are shared, not copied. */
export function asInput(table: Table): TableInput {
  return table as unknown as TableInput;
}

/** Whether a record holds columns of a table: at least one value, and each of them a list. */
export function isTableRecord(X: unknown): X is TableRecord {
  return isPlainObject(X) && !isShaped(X) && Object.values(X).some(isColumnLike);
}

/** How messages call a column: by its name, or by its number. */
export function columnLabel({ names, positions }: Pick<Table, 'names' | 'positions'>, index: number): string {
  return `column ${names?.[index] ?? positions?.[index] ?? index}`;
}

/** One value; NaN among numbers becomes null. */
export function cellAt(column: Column, row: number): Label | null {
  if (column.kind === 'cell') return column.cells[row]!;
  const value = column.data[column.offset + row * column.stride]!;
  return Number.isNaN(value) ? null : value;
}

/** The values of a column as a plain list, null for missing. */
export function cellsOf(column: Column, rows: number): readonly (Label | null)[] {
  return column.kind === 'cell'
    ? column.cells
    : Array.from({ length: rows }, (_, row) => cellAt(column, row));
}

/** Some columns of a table, in the order of `indices`. */
export function selectColumns({ rows, columns, names, positions }: Table, indices: readonly number[]): Table {
  return {
    rows,
    positions: indices.map((index) => positions?.[index] ?? index),
    columns: indices.map((index) => columns[index]!),
    names: names === null ? null : indices.map((index) => names[index]!),
  };
}

function fromShaped(data: unknown, shape: unknown, names: readonly string[] | null): Table {
  if (!isNumberVector(data) || !isTableShape(shape) || shape[0] * shape[1] !== data.length) {
    const got = `{ data: ${kindOf(data)}, shape: ${Array.isArray(shape) ? `[${shape.join(', ')}]` : kindOf(shape)} }`;
    throw new DataValueError(`X is ${got}.`, {
      code: 'X_SHAPE',
      got,
      expected: '{ data: a typed array of numbers, shape: [rows, columns] } with rows · columns numbers',
      hint: 'Tables have two axes; reshape images and the like to [rows, columns].',
    });
  }
  const [rows, count] = shape;
  const columns = Array.from({ length: count }, (_, offset) => numberColumn(data, offset, count));
  return { rows, columns, names };
}

function isTableShape(shape: unknown): shape is readonly [number, number] {
  return Array.isArray(shape) && shape.length === 2 && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function namesOf(X: object): readonly string[] | null {
  return 'columnNames' in X && Array.isArray(X.columnNames) ? X.columnNames : null;
}

function fromRows(rows: readonly unknown[]): Table {
  const width = rows.length === 0 ? 0 : widthOf(rows[0], 0);
  for (const [index, row] of rows.entries()) {
    const length = widthOf(row, index);
    if (length !== width) throw raggedRow(index, length, width);
  }
  const columns = Array.from({ length: width }, (_, column) =>
    columnOf((row) => (rows[row] as ArrayLike<unknown>)[column], rows.length, `column ${column}`),
  );
  return { rows: rows.length, columns, names: null };
}

function widthOf(row: unknown, index: number): number {
  if (Array.isArray(row) || isNumberVector(row)) return row.length;
  throw new DataTypeError(`Row ${index} of X is ${kindOf(row)}.`, {
    code: 'X_TYPE',
    got: kindOf(row),
    expected: 'an array of values',
    hint: 'Pass one array a row: a single column is [[1], [2]], a single row is [[1, 2]].',
  });
}

function fromRecord(record: Record<string, unknown>): Table {
  const names = Object.keys(record);
  const rows = names.length === 0 ? 0 : lengthOfColumn(record[names[0]!], names[0]!);
  for (const name of names) {
    const length = lengthOfColumn(record[name], name);
    if (length !== rows) throw unequalColumns(name, length, names[0]!, rows);
  }
  const columns = names.map((name) => columnOfList(record[name], rows, `column ${name}`));
  return { rows, columns, names };
}

function isColumnLike(value: unknown): boolean {
  return (Array.isArray(value) && !Array.isArray(value[0])) || isNumberVector(value) || isArrowVector(value);
}

function lengthOfColumn(column: unknown, name: string): number {
  if (isColumnLike(column)) return (column as ArrayLike<unknown>).length;
  throw new DataTypeError(`Column ${name} of X is ${kindOf(column)}.`, {
    code: 'X_TYPE',
    got: kindOf(column),
    expected: 'a list of values, one a row',
    hint: `Pass { ${name}: [first, second, …] }.`,
  });
}

function fromArrow(table: ArrowTable): Table {
  const names = table.schema.fields.map(({ name }) => name);
  const columns = names.map((name, index) =>
    columnOfList(table.getChildAt(index), table.numRows, `column ${name}`),
  );
  return { rows: table.numRows, columns, names };
}

function columnOfList(list: unknown, rows: number, label: string): Column {
  if (isNumberVector(list)) return numberColumn(list, 0, 1);
  if (isArrowVector(list)) {
    const values = list.nullCount === 0 ? list.toArray() : null;
    if (isNumberVector(values) && values.length === rows && typeof list.get(0) === 'number')
      return numberColumn(values, 0, 1);
    const cells = vectorToList(list);
    return columnOf((row) => cells[row], rows, label);
  }
  return columnOf((row) => (list as ArrayLike<unknown>)[row], rows, label);
}

// Numbers and missing values make a column of numbers; with text or a boolean among them it is one of cells.
function columnOf(at: (row: number) => unknown, rows: number, label: string): Column {
  const numbers = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const value = at(row);
    if (typeof value === 'number') numbers[row] = value;
    else if (value === null || value === undefined) numbers[row] = Number.NaN;
    else return { kind: 'cell', cells: Array.from({ length: rows }, (_, i) => checkedCell(at(i), i, label)) };
  }
  return numberColumn(numbers, 0, 1);
}

function checkedCell(value: unknown, row: number, label: string): Label | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  throw new DataTypeError(`X holds ${kindOf(value)} in row ${row}, ${label}.`, {
    code: 'X_TYPE',
    got: `${kindOf(value)} in row ${row}, ${label}`,
    expected: 'numbers, strings, booleans, or null for a missing value',
    hint: 'Turn dates and other values into numbers or text first.',
  });
}

function numberColumn(data: NumberVector, offset: number, stride: number): NumberColumn {
  return { kind: 'number', data, offset, stride };
}

function checkNoInfinity(column: Column, label: string): void {
  const at: (row: number) => unknown =
    column.kind === 'cell'
      ? (row) => column.cells[row]
      : (row) => column.data[column.offset + row * column.stride];
  const rows =
    column.kind === 'cell' ? column.cells.length : (column.data.length - column.offset) / column.stride;
  for (let row = 0; row < rows; row++) {
    const value = at(row);
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      throw new DataValueError(`X holds ${value} in row ${row}, ${label}.`, {
        code: 'X_NOT_FINITE',
        got: `${value} in row ${row}, ${label}`,
        expected: 'finite numbers, or null for a missing value',
        hint: 'Write null where a value is unknown, or drop those rows.',
      });
    }
  }
}

function emptyTable({ rows, columns }: Table): DataValueError {
  const got = `${rows} rows, ${columns.length} columns`;
  return new DataValueError(`X is empty: ${got}.`, {
    code: 'X_EMPTY',
    got,
    expected: 'at least one row and one column',
    hint: 'Pass at least one row.',
  });
}

function raggedRow(row: number, length: number, expected: number): DataValueError {
  return new DataValueError(`Row ${row} of X has ${length} columns, row 0 has ${expected}.`, {
    code: 'X_RAGGED',
    got: `${length} columns in row ${row}`,
    expected: `${expected} columns in every row`,
    hint: 'Give every row the same number of columns, null where a value is missing.',
  });
}

function unequalColumns(name: string, length: number, first: string, expected: number): DataValueError {
  return new DataValueError(`Column ${name} of X has ${length} rows, column ${first} has ${expected}.`, {
    code: 'LENGTH_MISMATCH',
    got: `${length} rows in column ${name}`,
    expected: `${expected} rows in every column`,
    hint: 'Give every column the same number of rows, null where a value is missing.',
  });
}
