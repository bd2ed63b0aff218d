// Single cells: what text means, and what becomes of a value in a column of a given type.

import { DatasetError } from '../errors.js';
import type { ColumnType } from './data-table.js';

/** A value before its column has a type; null is missing. */
export type CellValue = number | string | boolean | Date | null;

/** A decimal number as Number reads it, else NaN. Hexadecimal numbers and the word Infinity are text. */
export function numberOf(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && !/^\s*$|[xob]/i.test(text) ? value : Number.NaN;
}

/** What a cell of a text file is, where nobody says what its column holds. */
export function interpret(text: string): number | boolean | string {
  const value = numberOf(text);
  if (!Number.isNaN(value)) return value;
  if (text.length > 5) return text;
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : text;
}

const words: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  f: false,
  no: false,
  n: false,
  0: false,
};

/** A value in a column whose type was declared, or undefined if it cannot be one. Dates count milliseconds since 1970. */
export function convert(
  value: Exclude<CellValue, null>,
  type: ColumnType,
): number | string | boolean | undefined {
  if (type === 'categorical') return value instanceof Date ? value.toISOString() : String(value);
  if (type === 'boolean') return words[String(value).toLowerCase()];
  const number = typeof value === 'string' ? numberOf(value) : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** What a column of such values holds. */
export function typeOf(value: number | string | boolean): ColumnType {
  if (typeof value === 'number') return 'numeric';
  return typeof value === 'string' ? 'categorical' : 'boolean';
}

/**
 * A value of a column that has a type of its own, as Parquet and Arrow have: 64-bit integers become numbers.
 *
 * @throws DatasetError `VALUE_TYPE` for lists, records and bytes.
 */
export function typedValue(
  value: unknown,
  { file, column, row }: { readonly file: string; readonly column: string; readonly row: number },
): CellValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value;
  const got = ArrayBuffer.isView(value) ? 'bytes' : 'a list or a record';
  throw new DatasetError(`${file}, row ${row}, column ${column} holds ${got}.`, {
    code: 'VALUE_TYPE',
    got,
    expected: 'numbers, text or booleans',
    hint: 'Write each part of it as a column of its own, or leave the column out.',
    file,
    line: row,
    column,
  });
}
