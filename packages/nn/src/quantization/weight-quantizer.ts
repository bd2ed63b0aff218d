// Weights as small integers times one scale per row. Each neuron has its own table behind it, so a scale of its own
// costs nothing when the net runs encrypted.

import { fakeQuantize, recordOperation, type Tensor } from '@tacit/tensor';
import { powerOfTwoAtLeast } from './power-of-two.js';
import { roundHalfEven, roundWithin } from './rounding.js';

/** How a matrix of weights is rounded. */
export interface WeightQuantizerOptions {
  /** 2 to 8; 2 bits are ternary: −1, 0, 1. */
  readonly bits: number;
  /** True leaves out the most negative integer, so that the range is symmetric. */
  readonly narrow: boolean;
  /** True rounds each scale up to a power of two. */
  readonly powerOfTwo: boolean;
}

/** A matrix as integers: row k of the real matrix is about `scales[k] · integers[k]`. */
export interface QuantizedWeights {
  /** [rows, columns], row by row. */
  readonly integers: Int32Array;
  /** [rows], positive. */
  readonly scales: Float64Array;
}

// Clipping a Gaussian at κ·rms loses less than stretching the few levels to its largest value. Measured on the digits
// and tabular nets of the project; from 6 bits on, the largest value is the better end.
const clippingFactors: Readonly<Record<number, number>> = { 3: 2.2, 4: 2.9, 5: 3.5 };

/**
 * Rounds weights to integers, row by row.
 *
 * 2 bits: ternary weight networks (Li, Zhang and Liu 2016): on where |w| > 0.7·mean|w|, scale = mean |w| of those that
 * are on. 3 to 5 bits: clipped at κ·rms. 6 to 8 bits: largest |w| at the end of the range.
 *
 * @param weights - [rows, columns] row-major; pruned weights are 0 and do not count towards a row's scale.
 */
export function quantizeWeights(
  weights: ArrayLike<number>,
  rows: number,
  columns: number,
  options: WeightQuantizerOptions,
): QuantizedWeights {
  const integers = new Int32Array(rows * columns);
  const scales = new Float64Array(rows);
  const [low, high] = weightLevels(options);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    if (options.bits === 2) {
      scales[row] = ternaryRow(weights, start, end, options, integers);
    } else {
      const scale = uniformScale(weights, start, end, options);
      scales[row] = scale;
      for (let i = start; i < end; i++) integers[i] = roundWithin(weights[i] / scale, low, high);
    }
  }
  return { integers, scales };
}

/**
 * The rounded weights as real numbers, scale · integer, with the gradient of no rounding: what {@link quantizeWeights}
 * gives, in one pass and without the integers, for every batch of a training.
 *
 * @param weights - [rows, columns].
 * @param mask - 1 for weights that are kept, 0 for pruned ones, which are 0 and receive no gradient; null keeps all.
 */
export function roundedWeights(
  weights: Tensor,
  mask: Float32Array | null,
  options: WeightQuantizerOptions,
): Tensor {
  const [rows, columns] = weights.shape;
  const kept = mask === null ? weights.data : product(weights.data, mask);
  if (options.bits === 2) {
    const values = ternaryValues(kept, rows, columns, options);
    return recordOperation(values, weights.shape, [weights], (grad) => [
      mask === null ? grad : product(grad, mask),
    ]);
  }
  const [low, high] = weightLevels(options);
  const scales = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    scales[row] = uniformScale(kept, row * columns, (row + 1) * columns, options);
  }
  return fakeQuantize(weights, scales, { low, high, mask: mask ?? undefined, gradient: 'everywhere' });
}

/** Element by element. */
export function product(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  return out;
}

/** Smallest and largest integer. */
function weightLevels({ bits, narrow }: WeightQuantizerOptions): [low: number, high: number] {
  const high = (1 << (bits - 1)) - 1;
  return [narrow || bits === 2 ? -high : -high - 1, high];
}

function ternaryValues(
  weights: Float32Array,
  rows: number,
  columns: number,
  options: WeightQuantizerOptions,
): Float32Array {
  const values = new Float32Array(weights.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    const scale = ternaryRow(weights, start, end, options, values);
    for (let i = start; i < end; i++) values[i] *= scale;
  }
  return values;
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
  if (nonZeros === 0) return 1;
  // On is what rounds to 1 or more when the threshold, 0.7 of the mean, is mapped to ½; a tie rounds to 0.
  const unit = 2 * 0.7 * (magnitudes / nonZeros);
  let sum = 0;
  let count = 0;
  for (let i = start; i < end; i++) {
    const rounded = roundHalfEven(weights[i] / unit);
    const integer = 0.5 * (Math.abs(rounded + 1) - Math.abs(rounded - 1)); // rounded, kept within ±1
    integers[i] = integer;
    sum += integer * weights[i];
    count += integer * integer;
  }
  return restrictScale(count === 0 ? 1 : sum / count, options);
}

/** The scale of a row of 3 bits or more, from the largest and the root mean square of its non-zero weights. */
function uniformScale(
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
    largest = Math.max(largest, Math.abs(weight));
    if (weight !== 0) count++;
  }
  const rms = Math.sqrt(squares / Math.max(1, count));
  const clip = Math.min(largest, (clippingFactors[options.bits] ?? Number.POSITIVE_INFINITY) * rms);
  return restrictScale(clip > 0 ? clip / ((1 << (options.bits - 1)) - 1) : 1, options);
}

function restrictScale(scale: number, options: WeightQuantizerOptions): number {
  return options.powerOfTwo ? powerOfTwoAtLeast(scale) : scale;
}
