// Operations that move elements and compute nothing: reshape, transpose, concat, slice, indexSelect.

import { recordOperation } from '../autograd.js';
import { formatShape, IndexError, invalidArgument, shapeMismatch } from '../errors.js';
import { type IntTensor, inferShape } from '../int-tensor.js';
import { normalizeAxis, type Shape, sizeOf, splitAtAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * The same elements, in the same row-major order, under another shape. The data is shared, not copied.
 *
 * @param shape - one length may be −1: it follows from the size.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return recordOperation(x.data, inferShape(x.shape, shape), [x], (grad) => [grad]);
}

/** Two axes exchanged; without axes, the two of a matrix. */
export function transpose(x: Tensor, axis0?: number, axis1?: number): Tensor {
  if (axis0 === undefined && x.shape.length !== 2) {
    throw shapeMismatch('transpose', x.shape, [0, 0], 'Name the two axes of a tensor that is no matrix.');
  }
  const first = normalizeAxis('transpose', axis0 ?? 0, x.shape);
  const second = normalizeAxis('transpose', axis1 ?? 1, x.shape);
  const shape = [...x.shape];
  shape[first] = x.shape[second];
  shape[second] = x.shape[first];
  const out = exchange(x.data, x.shape, first, second);
  return recordOperation(out, shape, [x], (grad) => [exchange(grad, shape, first, second)]);
}

/** Tensors joined along an axis; their other axes must be equal. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw invalidArgument('concat: tensors', '[]', 'at least one tensor');
  const first = tensors[0];
  const along = normalizeAxis('concat', axis, first.shape);
  for (const { shape } of tensors) {
    if (
      shape.length !== first.shape.length ||
      shape.some((length, index) => index !== along && length !== first.shape[index])
    ) {
      throw shapeMismatch('concat', first.shape, shape, `All axes but axis ${along} must be equal.`);
    }
  }
  const shape = [...first.shape];
  shape[along] = tensors.reduce((total, tensor) => total + tensor.shape[along], 0);
  const { outer, inner } = splitAtAxis(shape, along);
  const row = shape[along] * inner;
  const out = new Float32Array(outer * row);
  const starts: number[] = [];
  let start = 0;
  for (const tensor of tensors) {
    starts.push(start);
    const length = tensor.shape[along] * inner;
    copyColumns(tensor.data, 0, length, out, start, row, length, outer);
    start += length;
  }
  return recordOperation(out, shape, tensors, (grad) =>
    tensors.map((tensor, index) => {
      if (!tensor.requiresGrad) return null;
      const length = tensor.shape[along] * inner;
      const result = new Float32Array(tensor.size);
      copyColumns(grad, starts[index], row, result, 0, length, length, outer);
      return result;
    }),
  );
}

/**
 * Elements `start` up to but not including `end` of an axis, copied. Negative positions count from the end.
 *
 * @param end - default: to the end of the axis.
 * @param axis - default 0: rows.
 * @throws IndexError `INDEX_OUT_OF_RANGE` when the positions leave the axis or run backwards.
 */
export function slice(x: Tensor, start: number, end?: number, axis = 0): Tensor {
  const along = normalizeAxis('slice', axis, x.shape);
  const length = x.shape[along];
  const from = start < 0 ? start + length : start;
  const to = end === undefined ? length : end < 0 ? end + length : end;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= length)) {
    throw outOfRange('slice', `${start} to ${end ?? 'the end'}`, `0 ≤ start ≤ end ≤ ${length}`, x.shape);
  }
  const shape = [...x.shape];
  shape[along] = to - from;
  const { outer, inner } = splitAtAxis(x.shape, along);
  const [row, offset, width] = [length * inner, from * inner, (to - from) * inner];
  const out = new Float32Array(outer * width);
  copyColumns(x.data, offset, row, out, 0, width, width, outer);
  return recordOperation(out, shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    copyColumns(grad, 0, width, result, offset, row, width, outer);
    return [result];
  });
}

/**
 * Rows (elements of axis 0) picked by index, copied; an index may occur more than once.
 *
 * @param indices - whole numbers from 0; one axis.
 * @throws IndexError `INDEX_OUT_OF_RANGE`.
 */
export function indexSelect(x: Tensor, indices: IntTensor | Int32Array | readonly number[]): Tensor {
  const rows = 'data' in indices ? indices.data : indices;
  normalizeAxis('indexSelect', 0, x.shape);
  const count = x.shape[0];
  const width = sizeOf(x.shape.slice(1));
  const out = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!(Number.isInteger(row) && row >= 0 && row < count)) {
      throw outOfRange('indexSelect', String(row), `0 to ${count - 1}`, x.shape);
    }
    out.set(x.data.subarray(row * width, (row + 1) * width), i * width);
  }
  return recordOperation(out, [rows.length, ...x.shape.slice(1)], [x], (grad) => {
    const result = new Float32Array(x.size);
    for (let i = 0; i < rows.length; i++) {
      const to = rows[i] * width;
      for (let column = 0; column < width; column++) result[to + column] += grad[i * width + column];
    }
    return [result];
  });
}

/** Copies `count` rows of `width` elements from one row-major matrix into another. */
function copyColumns(
  source: Float32Array,
  sourceOffset: number,
  sourceRow: number,
  target: Float32Array,
  targetOffset: number,
  targetRow: number,
  width: number,
  count: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = sourceOffset + row * sourceRow;
    target.set(source.subarray(from, from + width), targetOffset + row * targetRow);
  }
}

/** The data with two axes exchanged: [outer, a, middle, b, inner] → [outer, b, middle, a, inner]. */
function exchange(data: Float32Array, shape: Shape, axis0: number, axis1: number): Float32Array {
  const out = new Float32Array(data.length);
  const low = Math.min(axis0, axis1);
  const high = Math.max(axis0, axis1);
  if (low === high) {
    out.set(data);
    return out;
  }
  const outer = sizeOf(shape.slice(0, low));
  const a = shape[low];
  const middle = sizeOf(shape.slice(low + 1, high));
  const b = shape[high];
  const inner = sizeOf(shape.slice(high + 1));
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < b; j++) {
      for (let h = 0; h < middle; h++) {
        for (let i = 0; i < a; i++) {
          let from = (((o * a + i) * middle + h) * b + j) * inner;
          for (const end = from + inner; from < end; from++) out[to++] = data[from];
        }
      }
    }
  }
  return out;
}

function outOfRange(operation: string, got: string, expected: string, shape: Shape): IndexError {
  return new IndexError(`${operation}: ${got} is outside the shape ${formatShape(shape)}.`, {
    code: 'INDEX_OUT_OF_RANGE',
    got,
    expected,
    hint: `Expected ${expected}.`,
  });
}
