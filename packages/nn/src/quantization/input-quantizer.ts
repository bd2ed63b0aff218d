// The net's inputs as small integers, one affine map per feature. It runs in the clear on the client, before encryption.

import { recordOperation, roundColumns, type Tensor, tensor } from '@tacit/tensor';
import { Module } from '../module.js';
import { requireBits } from './omega.js';

/** Options of {@link InputQuantizer}. */
export interface InputQuantizerOptions {
  /** 1 to 8; default 4. */
  readonly bits?: number;
  /** False scales without rounding or clipping: for the float twin; default true. */
  readonly quantize?: boolean;
}

/** Values beyond this many standard deviations from the mean are clipped, so that outliers do not use up the levels. */
const clipDeviations = 2.5;

/**
 * Maps each feature to an integer from 0 to 2^bits − 1 and gives the net that integer scaled to [−1, 1]:
 * `u = 2·q/(2^bits − 1) − 1`, `q = clamp(round((x − low)/step))`. A feature that never varied always becomes 0 (−1).
 *
 * Values half-way between two levels go up, as in the client of an encrypted circuit.
 *
 * Raw features of any unit go in: the map does what a scaler in front of the net would do.
 */
export class InputQuantizer extends Module {
  static readonly defaults = { bits: 4, quantize: true };

  readonly features: number;
  readonly bits: number;
  readonly quantize: boolean;

  /**
   * @param features - number of input features.
   * @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8.
   */
  constructor(features: number, options: InputQuantizerOptions = {}) {
    super();
    const { bits, quantize } = { ...InputQuantizer.defaults, ...options };
    requireBits('Input bits', bits, 1, 8);
    this.features = features;
    this.bits = bits;
    this.quantize = quantize;
    const each = (value: number) => tensor(new Float32Array(features).fill(value));
    this.registerBuffer('low', each(-1));
    this.registerBuffer('step', each(2 / this.levels));
    this.registerBuffer('minimum', each(-1));
    this.registerBuffer('maximum', each(1));
  }

  /** Largest integer of a feature that varies. */
  get levels(): number {
    return (1 << this.bits) - 1;
  }

  /**
   * Sets the map of each feature from training rows: its range, clipped at 2.5 standard deviations from the mean.
   *
   * @param inputs - [nSamples, nFeatures].
   */
  calibrate(inputs: Tensor): void {
    const [samples, features] = inputs.shape as [number, number];
    for (let feature = 0; feature < features; feature++) {
      const { mean, deviation, minimum, maximum } = columnStatistics(inputs.data, samples, features, feature);
      const low = Math.max(minimum, mean - clipDeviations * deviation);
      const high = Math.min(maximum, mean + clipDeviations * deviation);
      this.buffer('low').data[feature] = low;
      this.buffer('step').data[feature] = high > low ? (high - low) / this.levels : 0;
      this.buffer('minimum').data[feature] = minimum;
      this.buffer('maximum').data[feature] = maximum;
    }
  }

  /** @param input - [nSamples, nFeatures] raw values. @returns the same shape, in [−1, 1]. */
  override forward(input: Tensor): Tensor {
    const { low, width } = this.#maps();
    const toColumns = this.quantize ? roundColumns : scaleColumns;
    return recordOperation(toColumns(input.data, low, width, this.levels), input.shape, [], () => []);
  }

  /** Start and step of each feature, so that (x − low) / width is the position; always 0 where a feature never varied. */
  #maps(): { low: Float64Array; width: Float64Array } {
    const low = Float64Array.from(this.buffer('low').data);
    const width = Float64Array.from(this.buffer('step').data);
    for (let feature = 0; feature < width.length; feature++) {
      if (width[feature] === 0) width[feature] = Number.POSITIVE_INFINITY;
    }
    return { low, width };
  }
}

function scaleColumns(
  values: Float32Array,
  low: Float64Array,
  width: Float64Array,
  levels: number,
): Float32Array {
  const scaled = new Float32Array(values.length);
  const features = low.length;
  for (let row = 0; row < values.length; row += features) {
    for (let feature = 0; feature < features; feature++) {
      const position = (values[row + feature] - low[feature]) / width[feature];
      scaled[row + feature] = (2 * position) / levels - 1;
    }
  }
  return scaled;
}

function columnStatistics(data: Float32Array, samples: number, features: number, feature: number) {
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = feature; i < data.length; i += features) {
    sum += data[i];
    minimum = Math.min(minimum, data[i]);
    maximum = Math.max(maximum, data[i]);
  }
  const mean = sum / samples;
  let squares = 0;
  for (let i = feature; i < data.length; i += features) {
    const difference = data[i] - mean;
    squares += difference * difference;
  }
  return { mean, deviation: Math.sqrt(squares / samples), minimum, maximum };
}
