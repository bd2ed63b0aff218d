// Weights as small integers times a scale, one for each row or one for all. Each neuron has its own table behind it, so a
// scale of its own costs nothing when the net runs encrypted.

import { fakeQuantize, recordOperation, type Tensor } from '@tacit/tensor';
import { powerOfTwoAtLeast } from './power-of-two.js';
import { roundHalfEven, roundWithin } from './rounding.js';

/** Where a scale comes from; see {@link quantizeWeights}. */
export type WeightScaling = 'statistics' | 'max' | 'learned';

/** How a matrix of weights is rounded. */
export interface WeightQuantizerOptions {
  /** 1 to 8; 1 bit is binary: −1, 1; 2 bits are ternary by 'statistics': −1, 0, 1. */
  readonly bits: number;
  /** True leaves out the most negative integer, so that the range is symmetric. */
  readonly narrow: boolean;
  /** True rounds each scale up to a power of two. */
  readonly powerOfTwo: boolean;
  /** Default 'statistics'. */
  readonly scaling?: WeightScaling;
  /** A scale for each row, which is a neuron or filter, or one for all of them. Default 'neuron'. */
  readonly scalePer?: 'neuron' | 'tensor';
}

/** A matrix as integers: row k of the real matrix is about `scales[k] · integers[k]`. */
export interface QuantizedWeights {
  /** [rows, columns], row by row. */
  readonly integers: Int32Array;
  /** [rows], positive; all the same with one scale for all. */
  readonly scales: Float64Array;
}

// Clipping a Gaussian at κ·rms loses less than stretching the few levels to its largest value. Measured on the digits
// and tabular nets of the project; from 6 bits on, the largest value is the better end.
const clippingFactors: Readonly<Record<number, number>> = { 2: 1.5, 3: 2.2, 4: 2.9, 5: 3.5 };

/**
 * Rounds weights to integers, row by row.
 *
 * 1 bit: the sign, scale = mean |w|, which has the least squared error (Rastegari et al. 2016, eq. 6), whatever `scaling`.
 * Otherwise by `scaling`:
 * - 'statistics': 2 bits are ternary weight networks (Li, Zhang and Liu 2016): on where |w| > 0.7·mean|w|, scale = mean |w| of
 *   those that are on. 3 to 5 bits: clipped at κ·rms. 6 to 8 bits: largest |w| at the end of the range.
 * - 'max': the largest |w| at the end of the range, the wide range included: 2 bits are −2 to 1.
 * - 'learned': by `learnedScales`.
 *
 * @param weights - [rows, columns] row-major; pruned weights are 0 and do not count towards a row's scale.
 * @param learnedScales - with 'learned': a scale for each row, or one for all.
 */
export function quantizeWeights(
  weights: ArrayLike<number>,
  rows: number,
  columns: number,
  options: WeightQuantizerOptions,
  learnedScales?: ArrayLike<number>,
): QuantizedWeights {
  const integers = new Int32Array(rows * columns);
  const parts = options.scalePer === 'tensor' ? 1 : rows;
  const size = parts === 0 ? 0 : integers.length / parts;
  const [low, high] = weightLevels(options);
  const scales = Float64Array.from({ length: parts }, (_, part) => {
    const [start, end] = [part * size, (part + 1) * size];
    const row = codedRow(options);
    if (row !== null) return row(weights, start, end, options, integers);
    const scale = learnedScales?.[part] ?? uniformScale(weights, start, end, options);
    for (let i = start; i < end; i++) integers[i] = roundWithin(weights[i] / scale, low, high);
    return scale;
  });
  return { integers, scales: parts === rows ? scales : new Float64Array(rows).fill(scales[0]) };
}

/**
 * The rounded weights as real numbers, scale · integer, with the gradient of no rounding: what {@link quantizeWeights}
 * gives, in one pass and without the integers, for every batch of a training. Where scales are learned, clipped weights
 * receive no gradient (LSQ, Esser et al. 2020, eq. 5).
 *
 * @param weights - [rows, …].
 * @param mask - 1 for weights that are kept, 0 for pruned ones, which are 0 and receive no gradient; null keeps all.
 * @param learnedScales - with 'learned': [rows] or [1].
 */
export function roundedWeights(
  weights: Tensor,
  mask: Float32Array | null,
  options: WeightQuantizerOptions,
  learnedScales: Tensor | null = null,
): Tensor {
  const parts = options.scalePer === 'tensor' ? 1 : weights.shape[0];
  const size = weights.size / parts;
  const kept = mask === null ? weights.data : product(weights.data, mask);
  const row = codedRow(options);
  if (row !== null) {
    const values = new Float32Array(kept.length);
    for (let start = 0; start < values.length; start += size) {
      const scale = row(kept, start, start + size, options, values);
      for (let i = start; i < start + size; i++) values[i] *= scale;
    }
    return recordOperation(values, weights.shape, [weights], (grad) => [
      mask === null ? grad : product(grad, mask),
    ]);
  }
  const [low, high] = weightLevels(options);
  const levels = { low, high, mask: mask ?? undefined };
  if (learnedScales !== null) return fakeQuantize(weights, learnedScales, levels);
  const scales = Float64Array.from({ length: parts }, (_, part) =>
    uniformScale(kept, part * size, (part + 1) * size, options),
  );
  return fakeQuantize(weights, scales, { ...levels, gradient: 'everywhere' });
}

/** Element by element. */
export function product(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  return out;
}

/** Smallest and largest integer. */
export function weightLevels(options: WeightQuantizerOptions): readonly [low: number, high: number] {
  if (options.bits === 1) return [-1, 1];
  const high = (1 << (options.bits - 1)) - 1;
  return [options.narrow || codedRow(options) !== null ? -high : -high - 1, high];
}

/** Whether the scales of these weights are trained: those of the sign are not, since their best value is known. */
export function hasLearnedScales({ scaling, bits }: WeightQuantizerOptions): boolean {
  return scaling === 'learned' && bits > 1;
}

type CodedRow = typeof ternaryRow;

/** How a row becomes signs or ternary values; null where it is rounded by a scale known beforehand. */
function codedRow({ bits, scaling = 'statistics' }: WeightQuantizerOptions): CodedRow | null {
  if (bits === 1) return binaryRow;
  return bits === 2 && scaling === 'statistics' ? ternaryRow : null;
}

/** Writes −1 or 1 for each weight of a row, 0 for a pruned one. @returns the scale of the row. */
function binaryRow(
  weights: ArrayLike<number>,
  start: number,
  end: number,
  options: WeightQuantizerOptions,
  integers: Int32Array | Float32Array,
): number {
  let sum = 0;
  let count = 0;
  for (let i = start; i < end; i++) {
    const sign = Math.sign(weights[i]);
    integers[i] = sign;
    sum += Math.abs(weights[i]);
    count += sign * sign;
  }
  return restrictScale(sum / count, options);
}

/**
 * Writes −1, 0 or 1 for each weight of a row. @returns the scale of the row.
 *
 * Without branches: about half of the weights are on, in no order that a processor could foresee.
 */
function ternaryRow(
  weights: ArrayLike<number>,
  start: number,
  end: number,
  options: WeightQuantizerOptions,
  integers: Int32Array | Float32Array,
): number {
  let magnitudes = 0;
  let nonZeros = 0;
  for (let i = start; i < end; i++) {
    magnitudes += Math.abs(weights[i]);
    if (weights[i] !== 0) nonZeros++;
  }
  // Also where the magnitudes are too small for a factor of theirs to be finite.
  if (magnitudes <= 1e-300) return zeroRow(integers, start, end);
  // On is what rounds to 1 or more when the threshold, 0.7 of the mean, is mapped to ½; a tie rounds to 0.
  const factor = nonZeros / (2 * 0.7 * magnitudes);
  let sum = 0;
  let count = 0;
  for (let i = start; i < end; i++) {
    const rounded = roundHalfEven(weights[i] * factor);
    const integer = 0.5 * (Math.abs(rounded + 1) - Math.abs(rounded - 1)); // rounded, kept within ±1
    integers[i] = integer;
    sum += integer * weights[i];
    count += integer * integer;
  }
  return restrictScale(sum / count, options);
}

function zeroRow(integers: Int32Array | Float32Array, start: number, end: number): number {
  integers.fill(0, start, end);
  return 1;
}

/** The scale of a row that is rounded evenly, from the largest and the root mean square of its non-zero weights. */
export function uniformScale(
  weights: ArrayLike<number>,
  start: number,
  end: number,
  options: WeightQuantizerOptions,
): number {
  let squares = 0;
  let largest = 0;
  let count = 0;
  for (let i = start; i < end; i++) {
    const weight = weights[i];
    squares += weight * weight;
    // A branch that is hardly ever taken, which is faster than Math.max.
    if (Math.abs(weight) > largest) largest = Math.abs(weight);
    if (weight !== 0) count++;
  }
  const high = (1 << (options.bits - 1)) - 1;
  if (options.scaling === 'max') {
    // The wide range has one more integer below than above: ±largest is put half a step beyond the smaller side.
    return restrictScale(largest / (options.narrow ? high : high + 0.5), options);
  }
  const rms = Math.sqrt(squares / Math.max(1, count));
  const clip = Math.min(largest, (clippingFactors[options.bits] ?? Number.POSITIVE_INFINITY) * rms);
  return restrictScale(clip / high, options);
}

/** The scale as the options allow it; 1 where there was nothing to take it from. */
function restrictScale(scale: number, options: WeightQuantizerOptions): number {
  // Also of the smallest doubles: their squares and fractions are 0.
  if (!(scale > 0)) return 1;
  return options.powerOfTwo ? powerOfTwoAtLeast(scale) : scale;
}
