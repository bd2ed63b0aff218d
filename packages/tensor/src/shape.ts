// Shapes: sizes, axes, broadcasting. Data is always contiguous in row-major order, so a shape alone says where an
// element lies; strides appear only inside a broadcast plan.

import { formatShape, IndexError, invalidArgument, ShapeError, shapeMismatch } from './errors.js';

/** Lengths of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

export function sameShape(left: Shape, right: Shape): boolean {
  if (left.length !== right.length) return false;
  for (let axis = 0; axis < left.length; axis++) if (left[axis] !== right[axis]) return false;
  return true;
}

/** @throws ShapeError `SHAPE_INVALID` unless every length is a whole number, at least 0. */
export function checkShape(shape: Shape): void {
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new ShapeError(`The shape ${formatShape(shape)} is not valid.`, {
        code: 'SHAPE_INVALID',
        got: formatShape(shape),
        expected: 'whole numbers, at least 0',
        hint: 'Every axis needs a whole number of elements, at least 0.',
      });
    }
  }
}

/** Counts a negative axis from the end: −1 is the last. */
export function normalizeAxis(operation: string, axis: number, shape: Shape): number {
  const rank = shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new IndexError(`${operation}: axis ${axis} is outside the shape ${formatShape(shape)}.`, {
      code: 'AXIS_OUT_OF_RANGE',
      got: String(axis),
      expected: rank === 0 ? 'no axis' : `${-rank} to ${rank - 1}`,
      hint: rank === 0 ? 'A scalar has no axes.' : `Pass an axis from ${-rank} to ${rank - 1}.`,
    });
  }
  return axis < 0 ? axis + rank : axis;
}

/** Which axes a reduction removes: `undefined` means all. */
export function reducedAxes(
  operation: string,
  axis: number | readonly number[] | undefined,
  shape: Shape,
): boolean[] {
  const reduced = new Array<boolean>(shape.length).fill(axis === undefined);
  if (axis === undefined) return reduced;
  const axes = typeof axis === 'number' ? [axis] : axis;
  for (const one of axes) {
    const normalized = normalizeAxis(operation, one, shape);
    if (reduced[normalized]) throw invalidArgument(`${operation}: axis`, formatShape(axes), 'each axis once');
    reduced[normalized] = true;
  }
  return reduced;
}

/**
 * Shape that two operands share after broadcasting: aligned at the last axis, lengths are equal or one of them is 1.
 *
 * @throws ShapeError `SHAPE_MISMATCH`, naming the operation and both shapes.
 */
export function broadcastShapes(operation: string, left: Shape, right: Shape): Shape {
  if (sameShape(left, right)) return left;
  const rank = Math.max(left.length, right.length);
  const result = new Array<number>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const a = fromEnd <= left.length ? left[left.length - fromEnd] : 1;
    const b = fromEnd <= right.length ? right[right.length - fromEnd] : 1;
    if (a !== b && a !== 1 && b !== 1) {
      const hint = 'Axes are aligned at the last one; each pair must be equal or one of them 1.';
      throw shapeMismatch(operation, left, right, hint);
    }
    result[rank - fromEnd] = a === 1 ? b : a;
  }
  return result;
}

/**
 * How to walk two operands along a common shape: `blocks` runs of `inner` elements. Within a run each operand advances
 * by its step, 1 or 0 (0 repeats the element: a broadcast axis); run `r` starts at `leftOffsets[r]`, `rightOffsets[r]`.
 * The common shape itself is walked from 0 to its size.
 */
export interface BroadcastPlan {
  readonly blocks: number;
  readonly inner: number;
  readonly leftOffsets: Int32Array;
  readonly rightOffsets: Int32Array;
  readonly leftStep: number;
  readonly rightStep: number;
}

const ZERO_OFFSET = new Int32Array(1);

/** Plans the walk of `left` and `right` along `shape`, the result of {@link broadcastShapes}. */
export function planBroadcast(left: Shape, right: Shape, shape: Shape): BroadcastPlan {
  const size = sizeOf(shape);
  const leftWhole = sizeOf(left) === size;
  const rightWhole = sizeOf(right) === size;
  const leftScalar = !leftWhole && sizeOf(left) === 1;
  const rightScalar = !rightWhole && sizeOf(right) === 1;
  if ((leftWhole || leftScalar) && (rightWhole || rightScalar)) {
    return {
      blocks: 1,
      inner: size,
      leftOffsets: ZERO_OFFSET,
      rightOffsets: ZERO_OFFSET,
      leftStep: leftWhole ? 1 : 0,
      rightStep: rightWhole ? 1 : 0,
    };
  }
  const axes = mergedAxes(left, right, shape);
  const last = axes.pop() ?? { length: 1, leftStride: 0, rightStride: 0 };
  const blocks = axes.reduce((product, axis) => product * axis.length, 1);
  return {
    blocks,
    inner: last.length,
    leftOffsets: runOffsets(
      axes.map(({ length, leftStride }) => ({ length, stride: leftStride })),
      blocks,
    ),
    rightOffsets: runOffsets(
      axes.map(({ length, rightStride }) => ({ length, stride: rightStride })),
      blocks,
    ),
    leftStep: last.leftStride,
    rightStep: last.rightStride,
  };
}

interface PlanAxis {
  length: number;
  leftStride: number;
  rightStride: number;
}

/** Axes of the common shape without those of length 1, neighbors merged where both operands run through them evenly. */
function mergedAxes(left: Shape, right: Shape, shape: Shape): PlanAxis[] {
  const leftStrides = broadcastStrides(left, shape.length);
  const rightStrides = broadcastStrides(right, shape.length);
  const axes: PlanAxis[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    if (length === 1) continue;
    const leftStride = leftStrides[axis];
    const rightStride = rightStrides[axis];
    const previous = axes.at(-1);
    if (
      previous !== undefined &&
      previous.leftStride === leftStride * length &&
      previous.rightStride === rightStride * length
    ) {
      previous.length *= length;
      previous.leftStride = leftStride;
      previous.rightStride = rightStride;
    } else {
      axes.push({ length, leftStride, rightStride });
    }
  }
  return axes;
}

/** Row-major strides, padded with leading axes to `rank`; 0 where the axis has length 1 and is repeated. */
function broadcastStrides(shape: Shape, rank: number): number[] {
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let fromEnd = 1; fromEnd <= shape.length; fromEnd++) {
    const length = shape[shape.length - fromEnd];
    strides[rank - fromEnd] = length === 1 ? 0 : stride;
    stride *= length;
  }
  return strides;
}

/** Where each of `blocks` runs starts: the outer axes counted through like an odometer. */
export function runOffsets(axes: readonly { length: number; stride: number }[], blocks: number): Int32Array {
  const result = new Int32Array(blocks);
  let filled = 1;
  for (const { length, stride } of axes) {
    // result[0 .. filled) holds the offsets of the axes so far; from the back, so that none is overwritten unread.
    for (let outer = filled - 1; outer >= 0; outer--) {
      const base = result[outer];
      for (let index = length - 1; index >= 0; index--)
        result[outer * length + index] = base + index * stride;
    }
    filled *= length;
  }
  return result;
}

/** A shape seen from one axis: `outer` × `length` × `inner`. */
export interface AxisSplit {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

export function splitAtAxis(shape: Shape, axis: number): AxisSplit {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis],
    inner: sizeOf(shape.slice(axis + 1)),
  };
}
