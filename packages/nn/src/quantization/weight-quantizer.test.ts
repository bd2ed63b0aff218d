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

it('is the sign with 1 bit, at the mean magnitude, whatever the scaling; pruned weights stay 0', () => {
  for (const scaling of ['statistics', 'max', 'learned'] as const) {
    const options = { bits: 1, narrow: false, powerOfTwo: false, scaling };
    const { integers, scales } = quantizeWeights([0.5, -0.1, 0, -0.9], 1, 4, options);
    expect([...integers]).toEqual([1, -1, 0, -1]);
    expect(scales[0]).toBeCloseTo(0.5, 12);
  }
});

it("uses all of the wide range with 'max', and leaves the most negative integer out in the narrow one", () => {
  const values = [1, -1, 0.4, -0.4];
  const max = { powerOfTwo: false, scaling: 'max' } as const;
  expect([...quantizeWeights(values, 1, 4, { ...max, bits: 2, narrow: false }).integers]).toEqual([
    1, -2, 1, -1,
  ]);
  expect([...quantizeWeights(values, 1, 4, { ...max, bits: 2, narrow: true }).integers]).toEqual([
    1, -1, 0, 0,
  ]);
  expect([...quantizeWeights(values, 1, 4, { ...max, bits: 3, narrow: false }).integers]).toEqual([
    3, -4, 1, -1,
  ]);
});

it('has one scale for all rows when asked', () => {
  for (const bits of [1, 2, 3, 8]) {
    const options = { bits, narrow: true, powerOfTwo: false, scalePer: 'tensor' } as const;
    const { integers, scales } = quantizeWeights([0.1, -0.1, 0.1, 1, -1, 1], 2, 3, options);
    expect(scales[0]).toBe(scales[1]);
    expect(Math.abs(integers[3])).toBeGreaterThanOrEqual(Math.abs(integers[0]));
  }
});

it('takes learned scales as they are', () => {
  const options = { bits: 3, narrow: true, powerOfTwo: false, scaling: 'learned' } as const;
  const { integers, scales } = quantizeWeights([0.5, -9, 0.5, -9], 2, 2, options, [0.5, 4]);
  expect([...integers]).toEqual([1, -3, 0, -2]);
  expect([...scales]).toEqual([0.5, 4]);
});
