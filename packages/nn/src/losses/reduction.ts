// What losses share: how the losses of single samples become the result, and its gradient for the prediction.

import { type IntTensor, recordOperation, ShapeError, sameShape, type Tensor } from '@tacit/tensor';
import { invalidParameter } from '../errors.js';

/** How the losses of single samples become the result: their mean, their sum, or themselves. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of losses that have no other ones. */
export interface ReductionOptions {
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

/** The option `reduction`, which is 'mean' when left out. @throws ParameterError for an unknown one. */
export function checkedReduction(owner: string, reduction: Reduction = 'mean'): Reduction {
  if (!['mean', 'sum', 'none'].includes(reduction)) {
    throw invalidParameter(`${owner}: reduction`, reduction, "'mean', 'sum' or 'none'");
  }
  return reduction;
}

/**
 * The reduced losses; `fill` writes the gradient that loss number `index`, times `scale`, has for the prediction.
 *
 * @param divisor - what the sum is divided by: 1 unless the reduction is 'mean'.
 */
export function reduced(
  reduction: Reduction,
  losses: Float64Array,
  divisor: number,
  prediction: Tensor,
  fill: (index: number, scale: number, result: Float32Array) => void,
): Tensor {
  const isReduced = reduction !== 'none';
  const data = isReduced ? Float32Array.of(total(losses) / divisor) : Float32Array.from(losses);
  return recordOperation(data, isReduced ? [] : [losses.length], [prediction], (grad) => {
    const result = new Float32Array(prediction.size);
    for (let index = 0; index < losses.length; index++)
      fill(index, grad[isReduced ? 0 : index] / divisor, result);
    return [result];
  });
}

/**
 * A loss of each element of a prediction and a target of its shape.
 *
 * @param value - the loss of element i.
 * @param slope - its derivative with respect to the prediction.
 * @throws ShapeError when the shapes differ: [n] against [n, 1] would otherwise broadcast to [n, n] unnoticed.
 */
export function elementwiseLoss(
  owner: string,
  reduction: Reduction,
  prediction: Tensor,
  target: Tensor | IntTensor,
  value: (index: number) => number,
  slope: (index: number) => number,
): Tensor {
  requireSameShape(owner, prediction, target);
  const losses = new Float64Array(prediction.size);
  for (let i = 0; i < losses.length; i++) losses[i] = value(i);
  const divisor = reduction === 'mean' ? losses.length : 1;
  const loss = reduced(reduction, losses, divisor, prediction, (i, scale, result) => {
    result[i] = scale * slope(i);
  });
  return reduction === 'none' ? loss.reshape(prediction.shape) : loss;
}

/** @throws ShapeError unless the shapes are equal. */
function requireSameShape(owner: string, prediction: Tensor, target: Tensor | IntTensor): void {
  if (sameShape(prediction.shape, target.shape)) return;
  throw unequalShapes(owner, prediction, target, 'Prediction and target need equal shapes.');
}

/** The error of a prediction and a target that do not fit. */
export function unequalShapes(
  owner: string,
  left: { readonly shape: readonly number[] },
  right: { readonly shape: readonly number[] },
  hint: string,
): ShapeError {
  const got = `[${left.shape.join(', ')}] and [${right.shape.join(', ')}]`;
  return new ShapeError(`${owner}: shapes ${got} do not fit together.`, {
    code: 'SHAPE_MISMATCH',
    got,
    expected: hint,
    hint,
  });
}

function total(losses: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < losses.length; i++) sum += losses[i];
  return sum;
}
