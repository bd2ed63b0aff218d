// Loops over elements where a comparison of each decides: through the native addon or SIMD, which select without a branch;
// through SIMD in pieces that stay in the first-level cache. The rest, and everything where there is neither, by loops that
// give the same bits.

import { NATIVE_ELEMENTS, nativeKernels } from './native.js';
import { simdHeap, simdKernel } from './simd.js';

/** Elements that pass through the kernel's memory at once. */
const CHUNK = 4096;

/** Where the second operand of a SIMD kernel lies, in bytes; the first lies at 0. */
export const SECOND = 4 * CHUNK;

/** Below this, the scalar loop is as fast as copying. */
const SCALAR_UP_TO = 64;

/** max(x, 0); NaN stays NaN. */
export function relu(x: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  if (x.length >= NATIVE_ELEMENTS && nativeKernels()?.relu(x, out)) return out;
  const done = inPieces(x, null, out, 0, x.length, (kernel, count) => kernel.relu(count, 0));
  for (let i = done; i < x.length; i++) out[i] = Math.max(x[i], 0);
  return out;
}

/** grad, and 0 where x ≤ 0. */
export function reluGradient(x: Float32Array, grad: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  if (x.length >= NATIVE_ELEMENTS && nativeKernels()?.reluGradient(x, grad, out)) return out;
  const done = inPieces(x, grad, out, 0, x.length, (kernel, count) => kernel.reluGradient(count, 0, SECOND));
  for (let i = done; i < x.length; i++) out[i] = x[i] <= 0 ? 0 : grad[i];
  return out;
}

type Kernel = NonNullable<ReturnType<typeof simdKernel>>;

/**
 * Runs a SIMD kernel that works in place on its last operand: x at the beginning of its memory and, if given, `second` at
 * CHUNK. @returns the position up to which `out` is filled.
 */
export function inPieces(
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
