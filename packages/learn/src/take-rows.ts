// Picking rows out of data, in each form that data comes in.

import { IntTensor, Tensor } from '@tacit/tensor';
import type { Batch, Inputs, Target } from './components.js';
import { Matrix } from './matrix.js';
import { isPlainObject } from './plain-object.js';

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

/** The rows of one tensor and then those of another. */
function concatRows<T extends Target>(first: T, second: T): T {
  const shape = [first.shape[0]! + second.shape[0]!, ...first.shape.slice(1)];
  const data = new (first.data.constructor as new (length: number) => T['data'])(first.size + second.size);
  data.set(first.data);
  data.set(second.data, first.size);
  return (
    first instanceof IntTensor
      ? new IntTensor(data as Int32Array, shape)
      : new Tensor(data as Float32Array, shape)
  ) as T;
}

/** Two batches of the same kind as one. */
export function concatBatches(first: Batch<Inputs>, second: Batch<Inputs>): Batch<Inputs> {
  const both = <T extends Target>(a: T | null | undefined, b: T | null | undefined) =>
    a && b ? concatRows(a, b) : null;
  const X =
    first.X instanceof Tensor
      ? concatRows(first.X, second.X as Tensor)
      : Object.fromEntries(
          Object.entries(first.X).map(([name, tensor]) => [
            name,
            concatRows(tensor, (second.X as Record<string, Tensor>)[name]!),
          ]),
        );
  return {
    X,
    y: both(first.y, second.y),
    size: first.size + second.size,
    sampleWeight: both(first.sampleWeight, second.sampleWeight),
  };
}

interface Shaped {
  readonly data: Numbers;
  readonly shape: readonly number[];
}

/** Data whose rows {@link takeRows} can pick: arrays, typed arrays, tensors, matrices, `{ data, shape }`, records of all these. */
export type RowData =
  | { readonly [name: string]: RowData }
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
  if (isRecord(rows)) {
    const taken = Object.entries<RowData>(rows).map(([name, one]) => [name, takeRows(one, indices)]);
    return Object.fromEntries(taken) as T;
  }
  const { data, shape } = rows as unknown as Shaped;
  const rowSize = data.length / shape[0]!;
  if (rows instanceof Matrix)
    return new Matrix(
      gatherRows(rows.data, rowSize, indices),
      [indices.length, rowSize],
      rows.columnNames,
    ) as unknown as T;
  return {
    data: gatherRows(data, rowSize, indices),
    shape: [indices.length, ...shape.slice(1)],
  } as unknown as T;
}

/** Number of rows of anything that {@link takeRows} takes; of a record, those of its first entry. */
export function countRows(rows: RowData): number {
  if (isRecord(rows)) {
    const first = Object.values(rows)[0];
    return first === undefined ? 0 : countRows(first);
  }
  const list = rows as Shaped | readonly unknown[];
  return 'shape' in list ? (list.shape[0] ?? 0) : list.length;
}

function isRecord(rows: RowData): rows is { readonly [name: string]: RowData } {
  return isPlainObject(rows) && !Array.isArray(rows.shape);
}
