// A table from a file of any kind that is known by the end of its name.

import { extname } from 'node:path';
import { DatasetError } from '../errors.js';
import type { DataTable } from './data-table.js';
import { readArrow } from './read-arrow.js';
import { type CsvOptions, readCsv } from './read-csv.js';
import { readJsonLines } from './read-json-lines.js';
import { readParquet } from './read-parquet.js';
import { pathOf } from './table-source.js';

type Reader = (path: string, options: CsvOptions) => Promise<DataTable>;

const readers: Readonly<Record<string, Reader>> = {
  '.csv': readCsv,
  '.txt': readCsv,
  '.tsv': (path, options) => readCsv(path, { delimiter: '\t', ...options }),
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
  '.parquet': readParquet,
  '.arrow': readArrow,
  '.feather': readArrow,
};

/** Ends of names of files that {@link readTable} reads. */
export const tableExtensions: readonly string[] = Object.keys(readers);

/**
 * Reads a file by the end of its name: CSV (`.csv`, `.tsv`, `.txt`), JSON lines (`.jsonl`, `.ndjson`), Parquet (`.parquet`), Arrow
 * (`.arrow`, `.feather`).
 *
 * @param options - those that concern CSV files are for these only.
 * @throws DatasetError `FILE_FORMAT` for another name; else as the reader.
 */
export async function readTable(path: string | URL, options: CsvOptions = {}): Promise<DataTable> {
  const name = pathOf(path);
  const reader = readers[extname(name).toLowerCase()];
  if (reader !== undefined) return reader(name, options);
  throw new DatasetError(`${name} does not say by its name what it holds.`, {
    code: 'FILE_FORMAT',
    got: extname(name) || 'no extension',
    expected: tableExtensions.join(', '),
    hint: `Name it with one of ${tableExtensions.join(', ')}.`,
    file: name,
  });
}
