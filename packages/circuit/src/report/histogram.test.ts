import fc from 'fast-check';
import { expect, it } from 'vitest';
import { histogramOf } from './histogram.js';

it('gives each small integer a bin of its own', () => {
  expect(histogramOf(Int32Array.of(-1, 0, 0, 1))).toEqual({ low: -1.5, width: 1, counts: [1, 2, 1] });
});

it('counts every value once, whatever the values', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (values) => {
      const { counts } = histogramOf(Float64Array.from(values));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      expect(counts.length).toBeLessThanOrEqual(41);
    }),
  );
});

it('gives wide ranges of integers bins of the same number of integers', () => {
  const { low, width, counts } = histogramOf(Int32Array.from({ length: 1000 }, (_, i) => i - 500));
  expect(Number.isInteger(width)).toBe(true);
  expect(low).toBe(-500.5);
  expect(new Set(counts.slice(0, -1)).size).toBe(1);
});

it('bears a constant and nothing at all', () => {
  expect(histogramOf(Float64Array.of(0.5, 0.5)).counts).toEqual([2]);
  expect(histogramOf(new Int32Array(0)).counts).toEqual([]);
});
