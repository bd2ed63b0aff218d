// Categories as columns of 0 and 1.

import { BaseTransformer } from '../base-transformer.js';
import type { Category, ClientStepResult } from '../client-step.js';
import { DataValueError, ParameterError } from '../errors.js';
import type { Transformed } from '../estimator.js';
import { Breather } from '../event-loop.js';
import { Matrix } from '../matrix.js';
import { cellAt, columnLabel, type Table, type TableInput } from '../table.js';
import {
  type CategoriesParameter,
  categoriesRule,
  positionsOf,
  showCategories,
  takeCategories,
  unknownCategory,
} from './categories.js';
import { columnOfCells, columnsOut } from './columns-out.js';
import { requireNumbers } from './match-columns.js';
import { isOneOf } from './rules.js';

/** Parameters of {@link OneHotEncoder}. */
export type OneHotEncoderParams = {
  /** 'auto' for those that the rows of the fit show, sorted; or a list for each column. 'auto'. */
  categories?: CategoriesParameter;
  /** The category of each column that gets no column: none, the first one, the first one of two, or one named for each. null. */
  drop?: null | 'first' | 'ifBinary' | readonly Category[];
  /** What becomes of a category that the fit did not see: an error, or zeros in all columns. 'error'. */
  handleUnknown?: 'error' | 'ignore';
};

interface Learned {
  readonly categories: readonly (readonly Category[])[];
  /** Position of the dropped category, by column. */
  readonly drop: readonly (number | null)[];
}

/**
 * One column of 0 and 1 for each category of each column; scikit-learn's, with dense output.
 *
 * Text, numbers and booleans may be categories; missing values are one of their own, the last one.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const encoder = new OneHotEncoder();
 * await encoder.fitTransform([['red'], ['blue'], ['red']]); // → [[0, 1], [1, 0], [0, 1]], as a Matrix
 * encoder.getFeatureNamesOut(['color']); // → ['color_blue', 'color_red']
 */
export class OneHotEncoder extends BaseTransformer<OneHotEncoderParams, Learned, Matrix> {
  static override readonly defaults = { categories: 'auto', drop: null, handleUnknown: 'error' };
  static override readonly rules = {
    categories: categoriesRule,
    drop: {
      expected: "null, 'first', 'ifBinary' or a list of one category for each column",
      isValid: (value: unknown) =>
        value === null || value === 'first' || value === 'ifBinary' || Array.isArray(value),
    },
    handleUnknown: isOneOf('error', 'ignore'),
  };

  /** The categories of each column, null for missing values. @throws NotFittedError */
  get categories_(): readonly (readonly Category[])[] {
    return this.learned('categories_').categories;
  }

  /** Position of the category of each column that gets no column, null where all do. @throws NotFittedError */
  get dropIdx_(): readonly (number | null)[] {
    return this.learned('dropIdx_').drop;
  }

  /**
   * The categories from before, text included.
   *
   * @param X - [nRows, nColumns], as `transform` gives them; the largest column of a category counts. A row of zeros is the dropped
   * category, or null where unknown ones are ignored and none is dropped.
   * @throws DataValueError `UNKNOWN_CATEGORY` for a row of zeros that can mean nothing.
   */
  async inverseTransform(X: TableInput): Promise<Transformed> {
    const { table, learned } = this.outputTable(X, 'inverseTransform');
    const { columns } = requireNumbers(table, 'OneHotEncoder', false);
    let start = 0;
    const decoded = learned.categories.map((categories, index) => {
      const kept = keptOf(categories, learned.drop[index]!);
      const block = columns.slice(start, start + kept.length);
      start += kept.length;
      const cells = Array.from({ length: table.rows }, (_, row) => {
        const values = block.map(({ data, offset, stride }) => data[offset + row * stride]!);
        const largest = Math.max(...values, 0);
        return largest > 0 ? kept[values.indexOf(largest)]! : this.#ofZeros(learned, index, row);
      });
      return columnOfCells(cells);
    });
    return columnsOut(decoded, table.rows, this.featureNamesIn_);
  }

  protected override learn(table: Table): Learned {
    const categories = takeCategories(table, this.param('categories'), 'OneHotEncoder');
    const learned = { categories, drop: dropped(this.param('drop'), categories) };
    if (this.param('handleUnknown') === 'error') for (const _ of this.#positions(table, learned));
    return learned;
  }

  protected override async apply(table: Table, learned: Learned): Promise<Matrix> {
    const width = learned.categories.reduce(
      (sum, list, index) => sum + keptOf(list, learned.drop[index]!).length,
      0,
    );
    const data = new Float64Array(table.rows * width);
    const breather = new Breather();
    for (const { row, position } of this.#positions(table, learned)) {
      if (position >= 0) data[row * width + position] = 1;
      if (row === 0 && breather.isDue()) await breather.pause();
    }
    return new Matrix(data, [table.rows, width], this.outputNames(learned));
  }

  protected override namesOut(names: readonly string[], { categories, drop }: Learned): readonly string[] {
    return categories.flatMap((list, index) =>
      keptOf(list, drop[index]!).map((category) => `${names[index]}_${category ?? 'missing'}`),
    );
  }

  protected override describeStep({ categories, drop }: Learned): ClientStepResult {
    const handleUnknown = this.param<'error' | 'ignore'>('handleUnknown');
    return { step: { kind: 'oneHotEncoder', categories, drop, handleUnknown }, reason: null };
  }

  /** The output column of each cell, −1 for none; column by column. */
  *#positions(table: Table, { categories, drop }: Learned) {
    const refuses = this.param('handleUnknown') === 'error';
    let start = 0;
    for (const [index, column] of table.columns.entries()) {
      const list = categories[index]!;
      const positionOf = positionsOf(list);
      const without = drop[index]!;
      for (let row = 0; row < table.rows; row++) {
        const value = cellAt(column, row);
        const position = positionOf(value);
        if (position === -1 && refuses)
          throw unknownCategory(value, row, columnLabel(table, index), list, remedy);
        const isNone = position === -1 || position === without;
        yield {
          row,
          position: isNone ? -1 : start + position - (without !== null && position > without ? 1 : 0),
        };
      }
      start += list.length - (without === null ? 0 : 1);
    }
  }

  #ofZeros({ categories, drop }: Learned, index: number, row: number): Category {
    const without = drop[index]!;
    if (without !== null) return categories[index]![without]!;
    if (this.param('handleUnknown') === 'ignore') return null;
    const label = columnLabel({ names: this.featureNamesIn_ }, index);
    throw new DataValueError(`Row ${row} has only zeros for ${label}.`, {
      code: 'UNKNOWN_CATEGORY',
      got: `only zeros in row ${row} for ${label}`,
      expected: `a 1 for one of ${showCategories(categories[index]!)}`,
      hint: "Zeros mean something only with drop, or with handleUnknown: 'ignore'.",
    });
  }
}

const remedy =
  "Set handleUnknown: 'ignore' to encode it as zeros, name all categories in the parameter categories, or fit on rows that show it.";

function keptOf(categories: readonly Category[], without: number | null): readonly Category[] {
  return categories.filter((_, position) => position !== without);
}

function dropped(
  drop: OneHotEncoderParams['drop'],
  categories: readonly (readonly Category[])[],
): readonly (number | null)[] {
  if (drop === null || drop === undefined) return categories.map(() => null);
  if (drop === 'first') return categories.map(() => 0);
  if (drop === 'ifBinary') return categories.map((list) => (list.length === 2 ? 0 : null));
  const positions = categories.map((list, index) => positionsOf(list)(drop[index] ?? null));
  const wrong = positions.indexOf(-1);
  if (drop.length === categories.length && wrong === -1) return positions;
  const got =
    drop.length === categories.length
      ? `${String(drop[wrong])} for column ${wrong}, whose categories are ${showCategories(categories[wrong]!)}`
      : `${drop.length} categories for ${categories.length} columns`;
  throw new ParameterError(`Parameter drop of OneHotEncoder is ${got}.`, {
    code: 'PARAMETER_VALUE',
    got,
    expected: 'one category for each column, of those that the column has',
    hint: "Use 'first' to drop the first category of each column.",
  });
}
