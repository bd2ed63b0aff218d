import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundHalfEven, roundWithin } from './rounding.js';

it('rounds to the nearest integer, ties to the even one', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, -2.5].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, -2]);
  expect([0.49999999999999994, 0.51, -3.2, 7].map(roundHalfEven)).toEqual([0, 1, -3, 7]);
});

it('is off by at most a half', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
      const rounded = roundHalfEven(value);
      expect(Number.isInteger(rounded)).toBe(true);
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.5);
    }),
  );
});

it('stays within bounds whatever comes, NaN excepted', () => {
  expect([-1e300, Number.NEGATIVE_INFINITY, 3.5, 1e300].map((value) => roundWithin(value, -8, 7))).toEqual([
    -8, -8, 4, 7,
  ]);
  expect(roundWithin(7.5, -8, 7)).toBe(7);
  expect(roundWithin(Number.NaN, -8, 7)).toBeNaN();
});
