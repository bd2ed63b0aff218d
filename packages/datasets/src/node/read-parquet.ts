// Apache Parquet by hyparquet, one column of one row group at a time.

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { DatasetError } from '../errors.js';
import { typedValue } from './cell.js';
import { Columns, emptyFile } from './columns.js';
import type { DataTable, ReadOptions, TableSource } from './data-table.js';
import { bytesOf, pathOf, sourceName } from './table-source.js';

type ParquetFile = Awaited<ReturnType<typeof asyncBufferFromFile>>;
type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;

/** Snappy, which most writers use, is hyparquet's own. */
const compressors = {
  GZIP: (bytes: Uint8Array) => gunzipSync(bytes),
  BROTLI: (bytes: Uint8Array) => brotliDecompressSync(bytes),
};

/**
 * Reads a Parquet file with plain columns: numbers, text, booleans. Dates need a declared type: 'numeric' is milliseconds since
 * 1970. Compression may be Snappy, gzip or Brotli.
 *
 * @throws DatasetError `FILE_MISSING`, `FILE_EMPTY`, `FILE_FORMAT`, `COLUMN_UNKNOWN`, `VALUE_TYPE`; they name file, row and column.
 */
export async function readParquet(source: TableSource, options: ReadOptions = {}): Promise<DataTable> {
  const name = sourceName(source);
  const file = await openParquet(source);
  const metadata = await understood(name, () => parquetMetadataAsync(file));
  const names = columnNames(metadata, name);
  const columns = new Columns(names, name, 'row', options.types);
  for (const [index, column] of names.entries()) {
    options.signal?.throwIfAborted();
    await readColumn({ file, metadata, column, name }, (value, row) =>
      columns.appendTo(index, typedValue(value, { file: name, column, row }), row),
    );
  }
  columns.countRows(Number(metadata.num_rows));
  return columns.finish();
}

async function openParquet(source: TableSource): Promise<ParquetFile> {
  if (!(source instanceof Uint8Array)) {
    try {
      return await asyncBufferFromFile(pathOf(source));
    } catch {
      // Reading it anew gives the error that says why.
    }
  }
  const bytes = await bytesOf(source);
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { byteLength: copy.byteLength, slice: (start, end) => copy.slice(start, end) };
}

function columnNames(metadata: Metadata, file: string): string[] {
  const children = parquetSchema(metadata).children;
  if (children.length === 0) throw emptyFile(file, 'no columns');
  const nested = children.find((child) => child.children.length > 0);
  if (nested === undefined) return children.map(({ element }) => element.name);
  throw new DatasetError(`${file}, column ${nested.element.name} holds lists or records.`, {
    code: 'VALUE_TYPE',
    got: 'a nested column',
    expected: 'numbers, text or booleans',
    hint: 'Write each part of it as a column of its own, or leave the column out.',
    file,
    column: nested.element.name,
  });
}

interface ColumnToRead {
  readonly file: ParquetFile;
  readonly metadata: Metadata;
  readonly column: string;
  readonly name: string;
}

async function readColumn(
  { file, metadata, column, name }: ColumnToRead,
  take: (value: unknown, row: number) => void,
): Promise<void> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const chunks: { readonly start: number; readonly values: ArrayLike<unknown> }[] = [];
    await understood(name, () =>
      parquetRead({
        ...{ file, metadata, columns: [column], rowStart, rowEnd, compressors },
        onChunk: (chunk) => chunks.push({ start: chunk.rowStart, values: chunk.columnData }),
      }),
    );
    for (const { start, values } of chunks) {
      for (let row = 0; row < values.length; row++) take(values[row], start + row);
    }
    rowStart = rowEnd;
  }
}

async function understood<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError(`${file} cannot be read as Parquet: ${reason}.`, {
      code: 'FILE_FORMAT',
      got: reason,
      expected: 'a Parquet file with Snappy, gzip, Brotli or no compression',
      hint: 'Check that it is whole; write it again with Snappy if its compression is another one.',
      file,
      cause,
    });
  }
}
