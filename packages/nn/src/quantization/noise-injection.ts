// Noise before an activation, so that training meets what encrypted evaluation will do: a table reads its accumulator with
// Gaussian noise, in proportion to the range that the accumulator takes.

import { elementary, type Generator, recordOperation, type Tensor } from '@tacit/tensor';
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

/** Bits of a draw. */
const drawBits = 12;

/**
 * Equally likely values of a normal distribution, with deviation 1: the middles, in probability, of 4,096 equal parts, up to
 * ±3.7. A look-up is ten times as fast as an exact draw, which would cost a narrow net as much time as all the rest of it.
 */
let normalValues: Float32Array | null = null;

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
    const out = this.#draws(x.size);
    for (let i = 0, run = 0; i < out.length; run++) {
      const deviation = deviations[run % channels];
      for (const end = i + inner; i < end; i++) out[i] = x.data[i] + deviation * out[i];
    }
    return recordOperation(out, x.shape, [x], (grad) => [grad]);
  }

  /** Normal draws of deviation 1, two from each random number. */
  #draws(count: number): Float32Array {
    normalValues ??= makeNormalValues();
    const values = normalValues;
    const draws = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const bits = this.generator.nextUint32();
      draws[i] = values[bits >>> (32 - drawBits)];
      // Beyond the end where the count is odd, which a typed array ignores.
      draws[i + 1] = values[(bits >>> (20 - drawBits)) & (values.length - 1)];
    }
    return draws;
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

function makeNormalValues(): Float32Array {
  const count = 2 ** drawBits;
  const upper = Float64Array.from({ length: count / 2 }, (_, i) => normalQuantile(0.5 + (i + 0.5) / count));
  const squares = upper.reduce((sum, value) => sum + value * value, 0);
  const deviation = Math.sqrt((2 * squares) / count);
  const values = new Float32Array(count);
  upper.forEach((value, i) => {
    values[i] = value / deviation;
    values[count - 1 - i] = -value / deviation;
  });
  return values;
}

/** The value that a normal draw stays below with a probability of ½ to 1, by halving. */
function normalQuantile(probability: number): number {
  let [low, high] = [0, 8];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (elementary.normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return low;
}
