// Categories of columns: found in the rows or named by the user, sorted, and looked up. Encoders share it.

import type { Category } from '../client-step.js';
import { DataTypeError, DataValueError, ParameterError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import type { ValueRule } from '../parameter-values.js';
import { type Column, cellAt, columnLabel, type Table } from '../table.js';
import type { Label } from '../validate-input.js';

/** 'auto' for those that the rows show; or a list for each column, null among them for missing values. */
export type CategoriesParameter = 'auto' | readonly (readonly Category[])[];

export const categoriesRule: ValueRule = {
  expected: "'auto', or a list of categories for each column, without repetitions",
  isValid: (value) =>
    value === 'auto' ||
    (Array.isArray(value) &&
      value.every((list) => Array.isArray(list) && list.length > 0 && new Set(list).size === list.length)),
};

/**
 * The categories of each column: named ones in the order given, found ones sorted, missing last.
 *
 * @throws DataTypeError `X_TYPE` for a column that mixes numbers, text and booleans; ParameterError `PARAMETER_VALUE` for lists that
 * are not one a column.
 */
export function takeCategories(
  table: Table,
  given: CategoriesParameter,
  estimatorName: string,
): readonly (readonly Category[])[] {
  if (given === 'auto') return table.columns.map((column, index) => foundIn(column, table, index));
  if (given.length === table.columns.length) return given;
  throw new ParameterError(
    `Parameter categories of ${estimatorName} has ${given.length} lists, X has ${table.columns.length} columns.`,
    {
      code: 'PARAMETER_VALUE',
      got: `${given.length} lists`,
      expected: `${table.columns.length} lists, one a column`,
      hint: "Give one list a column, or 'auto'.",
    },
  );
}

function foundIn(column: Column, table: Table, index: number): readonly Category[] {
  const found = new Set<Category>();
  for (let row = 0; row < table.rows; row++) found.add(cellAt(column, row));
  const labels = [...found].filter((category): category is Label => category !== null);
  const types = [...new Set(labels.map((label) => typeof label))];
  if (types.length > 1) throw mixedTypes(types, columnLabel(table, index));
  labels.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return found.has(null) ? [...labels, null] : labels;
}

/** Gives the position of each category of a list, −1 for what is not there. */
export function positionsOf(categories: readonly Category[]): (category: Category) => number {
  const positions = new Map(categories.map((category, position) => [category, position]));
  return (category) => positions.get(category) ?? -1;
}

/** The error for a value that is none of its column's categories. */
export function unknownCategory(
  value: Category,
  row: number,
  label: string,
  categories: readonly Category[],
  hint: string,
): DataValueError {
  const shown = showCategory(value);
  const nearest =
    typeof value === 'string'
      ? nearestName(
          value,
          categories.filter((category) => typeof category === 'string'),
        )
      : null;
  const question = nearest === null ? '' : ` Is it ${showCategory(nearest)}?`;
  return new DataValueError(`Row ${row} of ${label} holds ${shown}, which the fit did not see.${question}`, {
    code: 'UNKNOWN_CATEGORY',
    got: `${shown} in row ${row}, ${label}`,
    expected: `one of ${showCategories(categories)}`,
    hint,
  });
}

export function showCategories(categories: readonly Category[]): string {
  return `${categories.slice(0, 20).map(showCategory).join(', ')}${categories.length > 20 ? ', …' : ''}`;
}

function showCategory(category: Category): string {
  if (category === null) return 'a missing value';
  return typeof category === 'string' ? `'${category}'` : String(category);
}

function mixedTypes(types: readonly string[], label: string): DataTypeError {
  const got = `${types.map((type) => `${type}s`).join(' and ')} in ${label}`;
  return new DataTypeError(`X holds ${got}.`, {
    code: 'X_TYPE',
    got,
    expected: 'categories of one type in each column',
    hint: 'Turn all of them into text, as with String(value).',
  });
}
