// Taking neurons or filters out of a net. One that emits a constant goes without a trace: the constant moves into the biases
// of the next layer. One that does not is replaced by its mean, which is the constant that changes the outputs least.

import { noGrad, type Tensor, tensor } from '@tacit/tensor';
import { ParameterError } from '../errors.js';
import type { QuantLayer } from './quant-layer.js';
import { QuantLinear } from './quant-linear.js';

/** Whether any weight of a neuron is left. */
export function isAlive({ linear }: QuantLayer, channel: number): boolean {
  const { mask, fanIn } = linear;
  for (let i = channel * fanIn; i < (channel + 1) * fanIn; i++) if (mask[i] !== 0) return true;
  return false;
}

/** Makes the batch norm of neurons without weights give what it would after any number of batches: its constant. */
export function settleNorm({ linear, norm }: QuantLayer, channels: readonly number[]): void {
  if (norm === null) return;
  for (const channel of channels) {
    norm.buffer('running_mean').data[channel] = linear.bias?.data[channel] ?? 0;
    norm.buffer('running_var').data[channel] = 0;
  }
}

/** What every neuron would emit without weights, quantized, as in use. */
export function constantEmissions(layer: QuantLayer): Float32Array {
  const { linear } = layer;
  const shape = linear instanceof QuantLinear ? [1, linear.neurons] : [1, linear.neurons, 1, 1];
  const sums = tensor(linear.bias?.data.slice() ?? new Float32Array(linear.neurons), { shape });
  return noGrad(() => layer.emit(sums)).data;
}

/**
 * Moves constants of neurons into the biases of the layer that reads them, and masks the weights that read them.
 *
 * @param constants - by channel.
 * @param when - a convolution with padding reads zeros beside the constant, so that moving it is not exact there: 'exact'
 * leaves it alone.
 */
export function foldConstants(
  next: QuantLayer,
  channels: readonly number[],
  constants: ArrayLike<number>,
  when: 'exact' | 'always' = 'exact',
): void {
  const { linear } = next;
  const isPadded = !(linear instanceof QuantLinear) && linear.padding.some((width) => width > 0);
  if (isPadded && when === 'exact') return;
  const weights = realWeights(next);
  for (const channel of channels) {
    eachReader(next, channel, (row, index) => {
      if (linear.bias !== null) linear.bias.data[row] += weights[index] * constants[channel];
      linear.mask[index] = 0;
    });
  }
}

/** Visits the weights of a layer that read a channel of the layer before it: their row, and their index in the weights. */
export function eachReader(
  { linear, inputShape }: QuantLayer,
  channel: number,
  visit: (row: number, index: number) => void,
): void {
  const { neurons, fanIn } = linear;
  if (linear instanceof QuantLinear) {
    const places = fanIn / inputShape[0];
    for (let row = 0; row < neurons; row++) {
      for (let i = 0; i < places; i++) visit(row, row * fanIn + channel * places + i);
    }
    return;
  }
  const groupChannels = linear.inChannels / linear.groups;
  const area = fanIn / groupChannels;
  const perGroup = neurons / linear.groups;
  const group = Math.floor(channel / groupChannels);
  for (let row = group * perGroup; row < (group + 1) * perGroup; row++) {
    const start = row * fanIn + (channel % groupChannels) * area;
    for (let index = start; index < start + area; index++) visit(row, index);
  }
}

/**
 * How much each neuron matters: the deviation of what it emits over some rows, times the length of the weights that read
 * it. A neuron that emits a constant has 0.
 *
 * @param emitted - [n, channels, …].
 */
export function importances(next: QuantLayer, emitted: Tensor) {
  const [samples, channels] = emitted.shape as [number, number];
  const inner = emitted.size / (samples * channels);
  const weights = realWeights(next);
  const means = new Float64Array(channels);
  const deviations = new Float64Array(channels);
  for (let i = 0; i < emitted.size; i++) means[Math.floor(i / inner) % channels] += emitted.data[i];
  for (let channel = 0; channel < channels; channel++) means[channel] /= samples * inner;
  for (let i = 0; i < emitted.size; i++) {
    const channel = Math.floor(i / inner) % channels;
    deviations[channel] += (emitted.data[i] - means[channel]) ** 2;
  }
  const worth = deviations.map((squares, channel) => {
    let length = 0;
    eachReader(next, channel, (_, index) => {
      length += weights[index] ** 2;
    });
    return Math.sqrt((squares / (samples * inner)) * length);
  });
  return { worth, means };
}

/** The weights that a layer computes with. */
function realWeights({ linear }: QuantLayer): Float64Array {
  const { weight, mask, fanIn } = linear;
  if (!linear.quantize) return Float64Array.from(weight.data, (value, i) => value * mask[i]);
  const { integers, scales } = linear.quantizedWeights();
  return Float64Array.from(integers, (integer, i) => integer * scales[Math.floor(i / fanIn)]);
}

/** Widths that are left. @throws ParameterError `FRACTION_INVALID` when a layer would be empty, or wider than before. */
export function widthsToKeep(
  widths: readonly number[],
  amount: number | readonly number[],
): readonly number[] {
  const keep =
    typeof amount === 'number' ? widths.map((width) => width - Math.round(amount * width)) : amount;
  const isValid =
    (typeof amount !== 'number' || (amount >= 0 && amount < 1)) &&
    keep.length === widths.length &&
    keep.every((width, index) => Number.isInteger(width) && width >= 1 && width <= widths[index]);
  if (isValid) return keep;
  const got = typeof amount === 'number' ? String(amount) : `[${amount.join(', ')}]`;
  throw new ParameterError(
    `Pruning by ${got} would leave [${keep.join(', ')}] of [${widths.join(', ')}] neurons.`,
    {
      code: 'FRACTION_INVALID',
      got: amount,
      expected: 'a fraction that leaves every hidden layer a neuron, or the number to keep of each',
      hint: 'Remove fewer. For a net without hidden neurons, train one with nLayers 1.',
    },
  );
}

/** @throws ParameterError `LAYER_UNSUPPORTED` for a grouped convolution. */
export function refuseGroups(layers: readonly QuantLayer[]): void {
  const grouped = layers.find(({ linear }) => !(linear instanceof QuantLinear) && linear.groups > 1);
  if (grouped === undefined) return;
  throw new ParameterError(
    `${grouped.name} is a grouped convolution, whose channels cannot be taken out one by one.`,
    {
      code: 'LAYER_UNSUPPORTED',
      got: grouped.name,
      expected: 'convolutions with groups 1',
      hint: 'Set nPruneNeuronsPercentage before training instead: filters without weights need no bootstraps.',
    },
  );
}
