import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Generator } from '../generator.js';
import { gemm, gemmNative, gemmSimd, gemmWithSums } from './gemm.js';
import { BLOCK_K, gemmScalar } from './gemm-scalar.js';
import { nativeKernels } from './native.js';

type Operands = readonly [
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
];

function matrix(size: number, seed: number): Float32Array {
  return new Generator(seed).fillNormal(new Float32Array(size));
}

function operands(
  transposeA: boolean,
  transposeB: boolean,
  m: number,
  n: number,
  k: number,
  seed = 1,
): Operands {
  return [transposeA, transposeB, m, n, k, matrix(m * k, seed), matrix(k * n, seed + 1)];
}

/** The definition: float32 sums in ascending order within slices, slices in ascending order. */
function naive(
  [transposeA, transposeB, m, n, k, a, b]: Operands,
  initial: (i: number, j: number) => number | null,
): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = initial(i, j);
      for (let first = 0; first < k; first += BLOCK_K) {
        let sum = 0;
        for (let l = first; l < Math.min(k, first + BLOCK_K); l++) {
          const product = a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
          sum = Math.fround(sum + Math.fround(product));
        }
        total = total === null ? sum : Math.fround(total + sum);
      }
      out[i * n + j] = total ?? 0;
    }
  }
  return out;
}

const kernels = {
  dispatched: gemm,
  scalar: gemmScalar,
  simd: (...parameters: Parameters<typeof gemmSimd>): void => {
    expect(gemmSimd(...parameters)).toBe(true);
  },
  'native, registers of 512 bits': native(512),
  'native, registers of 256 bits': native(256),
  'native, registers of 128 bits': native(128),
};

/** A machine with smaller registers takes smaller ones. */
function native(bits: number) {
  return (...parameters: Parameters<typeof gemmNative>): void => {
    nativeKernels()!.limitVectors(bits);
    expect(gemmNative(...parameters)).toBe(true);
    nativeKernels()!.limitVectors(512);
  };
}

const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

describe.each(Object.entries(kernels))('%s', (_name, kernel) => {
  test.each(transposes)('equals three nested loops to the last bit (transposes: %s, %s)', (tA, tB) => {
    const length = fc.integer({ min: 1, max: 19 });
    const depth = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 250, max: 530 }));
    fc.assert(
      fc.property(length, length, depth, fc.nat(1e6), fc.nat(2), (m, n, k, seed, mode) => {
        const input = operands(tA, tB, m, n, k, seed);
        const out = matrix(m * n, seed + 2);
        const row = matrix(n, seed + 3);
        const start = [null, out, row][mode];
        const before = out.slice();
        const expected = naive(input, (i, j) => [null, before[i * n + j], row[j]][mode]);
        kernel(...input, out, start);
        expect(out).toEqual(expected);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  test('a row gives the same bits alone and in a batch', () => {
    const [, , m, n, k, a, b] = operands(false, false, 13, 7, 300, 4);
    const batch = new Float32Array(m * n);
    kernel(false, false, m, n, k, a, b, batch, null);
    for (let row = 0; row < m; row++) {
      const alone = new Float32Array(n);
      kernel(false, false, 1, n, k, a.subarray(row * k, (row + 1) * k), b, alone, null);
      expect(alone).toEqual(batch.subarray(row * n, (row + 1) * n));
    }
  });
});

test('the addon refuses sizes that its arrays do not have, and computes nothing', () => {
  const [a, b, out] = [matrix(6, 1), matrix(6, 2), new Float32Array(4)];
  for (const [m, n, k] of [
    [2, 2, 4],
    [3, 2, 3],
    [2, 3, 3],
    [2 ** 31, 2 ** 31, 2 ** 31],
  ]) {
    expect(gemmNative(false, false, m, n, k, a, b, out, null)).toBe(false);
  }
  expect(gemmNative(false, false, 2, 2, 3, a, b, out, new Float32Array(1))).toBe(false);
  expect(out).toEqual(new Float32Array(4));
});

// The smallest of these that the SIMD kernel takes in several pieces; the addon takes 240 rows at once.
test.each([
  { what: 'rows', tA: false, tB: false, m: 1400, n: 3, k: 700 },
  { what: 'rows, b transposed', tA: false, tB: true, m: 1400, n: 3, k: 700 },
  { what: 'depth', tA: true, tB: false, m: 700, n: 2, k: 1400 },
])('SIMD, addon and scalar agree where operands are copied in pieces: $what', ({ tA, tB, m, n, k }) => {
  const input = operands(tA, tB, m, n, k);
  const row = matrix(n, 5);
  for (const mode of ['nothing', 'row', 'out']) {
    const [simd, native, scalar] = [matrix(m * n, 6), matrix(m * n, 6), matrix(m * n, 6)];
    const start = (out: Float32Array): Float32Array | null =>
      mode === 'out' ? out : mode === 'row' ? row : null;
    gemmSimd(...input, simd, start(simd));
    gemmNative(...input, native, start(native));
    gemmScalar(...input, scalar, start(scalar));
    expect(simd).toEqual(scalar);
    expect(native).toEqual(scalar);
  }
});

test.each([
  [3, 2, 5],
  [13, 7, 300],
  [700, 2, 1400],
  [4, 9, 0],
])('column sums come with a product and are those of a loop: m = %i, n = %i, k = %i', (m, n, k) => {
  const [, , , , , a, b] = operands(true, false, m, n, k);
  const [out, expected, sums] = [m * n, m * n, m].map((size) => new Float32Array(size).fill(7));
  gemmWithSums(m, n, k, a, b, out, sums);
  gemmScalar(true, false, m, n, k, a, b, expected, null);
  expect(out).toEqual(expected);
  for (let column = 0; column < m; column++) {
    let sum = 0;
    for (let row = 0; row < k; row++) sum += a[row * m + column];
    expect(sums[column]).toBe(Math.fround(sum));
  }
});

test('no rows, no columns and no inner elements are allowed', () => {
  gemm(false, false, 0, 3, 2, new Float32Array(0), new Float32Array(6), new Float32Array(0), null);
  gemm(false, false, 3, 0, 2, new Float32Array(6), new Float32Array(0), new Float32Array(0), null);
  const out = new Float32Array(4).fill(5);
  gemm(false, false, 2, 2, 0, new Float32Array(0), new Float32Array(0), out, out);
  expect([...out]).toEqual([5, 5, 5, 5]);
  gemm(false, false, 2, 2, 0, new Float32Array(0), new Float32Array(0), out, Float32Array.of(1, 2));
  expect([...out]).toEqual([1, 2, 1, 2]);
  gemm(false, false, 2, 2, 0, new Float32Array(0), new Float32Array(0), out, null);
  expect([...out]).toEqual([0, 0, 0, 0]);
});
