// General matrix multiplication one number at a time: for small matrices, and where there is no SIMD. It adds the same
// numbers in the same order as assembly/gemm.ts and rounds after each step as float32 lanes do, so that the two agree to
// the last bit. Longer than other files' functions: the eight sums are unrolled by hand.

/** Inner elements that are summed from zero before the sum joins the result; the same number in assembly/gemm.ts. */
export const BLOCK_K = 256;

const { fround } = Math;

/** See {@link gemm} in gemm.ts. */
export function gemmScalar(
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
  const rowA = transposeA ? 1 : k;
  const stepA = transposeA ? m : 1;
  const columnB = transposeB ? k : 1;
  const stepB = transposeB ? 1 : n;
  if (start !== out) fillRows(out, m, n, start);
  for (let first = 0; first < k; first += BLOCK_K) {
    const depth = Math.min(BLOCK_K, k - first);
    // Nothing yet in `out`: a sum replaces it, since 0 + (−0) would lose the sign.
    const isFirst = first === 0 && start === null;
    const fromA = first * stepA;
    const fromB = first * stepB;
    const wide = n - (n % 4);
    const tall = m - (m % 2);
    for (let j = 0; j < wide; j += 4) {
      const atB = fromB + j * columnB;
      for (let i = 0; i < tall; i += 2) {
        tile(a, fromA + i * rowA, rowA, stepA, b, atB, columnB, stepB, depth, out, i * n + j, n, isFirst);
      }
      if (tall < m) {
        for (let c = 0; c < 4; c++) {
          const sum = dot(a, fromA + tall * rowA, stepA, b, atB + c * columnB, stepB, depth);
          add(out, tall * n + j + c, sum, isFirst);
        }
      }
    }
    for (let j = wide; j < n; j++) {
      const atB = fromB + j * columnB;
      for (let i = 0; i < m; i++) {
        add(out, i * n + j, dot(a, fromA + i * rowA, stepA, b, atB, stepB, depth), isFirst);
      }
    }
  }
}

function fillRows(out: Float32Array, m: number, n: number, row: Float32Array | null): void {
  if (row === null) out.fill(0, 0, m * n);
  else for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[i * n + j] = row[j];
}

function add(out: Float32Array, at: number, sum: number, isFirst: boolean): void {
  out[at] = isFirst ? sum : out[at] + sum;
}

function dot(
  a: Float32Array,
  i: number,
  stepA: number,
  b: Float32Array,
  j: number,
  stepB: number,
  depth: number,
): number {
  let sum = 0;
  for (let l = 0; l < depth; l++, i += stepA, j += stepB) sum = fround(sum + fround(a[i] * b[j]));
  return sum;
}

/** Two rows by four columns. */
function tile(
  a: Float32Array,
  fromA: number,
  rowA: number,
  stepA: number,
  b: Float32Array,
  fromB: number,
  columnB: number,
  stepB: number,
  depth: number,
  out: Float32Array,
  to: number,
  n: number,
  isFirst: boolean,
): void {
  let c00 = fround(0);
  let c01 = fround(0);
  let c02 = fround(0);
  let c03 = fround(0);
  let c10 = fround(0);
  let c11 = fround(0);
  let c12 = fround(0);
  let c13 = fround(0);
  let i = fromA;
  let j = fromB;
  for (let l = 0; l < depth; l++, i += stepA, j += stepB) {
    const a0 = a[i];
    const a1 = a[i + rowA];
    const b0 = b[j];
    const b1 = b[j + columnB];
    const b2 = b[j + 2 * columnB];
    const b3 = b[j + 3 * columnB];
    c00 = fround(c00 + fround(a0 * b0));
    c01 = fround(c01 + fround(a0 * b1));
    c02 = fround(c02 + fround(a0 * b2));
    c03 = fround(c03 + fround(a0 * b3));
    c10 = fround(c10 + fround(a1 * b0));
    c11 = fround(c11 + fround(a1 * b1));
    c12 = fround(c12 + fround(a1 * b2));
    c13 = fround(c13 + fround(a1 * b3));
  }
  add(out, to, c00, isFirst);
  add(out, to + 1, c01, isFirst);
  add(out, to + 2, c02, isFirst);
  add(out, to + 3, c03, isFirst);
  add(out, to + n, c10, isFirst);
  add(out, to + n + 1, c11, isFirst);
  add(out, to + n + 2, c12, isFirst);
  add(out, to + n + 3, c13, isFirst);
}
