// Repeating elements along axes as an operation of its own; arithmetic does it by itself.

import { recordOperation } from '../autograd.js';
import { shapeMismatch } from '../errors.js';
import { expandTo, sumTo } from '../kernels/broadcast.js';
import { broadcastShapes, type Shape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * The tensor repeated to a larger shape.
 *
 * @throws ShapeError `SHAPE_MISMATCH` unless every axis is equal or was 1.
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape)) {
    throw shapeMismatch(
      'broadcastTo',
      x.shape,
      shape,
      'Only axes of length 1, or missing ones, can be repeated.',
    );
  }
  const out = expandTo(x.data, x.shape, shape).slice();
  return recordOperation(out, shape, [x], (grad) => [sumTo(grad, shape, x.shape)]);
}
