import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxNonZeros } from './omega.js';

// Source: Ω = ⌊(2^n_accum − 1)/(2^n_w − 1)/(2^n_a − 1)⌋ as tabulated for Concrete ML 1.9.0.
it.each([
  [2, 2, 5, 3],
  [2, 2, 7, 14],
  [2, 2, 8, 28],
  [2, 2, 9, 56],
  [2, 2, 16, 7281],
  [3, 3, 8, 5],
  [4, 4, 15, 145],
  [4, 4, 16, 291],
  [6, 8, 16, 4],
  [8, 8, 16, 1],
])('%i-bit weights and %i-bit inputs in %i bits allow %i', (weight, input, accumulator, omega) => {
  expect(maxNonZeros({ weight, input, accumulator })).toBe(omega);
});

it('counts the values of a window where pooling adds them up first', () => {
  expect(maxNonZeros({ weight: 2, input: 2, accumulator: 8, window: 4 })).toBe(7);
  expect(() => maxNonZeros({ weight: 2, input: 2, accumulator: 8, window: 36 })).toThrow(
    expect.objectContaining({ code: 'OMEGA_ZERO', message: expect.stringContaining('36 products') }),
  );
});

it('is refused when one product already overflows, with the bits that would do', () => {
  expect(() => maxNonZeros({ weight: 8, input: 8, accumulator: 8 })).toThrow(
    expect.objectContaining({ code: 'OMEGA_ZERO', expected: 'accumulator bits of at least 16' }),
  );
});

it('refuses widths outside 1 to 16', () => {
  for (const bits of [0, -1, 17, 2.5, Number.NaN]) {
    expect(() => maxNonZeros({ weight: bits, input: 2, accumulator: 8 })).toThrow(
      expect.objectContaining({ code: 'BITS_INVALID' }),
    );
  }
});

it('keeps every sum of Ω products within the bits, signed weights included', () => {
  const width = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(width, width, (weight, input) => {
      const omega = maxNonZeros({ weight, input, accumulator: 14 });
      const span = omega * 2 ** (weight - 1) * (2 ** input - 1);
      expect(Math.ceil(Math.log2(span + 1))).toBeLessThanOrEqual(14);
    }),
  );
});
