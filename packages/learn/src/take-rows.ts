// Picking rows out of data, in each form that data comes in.

import { IntTensor, Tensor } from '@tacit/tensor';
import type { Target } from './components.js';

type Numbers = Float32Array | Float64Array | Int32Array;

/** Below this many numbers a row, a loop is faster than a copy of each row as a block. */
const BLOCK_COPY_FROM = 32;

/** Rows of a flat row-major array, in the order of `indices`. */
export function gatherRows<T extends Numbers>(source: T, rowSize: number, indices: ArrayLike<number>): T {
  const result = new (source.constructor as new (length: number) => T)(indices.length * rowSize);
  for (let row = 0; row < indices.length; row++) {
    const from = indices[row]! * rowSize;
    const to = row * rowSize;
    if (rowSize >= BLOCK_COPY_FROM) result.set(source.subarray(from, from + rowSize), to);
    else for (let column = 0; column < rowSize; column++) result[to + column] = source[from + column]!;
  }
  return result;
}

/** Rows of a tensor, copied. */
export function gatherTensor<T extends Target>(source: T, indices: Int32Array): T {
  const shape = [indices.length, ...source.shape.slice(1)];
  const rowSize = source.size / source.shape[0]!;
  return (
    source instanceof IntTensor
      ? new IntTensor(gatherRows(source.data, rowSize, indices), shape)
      : new Tensor(gatherRows(source.data, rowSize, indices), shape)
  ) as T;
}

/** Neighboring rows of a tensor; a view, not a copy. */
export function sliceTensor<T extends Target>(source: T, start: number, end: number): T {
  const shape = [end - start, ...source.shape.slice(1)];
  const rowSize = source.size / source.shape[0]!;
  return (
    source instanceof IntTensor
      ? new IntTensor(source.data.subarray(start * rowSize, end * rowSize), shape)
      : new Tensor(source.data.subarray(start * rowSize, end * rowSize), shape)
  ) as T;
}

interface Shaped {
  readonly data: Numbers;
  readonly shape: readonly number[];
}

/** Data whose rows {@link takeRows} can pick: arrays, typed arrays, tensors, `{ data, shape }`. */
export type RowData =
  | readonly unknown[]
  | Numbers
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Uint32Array
  | Shaped;

/**
 * The rows of `rows` that `indices` name, in that order and in the same form: features as well as labels.
 *
 * @example takeRows(X, [2, 0]); // the third row and the first
 */
export function takeRows<T extends RowData>(rows: T, indices: ArrayLike<number>): T {
  if (rows instanceof Tensor || rows instanceof IntTensor)
    return gatherTensor(rows, Int32Array.from(indices)) as T;
  if (Array.isArray(rows)) return Array.from(indices, (index) => rows[index]) as unknown as T;
  if (ArrayBuffer.isView(rows))
    return gatherRows(rows as unknown as Float64Array, 1, indices) as unknown as T;
  const { data, shape } = rows as unknown as Shaped;
  const rowSize = data.length / shape[0]!;
  return {
    data: gatherRows(data, rowSize, indices),
    shape: [indices.length, ...shape.slice(1)],
  } as unknown as T;
}

/** Number of rows of anything that {@link takeRows} takes. */
export function countRows(rows: RowData): number {
  return 'shape' in rows ? (rows.shape[0] ?? 0) : rows.length;
}
