import fc from 'fast-check';
import { expect, it } from 'vitest';
import { powerOfTwoAtLeast } from './power-of-two.js';

it('keeps every power of two, from the smallest double to the largest', () => {
  for (let exponent = -1074, power = 2 ** -1074; exponent <= 1023; exponent++, power *= 2) {
    expect(powerOfTwoAtLeast(power)).toBe(power);
  }
});

it('rounds everything between two of them up, one bit above a power too', () => {
  expect(powerOfTwoAtLeast(0.3)).toBe(0.5);
  expect(powerOfTwoAtLeast(1 + 2 ** -52)).toBe(2);
  expect(powerOfTwoAtLeast(1 - 2 ** -53)).toBe(1);
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
      const power = powerOfTwoAtLeast(x);
      expect(power).toBeGreaterThanOrEqual(x);
      expect(power / 2).toBeLessThan(x);
      // Only a power of two has no fraction bits.
      expect(new BigUint64Array(Float64Array.of(power).buffer)[0] & 0xfffffffffffffn).toBe(0n);
    }),
  );
});

it('leaves what has none as it is', () => {
  expect([0, Number.POSITIVE_INFINITY, Number.NaN].map(powerOfTwoAtLeast)).toEqual([
    0,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]);
});
