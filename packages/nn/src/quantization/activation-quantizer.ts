// Activations as small integers times one learned scale.

import { fakeQuantize, recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { Module, Parameter } from '../module.js';
import { requireBits } from './omega.js';
import { powerOfTwoAtLeast } from './power-of-two.js';
import { roundWithin } from './rounding.js';

/** Options of {@link ActivationQuantizer}. */
export interface ActivationQuantizerOptions {
  /** 1 to 8; default 4. Null leaves values as they are: an encrypted table emits real values as cheaply as integers. */
  readonly bits?: number | null;
  /** Whether integers below 0 exist; default false, as after a ReLU. */
  readonly signed?: boolean;
  /** Leave out one integer at an end of the range (signed: the most negative, unsigned: the largest); default false. */
  readonly narrow?: boolean;
  /** Round the scale up to a power of two; default false. */
  readonly powerOfTwo?: boolean;
  /** False passes values through unrounded: for the float twin; default true. */
  readonly quantize?: boolean;
}

const smallestFactor = 1 / 64;

/**
 * Rounds its input to `scale · integer`, integers from `levels[0]` to `levels[1]`, ties to even. The scale is learned
 * (LSQ, Esser et al. 2020, eq. 3), and the same in training and evaluation from the first batch on.
 *
 * The scale is `initialScale · factor`: the first is set by {@link calibrate}, the second is the parameter and starts at
 * 1, so that one learning rate fits layers of any magnitude.
 */
export class ActivationQuantizer extends Module {
  static readonly defaults = {
    bits: 4,
    signed: false,
    narrow: false,
    powerOfTwo: false,
    quantize: true,
  } as const satisfies ActivationQuantizerOptions;

  /** Null where nothing is rounded. */
  readonly bits: number | null;
  readonly quantize: boolean;
  /** Smallest and largest integer; infinite where nothing is rounded. */
  readonly levels: readonly [low: number, high: number];
  /** What multiplies the calibrated scale, learned; null where nothing is rounded. */
  readonly factor: Parameter | null;
  readonly #powerOfTwo: boolean;

  /** @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8. */
  constructor(options: ActivationQuantizerOptions = {}) {
    super();
    const { bits, signed, narrow, powerOfTwo, quantize } = { ...ActivationQuantizer.defaults, ...options };
    this.bits = bits;
    this.quantize = quantize && bits !== null;
    this.#powerOfTwo = powerOfTwo;
    if (bits === null) {
      this.levels = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      this.factor = null;
      return;
    }
    requireBits('Activation bits', bits, 1, 8);
    const span = (1 << bits) - 1 - (narrow && bits > 1 ? 1 : 0);
    const low = signed ? -(1 << (bits - 1)) + (narrow ? 1 : 0) : 0;
    this.levels = [low, low + span];
    this.factor = new Parameter(tensor([1]));
    this.registerBuffer('initialScale', tensor([1]));
  }

  /** Real value of one integer step, 1 where nothing is rounded. A float32 number: what is saved, and what training rounds with. */
  get scale(): number {
    if (this.factor === null) return 1;
    const scale = Math.fround(
      this.buffer('initialScale').data[0] * Math.max(smallestFactor, this.factor.data[0]),
    );
    return this.#powerOfTwo ? powerOfTwoAtLeast(scale) : scale;
  }

  /**
   * Sets the scale to the one that rounds `values` with the smallest squared error, among 40 between all of their range
   * and a fortieth of it; resets `factor`. Of many values it looks at an even choice of about 65,536.
   */
  calibrate(values: Tensor): void {
    if (this.factor === null) return;
    const largest = values.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const widest = largest > 0 ? largest / Math.max(this.levels[1], 1) : 1;
    let best = { scale: widest, error: Number.POSITIVE_INFINITY };
    for (let part = 40; part >= 1; part--) {
      const scale = (widest * part) / 40;
      const error = this.#squaredError(values.data, scale);
      if (error < best.error) best = { scale, error };
    }
    this.buffer('initialScale').data[0] = best.scale;
    this.factor.data[0] = 1;
  }

  /** The integer that a real value becomes; the value itself where nothing is rounded. */
  level(value: number, scale: number = this.scale): number {
    if (this.factor === null) return value;
    return roundWithin(value / scale, this.levels[0], this.levels[1]);
  }

  /** @param input - any shape. @returns the same shape, values rounded. */
  override forward(input: Tensor): Tensor {
    if (!this.quantize || this.factor === null) return input;
    const scale = this.scale;
    // A training that has diverged shows in its loss, not in an error from here.
    if (!(scale > 0)) return input.mul(scale);
    const [low, high] = this.levels;
    return fakeQuantize(input, this.#learnedScale(this.factor, scale, input.size), { low, high });
  }

  /** The scale as a function of the factor, with LSQ's gradient scale 1 / √(elements · largest level). */
  #learnedScale(factor: Parameter, scale: number, elements: number): Tensor {
    const damping = this.buffer('initialScale').data[0] / Math.sqrt(Math.max(1, elements * this.levels[1]));
    return recordOperation(Float32Array.of(scale), [1], [factor], (grad) => [
      Float32Array.of(grad[0] * damping),
    ]);
  }

  #squaredError(values: Float32Array, scale: number): number {
    const [low, high] = this.levels;
    // Odd, so that no neuron of a layer of even width is left out.
    const every = 2 * Math.floor(values.length / 2 ** 17) + 1;
    let sum = 0;
    for (let i = 0; i < values.length; i += every) {
      const error = values[i] - scale * roundWithin(values[i] / scale, low, high);
      sum += error * error;
    }
    return sum;
  }
}
