import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Generator } from '../generator.js';
import { gemm } from './gemm.js';

const lengths = fc.integer({ min: 1, max: 11 });

function matrix(size: number, seed: number): Float32Array {
  return new Generator(seed).fillNormal(new Float32Array(size));
}

function naive(
  transposeA: boolean,
  transposeB: boolean,
  [m, n, k]: readonly [number, number, number],
  a: Float32Array,
  b: Float32Array,
): Float32Array {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++)
        sum += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
      out[i * n + j] = sum;
    }
  }
  return out;
}

test.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])('equals the three nested loops to the last bit (transposes: %s, %s)', (transposeA, transposeB) => {
  fc.assert(
    fc.property(lengths, lengths, lengths, fc.nat(), (m, n, k, seed) => {
      const a = matrix(m * k, seed);
      const b = matrix(k * n, seed + 1);
      const out = new Float32Array(m * n).fill(Number.NaN);
      gemm(transposeA, transposeB, m, n, k, a, b, out, false);
      expect(out).toEqual(naive(transposeA, transposeB, [m, n, k], a, b));
    }),
    { numRuns: 200, seed: 3 },
  );
});

test('accumulate adds to what is there', () => {
  const a = matrix(6, 1);
  const b = matrix(15, 2);
  const out = new Float32Array(10).fill(1);
  gemm(false, false, 2, 5, 3, a, b, out, true);
  const product = naive(false, false, [2, 5, 3], a, b);
  out.forEach((value, index) => {
    expect(value).toBeCloseTo(1 + product[index], 6);
  });
});

test('a row gives the same bits alone and in a batch', () => {
  const [m, n, k] = [13, 7, 29];
  const a = matrix(m * k, 4);
  const b = matrix(k * n, 5);
  const batch = new Float32Array(m * n);
  gemm(false, false, m, n, k, a, b, batch, false);
  for (let row = 0; row < m; row++) {
    const alone = new Float32Array(n);
    gemm(false, false, 1, n, k, a.subarray(row * k, (row + 1) * k), b, alone, false);
    expect(alone).toEqual(batch.subarray(row * n, (row + 1) * n));
  }
});

test('no rows, no columns and no inner elements are allowed', () => {
  gemm(false, false, 0, 3, 2, new Float32Array(0), new Float32Array(6), new Float32Array(0), false);
  gemm(false, false, 3, 0, 2, new Float32Array(6), new Float32Array(0), new Float32Array(0), false);
  const out = new Float32Array(4).fill(5);
  gemm(false, false, 2, 2, 0, new Float32Array(0), new Float32Array(0), out, false);
  expect([...out]).toEqual([0, 0, 0, 0]);
});
