// A linear layer whose weights are rounded to small integers times a scale per neuron, and which can be pruned.

import { linear, recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { Linear, type LinearOptions } from '../layers/linear.js';
import { requireBits } from './omega.js';
import { type QuantizedWeights, quantizeWeights } from './weight-quantizer.js';

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
  readonly #narrow: boolean;
  readonly #powerOfTwo: boolean;

  /** @throws ParameterError `BITS_INVALID` unless 2 ≤ bits ≤ 8. */
  constructor(inFeatures: number, outFeatures: number, options: QuantLinearOptions = {}) {
    super(inFeatures, outFeatures, options);
    const { bits, narrow, powerOfTwo, quantize } = { ...QuantLinear.defaults, ...options };
    requireBits('Weight bits', bits, 2, 8);
    this.bits = bits;
    this.quantize = quantize;
    this.#narrow = narrow;
    this.#powerOfTwo = powerOfTwo;
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
    return quantizeWeights(this.#maskedWeights(), this.outFeatures, this.inFeatures, {
      bits: this.bits,
      narrow: this.#narrow,
      powerOfTwo: this.#powerOfTwo,
    });
  }

  /** @param input - [nSamples, inFeatures]. @returns [nSamples, outFeatures]. */
  override forward(input: Tensor): Tensor {
    return linear(input, this.#effectiveWeights(), this.bias ?? undefined);
  }

  #effectiveWeights(): Tensor {
    const values = this.quantize ? this.#roundedWeights() : this.#maskedWeights();
    const mask = this.mask;
    return recordOperation(values, this.weight.shape, [this.weight], (gradOutput) => [
      gradOutput.map((gradient, i) => gradient * mask[i]),
    ]);
  }

  #roundedWeights(): Float32Array {
    const { integers, scales } = this.quantizedWeights();
    const columns = this.inFeatures;
    const values = new Float32Array(integers.length);
    for (let i = 0; i < values.length; i++) values[i] = integers[i] * scales[Math.floor(i / columns)];
    return values;
  }

  #maskedWeights(): Float32Array {
    const mask = this.mask;
    return this.weight.data.map((weight, i) => weight * mask[i]);
  }
}
