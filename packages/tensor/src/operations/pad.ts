// Adding a border of one value around a tensor.

import { recordOperation } from '../autograd.js';
import { formatShape, invalidArgument } from '../errors.js';
import { runOffsets, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * The tensor with `value` added before and after each axis.
 *
 * @param widths - how many elements to add before and after; one pair for each axis.
 * @throws ArgumentError unless there is a pair of whole numbers, at least 0, for each axis.
 * @example pad(images, [[0, 0], [0, 0], [1, 1], [1, 1]]); // a border of zeros around each image
 */
export function pad(
  x: Tensor,
  widths: readonly (readonly [before: number, after: number])[],
  value = 0,
): Tensor {
  const isValid = widths.flat().every((width) => Number.isInteger(width) && width >= 0);
  if (!isValid || widths.length !== x.shape.length) {
    throw invalidArgument(
      'pad: widths',
      JSON.stringify(widths),
      `a pair of whole numbers, at least 0, for each axis of ${formatShape(x.shape)}`,
    );
  }
  const shape = x.shape.map((length, axis) => length + widths[axis][0] + widths[axis][1]);
  const starts = rowStarts(x.shape, shape, widths);
  const inner = x.shape.at(-1) ?? 1;
  const out = new Float32Array(sizeOf(shape)).fill(value);
  starts.forEach((start, row) => {
    out.set(x.data.subarray(row * inner, (row + 1) * inner), start);
  });
  return recordOperation(out, shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    starts.forEach((start, row) => {
      result.set(grad.subarray(start, start + inner), row * inner);
    });
    return [result];
  });
}

/** Where each row (run along the last axis) of the original begins in the padded tensor. */
function rowStarts(from: Shape, to: Shape, widths: readonly (readonly [number, number])[]): Int32Array {
  const strides = to.map((_, axis) => sizeOf(to.slice(axis + 1)));
  const corner = strides.reduce((sum, stride, axis) => sum + stride * widths[axis][0], 0);
  const outer = from.slice(0, -1);
  const axes = outer.map((length, axis) => ({ length, stride: strides[axis] }));
  return runOffsets(axes, sizeOf(outer)).map((offset) => offset + corner);
}
