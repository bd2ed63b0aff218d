// Softmax and its logarithm along the last axis, shifted by the row's maximum so that nothing overflows.

import { recordOperation } from '../autograd.js';
import { IndexError } from '../errors.js';
import { exp, log } from '../kernels/elementary.js';
import type { Tensor } from '../tensor.js';

/** Probabilities along the last axis: eˣ / Σ eˣ. */
export function softmax(x: Tensor): Tensor {
  const columns = lastLength('softmax', x);
  const out = softmaxRows(x.data, columns);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let start = 0; start < result.length; start += columns) {
      let dot = 0;
      for (let i = start; i < start + columns; i++) dot += grad[i] * out[i];
      for (let i = start; i < start + columns; i++) result[i] = out[i] * (grad[i] - dot);
    }
    return [result];
  });
}

/** Logarithms of probabilities along the last axis: x − log Σ eˣ, exact also where softmax rounds to 0. */
export function logSoftmax(x: Tensor): Tensor {
  const columns = lastLength('logSoftmax', x);
  const out = logSoftmaxRows(x.data, columns);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let start = 0; start < result.length; start += columns) {
      let total = 0;
      for (let i = start; i < start + columns; i++) total += grad[i];
      for (let i = start; i < start + columns; i++) result[i] = grad[i] - exp(out[i]) * total;
    }
    return [result];
  });
}

function softmaxRows(data: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  const powers = new Float64Array(columns);
  for (let start = 0; start < data.length; start += columns) {
    const shift = rowMaximum(data, start, columns);
    let total = 0;
    for (let i = 0; i < columns; i++) {
      powers[i] = exp(data[start + i] - shift);
      total += powers[i];
    }
    for (let i = 0; i < columns; i++) out[start + i] = powers[i] / total;
  }
  return out;
}

function logSoftmaxRows(data: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += columns) {
    const shift = rowMaximum(data, start, columns);
    let total = 0;
    for (let i = start; i < start + columns; i++) total += exp(data[i] - shift);
    const logTotal = log(total);
    for (let i = start; i < start + columns; i++) out[i] = data[i] - shift - logTotal;
  }
  return out;
}

function rowMaximum(data: Float32Array, start: number, columns: number): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + columns; i++) maximum = Math.max(maximum, data[i]);
  return maximum;
}

function lastLength(operation: string, x: Tensor): number {
  const length = x.shape.at(-1);
  if (length === undefined) {
    throw new IndexError(`${operation}: a scalar has no last axis.`, {
      code: 'AXIS_OUT_OF_RANGE',
      got: 'a scalar',
      expected: 'at least one axis',
      hint: 'Pass a tensor with at least one axis.',
    });
  }
  return length;
}
