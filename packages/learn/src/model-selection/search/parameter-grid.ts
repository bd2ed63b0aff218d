// All combinations of lists of values, in scikit-learn's order: names sorted, the last one changing fastest.

import { ParameterError } from '../../errors.js';
import type { SettableParams } from './search-types.js';

/** Values to try by parameter name, as text. */
export type GridValues = Readonly<Record<string, readonly unknown[]>>;

/**
 * Values to try for the parameters of an estimator `E`. Names and values are those of its `setParams`, so an unknown name is a
 * compile error wherever `E` knows its names.
 */
export type ParamGrid<E> = {
  readonly [K in keyof SettableParams<E>]?: readonly Exclude<SettableParams<E>[K], undefined>[];
};

/**
 * The candidates of a grid: each a record of parameters. Of several grids, the candidates of the first come first.
 *
 * @example [...new ParameterGrid({ lr: [0.1, 0.01], maxEpochs: [5] })] // [{ lr: 0.1, maxEpochs: 5 }, { lr: 0.01, maxEpochs: 5 }]
 */
export class ParameterGrid implements Iterable<Record<string, unknown>> {
  readonly #grids: readonly (readonly (readonly [string, readonly unknown[]])[])[];

  /** @throws ParameterError `GRID_EMPTY` without any grid, or with a parameter that has no values; `GRID_INVALID` for values that are no list. */
  constructor(grid: GridValues | readonly GridValues[]) {
    const grids = Array.isArray(grid) ? (grid as readonly GridValues[]) : [grid as GridValues];
    if (grids.length === 0) throw emptyGrid('a list without any grid');
    this.#grids = grids.map(sortedEntries);
  }

  /** Number of candidates. */
  get length(): number {
    return this.#grids.reduce((sum, entries) => sum + sizeOfGrid(entries), 0);
  }

  /** Candidate number `index`, without making the others. */
  at(index: number): Record<string, unknown> {
    let rest = index;
    for (const entries of this.#grids) {
      const size = sizeOfGrid(entries);
      if (rest < size) return candidateOf(entries, rest);
      rest -= size;
    }
    throw new RangeError(`Candidate ${index} of a grid with ${this.length}.`);
  }

  *[Symbol.iterator](): Iterator<Record<string, unknown>> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

/** The entries of one grid, names sorted as scikit-learn sorts them: by code points. */
function sortedEntries(grid: GridValues): (readonly [string, readonly unknown[]])[] {
  if (typeof grid !== 'object' || grid === null) throw noGrid(grid);
  return Object.entries(grid)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => [name, checkedValues(name, values)] as const);
}

function checkedValues(name: string, values: unknown): readonly unknown[] {
  const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
  if (!isList) throw noList(name, values);
  const list = Array.from(values as ArrayLike<unknown>);
  if (list.length === 0) throw emptyGrid(`no values for ${name}`);
  return list;
}

function sizeOfGrid(entries: readonly (readonly [string, readonly unknown[]])[]): number {
  return entries.reduce((product, [, values]) => product * values.length, 1);
}

function candidateOf(
  entries: readonly (readonly [string, readonly unknown[]])[],
  index: number,
): Record<string, unknown> {
  const chosen: (readonly [string, unknown])[] = [];
  let rest = index;
  for (let position = entries.length - 1; position >= 0; position--) {
    const [name, values] = entries[position]!;
    chosen.unshift([name, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(chosen);
}

/** A search without anything to try. */
export function emptyGrid(got: string): ParameterError {
  return new ParameterError(`The grid is empty: ${got}.`, {
    code: 'GRID_EMPTY',
    got,
    expected: 'at least one value for each parameter',
    hint: 'List the values to try: { lr: [0.1, 0.01] }.',
  });
}

function noGrid(grid: unknown): ParameterError {
  return new ParameterError(`The grid is ${String(grid)}.`, {
    code: 'GRID_INVALID',
    got: String(grid),
    expected: 'a record of lists, or a list of such records',
    hint: 'Pass { lr: [0.1, 0.01] }.',
  });
}

function noList(name: string, values: unknown): ParameterError {
  const got = typeof values === 'string' ? `'${values}'` : String(values);
  return new ParameterError(`The grid has ${got} for ${name}.`, {
    code: 'GRID_INVALID',
    got,
    expected: 'a list of values',
    hint: `Pass ${name}: [${got}], also for a single value.`,
  });
}
