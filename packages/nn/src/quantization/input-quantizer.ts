// The net's inputs as small integers, one affine map per feature. It runs in the clear on the client, before encryption.

import { recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { invalidParameter, requirePositive } from '../errors.js';
import { Module, type TrainingWarning } from '../module.js';
import { requireBits } from './omega.js';
import { roundWithin } from './rounding.js';

/** As in rounding.ts. Not imported: engines read an imported number anew at each use, which halves the speed of this loop. */
const SHIFT = 6755399441055744;

/** Above this share of inputs that one level of their feature makes equal, the user is told. */
const crowded = 0.7;
/** Rows that this is looked up in, at most. */
const crowdingRows = 2000;

/** Options of {@link InputQuantizer}. */
export interface InputQuantizerOptions {
  /** 1 to 8; default 4. */
  readonly bits?: number;
  /**
   * Values further from the mean than this many standard deviations are clipped, so that outliers do not use up the levels;
   * null clips none. Default 2.5.
   */
  readonly clipDeviations?: number | null;
  /**
   * Clips this fraction of the values at each end instead, from 0 to below ½: for heavy tails, which stretch the standard
   * deviation too; default null.
   */
  readonly clipQuantile?: number | null;
  /** A range for each feature (default), or one for all: for pixels and others of one unit. */
  readonly scalePer?: 'feature' | 'tensor';
  /** False scales without rounding or clipping: for the float twin; default true. */
  readonly quantize?: boolean;
}

/**
 * Maps each feature to an integer from 0 to 2^bits − 1 and gives the net that integer scaled to [−1, 1]:
 * `u = 2·q/(2^bits − 1) − 1`, `q = clamp(round((x − low)/step))`. A feature that never varied always becomes 0 (−1).
 *
 * Values half-way between two levels go up, as in the client of an encrypted circuit.
 *
 * Raw features of any unit go in: the map does what a scaler in front of the net would do.
 */
export class InputQuantizer extends Module {
  static readonly defaults = {
    bits: 4,
    clipDeviations: 2.5,
    clipQuantile: null,
    scalePer: 'feature',
    quantize: true,
  } as const satisfies InputQuantizerOptions;

  readonly features: number;
  readonly bits: number;
  readonly quantize: boolean;
  readonly #range: InputRange;
  #crowding = 0;

  /**
   * @param features - number of input features.
   * @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8; `PARAMETER_INVALID` for clipping outside its range.
   */
  constructor(features: number, options: InputQuantizerOptions = {}) {
    super();
    const { bits, quantize, ...range } = { ...InputQuantizer.defaults, ...options };
    requireBits('Input bits', bits, 1, 8);
    checkRange(range);
    this.features = features;
    this.bits = bits;
    this.quantize = quantize;
    this.#range = range;
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
   * Sets the map of each feature from training rows: its range, clipped as the options say.
   *
   * @param inputs - [nSamples, nFeatures].
   */
  calibrate(inputs: Tensor): void {
    const { features } = this;
    const samples = inputs.size / features;
    const shared = this.#range.scalePer === 'tensor' ? clippedRange(inputs.data, this.#range) : null;
    for (let feature = 0; feature < features; feature++) {
      const column = new Float32Array(samples);
      for (let row = 0; row < samples; row++) column[row] = inputs.data[row * features + feature];
      const own = clippedRange(column, this.#range);
      const { low, high } = shared ?? own;
      const isConstant = own.minimum === own.maximum || !(high > low);
      this.buffer('low').data[feature] = low;
      this.buffer('step').data[feature] = isConstant ? 0 : (high - low) / this.levels;
      this.buffer('minimum').data[feature] = own.minimum;
      this.buffer('maximum').data[feature] = own.maximum;
    }
    this.#crowding = this.#measureCrowding(inputs.data, samples);
  }

  /** Whether {@link calibrate} met data that these levels cannot tell apart. */
  calibrationWarnings(): readonly TrainingWarning[] {
    if (this.#crowding <= crowded) return [];
    const share = `${Math.floor(100 * this.#crowding)} %`;
    return [
      {
        code: 'INPUTS_CROWDED',
        message:
          `${share} of the inputs fall on one level of their feature, though they differ. ` +
          'Outliers may stretch the ranges: use more input bits, or clip more (inputClipQuantile 0.01).',
      },
    ];
  }

  /** @param input - [nSamples, nFeatures] raw values. @returns the same shape, in [−1, 1]. */
  override forward(input: Tensor): Tensor {
    const { low, width } = this.#maps();
    const scaled = new Float32Array(input.size);
    if (this.quantize) roundColumns(input.data, low, width, this.levels, scaled);
    else scaleColumns(input.data, low, width, this.levels, scaled);
    return recordOperation(scaled, input.shape, [], () => []);
  }

  /**
   * Share of the values that fall on the commonest level of their feature, over some of the rows. Values that are equal
   * there anyway do not count, on either side of the fraction.
   */
  #measureCrowding(data: Float32Array, samples: number): number {
    const every = Math.ceil(samples / crowdingRows);
    let lost = 0;
    let all = 0;
    for (let feature = 0; feature < this.features; feature++) {
      const [low, step] = [this.buffer('low').data[feature], this.buffer('step').data[feature]];
      if (step === 0) continue;
      const values: number[] = [];
      for (let row = 0; row < samples; row += every) values.push(data[row * this.features + feature]);
      const levels = values.map((value) => roundWithin((value - low) / step, 0, this.levels));
      const [crowdedLevel, onLevel] = commonest(levels);
      const [, equal] = commonest(values.filter((_, i) => levels[i] === crowdedLevel));
      lost += onLevel - equal;
      all += values.length - equal;
    }
    return all === 0 ? 0 : lost / all;
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

/** The value of each element's level. A loop of its own, free of conditions that depend on the feature: it runs in every batch. */
function roundColumns(
  values: Float32Array,
  low: Float64Array,
  width: Float64Array,
  levels: number,
  scaled: Float32Array,
): void {
  const features = low.length;
  for (let row = 0; row < values.length; row += features) {
    for (let feature = 0; feature < features; feature++) {
      const position = (values[row + feature] - low[feature]) / width[feature];
      // To the nearest, ties to even, and up from where a tie went down.
      const nearest = position + SHIFT - SHIFT;
      const level = position - nearest === 0.5 ? nearest + 1 : nearest;
      // Written so that NaN stays, for it is to show.
      const clamped = level < 0 ? 0 : level > levels ? levels : level;
      scaled[row + feature] = (2 * clamped) / levels - 1;
    }
  }
}

function scaleColumns(
  values: Float32Array,
  low: Float64Array,
  width: Float64Array,
  levels: number,
  scaled: Float32Array,
): void {
  const features = low.length;
  for (let row = 0; row < values.length; row += features) {
    for (let feature = 0; feature < features; feature++) {
      const position = (values[row + feature] - low[feature]) / width[feature];
      scaled[row + feature] = (2 * position) / levels - 1;
    }
  }
}

/** The value that occurs most often, and how often. */
function commonest(values: readonly number[]): readonly [value: number, count: number] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
}

type InputRange = Required<Pick<InputQuantizerOptions, 'clipDeviations' | 'clipQuantile' | 'scalePer'>>;

/** The extremes of some values, and the range that is left of them after clipping. */
function clippedRange(values: Float32Array, { clipDeviations, clipQuantile }: InputRange) {
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    minimum = Math.min(minimum, values[i]);
    maximum = Math.max(maximum, values[i]);
  }
  if (clipQuantile !== null) {
    const sorted = values.slice().sort();
    const clipped = Math.floor(clipQuantile * sorted.length);
    const [low, high] = [sorted[clipped], sorted[sorted.length - 1 - clipped]];
    // A feature that is nearly always the same has nothing between its quantiles: its range is all there is to go by.
    return high > low ? { minimum, maximum, low, high } : { minimum, maximum, low: minimum, high: maximum };
  }
  if (clipDeviations === null) return { minimum, maximum, low: minimum, high: maximum };
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i] - mean;
    squares += difference * difference;
  }
  const reach = clipDeviations * Math.sqrt(squares / values.length);
  return { minimum, maximum, low: Math.max(minimum, mean - reach), high: Math.min(maximum, mean + reach) };
}

function checkRange({ clipDeviations, clipQuantile, scalePer }: InputRange): void {
  if (clipDeviations !== null) requirePositive('clipDeviations', clipDeviations);
  if (clipQuantile !== null && !(clipQuantile >= 0 && clipQuantile < 0.5)) {
    throw invalidParameter('clipQuantile', clipQuantile, 'a fraction from 0 to below ½');
  }
  if (scalePer !== 'feature' && scalePer !== 'tensor') {
    throw invalidParameter('scalePer', scalePer, 'feature or tensor');
  }
}
