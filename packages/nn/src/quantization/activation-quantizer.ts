// Activations as small integers times one learned scale.

import { recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { Module, Parameter } from '../module.js';
import { requireBits } from './omega.js';
import { roundHalfEven } from './rounding.js';

/** Options of {@link ActivationQuantizer}. */
export interface ActivationQuantizerOptions {
  /** 1 to 8; default 4. */
  readonly bits?: number;
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
  static readonly defaults = { bits: 4, signed: false, narrow: false, powerOfTwo: false, quantize: true };

  readonly bits: number;
  readonly quantize: boolean;
  /** Smallest and largest integer. */
  readonly levels: readonly [low: number, high: number];
  readonly factor: Parameter;
  readonly #powerOfTwo: boolean;

  /** @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8. */
  constructor(options: ActivationQuantizerOptions = {}) {
    super();
    const { bits, signed, narrow, powerOfTwo, quantize } = { ...ActivationQuantizer.defaults, ...options };
    requireBits('Activation bits', bits, 1, 8);
    this.bits = bits;
    this.quantize = quantize;
    this.#powerOfTwo = powerOfTwo;
    const span = 2 ** bits - 1 - (narrow && bits > 1 ? 1 : 0);
    const low = signed ? -(2 ** (bits - 1)) + (narrow ? 1 : 0) : 0;
    this.levels = [low, low + span];
    this.factor = new Parameter(tensor([1]));
    this.registerBuffer('initialScale', tensor([1]));
  }

  /** Real value of one integer step. */
  get scale(): number {
    const scale = this.buffer('initialScale').data[0] * Math.max(smallestFactor, this.factor.data[0]);
    return this.#powerOfTwo ? 2 ** Math.ceil(Math.log2(scale)) : scale;
  }

  /**
   * Sets the scale to the one that rounds `values` with the smallest squared error, among 40 between all of their range
   * and a fortieth of it; resets `factor`.
   */
  calibrate(values: Tensor): void {
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

  /** The integer that a real value becomes. */
  level(value: number, scale: number = this.scale): number {
    return Math.min(this.levels[1], Math.max(this.levels[0], roundHalfEven(value / scale)));
  }

  /** @param input - any shape. @returns the same shape, values rounded. */
  override forward(input: Tensor): Tensor {
    if (!this.quantize) return input;
    const scale = this.scale;
    const values = input.data;
    const rounded = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) rounded[i] = scale * this.level(values[i], scale);
    return recordOperation(rounded, input.shape, [input, this.factor], (gradOutput) =>
      this.#gradients(gradOutput, values, rounded, scale),
    );
  }

  // Straight through inside the range, nothing outside of it. The scale's gradient is LSQ's: what rounding moved the
  // value by, or the clipped level, times the gradient scale 1 / √(elements · largest level).
  #gradients(
    gradOutput: Float32Array,
    values: Float32Array,
    rounded: Float32Array,
    scale: number,
  ): Float32Array[] {
    const gradInput = new Float32Array(values.length);
    const lowest = this.levels[0] - 0.5;
    const highest = this.levels[1] + 0.5;
    let gradScale = 0;
    for (let i = 0; i < values.length; i++) {
      const position = values[i] / scale;
      const isInside = position >= lowest && position <= highest;
      if (isInside) gradInput[i] = gradOutput[i];
      gradScale += gradOutput[i] * (rounded[i] / scale - (isInside ? position : 0));
    }
    const damping = 1 / Math.sqrt(Math.max(1, values.length * this.levels[1]));
    return [gradInput, Float32Array.of(gradScale * this.buffer('initialScale').data[0] * damping)];
  }

  #squaredError(values: Float32Array, scale: number): number {
    let error = 0;
    for (const value of values) error += (value - scale * this.level(value, scale)) ** 2;
    return error;
  }
}
