// One column in the making. Its type is declared, or follows from its values: all numbers, all true or false, else text. A
// column of which nothing is known but that it has no values is one of numbers.

import { DatasetError } from '../errors.js';
import { type CellValue, convert, typeOf } from './cell.js';
import { type ColumnStore, makeStore } from './column-store.js';
import type { ColumnSummary, ColumnType, ColumnValues } from './data-table.js';

/** How a column is built. */
export interface ColumnPlan {
  readonly name: string;
  /** Of the file, for messages. */
  readonly file: string;
  /** null: inferred. */
  readonly type: ColumnType | null;
  /** What a row is called: lines are counted from 1, rows from 0. */
  readonly unit: 'line' | 'row';
}

export class ColumnBuilder {
  readonly plan: ColumnPlan;
  #type: ColumnType | null;
  #store: ColumnStore | null;
  #rows = 0;
  #missing = 0;
  #note: string | null = null;

  constructor(plan: ColumnPlan) {
    this.plan = plan;
    this.#type = plan.type;
    this.#store = plan.type === null ? null : makeStore(plan.type);
  }

  /** Why the column became text although it began with something else; null if it did not. */
  get note(): string | null {
    return this.#note;
  }

  /**
   * Adds a value.
   *
   * @param place - its line, or row.
   * @throws DatasetError `VALUE_TYPE` for a value that the declared type does not have.
   */
  append(value: CellValue, place: number): void {
    this.#rows++;
    if (value === null || Number.isNaN(value)) {
      this.#missing++;
      this.#store?.append(null);
      return;
    }
    const cell = this.plan.type === null ? this.#plain(value, place) : convert(value, this.plan.type);
    if (cell === undefined) throw this.#wrongType(value, place);
    if (this.plan.type === null) this.#settle(typeOf(cell), cell, place);
    this.#store?.append(cell);
  }

  finish(): { readonly values: ColumnValues; readonly summary: ColumnSummary } {
    if (this.#store === null) this.#begin('numeric', this.#rows);
    const summary = {
      name: this.plan.name,
      type: this.#type ?? 'numeric',
      missing: this.#missing,
      note: this.#note,
    };
    return { values: this.#store?.finish() ?? [], summary };
  }

  #plain(value: Exclude<CellValue, null>, place: number): number | string | boolean {
    if (value instanceof Date) throw this.#date(place);
    if (typeof value === 'number' && !Number.isFinite(value)) throw this.#wrongType(value, place);
    return value;
  }

  /** Begins with the type of the first value; a value of another type turns all into text. */
  #settle(type: ColumnType, value: number | string | boolean, place: number): void {
    if (this.#type === null) this.#begin(type, this.#rows - 1);
    if (this.#type === type || this.#type === 'categorical') return;
    const earlier = this.#store?.finish() ?? [];
    const began = this.#type === 'numeric' ? 'numbers' : 'true and false';
    this.#note = `began with ${began}, but ${this.plan.unit} ${place} holds ${quoted(value)}`;
    this.#begin('categorical', 0);
    for (const cell of earlier) this.#store?.append(Number.isNaN(cell) ? null : cell);
  }

  #begin(type: ColumnType, missing: number): void {
    this.#type = type;
    this.#store = makeStore(type);
    for (let row = 0; row < missing; row++) this.#store.append(null);
  }

  #wrongType(value: Exclude<CellValue, null>, place: number): DatasetError {
    const { name, file, unit } = this.plan;
    const type = this.plan.type ?? 'numeric';
    const expected = {
      numeric: 'a finite number',
      boolean: 'true or false, yes or no, 1 or 0',
      categorical: 'text',
    }[type];
    return new DatasetError(
      `${file}, ${unit} ${place}, column ${name}: ${quoted(value)} is not ${expected}.`,
      {
        code: 'VALUE_TYPE',
        got: quoted(value),
        expected,
        hint:
          this.plan.type === null
            ? 'Leave the cell empty where a value is unknown.'
            : `Correct the cell, leave it empty where the value is unknown, or read the column as text: types: { ${quotedName(name)}: 'categorical' }.`,
        ...{ file, line: place, column: name, value: String(value).slice(0, 40) },
      },
    );
  }

  #date(place: number): DatasetError {
    const { name, file, unit } = this.plan;
    return new DatasetError(`${file}, ${unit} ${place}, column ${name} holds a date.`, {
      code: 'VALUE_TYPE',
      got: 'a date',
      expected: 'a number, text, or true and false',
      hint: `Say what it is to be: types: { ${quotedName(name)}: 'numeric' } for milliseconds since 1970, or 'categorical' for text.`,
      ...{ file, line: place, column: name },
    });
  }
}

function quoted(value: Exclude<CellValue, null>): string {
  const text = String(value);
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return typeof value === 'string' ? JSON.stringify(short) : short;
}

function quotedName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}
