// General matrix multiplication on 128-bit SIMD lanes, in AssemblyScript. Compiled by scripts/build-kernels.mjs into
// src/kernels/simd-binary.ts; the scalar twin in src/kernels/gemm-scalar.ts adds the same numbers in the same order, so
// the two agree to the last bit. Plain multiplications and additions only: a fused multiply-add rounds once where these
// round twice, and not every machine has one.
//
// The usual three levels (Goto & van de Geijn 2008): the inner dimension in slices of BLOCK_K, rows of A in blocks that stay in
// the second-level cache, and tiles of 4×8 sums in registers that read both operands from packed, contiguous panels.

/** Inner elements a slice. A part of what is computed, not only of how: see gemm-scalar.ts. */
const BLOCK_K: i32 = 256;
/** Rows of A that are packed at once: 256 · 256 · 4 bytes fit the second-level cache. */
const BLOCK_M: i32 = 256;
/** Rows and columns of a tile. */
const TILE_M: i32 = 4;
const TILE_N: i32 = 8;

/** What a tile is added to: nothing, what `c` holds, or one row for all rows. */
const REPLACE: i32 = 0;
const ACCUMULATE: i32 = 1;
const ADD_ROW: i32 = 2;

/**
 * c = op(a) · op(b) + start. All addresses are multiples of 16.
 *
 * @param a - [m, k], or [k, m] if `transposeA`.
 * @param b - [k, n], or [n, k] if `transposeB`.
 * @param c - [m, n].
 * @param row - [n], read in mode ADD_ROW.
 * @param scratch - (BLOCK_M + TILE_N) · BLOCK_K + TILE_M · TILE_N floats.
 */
export function gemm(
  transposeA: bool,
  transposeB: bool,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  b: usize,
  c: usize,
  row: usize,
  mode: i32,
  scratch: usize,
): void {
  const panelsA = scratch;
  const panelB = panelsA + ((<usize>(BLOCK_M * BLOCK_K)) << 2);
  const edge = panelB + ((<usize>(TILE_N * BLOCK_K)) << 2);
  for (let first = 0; first < k; first += BLOCK_K) {
    const depth = min(BLOCK_K, k - first);
    const sliceMode = first === 0 ? mode : ACCUMULATE;
    for (let top = 0; top < m; top += BLOCK_M) {
      const rows = min(BLOCK_M, m - top);
      packRows(panelsA, a, transposeA, top, rows, m, first, depth, k);
      for (let left = 0; left < n; left += TILE_N) {
        const columns = min(TILE_N, n - left);
        packColumns(panelB, b, !transposeB, left, columns, n, first, depth, k);
        const start = mode === ADD_ROW && first === 0 ? row + ((<usize>left) << 2) : 0;
        for (let i = 0; i < rows; i += TILE_M) {
          const to = c + ((<usize>((top + i) * n + left)) << 2);
          const panelA = panelsA + ((<usize>(i * depth)) << 2);
          const tileRows = min(TILE_M, rows - i);
          if (columns <= 4) {
            tile4(panelA, panelB, depth, edge);
            storeEdge(edge, 4, to, n, tileRows, columns, sliceMode, start);
          } else if (tileRows < TILE_M || columns < TILE_N) {
            tile8(panelA, panelB, depth, edge, TILE_N, REPLACE, 0);
            storeEdge(edge, TILE_N, to, n, tileRows, columns, sliceMode, start);
          } else {
            tile8(panelA, panelB, depth, to, n, sliceMode, start);
          }
        }
      }
    }
  }
}

/**
 * Sums over the rows of a matrix in double precision, in ascending order: sums[j] = Σ_i from[i, j].
 *
 * @param columns - how many to sum, a multiple of 4; a row has `stride`.
 * @param isFirst - whether the sums start from 0 rather than from what is there.
 */
export function columnSums(
  rows: i32,
  columns: i32,
  stride: i32,
  from: usize,
  sums: usize,
  isFirst: bool,
): void {
  const step = (<usize>stride) << 2;
  for (let j = 0; j < columns; j += 4) {
    let low = isFirst ? f64x2.splat(0) : v128.load(sums);
    let high = isFirst ? f64x2.splat(0) : v128.load(sums, 16);
    let at = from;
    for (let i = 0; i < rows; i++) {
      low = f64x2.add(low, f64x2.promote_low_f32x4(v128.load64_zero(at)));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.load64_zero(at, 8)));
      at += step;
    }
    v128.store(sums, low);
    v128.store(sums, high, 16);
    from += 16;
    sums += 32;
  }
}

/** Rows of op(a) in panels of four: element (i, l) of a panel goes to 4·l + i; rows beyond the last are zeros. */
function packRows(
  to: usize,
  a: usize,
  isTransposed: bool,
  top: i32,
  rows: i32,
  m: i32,
  first: i32,
  depth: i32,
  k: i32,
): void {
  for (let i = 0; i < rows; i += TILE_M) {
    const count = min(TILE_M, rows - i);
    if (isTransposed) {
      copyPanel4(to, a + ((<usize>(first * m + top + i)) << 2), (<usize>m) << 2, count, depth);
    } else {
      transposePanel(to, 16, a + ((<usize>((top + i) * k + first)) << 2), (<usize>k) << 2, count, depth);
    }
    to += (<usize>(TILE_M * depth)) << 2;
  }
}

/** Columns of op(b) as one panel of eight, or of four if there are no more. */
function packColumns(
  to: usize,
  b: usize,
  isRowMajor: bool,
  left: i32,
  columns: i32,
  n: i32,
  first: i32,
  depth: i32,
  k: i32,
): void {
  if (isRowMajor) {
    const from = b + ((<usize>(first * n + left)) << 2);
    if (columns === TILE_N) copyPanel8(to, from, (<usize>n) << 2, depth);
    else if (columns <= 4) copyPanel4(to, from, (<usize>n) << 2, columns, depth);
    else copyPartOf8(to, from, (<usize>n) << 2, columns, depth);
  } else {
    const from = b + ((<usize>(left * k + first)) << 2);
    const step = (<usize>k) << 2;
    if (columns <= 4) transposePanel(to, 16, from, step, columns, depth);
    else {
      transposePanel(to, 32, from, step, 4, depth);
      transposePanel(to + 16, 32, from + (step << 2), step, columns - 4, depth);
    }
  }
}

function copyPanel8(to: usize, from: usize, step: usize, depth: i32): void {
  for (let l = 0; l < depth; l++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += 32;
    from += step;
  }
}

function copyPanel4(to: usize, from: usize, step: usize, count: i32, depth: i32): void {
  if (count === 4) {
    for (let l = 0; l < depth; l++) {
      v128.store(to, v128.load(from));
      to += 16;
      from += step;
    }
    return;
  }
  for (let l = 0; l < depth; l++) {
    copyPart(to, from, count, 4);
    to += 16;
    from += step;
  }
}

function copyPartOf8(to: usize, from: usize, step: usize, count: i32, depth: i32): void {
  for (let l = 0; l < depth; l++) {
    copyPart(to, from, count, TILE_N);
    to += 32;
    from += step;
  }
}

function copyPart(to: usize, from: usize, count: i32, width: i32): void {
  for (let j = 0; j < width; j++) {
    f32.store(to + ((<usize>j) << 2), j < count ? f32.load(from + ((<usize>j) << 2)) : 0);
  }
}

/** Four lines of `depth` elements, `step` apart, laid side by side: 4×4 blocks are transposed in registers. */
function transposePanel(to: usize, toStep: usize, from: usize, step: usize, count: i32, depth: i32): void {
  // A missing line is read from the line before it and replaced by zeros.
  const from1 = count > 1 ? from + step : from;
  const from2 = count > 2 ? from1 + step : from1;
  const from3 = count > 3 ? from2 + step : from2;
  const keep1 = i32x4.splat(count > 1 ? -1 : 0);
  const keep2 = i32x4.splat(count > 2 ? -1 : 0);
  const keep3 = i32x4.splat(count > 3 ? -1 : 0);
  let l: i32 = 0;
  let at: usize = 0;
  for (; l + 4 <= depth; l += 4) {
    const r0 = v128.load(from + at);
    const r1 = v128.and(v128.load(from1 + at), keep1);
    const r2 = v128.and(v128.load(from2 + at), keep2);
    const r3 = v128.and(v128.load(from3 + at), keep3);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    to += toStep;
    v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    to += toStep;
    v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    to += toStep;
    v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
    to += toStep;
    at += 16;
  }
  for (; l < depth; l++) {
    f32.store(to, f32.load(from + at));
    f32.store(to, count > 1 ? f32.load(from1 + at) : 0, 4);
    f32.store(to, count > 2 ? f32.load(from2 + at) : 0, 8);
    f32.store(to, count > 3 ? f32.load(from3 + at) : 0, 12);
    to += toStep;
    at += 4;
  }
}

/**
 * A tile of 4×8 sums. Twelve live registers of the sixteen of x86-64; of the tiles and unrollings that fit (4×4 to 2×24, one to four
 * steps at a time) this plain loop ran fastest, at 95 % of two multiplications and two additions a cycle.
 */
function tile8(pa: usize, pb: usize, depth: i32, c: usize, n: i32, mode: i32, start: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = pa + ((<usize>depth) << 4);
  while (pa < end) {
    const b0 = v128.load(pb);
    const b1 = v128.load(pb, 16);
    const a0 = v128.load32_splat(pa);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(pa, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(pa, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(pa, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    pa += 16;
    pb += 32;
  }
  const step = (<usize>n) << 2;
  store8(c, c00, c01, mode, start);
  c += step;
  store8(c, c10, c11, mode, start);
  c += step;
  store8(c, c20, c21, mode, start);
  c += step;
  store8(c, c30, c31, mode, start);
}

function store8(c: usize, low: v128, high: v128, mode: i32, start: usize): void {
  if (mode !== REPLACE) {
    const from = mode === ACCUMULATE ? c : start;
    low = f32x4.add(v128.load(from), low);
    high = f32x4.add(v128.load(from, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

/** A tile of 4×4 sums, left in `to`. */
function tile4(pa: usize, pb: usize, depth: i32, to: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  const end = pa + ((<usize>depth) << 4);
  while (pa < end) {
    const b = v128.load(pb);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(pa), b));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(pa, 4), b));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(pa, 8), b));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(pa, 12), b));
    pa += 16;
    pb += 16;
  }
  v128.store(to, c0);
  v128.store(to, c1, 16);
  v128.store(to, c2, 32);
  v128.store(to, c3, 48);
}

/** Adds the part of a tile that lies inside of c, element by element. */
function storeEdge(
  tile: usize,
  width: i32,
  c: usize,
  n: i32,
  rows: i32,
  columns: i32,
  mode: i32,
  start: usize,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = (<usize>j) << 2;
      const sum = f32.load(tile + at);
      if (mode === REPLACE) f32.store(c + at, sum);
      else f32.store(c + at, f32.load((mode === ACCUMULATE ? c : start) + at) + sum);
    }
    tile += (<usize>width) << 2;
    c += (<usize>n) << 2;
  }
}
