import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantizeWeights } from './weight-quantizer.js';

const weights = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 12, maxLength: 12 });

it('stays within the range of its bits, narrow and wide', () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: 2, max: 8 }), fc.boolean(), (values, bits, narrow) => {
      const { integers } = quantizeWeights(values, 3, 4, { bits, narrow, powerOfTwo: false });
      const highest = 2 ** (bits - 1) - 1;
      expect(Math.max(...integers)).toBeLessThanOrEqual(highest);
      expect(Math.min(...integers)).toBeGreaterThanOrEqual(narrow || bits === 2 ? -highest : -highest - 1);
    }),
  );
});

it('is off by at most half a step where nothing is clipped (6 to 8 bits)', () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: 6, max: 8 }), (values, bits) => {
      const { integers, scales } = quantizeWeights(values, 3, 4, { bits, narrow: true, powerOfTwo: false });
      for (const [i, value] of values.entries()) {
        const scale = scales[Math.floor(i / 4)];
        expect(Math.abs(value - scale * integers[i])).toBeLessThanOrEqual((scale / 2) * (1 + 1e-12));
      }
    }),
  );
});

it('gives each row its own scale: scaling a row leaves its integers as they are', () => {
  const values = [0.1, -0.2, 0.3, 0.05];
  const options = { bits: 4, narrow: false, powerOfTwo: false };
  const { integers, scales } = quantizeWeights([...values, ...values.map((v) => 50 * v)], 2, 4, options);
  expect(integers.subarray(4)).toEqual(integers.subarray(0, 4));
  expect(scales[1] / scales[0]).toBeCloseTo(50, 10);
});

it('is ternary with 2 bits: on above 0.7 of the mean magnitude, at the mean of what is on', () => {
  const { integers, scales } = quantizeWeights([1, -0.9, 0.2, -0.1], 1, 4, {
    bits: 2,
    narrow: false,
    powerOfTwo: false,
  });
  expect([...integers]).toEqual([1, -1, 0, 0]);
  expect(scales[0]).toBeCloseTo(0.95, 12);
});

it('rounds scales up to powers of two when asked', () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: 2, max: 8 }), (values, bits) => {
      const plain = quantizeWeights(values, 3, 4, { bits, narrow: true, powerOfTwo: false });
      const { scales } = quantizeWeights(values, 3, 4, { bits, narrow: true, powerOfTwo: true });
      for (const [row, scale] of scales.entries()) {
        expect(Number.isInteger(Math.log2(scale))).toBe(true);
        expect(scale / plain.scales[row]).toBeGreaterThanOrEqual(1);
        expect(scale / plain.scales[row]).toBeLessThan(2);
      }
    }),
  );
});

it('leaves a row of zeros at zero with a finite scale', () => {
  for (const bits of [2, 4, 8]) {
    const { integers, scales } = quantizeWeights([0, 0, 0], 1, 3, { bits, narrow: false, powerOfTwo: true });
    expect([...integers]).toEqual([0, 0, 0]);
    expect(scales[0]).toBe(1);
  }
});
