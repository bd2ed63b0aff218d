// Weights as small integers times one scale per row. Each neuron has its own table behind it, so a scale of its own
// costs nothing when the net runs encrypted.

import { roundHalfEven } from './rounding.js';

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
  const quantizeRow = options.bits === 2 ? ternaryRow : uniformRow;
  for (let row = 0; row < rows; row++) {
    scales[row] = quantizeRow(weights, integers, row * columns, columns, options);
  }
  return { integers, scales };
}

function ternaryRow(
  weights: ArrayLike<number>,
  integers: Int32Array,
  start: number,
  columns: number,
  options: WeightQuantizerOptions,
): number {
  const { meanMagnitude } = magnitudes(weights, start, columns);
  const threshold = 0.7 * meanMagnitude;
  let sum = 0;
  let count = 0;
  for (let i = start; i < start + columns; i++) {
    if (Math.abs(weights[i]) <= threshold) continue;
    integers[i] = Math.sign(weights[i]);
    sum += Math.abs(weights[i]);
    count++;
  }
  return restrictScale(count === 0 ? 1 : sum / count, options);
}

function uniformRow(
  weights: ArrayLike<number>,
  integers: Int32Array,
  start: number,
  columns: number,
  options: WeightQuantizerOptions,
): number {
  const highest = 2 ** (options.bits - 1) - 1;
  const lowest = options.narrow ? -highest : -highest - 1;
  const { largest, rms } = magnitudes(weights, start, columns);
  const clip = Math.min(largest, (clippingFactors[options.bits] ?? Number.POSITIVE_INFINITY) * rms);
  const scale = restrictScale(clip > 0 ? clip / highest : 1, options);
  for (let i = start; i < start + columns; i++) {
    integers[i] = Math.min(highest, Math.max(lowest, roundHalfEven(weights[i] / scale)));
  }
  return scale;
}

function restrictScale(scale: number, options: WeightQuantizerOptions): number {
  return options.powerOfTwo ? 2 ** Math.ceil(Math.log2(scale)) : scale;
}

/** Of the non-zero weights of a row: the mean and the largest magnitude, and the root mean square. */
function magnitudes(weights: ArrayLike<number>, start: number, columns: number) {
  let sum = 0;
  let squares = 0;
  let largest = 0;
  let count = 0;
  for (let i = start; i < start + columns; i++) {
    const magnitude = Math.abs(weights[i]);
    if (magnitude === 0) continue;
    sum += magnitude;
    squares += magnitude * magnitude;
    largest = Math.max(largest, magnitude);
    count++;
  }
  return { meanMagnitude: sum / Math.max(1, count), rms: Math.sqrt(squares / Math.max(1, count)), largest };
}
