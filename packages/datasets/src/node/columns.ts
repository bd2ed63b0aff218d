// All columns of a table in the making: their names, the types that were declared for them, and the rows that come in.

import { DatasetError } from '../errors.js';
import type { CellValue } from './cell.js';
import { ColumnBuilder, type ColumnPlan } from './column-builder.js';
import type { ColumnType, DataTable, ReadOptions } from './data-table.js';

/** Columns by their position. */
export class Columns {
  readonly #builders: ColumnBuilder[];
  readonly #file: string;
  #rows = 0;

  /** @throws DatasetError `COLUMN_NAME` for a name that comes twice; `COLUMN_UNKNOWN` for types of columns that are not there. */
  constructor(
    names: readonly string[],
    file: string,
    unit: ColumnPlan['unit'],
    types: ReadOptions['types'] = {},
  ) {
    checkNames(names, file);
    checkTypes(types, names, file);
    this.#file = file;
    this.#builders = names.map((name) => {
      const type = Object.hasOwn(types, name) ? types[name]! : null;
      return new ColumnBuilder({ name, file, unit, type });
    });
  }

  get length(): number {
    return this.#builders.length;
  }

  /** Adds one row. @param at - the value of each column. */
  append(at: (index: number) => CellValue, place: number): void {
    this.#rows++;
    for (let index = 0; index < this.#builders.length; index++)
      this.#builders[index]!.append(at(index), place);
  }

  /** Adds values to one column. Rows are counted by `countRows`. */
  appendTo(index: number, value: CellValue, place: number): void {
    this.#builders[index]!.append(value, place);
  }

  countRows(rows: number): void {
    this.#rows += rows;
  }

  /** Notes of columns that turned out to be text, by name. */
  notes(): ReadonlyMap<string, string> {
    const noted = this.#builders.filter(({ note }) => note !== null);
    return new Map(noted.map(({ plan, note }) => [plan.name, note!]));
  }

  /** @throws DatasetError `FILE_EMPTY` without a row. */
  finish(notes: ReadonlyMap<string, string> = new Map()): DataTable {
    if (this.#rows === 0) throw emptyFile(this.#file, 'no rows');
    const finished = this.#builders.map((builder) => builder.finish());
    return {
      nRows: this.#rows,
      columns: Object.fromEntries(finished.map(({ values, summary }) => [summary.name, values])),
      schema: finished.map(({ summary }) => ({
        ...summary,
        note: summary.note ?? notes.get(summary.name) ?? null,
      })),
    };
  }
}

export function emptyFile(file: string, got: string): DatasetError {
  return new DatasetError(`${file} has ${got}.`, {
    code: 'FILE_EMPTY',
    got,
    expected: 'at least one column and one row',
    hint: 'Check the path, and that the file was written to its end.',
    file,
  });
}

function checkNames(names: readonly string[], file: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new DatasetError(`${file} has several columns with the name ${JSON.stringify(twice)}.`, {
    code: 'COLUMN_NAME',
    got: `${JSON.stringify(twice)} more than once`,
    expected: 'a different name for each column',
    hint: 'Rename one of them; for a file without a header, pass columnNames.',
    file,
    column: twice,
  });
}

const columnTypes: readonly unknown[] = ['numeric', 'categorical', 'boolean'] satisfies ColumnType[];

function checkTypes(types: NonNullable<ReadOptions['types']>, names: readonly string[], file: string): void {
  for (const [name, type] of Object.entries(types)) {
    if (!names.includes(name)) throw unknownColumn(name, names, file);
    if (columnTypes.includes(type)) continue;
    throw new DatasetError(`The type of column ${name} is ${JSON.stringify(type)}.`, {
      code: 'PARAMETER_VALUE',
      got: JSON.stringify(type) ?? 'undefined',
      expected: columnTypes.join(', '),
      hint: `Expected one of ${columnTypes.join(', ')}.`,
      column: name,
    });
  }
}

function unknownColumn(name: string, names: readonly string[], file: string): DatasetError {
  const listed = names.slice(0, 30).join(', ') + (names.length > 30 ? `, … (${names.length})` : '');
  return new DatasetError(`${file} has no column ${JSON.stringify(name)}.`, {
    code: 'COLUMN_UNKNOWN',
    got: name,
    expected: listed,
    hint: `Its columns are: ${listed}.`,
    file,
    column: name,
  });
}
