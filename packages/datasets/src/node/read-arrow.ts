// Apache Arrow files and streams (IPC, also called Feather 2) by apache-arrow.

import type { Table } from 'apache-arrow';
import { DatasetError } from '../errors.js';
import { typedValue } from './cell.js';
import { Columns, emptyFile } from './columns.js';
import type { DataTable, ReadOptions, TableSource } from './data-table.js';
import { bytesOf, sourceName } from './table-source.js';

/**
 * Reads an Arrow file or stream with plain columns: numbers, text (dictionaries included), booleans. Dates need a declared type:
 * 'numeric' is milliseconds since 1970.
 *
 * @throws DatasetError `FILE_MISSING`, `FILE_EMPTY`, `FILE_FORMAT`, `COLUMN_UNKNOWN`, `VALUE_TYPE`; they name file, row and column.
 */
export async function readArrow(source: TableSource, options: ReadOptions = {}): Promise<DataTable> {
  const file = sourceName(source);
  const bytes = await bytesOf(source);
  options.signal?.throwIfAborted();
  const table = await decode(bytes, file);
  const names = table.schema.fields.map(({ name }) => name);
  if (names.length === 0) throw emptyFile(file, 'no columns');
  const columns = new Columns(names, file, 'row', options.types);
  for (const [index, column] of names.entries()) {
    const vector = table.getChildAt(index);
    const isDate = /^(Date|Timestamp)/.test(String(table.schema.fields[index]!.type));
    for (let row = 0; row < table.numRows; row++) {
      const value: unknown = vector?.get(row) ?? null;
      const cell = isDate && value !== null ? new Date(Number(value)) : value;
      columns.appendTo(index, typedValue(cell, { file, column, row }), row);
    }
  }
  columns.countRows(table.numRows);
  return columns.finish();
}

async function decode(bytes: Uint8Array, file: string): Promise<Table> {
  try {
    const { tableFromIPC } = await import('apache-arrow');
    return tableFromIPC(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError(`${file} cannot be read as Arrow: ${reason}.`, {
      code: 'FILE_FORMAT',
      got: reason,
      expected: 'an Arrow file or stream without compression',
      hint: 'Check that it is whole, and that it was written without compression.',
      file,
      cause,
    });
  }
}
