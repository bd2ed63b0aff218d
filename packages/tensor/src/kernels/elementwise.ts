// Loops over elements where a comparison of each decides: through SIMD, which selects without a branch, in pieces that
// stay in the first-level cache; the rest, and everything where there is no SIMD, by loops that give the same bits.

import { simdHeap, simdKernel } from './simd.js';

/** Elements that pass through the kernel's memory at once. */
const CHUNK = 4096;

/** Below this, the scalar loop is as fast as copying. */
const SCALAR_UP_TO = 64;

/** max(x, 0); NaN stays NaN. */
export function relu(x: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  const done = inPieces(x, null, out, 0, x.length, (kernel, count) => kernel.relu(count, 0));
  for (let i = done; i < x.length; i++) out[i] = Math.max(x[i], 0);
  return out;
}

/** grad, and 0 where x ≤ 0. */
export function reluGradient(x: Float32Array, grad: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  const done = inPieces(x, grad, out, 0, x.length, (kernel, count) =>
    kernel.reluGradient(count, 0, 4 * CHUNK),
  );
  for (let i = done; i < x.length; i++) out[i] = x[i] <= 0 ? 0 : grad[i];
  return out;
}

/** Adding and subtracting 1.5·2⁵² rounds a double below 2⁵¹ to a whole number, ties to even (IEEE 754's own rounding). */
const ROUNDING = 6755399441055744;

/**
 * Rows of x, each by its own scale, into `out`: what {@link quantizeInto} does row by row, but short rows go to the kernel's
 * memory and back together.
 */
export function quantizeRowsInto(
  out: Float32Array,
  x: Float32Array,
  scales: ArrayLike<number>,
  low: number,
  high: number,
): void {
  const columns = x.length / scales.length;
  const rowsAtOnce = Math.floor(CHUNK / columns);
  const kernel = rowsAtOnce < 2 || columns < 4 ? null : simdKernel();
  const heap = kernel === null ? null : simdHeap(kernel, CHUNK);
  if (kernel === null || heap === null) {
    for (let row = 0; row < scales.length; row++) {
      quantizeInto(out, x, row * columns, (row + 1) * columns, scales[row], low, high);
    }
    return;
  }
  for (let first = 0; first < scales.length; first += rowsAtOnce) {
    const end = Math.min(first + rowsAtOnce, scales.length);
    heap.set(x.subarray(first * columns, end * columns), 0);
    for (let row = first; row < end; row++) {
      const at = (row - first) * columns;
      kernel.quantize(columns & ~3, 4 * at, scales[row], low, high);
    }
    out.set(heap.subarray(0, (end - first) * columns), first * columns);
  }
  if ((columns & 3) === 0) return;
  for (let row = 0; row < scales.length; row++) {
    const tail = row * columns + (columns & ~3);
    quantizeInto(out, x, tail, (row + 1) * columns, scales[row], low, high);
  }
}

/** Elements `from` to `to` of x as scale · clamp(round(x / scale), low, high) into `out`; in double precision. */
export function quantizeInto(
  out: Float32Array,
  x: Float32Array,
  from: number,
  to: number,
  scale: number,
  low: number,
  high: number,
): void {
  const done = inPieces(x, null, out, from, to, (kernel, count) =>
    kernel.quantize(count, 0, scale, low, high),
  );
  for (let i = done; i < to; i++) {
    const position = x[i] / scale;
    // Written so that NaN stays.
    const clipped = position < low ? low : position > high ? high : position;
    out[i] = scale * (clipped + ROUNDING - ROUNDING);
  }
}

/** grad, and 0 where x / scale is below `lowest` or above `highest`, for elements `from` to `to`, into `out`. */
export function quantizeGradientInto(
  out: Float32Array,
  x: Float32Array,
  grad: Float32Array,
  from: number,
  to: number,
  scale: number,
  lowest: number,
  highest: number,
): void {
  const done = inPieces(x, grad, out, from, to, (kernel, count) =>
    kernel.quantizeGradient(count, 0, 4 * CHUNK, scale, lowest, highest),
  );
  for (let i = done; i < to; i++) {
    const position = x[i] / scale;
    out[i] = position < lowest || position > highest ? 0 : grad[i];
  }
}

type Kernel = NonNullable<ReturnType<typeof simdKernel>>;

/**
 * Runs a kernel that works in place on its last operand: x at the beginning of its memory and, if given, `second` at
 * CHUNK. @returns the position up to which `out` is filled.
 */
function inPieces(
  x: Float32Array,
  second: Float32Array | null,
  out: Float32Array,
  from: number,
  to: number,
  run: (kernel: Kernel, count: number) => void,
): number {
  const end = to - ((to - from) & 3);
  if (end - from < SCALAR_UP_TO) return from;
  const kernel = simdKernel();
  const heap = kernel === null ? null : simdHeap(kernel, 2 * CHUNK);
  if (kernel === null || heap === null) return from;
  for (let at = from; at < end; at += CHUNK) {
    const count = Math.min(CHUNK, end - at);
    heap.set(x.subarray(at, at + count), 0);
    if (second !== null) heap.set(second.subarray(at, at + count), CHUNK);
    run(kernel, count);
    const result = second === null ? 0 : CHUNK;
    out.set(heap.subarray(result, result + count), at);
  }
  return end;
}
