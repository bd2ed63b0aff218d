// Sums, means and maxima over axes. Sums run in double precision and are rounded once.

import { recordOperation } from '../autograd.js';
import { shapeMismatch } from '../errors.js';
import { IntTensor } from '../int-tensor.js';
import { expandTo, sumToDouble } from '../kernels/broadcast.js';
import { normalizeAxis, planBroadcast, reducedAxes, type Shape, sizeOf, splitAtAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { neg } from './unary.js';

/** Options of reductions. */
export interface ReduceOptions {
  /** Whether a reduced axis stays, with length 1, so that the result broadcasts against the input. Default false. */
  readonly keepDims?: boolean;
}

/** Sum over one axis, several, or (without `axis`) all. Negative axes count from the end. */
export function sum(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return scaledSum('sum', x, axis, options, 1);
}

/** Mean over one axis, several, or (without `axis`) all; NaN over no elements. */
export function mean(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const { kept } = reducedShapes('mean', x.shape, axis, options);
  return scaledSum('mean', x, axis, options, x.size / sizeOf(kept));
}

/**
 * Largest value over one axis, several, or (without `axis`) all. The gradient goes to the first of equal maxima.
 *
 * @throws ShapeError `SHAPE_MISMATCH` over no elements.
 */
export function max(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const { kept, shape } = reducedShapes('max', x.shape, axis, options);
  const winners = firstMaxima(x.data, x.shape, kept);
  const out = new Float32Array(winners.length);
  for (let i = 0; i < out.length; i++) out[i] = x.data[winners[i]];
  return recordOperation(out, shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    for (let i = 0; i < winners.length; i++) result[winners[i]] = grad[i];
    return [result];
  });
}

/**
 * Smallest value over one axis, several, or (without `axis`) all. The gradient goes to the first of equal minima.
 *
 * @throws ShapeError `SHAPE_MISMATCH` over no elements.
 */
export function min(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return neg(max(neg(x), axis, options));
}

/**
 * Index of the largest value along an axis, the first one of equals; NaN counts as larger than any number.
 *
 * @param axis - default −1, the last: the class of a row of scores.
 */
export function argmax(x: Tensor, axis = -1): IntTensor {
  const reduced = normalizeAxis('argmax', axis, x.shape);
  const { kept, shape } = reducedShapes('argmax', x.shape, reduced, {});
  const winners = firstMaxima(x.data, x.shape, kept);
  const { length, inner } = splitAtAxis(x.shape, reduced);
  for (let i = 0; i < winners.length; i++) winners[i] = Math.floor(winners[i] / inner) % length;
  return new IntTensor(winners, shape);
}

function scaledSum(
  operation: string,
  x: Tensor,
  axis: number | readonly number[] | undefined,
  options: ReduceOptions,
  divisor: number,
): Tensor {
  const { kept, shape } = reducedShapes(operation, x.shape, axis, options);
  const sums = sumToDouble(x.data, x.shape, kept);
  const out = new Float32Array(sums.length);
  for (let i = 0; i < out.length; i++) out[i] = sums[i] / divisor;
  return recordOperation(out, shape, [x], (grad) => {
    if (divisor === 1) return [expandTo(grad, kept, x.shape)];
    const scaled = new Float32Array(grad.length);
    for (let i = 0; i < scaled.length; i++) scaled[i] = grad[i] / divisor;
    return [expandTo(scaled, kept, x.shape)];
  });
}

/** The shape with reduced axes of length 1, and the shape of the result. */
function reducedShapes(
  operation: string,
  shape: Shape,
  axis: number | readonly number[] | undefined,
  options: ReduceOptions,
): { kept: Shape; shape: Shape } {
  const reduced = reducedAxes(operation, axis, shape);
  const kept = shape.map((length, index) => (reduced[index] ? 1 : length));
  return { kept, shape: options.keepDims ? kept : shape.filter((_, index) => !reduced[index]) };
}

/** For each element of the shape `kept`, where in the data its first maximum lies. */
function firstMaxima(data: Float32Array, shape: Shape, kept: Shape): Int32Array {
  const winners = new Int32Array(sizeOf(kept)).fill(-1);
  if (data.length === 0 && winners.length > 0) {
    throw shapeMismatch('max', shape, kept, 'A maximum needs at least one element.');
  }
  const { blocks, inner, leftOffsets, leftStep } = planBroadcast(kept, shape, shape);
  let position = 0;
  for (let block = 0; block < blocks; block++) {
    let i = leftOffsets[block];
    for (const end = position + inner; position < end; position++, i += leftStep) {
      const best = winners[i];
      // Written so that a NaN wins and then stays.
      if (best < 0 || !(data[position] <= data[best] || Number.isNaN(data[best]))) winners[i] = position;
    }
  }
  return winners;
}
