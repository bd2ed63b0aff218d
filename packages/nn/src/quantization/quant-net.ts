// What all nets that compile to encrypted inference have in common: layers one after another on quantized inputs, an
// optional linear path beside them, and a training that calibrates scales, prunes on a schedule, and ends with exact
// batch-norm statistics.

import { noGrad, slice, type Tensor, tensor } from '@tacit/tensor';
import { requireAtLeast } from '../errors.js';
import { Module, type TrainingHooks, type TrainingWarning } from '../module.js';
import { copyNeurons, copyNoise } from './copy-neurons.js';
import { setExactStatistics } from './exact-statistics.js';
import type { InputQuantizer } from './input-quantizer.js';
import { sizeOfShape, type ValueShape } from './integer-rows.js';
import {
  constantEmissions,
  foldConstants,
  importances,
  isAlive,
  refuseGroups,
  settleNorm,
  widthsToKeep,
} from './neuron-removal.js';
import { perLayer } from './per-layer.js';
import { keepLargestNeurons, keepLargestWeights, pruningProgress } from './pruning.js';
import type { QuantLayer } from './quant-layer.js';
import type { QuantLinear } from './quant-linear.js';

/** What a compiler needs to know besides the layers. */
export interface QuantNetSettings {
  readonly quantize: boolean;
  readonly nAccumBits: number;
  readonly accumulators: 'rounded' | 'bounded';
  readonly nPruneNeuronsPercentage: number;
}

/** Rows that activations are calibrated on at most: scales do not need more, memory does. */
const calibrationRows = 8192;
/** Rows that pass through the net at once when statistics are taken. */
const chunkRows = 1024;

/** The base of {@link SparseQuantNeuralNet} and {@link SparseQuantConvNet}. */
export abstract class QuantNet extends Module implements TrainingHooks {
  abstract readonly settings: QuantNetSettings;
  /** Rounds the inputs. */
  abstract readonly inputQuantizer: InputQuantizer;
  /** The layers in order; the last one gives the outputs. */
  abstract readonly layers: readonly QuantLayer[];
  /** The linear path from the inputs to the outputs, without bias; null where there is none. */
  abstract readonly skip: QuantLinear | null;

  /** Fewest weights that a row of any bounded layer may keep (Ω of that layer); null where no layer is bounded. */
  get omega(): number | null {
    const bounds = this.layers.flatMap(({ omega }) => (omega === null ? [] : [omega]));
    return bounds.length === 0 ? null : Math.min(...bounds);
  }

  /** @param input - [nSamples, …], raw features. @returns [nSamples, outputDim]. */
  override forward(input: Tensor): Tensor {
    const scaled = this.#scaled(input);
    let values = this.#shaped(scaled);
    for (const layer of this.layers) values = layer.forward(values);
    return this.skip === null ? values : values.add(this.skip.forward(scaled));
  }

  /**
   * Fits the input map, the scales of the activations and the statistics of batch norms to the training rows.
   *
   * @param inputs - [nSamples, …].
   */
  calibrate(inputs: Tensor): void {
    this.inputQuantizer.calibrate(inputs);
    this.#inUse(() => {
      let values = this.#shaped(this.#scaled(someRows(inputs, calibrationRows)));
      for (const layer of this.layers) {
        const { norm, activation, quantizer } = layer;
        if (activation === null) return;
        const sums = layer.sums(values);
        if (norm !== null) setExactStatistics(norm, [sums]);
        const normed = norm === null ? sums : norm.forward(sums);
        (activation as TrainingHooks).calibrate?.(normed);
        const emitted = activation.forward(normed);
        quantizer?.calibrate(emitted);
        values = quantizer === null ? emitted : quantizer.forward(emitted);
      }
    });
  }

  /** What {@link calibrate} found out about the data. */
  calibrationWarnings(): readonly TrainingWarning[] {
    return this.settings.quantize ? this.inputQuantizer.calibrationWarnings() : [];
  }

  /**
   * Prunes as far as is due after `fraction` of the training: every row to Ω, and whole neurons. What a neuron without
   * weights emits is a constant, which moves into the biases of the next layer.
   */
  trainingProgress(fraction: number): void {
    if (!this.settings.quantize) return;
    const due = pruningProgress(fraction);
    for (const [index, { linear, activation, omega }] of this.layers.entries()) {
      if (omega !== null) keepLargestWeights(linear, partWay(linear.fanIn, omega, due));
      if (activation !== null) {
        const remaining = linear.neurons - Math.round(this.settings.nPruneNeuronsPercentage * linear.neurons);
        // A layer without neurons would cut the net in two.
        keepLargestNeurons(linear, partWay(linear.neurons, Math.max(1, remaining), due));
        this.#foldDeadNeurons(index);
      }
    }
  }

  /**
   * Sets mean and variance of every batch norm to those of all training rows under the final, rounded weights: running
   * averages lag behind, and what is folded into tables should be exact.
   *
   * @param inputs - [nSamples, …].
   */
  finishTraining(inputs: Tensor): void {
    this.#inUse(() => {
      for (const [index, { norm }] of this.layers.entries()) {
        if (norm !== null) setExactStatistics(norm, this.#sumsOf(index, inputs));
      }
    });
  }

  /**
   * Sets the noise that training adds before each activation, in parts of its range. A float twin has none to set.
   *
   * @param fractions - one number, or one for each hidden layer.
   * @throws ParameterError `LAYERS_INVALID`, `PARAMETER_INVALID`.
   */
  setNoise(fractions: number | readonly number[]): void {
    const hidden = this.layers.slice(0, -1);
    const each = perLayer('noiseFraction', fractions, hidden.length);
    for (const fraction of each) requireAtLeast('noiseFraction', fraction, 0);
    for (const [index, { noise }] of hidden.entries()) if (noise !== null) noise.fraction = each[index];
  }

  /** Programmable bootstraps of an encrypted evaluation: one for each value behind an activation whose neuron has weights. */
  get bootstraps(): number {
    let count = 0;
    for (const layer of this.layers.slice(0, -1)) {
      const { neurons } = layer.linear;
      const alive = allOf(neurons).filter((channel) => isAlive(layer, channel)).length;
      count += alive * (sizeOfShape(layer.outputShape) / neurons);
    }
    return count;
  }

  /** Neurons or filters of each hidden layer. */
  get widths(): readonly number[] {
    return this.layers.slice(0, -1).map(({ linear }) => linear.neurons);
  }

  /**
   * A smaller net, with the least important neurons or filters of each hidden layer taken out. Those that emit a constant go
   * without a change of the outputs; others are replaced by their mean over the rows, after which the net wants further
   * training.
   *
   * @param inputs - [nSamples, …] training rows: what neurons emit for them says how much they matter.
   * @param amount - the fraction of each layer to remove, or how many neurons to keep of each.
   * @returns a new net of the same class; this one stays as it is.
   * @throws ParameterError `FRACTION_INVALID` for an amount that would empty a layer; `LAYER_UNSUPPORTED` with grouped
   * convolutions, whose channels cannot go one by one.
   */
  pruned(inputs: Tensor, amount: number | readonly number[]): this {
    refuseGroups(this.layers);
    const keep = widthsToKeep(this.widths, amount);
    const work = this.withWidths(this.widths);
    work.loadStateDict(this.stateDict());
    const kept = work.#foldLeastImportant(inputs, keep);
    const smaller = this.withWidths(keep);
    smaller.inputQuantizer.loadStateDict(work.inputQuantizer.stateDict());
    if (work.skip !== null) smaller.skip?.loadStateDict(work.skip.stateDict());
    for (const [index, layer] of work.layers.entries()) {
      const inputs = kept[index - 1] ?? allOf(layer.inputShape[0]);
      copyNeurons(layer, smaller.layers[index], { inputs, own: kept[index] ?? allOf(layer.linear.neurons) });
      copyNoise(this.layers[index], smaller.layers[index]);
    }
    return smaller.train(this.training);
  }

  /** A net with the same options and other widths of its hidden layers. */
  protected abstract withWidths(widths: readonly number[]): this;

  /** Shape of a sample as the first layer takes it. */
  protected get inputShape(): ValueShape {
    return this.layers[0].inputShape;
  }

  #foldDeadNeurons(index: number): void {
    const layer = this.layers[index];
    const dead = allOf(layer.linear.neurons).filter((channel) => !isAlive(layer, channel));
    if (dead.length === 0) return;
    settleNorm(layer, dead);
    this.#inUse(() => foldConstants(this.layers[index + 1], dead, constantEmissions(layer)));
  }

  /** Puts means in place of all but the `keep` most important neurons of each hidden layer. @returns which stay. */
  #foldLeastImportant(inputs: Tensor, keep: readonly number[]): (readonly number[])[] {
    const kept: (readonly number[])[] = [];
    this.#inUse(() => {
      let values = this.#shaped(this.#scaled(someRows(inputs, calibrationRows)));
      for (const [index, layer] of this.layers.slice(0, -1).entries()) {
        const next = this.layers[index + 1];
        values = layer.forward(values);
        const { worth, means } = importances(next, values);
        // Neurons without weights go first: those that nobody reads still have a part in the scales of the next layer.
        const life = allOf(worth.length).map((channel) => Number(isAlive(layer, channel)));
        const order = allOf(worth.length).sort((a, b) => life[b] - life[a] || worth[b] - worth[a] || a - b);
        kept.push(order.slice(0, keep[index]).sort((a, b) => a - b));
        foldConstants(next, order.slice(keep[index]), means, 'always');
      }
    });
    return kept;
  }

  /** The sums of one layer, some rows at a time. */
  *#sumsOf(index: number, inputs: Tensor): Generator<Tensor> {
    for (let start = 0; start < inputs.shape[0]; start += chunkRows) {
      const rows = slice(inputs, start, Math.min(start + chunkRows, inputs.shape[0]));
      let values = this.#shaped(this.#scaled(rows));
      for (const layer of this.layers.slice(0, index)) values = layer.forward(values);
      yield this.layers[index].sums(values);
    }
  }

  /** [n, features] in [−1, 1]. */
  #scaled(input: Tensor): Tensor {
    const isFlat = input.shape.length === 2;
    return this.inputQuantizer.forward(
      isFlat ? input : input.reshape([input.shape[0], this.inputQuantizer.features]),
    );
  }

  #shaped(scaled: Tensor): Tensor {
    const shape = this.inputShape;
    return shape.length === 1 ? scaled : scaled.reshape([scaled.shape[0], ...shape]);
  }

  /** Runs something with the net as in use, whatever mode it is in. */
  #inUse(run: () => void): void {
    const modes = this.namedModules().map(([, module]) => ({ module, training: module.training }));
    this.eval();
    try {
      noGrad(run);
    } finally {
      for (const { module, training } of modes) module.training = training;
    }
  }
}

/** `features` of the state dict: holds modules by name. The net itself runs them. */
export class LayerStack extends Module {
  [name: string]: unknown;

  constructor(children: Readonly<Record<string, Module>>) {
    super();
    Object.assign(this, children);
  }

  override forward(input: Tensor): Tensor {
    return input;
  }
}

function allOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function someRows(inputs: Tensor, most: number): Tensor {
  const count = inputs.shape[0];
  if (count <= most) return inputs;
  const size = inputs.size / count;
  const data = new Float32Array(most * size);
  for (let i = 0; i < most; i++) {
    const row = Math.floor((i * count) / most);
    data.set(inputs.data.subarray(row * size, (row + 1) * size), i * size);
  }
  return tensor(data, { shape: [most, ...inputs.shape.slice(1)] });
}

function partWay(from: number, to: number, fraction: number): number {
  return to >= from ? from : Math.round(from - (from - to) * fraction);
}
