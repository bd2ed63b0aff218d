// A linear layer whose weights are rounded to small integers times a scale per neuron, and which can be pruned.

import { linear, type Tensor } from '@tacit/tensor';
import { Linear, type LinearOptions } from '../layers/linear.js';
import type { Parameter } from '../module.js';
import type { QuantizedWeights } from './weight-quantizer.js';
import {
  type PrunableLayer,
  WeightRounding,
  type WeightRoundingOptions,
  weightRoundingDefaults,
} from './weight-rounding.js';

/** Options of {@link QuantLinear}. */
export interface QuantLinearOptions extends LinearOptions, WeightRoundingOptions {}

/**
 * `y = x·Wqᵀ + b`, where row k of Wq is `scale_k · integers`. Trained with the float weights behind it: the gradient goes
 * straight through the rounding, and stops at pruned weights.
 */
export class QuantLinear extends Linear implements PrunableLayer {
  static override readonly defaults = { ...Linear.defaults, ...weightRoundingDefaults };

  /** With learned scales: what multiplies them, a parameter; else null. */
  readonly factor: Parameter | null;
  readonly #rounding: WeightRounding;

  /** @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8. */
  constructor(inFeatures: number, outFeatures: number, options: QuantLinearOptions = {}) {
    super(inFeatures, outFeatures, options);
    this.#rounding = new WeightRounding(this, options);
    this.factor = this.#rounding.factor;
  }

  get bits(): number {
    return this.#rounding.bits;
  }

  get quantize(): boolean {
    return this.#rounding.quantize;
  }

  get neurons(): number {
    return this.outFeatures;
  }

  get fanIn(): number {
    return this.inFeatures;
  }

  /** 1 for weights that are kept, 0 for pruned ones; [outFeatures, inFeatures]. */
  get mask(): Float32Array {
    return this.#rounding.mask;
  }

  /** The weights as integers and scales, pruned ones 0. */
  quantizedWeights(): QuantizedWeights {
    return this.#rounding.quantizedWeights();
  }

  /** @param input - [nSamples, inFeatures]. @returns [nSamples, outFeatures]. */
  override forward(input: Tensor): Tensor {
    return linear(input, this.#rounding.effectiveWeights(), this.bias ?? undefined);
  }
}
