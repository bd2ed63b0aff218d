// General matrix multiplication, the one kernel behind matmul, linear and their gradients. Every element is a sum over k
// in ascending order in double precision, rounded to float32 once: it does not depend on m, n or the blocking, so a row
// gives the same bits alone and in a batch. Longer than other files' functions: the sixteen sums are unrolled by hand.

/** Rows and columns of the block of sums that is kept in registers. */
const BLOCK = 4;

let packedA = new Float64Array(0);
let packedB = new Float64Array(0);

/**
 * `out = op(a) · op(b)`, or `out += …`; op transposes if asked.
 *
 * @param transposeA - whether `a` is stored as [k, m] rather than [m, k].
 * @param transposeB - whether `b` is stored as [n, k] rather than [k, n].
 * @param out - [m, n]; must not overlap the operands.
 * @param accumulate - adds to `out` instead of replacing it.
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
  accumulate: boolean,
): void {
  const panelLength = BLOCK * k;
  const columnPanels = Math.ceil(n / BLOCK);
  if (packedA.length < panelLength) packedA = new Float64Array(panelLength);
  if (packedB.length < panelLength * columnPanels) packedB = new Float64Array(panelLength * columnPanels);
  for (let panel = 0; panel < columnPanels; panel++) {
    packPanel(packedB, panel * panelLength, b, transposeB, panel * BLOCK, n, k);
  }
  for (let row = 0; row < m; row += BLOCK) {
    packPanel(packedA, 0, a, !transposeA, row, m, k);
    for (let panel = 0; panel < columnPanels; panel++) {
      block(packedA, packedB, panel * panelLength, k);
      store(out, row, panel * BLOCK, m, n, accumulate);
    }
  }
}

/**
 * Copies four rows (or columns) side by side: element k of line i goes to `4·k + i`. Lines beyond `count` become zeros.
 *
 * @param isLineMajor - whether a line lies in one piece in `source`.
 */
function packPanel(
  target: Float64Array,
  offset: number,
  source: Float32Array,
  isLineMajor: boolean,
  first: number,
  count: number,
  k: number,
): void {
  const step = isLineMajor ? 1 : count;
  for (let line = 0; line < BLOCK; line++) {
    let to = offset + line;
    if (first + line >= count) {
      for (let index = 0; index < k; index++, to += BLOCK) target[to] = 0;
    } else {
      let from = isLineMajor ? (first + line) * k : first + line;
      for (let index = 0; index < k; index++, to += BLOCK, from += step) target[to] = source[from];
    }
  }
}

const sums = new Float64Array(BLOCK * BLOCK);

/** The sixteen sums of one block, left in `sums`. */
function block(a: Float64Array, b: Float64Array, bOffset: number, k: number): void {
  pairOfRows(a, 0, b, bOffset, k, 0);
  pairOfRows(a, 2, b, bOffset, k, 8);
}

/** Two rows by four columns: eight sums and six factors fit the sixteen vector registers of x86-64. */
function pairOfRows(
  a: Float64Array,
  aOffset: number,
  b: Float64Array,
  bOffset: number,
  k: number,
  to: number,
): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let i = aOffset;
  const end = bOffset + BLOCK * k;
  for (let j = bOffset; j < end; j += BLOCK, i += BLOCK) {
    const a0 = a[i];
    const a1 = a[i + 1];
    const b0 = b[j];
    const b1 = b[j + 1];
    const b2 = b[j + 2];
    const b3 = b[j + 3];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
  }
  sums[to] = c00;
  sums[to + 1] = c01;
  sums[to + 2] = c02;
  sums[to + 3] = c03;
  sums[to + 4] = c10;
  sums[to + 5] = c11;
  sums[to + 6] = c12;
  sums[to + 7] = c13;
}

function store(
  out: Float32Array,
  row: number,
  column: number,
  m: number,
  n: number,
  accumulate: boolean,
): void {
  const rows = Math.min(BLOCK, m - row);
  const columns = Math.min(BLOCK, n - column);
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * n + column;
    if (accumulate) for (let j = 0; j < columns; j++) out[start + j] += sums[BLOCK * i + j];
    else for (let j = 0; j < columns; j++) out[start + j] = sums[BLOCK * i + j];
  }
}
