// Rules that the values of several transformers' parameters have to keep.

import type { ValueRule } from '../parameter-values.js';

export const isBoolean: ValueRule = {
  expected: 'true or false',
  isValid: (value) => typeof value === 'boolean',
};

/** One of some names. */
export function isOneOf(...names: readonly string[]): ValueRule {
  return {
    expected: names.map((name) => `'${name}'`).join(' or '),
    isValid: (value) => (names as readonly unknown[]).includes(value),
  };
}

/** Two numbers, the first one below the second, both within limits. */
export function isInterval(low: number, high: number): ValueRule {
  return {
    expected: `[low, high], low below high${Number.isFinite(low) ? `, both from ${low} to ${high}` : ''}`,
    isValid: (value) =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every((limit) => typeof limit === 'number' && Number.isFinite(limit)) &&
      low <= value[0] &&
      value[0] < value[1] &&
      value[1] <= high,
  };
}
