import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matrixOfDense } from '../spec/index.js';
import { exactSpans, observedSpans, spanBits } from './spans.js';

it('bounds every sum, and is reached', () => {
  const weight = fc.integer({ min: -7, max: 7 });
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 5, maxLength: 5 }),
      fc.array(fc.nat(15), { minLength: 5, maxLength: 5 }),
      (w, x) => {
        const term = { edge: 0, weights: matrixOfDense(1, 5, w) };
        const levels = { low: new Float64Array(5), high: new Float64Array(5).fill(15) };
        const { low, high } = exactSpans(term, levels);
        const sum = w.reduce((total, value, i) => total + value * x[i]!, 0);
        expect(sum).toBeGreaterThanOrEqual(low[0]!);
        expect(sum).toBeLessThanOrEqual(high[0]!);
        expect(high[0]).toBe(w.reduce((total, value) => total + Math.max(0, value) * 15, 0));
      },
    ),
  );
});

// Source: the bits that Concrete assigns to ranges: 0..255 → 8, 0..256 → 9, 0..7 → 3; offsets are free here.
it.each([
  [0, 255, 8],
  [0, 256, 9],
  [0, 7, 3],
  [-4, 3, 3],
  [5, 5, 0],
])('a value from %i to %i takes %i bits', (low, high, bits) => {
  expect(spanBits(low, high)).toBe(bits);
});

it('observes each column on its own', () => {
  const { low, high } = observedSpans(Float64Array.of(1, 10, -2, 30, 0, 20), 2);
  expect([...low, ...high]).toEqual([-2, 10, 1, 30]);
});
