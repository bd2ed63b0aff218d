// Which columns a block of a ColumnTransformer takes: by name, by position, or by what they hold.

import { DataValueError } from '../errors.js';
import type { Table } from '../table.js';
import { findColumns } from './match-columns.js';

/** What a selector is told of a column. */
export interface ColumnDescription {
  /** null where the table has no names. */
  readonly name: string | null;
  /** Whether it holds numbers, or text and booleans. */
  readonly type: 'number' | 'text';
}

/** Says which columns to take. */
export type ColumnSelector = (columns: readonly ColumnDescription[]) => readonly number[];

/** Names, positions (from the end if negative), or a selector. */
export type ColumnSelection = string | number | readonly string[] | readonly number[] | ColumnSelector;

/**
 * A selector of all columns of a type, or whose names match a pattern, or both; what the columns hold is seen when `fit` begins.
 *
 * @example
 * new ColumnTransformer({ transformers: {
 *   numbers: [new StandardScaler(), makeColumnSelector({ type: 'number' })],
 *   text: [new OneHotEncoder(), makeColumnSelector({ type: 'text' })],
 * } });
 */
export function makeColumnSelector(options: {
  readonly type?: ColumnDescription['type'];
  readonly pattern?: RegExp;
}): ColumnSelector {
  const { type, pattern } = options;
  return (columns) =>
    [...columns.keys()].filter((index) => {
      const column = columns[index]!;
      const isOfType = type === undefined || column.type === type;
      return (
        isOfType && (pattern === undefined || (column.name !== null && column.name.search(pattern) !== -1))
      );
    });
}

/**
 * Positions of the columns of a selection.
 *
 * @throws DataValueError `COLUMN_MISSING` for names that are not there; `COLUMN_UNKNOWN` for positions, or names where there are none.
 */
export function positionsOfSelection(
  selection: ColumnSelection,
  table: Table,
  estimatorName: string,
): readonly number[] {
  if (typeof selection === 'function') {
    return selection(
      table.columns.map(({ kind }, index) => ({
        name: table.names?.[index] ?? null,
        type: kind === 'number' ? 'number' : 'text',
      })),
    );
  }
  const list = Array.isArray(selection) ? selection : [selection];
  const names = list.filter((entry) => typeof entry === 'string');
  if (names.length > 0 && table.names !== null) return findColumns(table.names, names, estimatorName);
  const count = table.columns.length;
  return list.map((entry: unknown) => {
    const position = typeof entry === 'number' && entry < 0 ? entry + count : entry;
    if (Number.isSafeInteger(position) && 0 <= (position as number) && (position as number) < count)
      return position as number;
    throw unknownColumn(entry, table, estimatorName);
  });
}

function unknownColumn(entry: unknown, table: Table, estimatorName: string): DataValueError {
  const isName = typeof entry === 'string';
  const got = isName ? `the column ${entry}, but X has no names` : `column ${String(entry)}`;
  return new DataValueError(`${estimatorName} takes ${got}.`, {
    code: 'COLUMN_UNKNOWN',
    got,
    expected: `positions from 0 to ${table.columns.length - 1}${table.names === null ? '' : ', or names'}`,
    hint: isName
      ? 'Pass X as a record of named columns or an Arrow table, or give positions.'
      : 'Columns are counted from 0.',
  });
}
