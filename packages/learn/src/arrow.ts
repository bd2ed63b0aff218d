// Apache Arrow tables and vectors as features and targets. By their shape and not by their class, so that the package needs no
// Arrow itself and takes tables of any version, also of other implementations of the interface.

import { Tensor } from '@tacit/tensor';
import { DataTypeError, DataValueError } from './errors.js';

/** What is used of a column of an Arrow table, an Arrow `Vector`. */
export interface ArrowVector {
  readonly length: number;
  readonly nullCount: number;
  /** Its name describes the column: 'Float64', 'Utf8', … */
  readonly type: object;
  get(index: number): unknown;
  toArray(): unknown;
}

/** What is used of an Arrow `Table`. */
export interface ArrowTable {
  readonly numRows: number;
  readonly numCols: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChildAt(index: number): ArrowVector | null;
}

export function isArrowTable(value: unknown): value is ArrowTable {
  const table = value as Partial<ArrowTable> | null;
  return (
    typeof value === 'object' && typeof table?.numRows === 'number' && typeof table.getChildAt === 'function'
  );
}

export function isArrowVector(value: unknown): value is ArrowVector {
  const vector = value as Partial<ArrowVector> | null;
  return (
    typeof value === 'object' && typeof vector?.nullCount === 'number' && typeof vector.toArray === 'function'
  );
}

/**
 * All columns of a table in their order, as [nRows, nColumns] float32. Numbers of any width and booleans (1 for true) are taken.
 *
 * @throws DataTypeError `X_NOT_NUMERIC`, DataValueError `X_NOT_FINITE`, `X_EMPTY`; the column is named.
 */
export function tableToTensor(table: ArrowTable): Tensor {
  const { numRows: rows, numCols: columns } = table;
  if (rows === 0 || columns === 0) throw emptyTable(rows, columns);
  const data = new Float32Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    const { name } = table.schema.fields[column]!;
    const vector = table.getChildAt(column)!;
    if (vector.nullCount > 0) throw missingValue(name, firstNull(vector));
    const values = numbersOf(vector);
    for (let row = 0; row < rows; row++) {
      const value = toNumber(values[row]);
      if (value === null) throw notNumeric(name, row, values[row]);
      const index = row * columns + column;
      data[index] = value;
      if (!Number.isFinite(data[index])) throw notFinite(name, row, value);
    }
  }
  return new Tensor(data, [rows, columns]);
}

/** The values of a vector as a plain list; 64-bit integers become numbers. */
export function vectorToList(vector: ArrowVector): unknown[] {
  return Array.from({ length: vector.length }, (_, index) => {
    const value = vector.get(index);
    return typeof value === 'bigint' ? Number(value) : value;
  });
}

// Typed columns come as one array; booleans are packed bits and dates are numbers that mean something else, so those go one by one.
function numbersOf(vector: ArrowVector): ArrayLike<unknown> {
  const values = vector.toArray();
  const isPlain =
    ArrayBuffer.isView(values) && (values as unknown as ArrayLike<unknown>).length === vector.length;
  return isPlain && typeof vector.get(0) !== 'boolean'
    ? (values as unknown as ArrayLike<unknown>)
    : Array.from({ length: vector.length }, (_, index) => vector.get(index));
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : null;
}

function firstNull(vector: ArrowVector): number {
  for (let row = 0; row < vector.length; row++) if (vector.get(row) === null) return row;
  return 0;
}

function notNumeric(name: string, row: number, value: unknown): DataTypeError {
  const got = `a ${typeof value} in row ${row}, column ${name}`;
  return new DataTypeError(`The table holds ${got}.`, {
    code: 'X_NOT_NUMERIC',
    got,
    expected: 'columns of numbers or booleans',
    hint: 'Select the numeric columns with table.select([…]), or encode categories as columns of 0 and 1.',
  });
}

function missingValue(name: string, row: number): DataValueError {
  return new DataValueError(`The table has no value in row ${row}, column ${name}.`, {
    code: 'X_NOT_FINITE',
    got: `null in row ${row}, column ${name}`,
    expected: 'finite numbers',
    hint: 'Fill the missing values, or drop those rows.',
  });
}

function notFinite(name: string, row: number, value: number): DataValueError {
  const got = Number.isFinite(value) ? 'a number beyond the range of float32' : String(value);
  return new DataValueError(`The table holds ${got} in row ${row}, column ${name}.`, {
    code: 'X_NOT_FINITE',
    got: `${got} in row ${row}, column ${name}`,
    expected: 'finite numbers',
    hint: 'Fill the missing values, or drop those rows.',
  });
}

function emptyTable(rows: number, columns: number): DataValueError {
  return new DataValueError(`The table has ${rows} rows and ${columns} columns.`, {
    code: 'X_EMPTY',
    got: `${rows} rows, ${columns} columns`,
    expected: 'at least one row and one column',
    hint: 'Pass at least one row.',
  });
}
