import { expect } from 'vitest';

/** Compares numbers with a relative tolerance: 1e-5, as float32 runs of another program agree to that. */
export function expectClose(got: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(got).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(
      Math.abs(got[index]! - value),
      `entry ${index}: got ${got[index]}, expected ${value}`,
    ).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(value), 1e-3));
  }
}
