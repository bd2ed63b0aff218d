// A linear layer whose weights are rounded to small integers times a scale per neuron, and which can be pruned.

import { linear, recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { Linear, type LinearOptions } from '../layers/linear.js';
import { requireBits } from './omega.js';
import {
  product,
  type QuantizedWeights,
  quantizeWeights,
  roundedWeights,
  type WeightQuantizerOptions,
} from './weight-quantizer.js';

/** Options of {@link QuantLinear}. */
export interface QuantLinearOptions extends LinearOptions {
  /** Weight bits, 2 to 8; default 4. */
  readonly bits?: number;
  /** Leave out the most negative integer; default false. */
  readonly narrow?: boolean;
  /** Round each neuron's scale up to a power of two; default false. */
  readonly powerOfTwo?: boolean;
  /** False uses the float weights: for the float twin; default true. */
  readonly quantize?: boolean;
}

/**
 * `y = x·Wqᵀ + b`, where row k of Wq is `scale_k · integers`. Trained with the float weights behind it: the gradient goes
 * straight through the rounding, and stops at pruned weights.
 */
export class QuantLinear extends Linear {
  static override readonly defaults = {
    ...Linear.defaults,
    bits: 4,
    narrow: false,
    powerOfTwo: false,
    quantize: true,
  };

  readonly bits: number;
  readonly quantize: boolean;
  readonly #rounding: WeightQuantizerOptions;

  /** @throws ParameterError `BITS_INVALID` unless 2 ≤ bits ≤ 8. */
  constructor(inFeatures: number, outFeatures: number, options: QuantLinearOptions = {}) {
    super(inFeatures, outFeatures, options);
    const { bits, narrow, powerOfTwo, quantize } = { ...QuantLinear.defaults, ...options };
    requireBits('Weight bits', bits, 2, 8);
    this.bits = bits;
    this.quantize = quantize;
    this.#rounding = { bits, narrow, powerOfTwo };
    this.registerBuffer(
      'mask',
      tensor(new Float32Array(outFeatures * inFeatures).fill(1), { shape: [outFeatures, inFeatures] }),
    );
  }

  /** 1 for weights that are kept, 0 for pruned ones; [outFeatures, inFeatures]. */
  get mask(): Float32Array {
    return this.buffer('mask').data;
  }

  /** The weights as integers and scales, pruned ones 0. */
  quantizedWeights(): QuantizedWeights {
    const weights = product(this.weight.data, this.mask);
    return quantizeWeights(weights, this.outFeatures, this.inFeatures, this.#rounding);
  }

  /** @param input - [nSamples, inFeatures]. @returns [nSamples, outFeatures]. */
  override forward(input: Tensor): Tensor {
    return linear(input, this.#effectiveWeights(), this.bias ?? undefined);
  }

  #effectiveWeights(): Tensor {
    // Looked at anew each time: whoever prunes writes to the mask.
    const mask = isDense(this.mask) ? null : this.mask;
    if (this.quantize) return roundedWeights(this.weight, mask, this.#rounding);
    if (mask === null) return this.weight;
    return recordOperation(product(this.weight.data, mask), this.weight.shape, [this.weight], (grad) => [
      product(grad, mask),
    ]);
  }
}

function isDense(mask: Float32Array): boolean {
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 1) return false;
  return true;
}
