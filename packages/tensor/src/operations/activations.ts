// Activation functions of neural networks that are more than one arithmetic operation, fused into one loop each way.

import { recordOperation } from '../autograd.js';
import * as elementary from '../kernels/elementary.js';
import * as kernels from '../kernels/elementwise.js';
import type { Tensor } from '../tensor.js';

/** max(x, 0); the gradient at 0 is 0. NaN stays NaN. */
export function relu(x: Tensor): Tensor {
  const { data } = x;
  return recordOperation(kernels.relu(data), x.shape, [x], (grad) => [kernels.reluGradient(data, grad)]);
}

/** x above 0, `slope · x` below. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i] > 0 ? data[i] : slope * data[i];
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = data[i] > 0 ? grad[i] : slope * grad[i];
    return [result];
  });
}

/** x above 0, `alpha · (eˣ − 1)` below (Clevert et al. 2016, eq. 15). */
export function elu(x: Tensor, alpha = 1): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i] > 0 ? data[i] : alpha * elementary.expm1(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) {
      result[i] = data[i] > 0 ? grad[i] : grad[i] * alpha * elementary.exp(data[i]);
    }
    return [result];
  });
}

/** log(1 + eˣ), a smooth ReLU. */
export function softplus(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = elementary.softplus(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * elementary.sigmoid(data[i]);
    return [result];
  });
}

/** log sigmoid(x) = −log(1 + e⁻ˣ), exact also where sigmoid rounds to 0. */
export function logSigmoid(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = -elementary.softplus(-data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) result[i] = grad[i] * elementary.sigmoid(-data[i]);
    return [result];
  });
}

/** x · Φ(x) with Φ the normal distribution function; the exact form of Hendrycks & Gimpel 2016, not its tanh approximation. */
export function gelu(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i] * elementary.normalCdf(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) {
      const value = data[i];
      result[i] = grad[i] * (elementary.normalCdf(value) + value * elementary.normalPdf(value));
    }
    return [result];
  });
}

/** x · sigmoid(x). */
export function silu(x: Tensor): Tensor {
  const { data } = x;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i] * elementary.sigmoid(data[i]);
  return recordOperation(out, x.shape, [x], (grad) => {
    const result = new Float32Array(grad.length);
    for (let i = 0; i < result.length; i++) {
      const gate = elementary.sigmoid(data[i]);
      result[i] = grad[i] * gate * (1 + data[i] * (1 - gate));
    }
    return [result];
  });
}
