// Numbers of tables, column by column: the loops that all scalers share. Large tables are worked on in blocks of rows, so that what
// is read and written stays in the cache, with pauses that let the event loop breathe.

import { Breather } from '../event-loop.js';
import { Matrix } from '../matrix.js';
import type { Column, NumberColumn } from '../table.js';
import type { NumberTable } from './match-columns.js';

/** Rows of a block. */
const BLOCK_ROWS = 2048;

/** A matrix of the same shape; `mapOf(column)` gives the function for the numbers of a column. Missing values stay NaN. */
export async function mapColumns(
  { rows, columns }: NumberTable,
  names: readonly string[] | null,
  mapOf: (column: number) => (value: number) => number,
): Promise<Matrix> {
  const width = columns.length;
  const maps = columns.map((_, column) => mapOf(column));
  const result = new Float64Array(rows * width);
  const breather = new Breather();
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, rows);
    for (let column = 0; column < width; column++) {
      const { data, offset, stride } = columns[column]!;
      const map = maps[column]!;
      for (let row = start; row < end; row++)
        result[row * width + column] = map(data[offset + row * stride]!);
    }
    if (breather.isDue()) await breather.pause();
  }
  return new Matrix(result, [rows, width], names);
}

/** What `measure` gives for each column, in their order. */
export async function measureColumns<T, C extends Column>(
  { rows, columns }: { readonly rows: number; readonly columns: readonly C[] },
  measure: (column: C, rows: number) => T,
): Promise<T[]> {
  const breather = new Breather();
  const results: T[] = [];
  for (const column of columns) {
    results.push(measure(column, rows));
    if (breather.isDue()) await breather.pause();
  }
  return results;
}

/** The numbers of a column that are not missing, copied. */
export function presentNumbers({ data, offset, stride }: NumberColumn, rows: number): Float64Array {
  const present = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = data[offset + row * stride]!;
    if (!Number.isNaN(value)) present[count++] = value;
  }
  return present.subarray(0, count);
}

/** Mean and (population) variance, in two passes, the second one corrected for the rounding of the first. */
export function meanAndVariance(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  let [squares, rest] = [0, 0];
  for (let i = 0; i < count; i++) {
    const difference = values[i]! - mean;
    squares += difference * difference;
    rest += difference;
  }
  return { mean, variance: (squares - (rest * rest) / count) / count };
}

/** The q-th quantile (0 to 1) of sorted numbers, between neighbors in proportion; NaN of none. */
export function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (position - below);
}

/** 1 in place of a scale that is 0, or nothing but rounding: a column without spread is not blown up. */
export function orOne(scale: number): number {
  return scale < 10 * Number.EPSILON ? 1 : scale;
}
