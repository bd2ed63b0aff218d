// A convolution whose weights are rounded to small integers times a scale per filter, and which can be pruned.

import { conv2d, type Pair, type Tensor } from '@tacit/tensor';
import { Conv2d, type Conv2dOptions } from '../layers/conv2d.js';
import type { Parameter } from '../module.js';
import type { QuantizedWeights } from './weight-quantizer.js';
import {
  type PrunableLayer,
  WeightRounding,
  type WeightRoundingOptions,
  weightRoundingDefaults,
} from './weight-rounding.js';

/** Options of {@link QuantConv2d}. */
export interface QuantConv2dOptions extends Conv2dOptions, WeightRoundingOptions {}

/**
 * `y_k = Σ_c Σ_i Σ_j w_k,c,i,j · x_c,i,j + b_k` at each place of filter k, with weights `scale_k · integers`. Trained with
 * the float weights behind it: the gradient goes straight through the rounding, and stops at pruned weights.
 */
export class QuantConv2d extends Conv2d implements PrunableLayer {
  static override readonly defaults = { ...Conv2d.defaults, ...weightRoundingDefaults };

  /** With learned scales: what multiplies them, a parameter; else null. */
  readonly factor: Parameter | null;
  readonly #rounding: WeightRounding;

  /** @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8, or as {@link Conv2d}. */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: QuantConv2dOptions = {}) {
    super(inChannels, outChannels, kernelSize, options);
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
    return this.outChannels;
  }

  get fanIn(): number {
    return this.weight.size / this.outChannels;
  }

  /** 1 for weights that are kept, 0 for pruned ones; in the shape of `weight`. */
  get mask(): Float32Array {
    return this.#rounding.mask;
  }

  /** The filters as integers and scales, pruned weights 0: rows of inChannels / groups · kernel height · kernel width. */
  quantizedWeights(): QuantizedWeights {
    return this.#rounding.quantizedWeights();
  }

  /** @param input - [n, inChannels, height, width]. @returns [n, outChannels, outHeight, outWidth]. */
  override forward(input: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    const options = { stride, padding, dilation, groups };
    return conv2d(input, this.#rounding.effectiveWeights(), this.bias, options);
  }
}
