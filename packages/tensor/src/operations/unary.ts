// Functions of each element alone. Forward and backward are one loop each; the elementary functions are our own, so that
// the same input gives the same bits on every engine.

import { recordOperation } from '../autograd.js';
import { invalidArgument } from '../errors.js';
import * as elementary from '../kernels/elementary.js';
import type { Tensor } from '../tensor.js';

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** −x. */
export function neg(x: Tensor): Tensor {
  const out = new Float32Array(x.size);
  for (let i = 0; i < out.length; i++) out[i] = -x.data[i];
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = -grad[i];
    return [result];
  });
}

/** eˣ. */
export function exp(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.exp(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * out[i];
    return [result];
  });
}

/** Natural logarithm; −Infinity at 0, NaN below. */
export function log(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.log(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] / data[i];
    return [result];
  });
}

/** Square root; NaN below 0. */
export function sqrt(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] / (2 * out[i]);
    return [result];
  });
}

/** Absolute value; the gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * Math.sign(data[i]);
    return [result];
  });
}

/** Sine of radians. */
export function sin(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.sin(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * elementary.cos(data[i]);
    return [result];
  });
}

/** Cosine of radians. */
export function cos(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.cos(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = -grad[i] * elementary.sin(data[i]);
    return [result];
  });
}

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.tanh(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * (1 - out[i] * out[i]);
    return [result];
  });
}

/** Logistic function 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.sigmoid(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * out[i] * (1 - out[i]);
    return [result];
  });
}

/** Error function 2/√π · ∫₀ˣ e^(−t²) dt. */
export function erf(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.erf(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) {
      result[i] = grad[i] * TWO_OVER_ROOT_PI * elementary.exp(-data[i] * data[i]);
    }
    return [result];
  });
}

/** x to a fixed power. NaN for a fractional power of a negative number. */
export function pow(x: Tensor, exponent: number): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.pow(data[i], exponent);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    if (exponent !== 0) {
      for (let i = 0; i < result.length; i++) {
        result[i] = grad[i] * exponent * elementary.pow(data[i], exponent - 1);
      }
    }
    return [result];
  });
}

/**
 * x kept within bounds. The gradient is 1 on and between the bounds, 0 outside.
 *
 * @param bounds - a missing one does not bind.
 * @throws ArgumentError when `min` exceeds `max`.
 */
export function clip(x: Tensor, bounds: { readonly min?: number; readonly max?: number }): Tensor {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
  if (!(min <= max)) throw invalidArgument('clip: min', min, `a number up to max, which is ${max}`);
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(data[i], min), max);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = data[i] < min || data[i] > max ? 0 : grad[i];
    return [result];
  });
}
