// Comma-separated values (RFC 4180) by csv-parse, row by row into columns: the text of a row is gone before the next one is read.

import { finished } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';
import { DatasetError } from '../errors.js';
import { type CellValue, interpret } from './cell.js';
import { Columns, emptyFile } from './columns.js';
import type { DataTable, ReadOptions, TableSource } from './data-table.js';
import { chunksOf, sourceName } from './table-source.js';

/** Cells that have no value, unless `missing` says otherwise. */
export const missingMarkers: readonly string[] = [
  ...['', '?', 'NA', 'N/A', 'n/a', '#N/A', '<NA>'],
  ...['NaN', 'nan', 'NULL', 'Null', 'null', 'None'],
];

/** Options of {@link readCsv}. */
export interface CsvOptions extends ReadOptions {
  /** Between cells. Default ','. */
  readonly delimiter?: string;
  /** Names of the columns of a file without a header. Default: the first row has them. */
  readonly columnNames?: readonly string[];
  /** Cells that count as missing. Default: {@link missingMarkers}. */
  readonly missing?: readonly string[];
}

/**
 * Reads a CSV file. A column is numeric if all its cells are decimal numbers, boolean if all are true or false, else categorical;
 * `types` overrides that. A column without a name is called after its position, `column_1`.
 *
 * The file is read twice if a column that began with numbers turns out to be text, since its cells are to be the text that
 * is there (`007`). Memory: 8 bytes a cell, and each text of a column once.
 *
 * @throws DatasetError `FILE_MISSING`, `FILE_EMPTY`, `FILE_FORMAT`, `ROW_RAGGED`, `COLUMN_NAME`, `COLUMN_UNKNOWN`, `VALUE_TYPE`,
 * `PARAMETER_VALUE`; they name file, line and column.
 * @example const { columns, schema } = await readCsv('people.csv', { types: { zip: 'categorical' } });
 */
export async function readCsv(source: TableSource, options: CsvOptions = {}): Promise<DataTable> {
  const { table, notes } = await readOnce(source, options);
  if (table !== null) return table;
  const asText = Object.fromEntries([...notes.keys()].map((name) => [name, 'categorical' as const]));
  const columns = await readColumns(source, { ...options, types: { ...options.types, ...asText } });
  return columns.finish(notes);
}

/** The table; or, if columns turned out to be text, the notes that say why, and nothing else of what was read. */
async function readOnce(
  source: TableSource,
  options: CsvOptions,
): Promise<{ readonly table: DataTable | null; readonly notes: ReadonlyMap<string, string> }> {
  const columns = await readColumns(source, options);
  const notes = columns.notes();
  return { table: notes.size > 0 ? null : columns.finish(), notes };
}

async function readColumns(source: TableSource, options: CsvOptions): Promise<Columns> {
  const file = sourceName(source);
  const rows = new CsvRows(file, options);
  const parser = parse({
    bom: true,
    delimiter: options.delimiter ?? ',',
    relax_column_count: true,
    skip_empty_lines: true,
    trim: !/^\s$/.test(options.delimiter ?? ','),
    // Rows are taken here and not from the stream, which would queue them up.
    on_record: (cells: string[], { lines }) => {
      rows.take(cells, lines);
      return null;
    },
  });
  parser.resume();
  const ended = finished(parser);
  // What goes wrong in the loop below is thrown there; the parser's own errors come out of `ended`.
  ended.catch(() => {});
  try {
    for await (const chunk of chunksOf(source)) {
      options.signal?.throwIfAborted();
      if (parser.destroyed) break;
      if (!parser.write(chunk)) await drained(parser);
    }
    parser.end();
    await ended;
  } catch (error) {
    parser.destroy();
    throw isCsvError(error) ? malformed(file, error) : error;
  }
  return rows.columns ?? fail(emptyFile(file, 'nothing in it'));
}

function drained(parser: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of ['drain', 'close', 'error']) parser.off(event, settle);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) parser.on(event, settle);
  });
}

/** Takes rows into columns; the first one may be the header. */
class CsvRows {
  columns: Columns | null = null;
  readonly #file: string;
  readonly #options: CsvOptions;
  readonly #missing: ReadonlySet<string>;
  #isDeclared: readonly boolean[] = [];

  constructor(file: string, options: CsvOptions) {
    this.#file = file;
    this.#options = options;
    this.#missing = new Set(options.missing ?? missingMarkers);
    if (options.columnNames !== undefined) this.#begin(options.columnNames);
  }

  take(cells: readonly string[], line: number): void {
    if (this.columns === null) {
      this.#begin(cells.map((name, index) => (name === '' ? `column_${index + 1}` : name)));
      return;
    }
    if (cells.length !== this.columns.length) throw this.#ragged(cells, line);
    this.columns.append((index) => this.#cell(cells[index]!, index), line);
  }

  #begin(names: readonly string[]): void {
    const { types = {} } = this.#options;
    this.columns = new Columns(names, this.#file, 'line', types);
    this.#isDeclared = names.map((name) => Object.hasOwn(types, name));
  }

  #cell(text: string, index: number): CellValue {
    if (this.#missing.has(text)) return null;
    return this.#isDeclared[index] ? text : interpret(text);
  }

  #ragged(cells: readonly string[], line: number): DatasetError {
    const expected = this.columns?.length ?? 0;
    const header = this.#options.columnNames === undefined ? 'the header' : 'columnNames';
    return new DatasetError(
      `${this.#file}, line ${line} has ${cells.length} cells, ${header} has ${expected}.`,
      {
        code: 'ROW_RAGGED',
        got: `${cells.length} cells`,
        expected: `${expected} cells in every line`,
        hint: 'Put cells that hold the delimiter into double quotes, or pass the delimiter that the file uses.',
        file: this.#file,
        line,
      },
    );
  }
}

function isCsvError(error: unknown): error is CsvError & { readonly lines?: number } {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('CSV_');
}

function malformed(file: string, error: CsvError & { readonly lines?: number }): DatasetError {
  const line = error.lines ?? 0;
  return new DatasetError(`${file}, line ${line} is not well-formed: ${error.message}.`, {
    code: 'FILE_FORMAT',
    got: error.code,
    expected: 'comma-separated values (RFC 4180)',
    hint: 'A cell with a double quote in it is put into double quotes, and the quote is doubled.',
    file,
    line,
    cause: error,
  });
}

function fail(error: Error): never {
  throw error;
}
