// One layer of a net that compiles to encrypted inference, and all that a compiler needs to know of it:
//
//   values → [average pooling] → linear or convolution → [average pooling] → [batch norm] → [noise] → activation → quantizer
//
// `integerRows()` gives everything up to the batch norm as integer sums with a scale and a bias each; `activate()` is the
// function of one number behind them, which becomes a table; `quantizer` says which levels the table emits, or that it emits
// real values (`bits` null). The last layer has no activation: its sums are the outputs. No other code needs to know of
// which classes a layer is made.

import { avgPool2d, noGrad, type Tensor, tensor } from '@tacit/tensor';
import { ParameterError } from '../errors.js';
import type { BatchNorm1d, BatchNorm2d } from '../layers/batch-norm.js';
import type { Module } from '../module.js';
import type { ActivationQuantizer } from './activation-quantizer.js';
import {
  type IntegerRows,
  integerRows,
  type LinearPart,
  outputShape,
  type PoolWindow,
  type ValueShape,
} from './integer-rows.js';
import type { NoiseInjection } from './noise-injection.js';
import type { QuantConv2d } from './quant-conv2d.js';
import { QuantLinear } from './quant-linear.js';

/** What a {@link QuantLayer} is made of. */
export interface QuantLayerParts extends LinearPart {
  readonly name: string;
  readonly norm: BatchNorm1d | BatchNorm2d | null;
  readonly noise: NoiseInjection | null;
  readonly activation: Module | null;
  /** Whether the activation has parameters for each neuron. */
  readonly isPerNeuron: boolean;
  readonly quantizer: ActivationQuantizer | null;
  readonly omega: number | null;
}

/** A layer of a {@link QuantNet}. The modules in it are the net's; this gives them their order. */
export class QuantLayer implements QuantLayerParts {
  /** Name of the linear layer or convolution in the state dict. */
  readonly name: string;
  readonly linear: QuantLinear | QuantConv2d;
  /** Shape of the values of a sample as they arrive. */
  readonly inputShape: ValueShape;
  /** Shape of what the layer emits for a sample. Each value behind an activation costs a bootstrap. */
  readonly outputShape: ValueShape;
  /** Average pooling of the values that arrive. */
  readonly inputPool: PoolWindow | null;
  /** Average pooling of the sums, before the activation: fewer bootstraps. */
  readonly outputPool: PoolWindow | null;
  readonly norm: BatchNorm1d | BatchNorm2d | null;
  /** Noise in training; absent behind the last layer. */
  readonly noise: NoiseInjection | null;
  /** Absent behind the last layer. */
  readonly activation: Module | null;
  readonly isPerNeuron: boolean;
  /** Rounds what the activation emits; absent behind the last layer. */
  readonly quantizer: ActivationQuantizer | null;
  /** Most non-zero weights of a neuron or filter (Ω); null where its sums are not bounded. */
  readonly omega: number | null;

  /** @throws ParameterError `LAYER_UNSUPPORTED` for an activation that is not element by element. */
  constructor(parts: QuantLayerParts) {
    this.name = parts.name;
    this.linear = parts.linear;
    this.inputShape = parts.inputShape;
    this.outputShape = outputShape(parts);
    this.inputPool = parts.inputPool;
    this.outputPool = parts.outputPool;
    this.norm = parts.norm;
    this.noise = parts.noise;
    this.activation = parts.activation;
    this.isPerNeuron = parts.isPerNeuron;
    this.quantizer = parts.quantizer;
    this.omega = parts.omega;
    if (this.activation !== null) requireElementwise(this.activation, this.linear.neurons);
  }

  /** What the activation repeats after, in units of its argument; null for one that is not periodic. */
  get period(): number | null {
    return periodOf(this.activation);
  }

  /** @param values - [n, …inputShape]. @returns the sums, before batch norm and activation; rows of numbers, or images. */
  sums(values: Tensor): Tensor {
    const { linear, inputPool, outputPool } = this;
    let pooled = inputPool === null ? values : avgPool2d(values, inputPool);
    if (linear instanceof QuantLinear && pooled.shape.length > 2)
      pooled = pooled.reshape([pooled.shape[0], linear.inFeatures]);
    const sums = linear.forward(pooled);
    return outputPool === null ? sums : avgPool2d(sums, outputPool);
  }

  /** What the layer emits for its sums; the sums themselves in the last layer. */
  emit(sums: Tensor): Tensor {
    let values = this.norm === null ? sums : this.norm.forward(sums);
    if (this.noise !== null) values = this.noise.forward(values);
    if (this.activation !== null) values = this.activation.forward(values);
    return this.quantizer === null ? values : this.quantizer.forward(values);
  }

  /** @param values - [n, …inputShape]. @returns [n, …outputShape]. */
  forward(values: Tensor): Tensor {
    return this.emit(this.sums(values));
  }

  /** All up to the activation as integer sums, with the batch norm of use (not of training) folded into scales and biases. */
  integerRows(): IntegerRows {
    const rows = integerRows(this);
    if (this.norm === null) return rows;
    const { slopes, constants } = foldedNorm(this.norm);
    return {
      ...rows,
      scales: rows.scales.map((scale, row) => scale * slopes[rows.channels[row]]),
      biases: rows.biases.map((bias, row) => {
        const channel = rows.channels[row];
        return bias * slopes[channel] + constants[channel];
      }),
    };
  }

  /**
   * The activation of one neuron or filter, before the quantizer.
   *
   * @param channel - of `integerRows().channels`.
   * @param sums - what `scale · sum + bias` gives.
   */
  activate(channel: number, sums: ArrayLike<number>): Float32Array {
    const { activation } = this;
    if (activation === null) return Float32Array.from(sums);
    const width = this.isPerNeuron ? this.linear.neurons : 1;
    const values = new Float32Array(sums.length * width);
    for (let i = 0; i < sums.length; i++) values.fill(sums[i], i * width, (i + 1) * width);
    const emitted = noGrad(() => activation.forward(tensor(values, { shape: [sums.length, width] }))).data;
    return Float32Array.from(sums, (_, i) => emitted[i * width + (this.isPerNeuron ? channel : 0)]);
  }
}

/** What an activation repeats after: the `period` of its class; null without one. */
export function periodOf(activation: Module | null): number | null {
  const { period } = (activation?.constructor ?? {}) as { readonly period?: number };
  return period ?? null;
}

/** `slope · x + constant` of each channel, for a batch norm in use. */
function foldedNorm(norm: BatchNorm1d | BatchNorm2d) {
  const [mean, variance] = [norm.buffer('running_mean').data, norm.buffer('running_var').data];
  const slopes = Float64Array.from(variance, (value, channel) => {
    return (norm.weight?.data[channel] ?? 1) / Math.sqrt(value + norm.eps);
  });
  const constants = slopes.map((slope, channel) => (norm.bias?.data[channel] ?? 0) - mean[channel] * slope);
  return { slopes, constants };
}

/** A table sees one number: an activation that looks at others, such as a softmax, cannot become one. */
function requireElementwise(activation: Module, neurons: number): void {
  const probes = Float32Array.from({ length: 2 * neurons }, (_, i) => Math.sin(1 + i));
  const both = tensor(probes, { shape: [2, neurons] });
  const changed = tensor(
    probes.map((value, i) => (i === 0 ? value + 1 : value)),
    { shape: [2, neurons] },
  );
  const [before, after] = noGrad(() => [activation.forward(both), activation.forward(changed)]);
  const isElementwise =
    before.size === probes.length && before.data.every((value, i) => i === 0 || value === after.data[i]);
  if (isElementwise) return;
  const { name } = activation.constructor;
  throw new ParameterError(`${name} is no function of one number, so no table can compute it.`, {
    code: 'LAYER_UNSUPPORTED',
    got: name,
    expected: 'an activation that works element by element, such as ReLU, Sine or Tanh',
    hint: 'For probabilities, leave the last layer as it is: they are computed after decryption.',
  });
}
