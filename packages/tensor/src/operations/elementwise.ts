// Arithmetic of two tensors, element by element, with broadcasting. One loop per operation: it walks both operands by a
// broadcast plan whose steps are 0 or 1, so equal shapes, rows, columns and scalars all run through the same code.

import { asTensor, recordOperation } from '../autograd.js';
import { expandTo, sumTo } from '../kernels/broadcast.js';
import {
  type BroadcastPlan,
  broadcastShapes,
  planBroadcast,
  type Shape,
  sameShape,
  sizeOf,
} from '../shape.js';
import type { Tensor } from '../tensor.js';

/** Sum, broadcasting. */
export function add(left: Tensor | number, right: Tensor | number): Tensor {
  const a = asTensor(left);
  const b = asTensor(right);
  const { shape, plan, out } = prepare('add', a, b);
  addLoop(a.data, b.data, plan, out);
  return recordOperation(out, shape, [a, b], (grad) => [
    a.requiresGrad ? sumTo(grad, shape, a.shape) : null,
    b.requiresGrad ? sumTo(grad, shape, b.shape) : null,
  ]);
}

/** Difference, broadcasting. */
export function sub(left: Tensor | number, right: Tensor | number): Tensor {
  const a = asTensor(left);
  const b = asTensor(right);
  const { shape, plan, out } = prepare('sub', a, b);
  subLoop(a.data, b.data, plan, out);
  return recordOperation(out, shape, [a, b], (grad) => [
    a.requiresGrad ? sumTo(grad, shape, a.shape) : null,
    b.requiresGrad ? sumTo(negated(grad), shape, b.shape) : null,
  ]);
}

/** Product, broadcasting. */
export function mul(left: Tensor | number, right: Tensor | number): Tensor {
  const a = asTensor(left);
  const b = asTensor(right);
  const { shape, plan, out } = prepare('mul', a, b);
  mulLoop(a.data, b.data, plan, out);
  const gradient = (grad: Float32Array, other: Tensor, own: Tensor): Float32Array => {
    const product = new Float32Array(grad.length);
    mulLoop(grad, other.data, planBroadcast(shape, other.shape, shape), product);
    return sumTo(product, shape, own.shape);
  };
  return recordOperation(out, shape, [a, b], (grad) => [
    a.requiresGrad ? gradient(grad, b, a) : null,
    b.requiresGrad ? gradient(grad, a, b) : null,
  ]);
}

/** Quotient, broadcasting. */
export function div(left: Tensor | number, right: Tensor | number): Tensor {
  const a = asTensor(left);
  const b = asTensor(right);
  const { shape, plan, out } = prepare('div', a, b);
  divLoop(a.data, b.data, plan, out);
  return recordOperation(out, shape, [a, b], (grad) => {
    const byDivisor = new Float32Array(grad.length);
    divLoop(grad, b.data, planBroadcast(shape, b.shape, shape), byDivisor);
    return [
      a.requiresGrad ? sumTo(byDivisor, shape, a.shape) : null,
      b.requiresGrad ? sumTo(negatedProduct(byDivisor, out), shape, b.shape) : null,
    ];
  });
}

/** The larger of two values, broadcasting. Equal values share the gradient half and half, as in PyTorch. */
export function maximum(left: Tensor | number, right: Tensor | number): Tensor {
  const a = asTensor(left);
  const b = asTensor(right);
  const { shape, plan, out } = prepare('maximum', a, b);
  maximumLoop(a.data, b.data, plan, out);
  return recordOperation(out, shape, [a, b], selectionGradient(a, b, shape, plan, 1));
}

/** The smaller of two values, broadcasting. Equal values share the gradient half and half, as in PyTorch. */
export function minimum(left: Tensor | number, right: Tensor | number): Tensor {
  const a = asTensor(left);
  const b = asTensor(right);
  const { shape, plan, out } = prepare('minimum', a, b);
  minimumLoop(a.data, b.data, plan, out);
  return recordOperation(out, shape, [a, b], selectionGradient(a, b, shape, plan, -1));
}

/**
 * `whenTrue` where the condition is not 0, else `whenFalse`; all three broadcast.
 *
 * @param condition - numbers or integers; no gradient goes through it.
 */
export function where(
  condition: { readonly data: Float32Array | Int32Array; readonly shape: Shape },
  whenTrue: Tensor | number,
  whenFalse: Tensor | number,
): Tensor {
  const a = asTensor(whenTrue);
  const b = asTensor(whenFalse);
  const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
  const mask = expandTo(Float32Array.from(condition.data, isTrue), condition.shape, shape);
  const out = selectLoop(mask, expandTo(a.data, a.shape, shape), expandTo(b.data, b.shape, shape));
  return recordOperation(out, shape, [a, b], (grad) => {
    const zeros = new Float32Array(grad.length);
    return [
      a.requiresGrad ? sumTo(selectLoop(mask, grad, zeros), shape, a.shape) : null,
      b.requiresGrad ? sumTo(selectLoop(mask, zeros, grad), shape, b.shape) : null,
    ];
  });
}

interface Prepared {
  readonly shape: Shape;
  readonly plan: BroadcastPlan;
  readonly out: Float32Array;
}

function prepare(operation: string, a: Tensor, b: Tensor): Prepared {
  const shape = sameShape(a.shape, b.shape) ? a.shape : broadcastShapes(operation, a.shape, b.shape);
  return { shape, plan: planBroadcast(a.shape, b.shape, shape), out: new Float32Array(sizeOf(shape)) };
}

function selectionGradient(a: Tensor, b: Tensor, shape: Shape, plan: BroadcastPlan, sign: 1 | -1) {
  return (grad: Float32Array): (Float32Array | null)[] => {
    const toLeft = new Float32Array(grad.length);
    const toRight = new Float32Array(grad.length);
    selectionGradientLoop(a.data, b.data, plan, sign, grad, toLeft, toRight);
    return [
      a.requiresGrad ? sumTo(toLeft, shape, a.shape) : null,
      b.requiresGrad ? sumTo(toRight, shape, b.shape) : null,
    ];
  };
}

function isTrue(value: number): number {
  return value !== 0 ? 1 : 0;
}

function addLoop(a: Float32Array, b: Float32Array, plan: BroadcastPlan, out: Float32Array): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) out[o] = a[i] + b[j];
  }
}

function subLoop(a: Float32Array, b: Float32Array, plan: BroadcastPlan, out: Float32Array): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) out[o] = a[i] - b[j];
  }
}

function mulLoop(a: Float32Array, b: Float32Array, plan: BroadcastPlan, out: Float32Array): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) out[o] = a[i] * b[j];
  }
}

function divLoop(a: Float32Array, b: Float32Array, plan: BroadcastPlan, out: Float32Array): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) out[o] = a[i] / b[j];
  }
}

function maximumLoop(a: Float32Array, b: Float32Array, plan: BroadcastPlan, out: Float32Array): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) out[o] = Math.max(a[i], b[j]);
  }
}

function minimumLoop(a: Float32Array, b: Float32Array, plan: BroadcastPlan, out: Float32Array): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) out[o] = Math.min(a[i], b[j]);
  }
}

/** `sign` 1: the larger value takes the gradient; −1: the smaller. */
function selectionGradientLoop(
  a: Float32Array,
  b: Float32Array,
  plan: BroadcastPlan,
  sign: 1 | -1,
  grad: Float32Array,
  toLeft: Float32Array,
  toRight: Float32Array,
): void {
  const { inner, leftStep, rightStep } = plan;
  let o = 0;
  for (let block = 0; block < plan.blocks; block++) {
    let i = plan.leftOffsets[block];
    let j = plan.rightOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep, j += rightStep) {
      const difference = sign * (a[i] - b[j]);
      const share = difference > 0 ? 1 : difference < 0 ? 0 : 0.5;
      toLeft[o] = share * grad[o];
      toRight[o] = (1 - share) * grad[o];
    }
  }
}

function selectLoop(mask: Float32Array, a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = mask[i] !== 0 ? a[i] : b[i];
  return out;
}

function negated(values: Float32Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = -values[i];
  return out;
}

function negatedProduct(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = -a[i] * b[i];
  return out;
}
