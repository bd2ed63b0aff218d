// General matrix multiplication, the one kernel behind matmul, linear, conv2d and their gradients. Large products go
// through the native addon or, where there is none, through the SIMD kernel in WebAssembly, small ones through the scalar
// kernel; all give the same bits. An element is the sum over k in float32, in ascending order within slices of 256 whose
// sums are then added in ascending order. That order does not depend on m and n, so a row gives the same bits alone and
// in a batch.

import { BLOCK_K, gemmScalar } from './gemm-scalar.js';
import { nativeKernels } from './native.js';
import { type SimdKernel, simdHeap, simdKernel } from './simd.js';

/** Below this many multiplications, copying to the kernel's memory and back costs more than SIMD gains. */
const SCALAR_UP_TO = 200;

/** Below this many multiplications, crossing into the addon costs more than its wider vectors gain. */
const NATIVE_FROM = 2000;

/** Floats of the larger operand that are copied at once: stays in the cache, and bounds the kernel's memory. */
const CHUNK = 2 ** 19;

/** See `scratch` in assembly/gemm.ts; rounded up so that what follows is aligned. */
const SCRATCH = (256 + 8) * BLOCK_K + 64;

const REPLACE = 0;
const ACCUMULATE = 1;
const ADD_ROW = 2;

/**
 * `out = op(a) · op(b) + start`; op transposes if asked.
 *
 * @param transposeA - whether `a` is stored as [k, m] rather than [m, k].
 * @param transposeB - whether `b` is stored as [n, k] rather than [k, n].
 * @param out - [m, n]; must not overlap the operands.
 * @param start - null for nothing, `out` itself to add to what it holds, or [n] to add to every row.
 */
export function gemm(
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  start: Float32Array | null,
): void {
  const size = m * n * k;
  if (size >= NATIVE_FROM && gemmNative(transposeA, transposeB, m, n, k, a, b, out, start)) return;
  if (size > SCALAR_UP_TO && gemmSimd(transposeA, transposeB, m, n, k, a, b, out, start)) return;
  gemmScalar(transposeA, transposeB, m, n, k, a, b, out, start);
}

/**
 * `out = aᵀ · b` and `sums` the sum of each column of a, which has to be read anyway: the two gradients of a linear layer.
 * The sums are taken in double precision, in ascending order.
 *
 * @param a - [k, m].
 * @param b - [k, n].
 * @param sums - [m].
 */
export function gemmWithSums(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  sums: Float32Array,
): void {
  if (m * n * k >= NATIVE_FROM && gemmNative(true, false, m, n, k, a, b, out, null)) {
    nativeKernels()?.columnSums(a, m, sums);
    return;
  }
  const kernel = m * n * k > SCALAR_UP_TO ? simdKernel() : null;
  if (kernel !== null && byDepth(kernel, m, n, k, a, b, out, null, sums)) return;
  gemmScalar(true, false, m, n, k, a, b, out, null);
  columnSums(a, m, 0, sums);
}

/** Sums of the columns from `first` on. */
export function columnSums(data: Float32Array, columns: number, first: number, sums: Float32Array): void {
  for (let column = first; column < columns; column++) {
    let sum = 0;
    for (let i = column; i < data.length; i += columns) sum += data[i];
    sums[column] = sum;
  }
}

/** The same as {@link gemm} through the native addon alone; false, and nothing done, where there is none. */
export function gemmNative(
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  start: Float32Array | null,
): boolean {
  const kernels = nativeKernels();
  if (kernels === null) return false;
  const mode = start === null ? REPLACE : start === out ? ACCUMULATE : ADD_ROW;
  // Where no row is added, any array stands in for it.
  return kernels.gemm(transposeA, transposeB, m, n, k, a, b, out, mode === ADD_ROW ? start! : a, mode);
}

/** The same as {@link gemm} through the SIMD kernel alone; false, and nothing done, where there is none. */
export function gemmSimd(
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  start: Float32Array | null,
): boolean {
  const kernel = simdKernel();
  if (kernel === null) return false;
  if (k === 0) return false;
  if (transposeA && !transposeB) return byDepth(kernel, m, n, k, a, b, out, start, null);
  if (!transposeA) return byRows(kernel, transposeB, m, n, k, a, b, out, start);
  const at = addresses(m * k, k * n, m * n, n);
  const heap = simdHeap(kernel, at.end);
  if (heap === null) return false;
  heap.set(a, at.a);
  heap.set(b, at.b);
  const mode = placeStart(heap, at, out, start, 0, m * n);
  call(kernel, true, true, m, n, k, at, mode);
  takeOut(heap, at.c, out, 0, m * n);
  return true;
}

/** Both operands are cut at multiples of the kernel's own slices: the same sums in the same order. */
function byDepth(
  kernel: SimdKernel,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  start: Float32Array | null,
  sums: Float32Array | null,
): boolean {
  const step = BLOCK_K * Math.max(1, Math.floor(CHUNK / ((m + n) * BLOCK_K)));
  const longest = Math.min(step, k);
  const at = addresses(m * longest, n * longest, m * n, Math.max(n, 2 * m));
  const heap = simdHeap(kernel, at.end);
  if (heap === null) return false;
  const summed = sums === null ? 0 : m & ~3;
  let mode = placeStart(heap, at, out, start, 0, m * n);
  for (let first = 0; first < k; first += step) {
    const depth = Math.min(step, k - first);
    heap.set(part(a, first * m, depth * m), at.a);
    heap.set(part(b, first * n, depth * n), at.b);
    call(kernel, true, false, m, n, depth, at, mode);
    if (summed > 0) kernel.columnSums(depth, summed, m, 4 * at.a, 4 * at.row, +(first === 0));
    mode = ACCUMULATE;
  }
  takeOut(heap, at.c, out, 0, m * n);
  if (sums !== null) {
    // The sums are doubles, in the place of the row that this call does not use.
    sums.set(new Float64Array(heap.buffer, 4 * at.row, summed));
    columnSums(a, m, summed, sums);
  }
  return true;
}

function byRows(
  kernel: SimdKernel,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  start: Float32Array | null,
): boolean {
  const step = BLOCK_K * Math.max(1, Math.floor(CHUNK / ((k + n) * BLOCK_K)));
  const most = Math.min(step, m);
  const at = addresses(most * k, k * n, most * n, n);
  const heap = simdHeap(kernel, at.end);
  if (heap === null) return false;
  heap.set(b, at.b);
  for (let first = 0; first < m; first += step) {
    const rows = Math.min(step, m - first);
    heap.set(part(a, first * k, rows * k), at.a);
    const mode = placeStart(heap, at, out, start, first * n, rows * n);
    call(kernel, false, transposeB, rows, n, k, at, mode);
    takeOut(heap, at.c, out, first * n, rows * n);
  }
  return true;
}

/** Where the operands lie, in floats from the beginning of the kernel's memory; all multiples of 4. */
interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly row: number;
  readonly end: number;
}

function addresses(sizeA: number, sizeB: number, sizeC: number, sizeRow: number): Addresses {
  const a = SCRATCH;
  const b = a + aligned(sizeA);
  const c = b + aligned(sizeB);
  const row = c + aligned(sizeC);
  return { a, b, c, row, end: row + aligned(sizeRow) };
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}

function placeStart(
  heap: Float32Array,
  at: Addresses,
  out: Float32Array,
  start: Float32Array | null,
  from: number,
  length: number,
): number {
  if (start === null) return REPLACE;
  if (start === out) {
    heap.set(part(out, from, length), at.c);
    return ACCUMULATE;
  }
  heap.set(start, at.row);
  return ADD_ROW;
}

function call(
  kernel: SimdKernel,
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  at: Addresses,
  mode: number,
): void {
  kernel.gemm(+transposeA, +transposeB, m, n, k, 4 * at.a, 4 * at.b, 4 * at.c, 4 * at.row, mode, 0);
}

function takeOut(heap: Float32Array, from: number, out: Float32Array, to: number, length: number): void {
  out.set(heap.subarray(from, from + length), to);
}

function part(data: Float32Array, from: number, length: number): Float32Array {
  return from === 0 && length === data.length ? data : data.subarray(from, from + length);
}
