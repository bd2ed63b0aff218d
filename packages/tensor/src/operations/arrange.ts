// Operations that move elements and compute nothing: reshape, transpose, permute, concat, stack, split, slice.

import { recordOperation } from '../autograd.js';
import { formatShape, invalidArgument, outOfRange, shapeMismatch } from '../errors.js';
import { inferShape } from '../int-tensor.js';
import { normalizeAxis, runOffsets, type Shape, sameShape, sizeOf, splitAtAxis } from '../shape.js';
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
  const order = [...x.shape.keys()];
  order[first] = second;
  order[second] = first;
  return reorder(x, order);
}

/**
 * The axes in another order.
 *
 * @param axes - for each axis of the result, which axis of x it is; each axis once.
 * @example permute(images, [0, 2, 3, 1]); // channels last
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const order = axes.map((axis) => normalizeAxis('permute', axis, x.shape));
  if (order.length !== x.shape.length || new Set(order).size !== order.length) {
    throw invalidArgument('permute: axes', formatShape(axes), `each of the ${x.shape.length} axes once`);
  }
  return reorder(x, order);
}

function reorder(x: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => x.shape[axis]);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const out = permuted(x.data, x.shape, order);
  return recordOperation(out, shape, [x], (grad) => [permuted(grad, shape, inverse)]);
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

/** Tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw invalidArgument('stack: tensors', '[]', 'at least one tensor');
  const { shape } = tensors[0];
  for (const other of tensors) {
    if (!sameShape(shape, other.shape)) {
      throw shapeMismatch('stack', shape, other.shape, 'All shapes must be equal.');
    }
  }
  const along = normalizeAxis('stack', axis, [...shape, tensors.length]);
  const single = [...shape.slice(0, along), 1, ...shape.slice(along)];
  return concat(
    tensors.map((tensor) => reshape(tensor, single)),
    along,
  );
}

/**
 * The pieces of an axis, in order.
 *
 * @param lengths - of the pieces, which must add up to the axis; or one number for all, the last piece taking the rest.
 */
export function split(x: Tensor, lengths: number | readonly number[], axis = 0): Tensor[] {
  const along = normalizeAxis('split', axis, x.shape);
  const total = x.shape[along];
  const pieces = typeof lengths === 'number' ? equalPieces(lengths, total) : lengths;
  const isWhole = pieces.every((length) => Number.isInteger(length) && length >= 0);
  if (!isWhole || pieces.reduce((sum, length) => sum + length, 0) !== total) {
    throw invalidArgument('split: lengths', formatShape(pieces), `whole numbers that add up to ${total}`);
  }
  let start = 0;
  return pieces.map((length) => {
    start += length;
    return slice(x, start - length, start, along);
  });
}

function equalPieces(length: number, total: number): number[] {
  if (!(Number.isInteger(length) && length > 0)) {
    throw invalidArgument('split: length', length, 'a whole number above 0');
  }
  const pieces = new Array<number>(Math.floor(total / length)).fill(length);
  return total % length === 0 ? pieces : [...pieces, total % length];
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

/** The data with its axes in another order: axis `order[i]` becomes axis i. */
function permuted(data: Float32Array, shape: Shape, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const axes = order.map((axis) => ({ length: shape[axis], stride: strides[axis] }));
  const { length: inner, stride } = axes.pop() ?? { length: 1, stride: 1 };
  const starts = runOffsets(
    axes,
    axes.reduce((product, axis) => product * axis.length, 1),
  );
  const out = new Float32Array(data.length);
  let to = 0;
  for (const start of starts) {
    let from = start;
    for (const end = to + inner; to < end; to++, from += stride) out[to] = data[from];
  }
  return out;
}
