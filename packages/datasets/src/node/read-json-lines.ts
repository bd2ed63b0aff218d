// JSON lines: an object a line, its keys are the columns. A key that a line does not have is a missing value there.

import { DatasetError } from '../errors.js';
import type { CellValue } from './cell.js';
import { Columns, emptyFile } from './columns.js';
import type { DataTable, ReadOptions, TableSource } from './data-table.js';
import { chunksOf, sourceName } from './table-source.js';

/**
 * Reads JSON lines. Numbers, strings, booleans and null are taken; a column with values of several types is categorical.
 * The file is read twice: for the names of the columns, which any line may add to, and for their values.
 *
 * @throws DatasetError `FILE_MISSING`, `FILE_EMPTY`, `FILE_FORMAT`, `COLUMN_UNKNOWN`, `VALUE_TYPE`; they name file, line and column.
 */
export async function readJsonLines(source: TableSource, options: ReadOptions = {}): Promise<DataTable> {
  const file = sourceName(source);
  const names = new Set<string>();
  for await (const { record } of recordsOf(source, file, options.signal)) {
    for (const name of Object.keys(record)) names.add(name);
  }
  if (names.size === 0) throw emptyFile(file, 'nothing in it');
  const order = [...names];
  const columns = new Columns(order, file, 'line', options.types);
  for await (const { record, line } of recordsOf(source, file, options.signal)) {
    columns.append((index) => cellOf(record, order[index]!, { file, line }), line);
  }
  return columns.finish();
}

interface JsonRecord {
  readonly record: Readonly<Record<string, unknown>>;
  /** From 1 on. */
  readonly line: number;
}

async function* recordsOf(
  source: TableSource,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonRecord> {
  let line = 0;
  for await (const text of linesOf(source)) {
    line++;
    if (line % 1000 === 0) signal?.throwIfAborted();
    if (text.trim() !== '') yield { record: parsed(text, file, line), line };
  }
  signal?.throwIfAborted();
}

async function* linesOf(source: TableSource): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(source)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest + decoder.decode();
}

function parsed(text: string, file: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(file, line, 'no JSON', cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonRecord['record'];
  throw malformed(file, line, Array.isArray(value) ? 'a list' : JSON.stringify(value).slice(0, 40));
}

function cellOf(
  record: JsonRecord['record'],
  name: string,
  place: { readonly file: string; readonly line: number },
): CellValue {
  const value = Object.hasOwn(record, name) ? record[name] : null;
  if (
    value === null ||
    typeof value === 'number' ||
    typeof value === 'string' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  const got = Array.isArray(value) ? 'a list' : 'an object';
  throw new DatasetError(`${place.file}, line ${place.line}, column ${name} holds ${got}.`, {
    code: 'VALUE_TYPE',
    got,
    expected: 'a number, text, true, false or null',
    hint: 'Write each part of it as a column of its own, or leave the column out.',
    ...place,
    column: name,
  });
}

function malformed(file: string, line: number, got: string, cause?: unknown): DatasetError {
  return new DatasetError(`${file}, line ${line} is ${got}.`, {
    code: 'FILE_FORMAT',
    got,
    expected: 'a JSON object',
    hint: 'Write one object a line: {"age": 41, "city": "Bern"}.',
    file,
    line,
    cause,
  });
}
