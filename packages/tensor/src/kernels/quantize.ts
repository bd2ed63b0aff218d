// Rounding to a few levels, in double precision, with one scale for each row, and its gradients: through the native addon,
// else through SIMD and plain loops, which give the same bits.

import { inPieces, SECOND } from './elementwise.js';
import { NATIVE_ELEMENTS, nativeKernels } from './native.js';

/** Adding and subtracting 1.5·2⁵² rounds a double below 2⁵¹ to a whole number, ties to even (IEEE 754's own rounding). */
const ROUNDING = 6755399441055744;

/** Partial sums of a gradient of a scale, which lanes can add to at once: the same on every machine, with any of them. */
const PARTS = 8;

/**
 * scale · clamp(round(x / scale), low, high) into `out`; NaN stays NaN.
 *
 * @param x - [rows, …], as many rows as there are scales.
 */
export function quantizeRows(
  out: Float32Array,
  x: Float32Array,
  scales: Float64Array,
  low: number,
  high: number,
): void {
  if (x.length >= NATIVE_ELEMENTS && nativeKernels()?.quantize(x, scales, low, high, out)) return;
  const columns = x.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row];
    const end = (row + 1) * columns;
    const done = inPieces(x, null, out, row * columns, end, (kernel, count) =>
      kernel.quantize(count, 0, scale, low, high),
    );
    for (let i = done; i < end; i++) {
      const position = x[i] / scale;
      // Written so that NaN stays.
      const clipped = position < low ? low : position > high ? high : position;
      out[i] = scale * (clipped + ROUNDING - ROUNDING);
    }
  }
}

/** grad, and 0 where x / scale is below `lowest` or above `highest`, into `out`. */
export function quantizeRowsGradient(
  out: Float32Array,
  x: Float32Array,
  grad: Float32Array,
  scales: Float64Array,
  lowest: number,
  highest: number,
): void {
  if (
    x.length >= NATIVE_ELEMENTS &&
    nativeKernels()?.quantizeGradient(x, grad, scales, lowest, highest, out)
  ) {
    return;
  }
  const columns = x.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row];
    const end = (row + 1) * columns;
    const done = inPieces(x, grad, out, row * columns, end, (kernel, count) =>
      kernel.quantizeGradient(count, 0, SECOND, scale, lowest, highest),
    );
    for (let i = done; i < end; i++) {
      const position = x[i] / scale;
      out[i] = position < lowest || position > highest ? 0 : grad[i];
    }
  }
}

/**
 * Gradients of the scales: Σ grad · (integer − x/scale), or grad · integer where x is clipped, over each row.
 *
 * @param out - [rows].
 */
export function scaleGradients(
  out: Float32Array,
  x: Float32Array,
  grad: Float32Array,
  scales: Float64Array,
  low: number,
  high: number,
): void {
  if (x.length >= NATIVE_ELEMENTS && nativeKernels()?.scaleGradients(x, grad, scales, low, high, out)) return;
  const columns = x.length / scales.length;
  const sums = new Float64Array(PARTS);
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row];
    sums.fill(0);
    for (let column = 0, i = row * columns; column < columns; column++, i++) {
      const position = x[i] / scale;
      const clipped = position < low ? low : position > high ? high : position;
      const isInside = position >= low - 0.5 && position <= high + 0.5;
      const change = clipped + ROUNDING - ROUNDING - (isInside ? position : 0);
      sums[column % PARTS] += grad[i] * change;
    }
    out[row] = sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
  }
}

/**
 * The level of each element, a whole number from 0 to `levels`, scaled to [−1, 1]: x becomes (x − low) / width of its column,
 * clamped and rounded, half-way cases up. NaN stays NaN.
 *
 * @param x - [rows, columns].
 * @param low - [columns].
 * @param widths - [columns], positive; infinite where the level is always 0.
 * @returns [rows, columns].
 */
export function roundColumns(
  x: Float32Array,
  low: Float64Array,
  widths: Float64Array,
  levels: number,
): Float32Array {
  const out = new Float32Array(x.length);
  if (x.length >= NATIVE_ELEMENTS && nativeKernels()?.roundColumns(x, low, widths, levels, out)) return out;
  const columns = low.length;
  const outputs = Float32Array.from({ length: levels + 1 }, (_, level) => (2 * level) / levels - 1);
  for (let row = 0; row < x.length; row += columns) {
    for (let column = 0; column < columns; column++) {
      const position = (x[row + column] - low[column]) / widths[column];
      const clamped = Math.min(levels, Math.max(0, position));
      // Half-way goes up: adding ½ and cutting off, but exactly, also where the sum would round.
      const level = clamped | 0;
      // The difference is 0, or NaN where the input is NaN, which is to show.
      out[row + column] = outputs[level + ((2 * (clamped - level)) | 0)] + (clamped - clamped);
    }
  }
  return out;
}
