// Noise before an activation, so that training meets what encrypted evaluation will do: a table reads its accumulator with
// Gaussian noise, in proportion to the range that the accumulator takes.

import { type Generator, recordOperation, type Tensor } from '@tacit/tensor';
import { requireAtLeast } from '../errors.js';
import { Module } from '../module.js';
import { defaultGenerator } from '../random.js';

/** Options of {@link NoiseInjection}. */
export interface NoiseInjectionOptions {
  /** Standard deviation in parts of the range; default 0, no noise. */
  readonly fraction?: number;
  /** What the values repeat after, for a periodic activation: its half is then the range, whatever the batch holds; default null. */
  readonly period?: number | null;
  /** Draws the noise. Default: a stream of the module's own, taken from the generator of `manualSeed`. */
  readonly generator?: Generator;
}

/**
 * In training adds N(0, (fraction · range)²) to each value; in use returns its input. The range is that of the neuron or
 * channel (axis 1) in the batch, largest − smallest, and no gradient goes through it.
 */
export class NoiseInjection extends Module {
  static readonly defaults = { fraction: 0, period: null } as const satisfies NoiseInjectionOptions;

  readonly period: number | null;
  readonly generator: Generator;
  #fraction: number;

  /** @throws ParameterError `PARAMETER_INVALID` unless `fraction` is at least 0. */
  constructor(options: NoiseInjectionOptions = {}) {
    super();
    const { fraction, period } = { ...NoiseInjection.defaults, ...options };
    this.period = period;
    this.generator = options.generator ?? defaultGenerator().fork(defaultGenerator().integer(2 ** 32));
    this.#fraction = 0;
    this.fraction = fraction;
  }

  /** Standard deviation in parts of the range. Callbacks may change it between batches. */
  get fraction(): number {
    return this.#fraction;
  }

  set fraction(value: number) {
    requireAtLeast('NoiseInjection: fraction', value, 0);
    this.#fraction = value;
  }

  /** @param x - [n, channels, …]. @returns the same shape. */
  override forward(x: Tensor): Tensor {
    if (!this.training || this.#fraction === 0) return x;
    const channels = x.shape[1];
    const inner = x.size / (x.shape[0] * channels);
    const deviations = this.#deviations(x.data, channels, inner);
    const out = new Float32Array(x.size);
    for (let i = 0, run = 0; i < out.length; run++) {
      const deviation = deviations[run % channels];
      for (const end = i + inner; i < end; i++) out[i] = x.data[i] + deviation * this.generator.normal();
    }
    return recordOperation(out, x.shape, [x], (grad) => [grad]);
  }

  #deviations(data: Float32Array, channels: number, inner: number): Float64Array {
    if (this.period !== null) return new Float64Array(channels).fill((this.#fraction * this.period) / 2);
    const low = new Float64Array(channels).fill(Number.POSITIVE_INFINITY);
    const high = new Float64Array(channels).fill(Number.NEGATIVE_INFINITY);
    for (let i = 0, run = 0; i < data.length; run++) {
      const channel = run % channels;
      for (const end = i + inner; i < end; i++) {
        if (data[i] < low[channel]) low[channel] = data[i];
        if (data[i] > high[channel]) high[channel] = data[i];
      }
    }
    return low.map((value, channel) => this.#fraction * (high[channel] - value));
  }
}
