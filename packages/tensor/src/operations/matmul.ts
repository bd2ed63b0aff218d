// Products of matrices; everything goes through the one kernel of kernels/gemm.ts.

import { recordOperation } from '../autograd.js';
import { shapeMismatch } from '../errors.js';
import { gemm } from '../kernels/gemm.js';
import type { Tensor } from '../tensor.js';

/**
 * Matrix product: [m, k] · [k, n] → [m, n].
 *
 * @throws ShapeError `SHAPE_MISMATCH` unless both are matrices and the inner lengths are equal.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0]) {
    throw shapeMismatch('matmul', a.shape, b.shape, 'It takes [m, k] and [k, n].');
  }
  const [m, k] = a.shape;
  const n = b.shape[1];
  const out = new Float32Array(m * n);
  gemm(false, false, m, n, k, a.data, b.data, out, null);
  return recordOperation(out, [m, n], [a, b], (grad) => {
    let toA: Float32Array | null = null;
    let toB: Float32Array | null = null;
    if (a.requiresGrad) {
      toA = new Float32Array(m * k);
      gemm(false, true, m, k, n, grad, b.data, toA, null); // [m, n] · [k, n]ᵀ → [m, k]
    }
    if (b.requiresGrad) {
      toB = new Float32Array(k * n);
      gemm(true, false, k, n, m, a.data, grad, toB, null); // [m, k]ᵀ · [m, n] → [k, n]
    }
    return [toA, toB];
  });
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
    if (toX) gemm(false, false, rows, inFeatures, outFeatures, grad, weight.data, toX, null);
    if (toWeight) gemm(true, false, outFeatures, inFeatures, rows, grad, x.data, toWeight, null);
    return [toX, toWeight, bias?.requiresGrad ? columnSums(grad, outFeatures) : null];
  });
}

function leadingSize(shape: readonly number[]): number {
  let size = 1;
  for (let axis = 0; axis < shape.length - 1; axis++) size *= shape[axis];
  return size;
}

function columnSums(data: Float32Array, columns: number): Float32Array {
  const sums = new Float64Array(columns);
  for (let start = 0; start < data.length; start += columns) {
    for (let column = 0; column < columns; column++) sums[column] += data[start + column];
  }
  return Float32Array.from(sums);
}
