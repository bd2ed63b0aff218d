// Picking elements by integer indices, which carry no gradient themselves: indexSelect, gather, topk.

import { recordOperation } from '../autograd.js';
import { invalidArgument, outOfRange, shapeMismatch, wrongDtype } from '../errors.js';
import { IntTensor } from '../int-tensor.js';
import { normalizeAxis, splitAtAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * Slices of an axis picked by index, copied; an index may occur more than once.
 *
 * @param indices - whole numbers from 0; one axis.
 * @param axis - default 0: rows.
 * @throws IndexError `INDEX_OUT_OF_RANGE`; DtypeError for a tensor that is not int32.
 */
export function indexSelect(
  x: Tensor,
  indices: IntTensor | Int32Array | readonly number[],
  axis = 0,
): Tensor {
  const along = normalizeAxis('indexSelect', axis, x.shape);
  const { outer, length, inner } = splitAtAxis(x.shape, along);
  const picked = checkedIndices('indexSelect', indices, length, x);
  const count = picked.length;
  const out = new Float32Array(outer * count * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      copyRun(x.data, (o * length + picked[i]) * inner, out, (o * count + i) * inner, inner);
    }
  }
  const shape = [...x.shape];
  shape[along] = count;
  return recordOperation(out, shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count; i++) {
        const to = (o * length + picked[i]) * inner;
        const from = (o * count + i) * inner;
        for (let column = 0; column < inner; column++) result[to + column] += grad[from + column];
      }
    }
    return [result];
  });
}

/** Short runs are copied by a loop: a view of each would cost more than the copy. */
function copyRun(source: Float32Array, from: number, target: Float32Array, to: number, length: number): void {
  if (length > 64) target.set(source.subarray(from, from + length), to);
  else for (let i = 0; i < length; i++) target[to + i] = source[from + i];
}

/**
 * One element per index: `result[…, i, …] = x[…, index[…, i, …], …]` along the axis.
 *
 * @param index - int32, of the shape of x but along the axis, where it may have any length.
 * @example gather(scores, labels.reshape([-1, 1]), 1); // the score of each row's label
 * @throws IndexError `INDEX_OUT_OF_RANGE`; ShapeError `SHAPE_MISMATCH`; DtypeError for an index that is not int32.
 */
export function gather(x: Tensor, index: IntTensor, axis: number): Tensor {
  const along = normalizeAxis('gather', axis, x.shape);
  if (!(index instanceof IntTensor)) throw wrongDtype('gather', index, 'int32');
  const isAligned = index.shape.length === x.shape.length;
  if (!isAligned || index.shape.some((length, i) => i !== along && length !== x.shape[i])) {
    throw shapeMismatch('gather', x.shape, index.shape, `All axes but axis ${along} must be equal.`);
  }
  const { length, inner } = splitAtAxis(x.shape, along);
  const row = index.shape[along] * inner;
  const sources = new Int32Array(index.size);
  checkedIndices('gather', index, length, x);
  for (let i = 0; i < sources.length; i++) {
    sources[i] = (Math.floor(i / row) * length + index.data[i]) * inner + (i % inner);
  }
  return pick(x, sources, index.shape);
}

/**
 * The k largest values along an axis, largest first, and where they are; the first of equals comes first, NaN before all.
 *
 * @param axis - default −1, the last.
 * @throws ArgumentError unless k is a whole number from 0 to the length of the axis.
 */
export function topk(
  x: Tensor,
  k: number,
  axis = -1,
): { readonly values: Tensor; readonly indices: IntTensor } {
  const along = normalizeAxis('topk', axis, x.shape);
  const { outer, length, inner } = splitAtAxis(x.shape, along);
  if (!(Number.isInteger(k) && k >= 0 && k <= length)) {
    throw invalidArgument('topk: k', k, `a whole number from 0 to ${length}`);
  }
  const shape = [...x.shape];
  shape[along] = k;
  const indices = new Int32Array(outer * k * inner);
  const sources = new Int32Array(indices.length);
  const positions = Array.from({ length }, (_, position) => position);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * length * inner + i;
      const order = [...positions].sort((p, q) =>
        descending(x.data[start + p * inner], x.data[start + q * inner]),
      );
      for (let rank = 0; rank < k; rank++) {
        const to = (o * k + rank) * inner + i;
        indices[to] = order[rank];
        sources[to] = start + order[rank] * inner;
      }
    }
  }
  return { values: pick(x, sources, shape), indices: new IntTensor(indices, shape) };
}

function descending(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right))
    return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
  return right - left || 0;
}

/** The elements at the positions `sources`. */
function pick(x: Tensor, sources: Int32Array, shape: readonly number[]): Tensor {
  const out = new Float32Array(sources.length);
  for (let i = 0; i < out.length; i++) out[i] = x.data[sources[i]];
  return recordOperation(out, shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    for (let i = 0; i < sources.length; i++) result[sources[i]] += grad[i];
    return [result];
  });
}

function checkedIndices(
  operation: string,
  indices: IntTensor | Int32Array | readonly number[],
  length: number,
  x: Tensor,
): Int32Array {
  if ('dtype' in indices && indices.dtype !== 'int32') throw wrongDtype(operation, indices, 'int32');
  const values = 'data' in indices ? indices.data : indices;
  for (let i = 0; i < values.length; i++) {
    const index = values[i];
    if (!(Number.isInteger(index) && index >= 0 && index < length)) {
      throw outOfRange(operation, String(index), `0 to ${length - 1}`, x.shape);
    }
  }
  // A copy, since the backward pass needs it unchanged; `from` is slow where `slice` will do.
  return values instanceof Int32Array ? values.slice() : Int32Array.from(values);
}
