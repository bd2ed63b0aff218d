// Batch normalization, fused: one operation each for training, which takes mean and variance from the batch, and for
// prediction, which takes them as given.

import { recordOperation } from '../autograd.js';
import { invalidArgument, shapeMismatch } from '../errors.js';
import { splitAtAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** Options of {@link batchNorm} and {@link batchNormInference}. */
export interface BatchNormOptions {
  /** [channels]: factor of the normalized values. Default 1. */
  readonly weight?: Tensor | null;
  /** [channels]: added after it. Default 0. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/** What {@link batchNorm} computes. */
export interface BatchNormResult {
  readonly output: Tensor;
  /** [channels]: of the batch, for running averages. */
  readonly mean: Float32Array;
  /** [channels]: of the batch, with divisor `count`; times count/(count − 1) it is the unbiased one. */
  readonly variance: Float32Array;
  /** Elements of each channel. */
  readonly count: number;
}

/**
 * Each channel normalized by the mean and variance of the batch: (x − mean)/√(variance + eps) · weight + bias
 * (Ioffe & Szegedy 2015, algorithm 1).
 *
 * @param x - [samples, channels, ...].
 * @throws ShapeError `SHAPE_MISMATCH`; ArgumentError with fewer than two elements a channel, which have no variance.
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): BatchNormResult {
  const { layout, weight, bias, eps } = checked('batchNorm', x, options);
  const { count } = layout;
  if (count < 2) throw invalidArgument('batchNorm: elements of a channel', count, 'at least 2');
  const { mean, variance } = statistics(x.data, layout);
  const inverse = variance.map((value) => 1 / Math.sqrt(value + eps));
  const out = normalized(x.data, layout, mean, inverse, weight, bias);
  const inputs = [x, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  const output = recordOperation(out, x.shape, inputs, (grad) => {
    const { toWeight, toBias } = channelSums(grad, x.data, layout, mean, inverse);
    // Equations of the paper's section 3, collected: grad_x = w/σ · (g − mean(g) − x̂·mean(g·x̂)).
    const toX = new Float32Array(x.size);
    eachRun(layout, x.size, (channel, from, to) => {
      const factor = (weight === null ? 1 : weight.data[channel]) * inverse[channel];
      const meanGrad = toBias[channel] / count;
      const slope = (inverse[channel] * toWeight[channel]) / count;
      const center = mean[channel];
      for (let i = from; i < to; i++) toX[i] = factor * (grad[i] - meanGrad - slope * (x.data[i] - center));
    });
    return gradients(toX, weight, toWeight, bias, toBias);
  });
  return { output, mean: Float32Array.from(mean), variance: Float32Array.from(variance), count };
}

/**
 * Each channel normalized by a mean and variance that do not depend on the batch, such as running averages.
 *
 * @param x - [samples, channels, ...].
 * @param mean - [channels]; no gradient goes through it or the variance.
 */
export function batchNormInference(
  x: Tensor,
  mean: Float32Array,
  variance: Float32Array,
  options: BatchNormOptions = {},
): Tensor {
  const { layout, weight, bias, eps } = checked('batchNormInference', x, options);
  for (const given of [mean, variance]) {
    if (given.length !== layout.channels) {
      throw shapeMismatch(
        'batchNormInference',
        x.shape,
        [given.length],
        `It needs ${layout.channels} means and variances.`,
      );
    }
  }
  const center = Float64Array.from(mean);
  const inverse = Float64Array.from(variance, (value) => 1 / Math.sqrt(value + eps));
  const out = normalized(x.data, layout, center, inverse, weight, bias);
  const inputs = [x, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
  return recordOperation(out, x.shape, inputs, (grad) => {
    const { toWeight, toBias } = channelSums(grad, x.data, layout, center, inverse);
    const toX = new Float32Array(x.size);
    eachRun(layout, x.size, (channel, from, to) => {
      const factor = (weight === null ? 1 : weight.data[channel]) * inverse[channel];
      for (let i = from; i < to; i++) toX[i] = factor * grad[i];
    });
    return gradients(toX, weight, toWeight, bias, toBias);
  });
}

function gradients(
  toX: Float32Array,
  weight: Tensor | null,
  toWeight: Float64Array,
  bias: Tensor | null,
  toBias: Float64Array,
): Float32Array[] {
  return [
    toX,
    ...(weight ? [Float32Array.from(toWeight)] : []),
    ...(bias ? [Float32Array.from(toBias)] : []),
  ];
}

function checked(
  operation: string,
  x: Tensor,
  options: BatchNormOptions,
): { layout: Layout; weight: Tensor | null; bias: Tensor | null; eps: number } {
  if (x.shape.length < 2)
    throw shapeMismatch(operation, x.shape, [0, 0], 'It takes [samples, channels, ...].');
  const { outer, length: channels, inner } = splitAtAxis(x.shape, 1);
  const { weight = null, bias = null, eps = 1e-5 } = options;
  for (const parameter of [weight, bias]) {
    if (parameter !== null && (parameter.shape.length !== 1 || parameter.size !== channels)) {
      const hint = `Weight and bias need the shape [${channels}].`;
      throw shapeMismatch(operation, x.shape, parameter.shape, hint);
    }
  }
  if (!(eps >= 0)) throw invalidArgument(`${operation}: eps`, eps, 'a number of at least 0');
  return { layout: { channels, inner, count: outer * inner }, weight, bias, eps };
}

/** How the channels lie in the data: runs of `inner` elements, one for each sample and channel. */
interface Layout {
  readonly channels: number;
  readonly inner: number;
  /** Elements of a channel in all samples. */
  readonly count: number;
}

function eachRun(
  { channels, inner }: Layout,
  size: number,
  visit: (channel: number, from: number, to: number) => void,
): void {
  let channel = 0;
  for (let from = 0; from < size; from += inner) {
    visit(channel, from, from + inner);
    channel = channel + 1 === channels ? 0 : channel + 1;
  }
}

/** Mean and variance of each channel in double precision, in two passes so that nothing cancels. */
function statistics(data: Float32Array, layout: Layout): { mean: Float64Array; variance: Float64Array } {
  const mean = new Float64Array(layout.channels);
  const variance = new Float64Array(layout.channels);
  eachRun(layout, data.length, (channel, from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += data[i];
    mean[channel] += sum;
  });
  for (let channel = 0; channel < mean.length; channel++) mean[channel] /= layout.count;
  eachRun(layout, data.length, (channel, from, to) => {
    const center = mean[channel];
    let sum = 0;
    for (let i = from; i < to; i++) sum += (data[i] - center) * (data[i] - center);
    variance[channel] += sum;
  });
  for (let channel = 0; channel < mean.length; channel++) variance[channel] /= layout.count;
  return { mean, variance };
}

function normalized(
  data: Float32Array,
  layout: Layout,
  mean: Float64Array,
  inverse: Float64Array,
  weight: Tensor | null,
  bias: Tensor | null,
): Float32Array {
  const out = new Float32Array(data.length);
  eachRun(layout, data.length, (channel, from, to) => {
    const center = mean[channel];
    const factor = inverse[channel] * (weight === null ? 1 : weight.data[channel]);
    const constant = bias === null ? 0 : bias.data[channel];
    for (let i = from; i < to; i++) out[i] = (data[i] - center) * factor + constant;
  });
  return out;
}

/** Gradients of weight and bias: Σ grad · x̂ and Σ grad of each channel. */
function channelSums(
  grad: Float32Array,
  data: Float32Array,
  layout: Layout,
  mean: Float64Array,
  inverse: Float64Array,
): { toWeight: Float64Array; toBias: Float64Array } {
  const toWeight = new Float64Array(layout.channels);
  const toBias = new Float64Array(layout.channels);
  eachRun(layout, data.length, (channel, from, to) => {
    const center = mean[channel];
    let products = 0;
    let sum = 0;
    for (let i = from; i < to; i++) {
      products += grad[i] * (data[i] - center);
      sum += grad[i];
    }
    toWeight[channel] += products * inverse[channel];
    toBias[channel] += sum;
  });
  return { toWeight, toBias };
}
