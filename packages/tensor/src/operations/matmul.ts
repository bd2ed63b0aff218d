// Products of matrices; everything goes through the one kernel of kernels/gemm.ts.

import { recordOperation } from '../autograd.js';
import { shapeMismatch } from '../errors.js';
import { columnSums, gemm, gemmWithSums } from '../kernels/gemm.js';
import { broadcastShapes, planBroadcast, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * Matrix product: [m, k] · [k, n] → [m, n]. Leading axes are batches and broadcast: [..., m, k] · [..., k, n] →
 * [..., m, n].
 *
 * @throws ShapeError `SHAPE_MISMATCH` unless both have two axes or more, the inner lengths are equal and the batches
 * broadcast.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape.at(-1) ?? 0;
  if (a.shape.length < 2 || b.shape.length < 2 || k !== b.shape.at(-2)) {
    throw shapeMismatch('matmul', a.shape, b.shape, 'It takes [..., m, k] and [..., k, n].');
  }
  const { batch, pairs } = planBatches(a.shape, b.shape);
  const out = new Float32Array(sizeOf(batch) * m * n);
  pairs.forEach(([i, j], index) => {
    const [left, right] = [block(a.data, i, m * k), block(b.data, j, k * n)];
    gemm(false, false, m, n, k, left, right, block(out, index, m * n), null);
  });
  return recordOperation(out, [...batch, m, n], [a, b], (grad) => {
    const toA = a.requiresGrad ? new Float32Array(a.size) : null;
    const toB = b.requiresGrad ? new Float32Array(b.size) : null;
    pairs.forEach(([i, j], index) => {
      const gradient = block(grad, index, m * n);
      if (toA) {
        const target = block(toA, i, m * k); // [m, n] · [k, n]ᵀ → [m, k]
        gemm(false, true, m, k, n, gradient, block(b.data, j, k * n), target, target);
      }
      if (toB) {
        const target = block(toB, j, k * n); // [m, k]ᵀ · [m, n] → [k, n]
        gemm(true, false, k, n, m, block(a.data, i, m * k), gradient, target, target);
      }
    });
    return [toA, toB];
  });
}

/** Which matrix of each operand makes each matrix of the result. */
function planBatches(a: Shape, b: Shape): { batch: Shape; pairs: readonly (readonly [number, number])[] } {
  const [left, right] = [a.slice(0, -2), b.slice(0, -2)];
  const batch = batchShape(a, b);
  const { blocks, inner, leftOffsets, rightOffsets, leftStep, rightStep } = planBroadcast(left, right, batch);
  const pairs: [number, number][] = [];
  for (let run = 0; run < blocks; run++) {
    for (let i = 0; i < inner; i++) {
      pairs.push([leftOffsets[run] + i * leftStep, rightOffsets[run] + i * rightStep]);
    }
  }
  return { batch, pairs };
}

function batchShape(a: Shape, b: Shape): Shape {
  try {
    return broadcastShapes('matmul', a.slice(0, -2), b.slice(0, -2));
  } catch {
    // The same error with the whole shapes.
    throw shapeMismatch('matmul', a, b, 'The axes before the last two must be equal, or one of them 1.');
  }
}

function block(data: Float32Array, index: number, size: number): Float32Array {
  return size === data.length ? data : data.subarray(index * size, (index + 1) * size);
}

/**
 * x · weightᵀ + bias in one operation, the layer of a neural network.
 *
 * @param x - [..., inFeatures].
 * @param weight - [outFeatures, inFeatures], as PyTorch stores it.
 * @param bias - [outFeatures]; left out, nothing is added.
 * @returns [..., outFeatures].
 * @throws ShapeError `SHAPE_MISMATCH`.
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const inFeatures = x.shape.at(-1);
  if (weight.shape.length !== 2 || inFeatures !== weight.shape[1]) {
    const hint = `The last axis of the input must be ${weight.shape.at(-1)}, the second of the weight.`;
    throw shapeMismatch('linear', x.shape, weight.shape, hint);
  }
  const outFeatures = weight.shape[0];
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outFeatures)) {
    throw shapeMismatch('linear', weight.shape, bias.shape, `The bias must have the shape [${outFeatures}].`);
  }
  const rows = leadingSize(x.shape);
  const out = new Float32Array(rows * outFeatures);
  gemm(false, true, rows, outFeatures, inFeatures, x.data, weight.data, out, bias?.data ?? null);
  const shape = [...x.shape.slice(0, -1), outFeatures];
  return recordOperation(out, shape, bias ? [x, weight, bias] : [x, weight], (grad) => {
    const toX = x.requiresGrad ? new Float32Array(x.size) : null;
    const toWeight = weight.requiresGrad ? new Float32Array(weight.size) : null;
    const toBias = bias?.requiresGrad ? new Float32Array(outFeatures) : null;
    if (toX) gemm(false, false, rows, inFeatures, outFeatures, grad, weight.data, toX, null);
    if (toWeight && toBias) gemmWithSums(outFeatures, inFeatures, rows, grad, x.data, toWeight, toBias);
    else if (toWeight) gemm(true, false, outFeatures, inFeatures, rows, grad, x.data, toWeight, null);
    else if (toBias) columnSums(grad, outFeatures, 0, toBias);
    return [toX, toWeight, toBias];
  });
}

function leadingSize(shape: readonly number[]): number {
  let size = 1;
  for (let axis = 0; axis < shape.length - 1; axis++) size *= shape[axis];
  return size;
}
