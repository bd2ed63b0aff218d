// How many weights of a neuron may be non-zero when its integer accumulator has to stay within a number of bits.

import { ParameterError } from '../errors.js';

/** Widths in bits that {@link maxNonZeros} relates. */
export interface AccumulatorWidths {
  readonly weight: number;
  readonly input: number;
  readonly accumulator: number;
  /** Values that each weight meets: those of the window where a pooling layer adds them up first; default 1. */
  readonly window?: number;
}

/**
 * Most non-zero weights (Ω) a neuron or filter may keep so that its accumulator never leaves `accumulator` bits:
 * ⌊(2^accumulator − 1) / ((2^weight − 1)(2^input − 1)·window)⌋. The same for linear layers, where a neuron has a weight for
 * each input, and for convolutions, where a filter has one for each element under it.
 *
 * @param bits - widths in bits, each 1 to 16. Counts 2ⁿ − 1 as the largest magnitude, which covers signed values too.
 * @returns a whole number of weights, at least 1.
 * @throws ParameterError `OMEGA_ZERO` when a single product already overflows, `BITS_INVALID` outside 1 to 16.
 * @example maxNonZeros({ weight: 2, input: 2, accumulator: 8 }); // 28
 */
export function maxNonZeros({ window = 1, ...bits }: AccumulatorWidths): number {
  for (const [name, width] of Object.entries(bits)) requireBits(`${name} bits`, width, 1, 16);
  const largestProduct = ((1 << bits.weight) - 1) * ((1 << bits.input) - 1) * window;
  const omega = Math.floor(((1 << bits.accumulator) - 1) / largestProduct);
  if (omega >= 1) return omega;
  throw new ParameterError(
    `An accumulator of ${bits.accumulator} bits cannot hold ${window === 1 ? 'one product' : `${window} products`} of a ${bits.weight}-bit weight and a ${bits.input}-bit input.`,
    {
      code: 'OMEGA_ZERO',
      got: bits,
      expected: `accumulator bits of at least ${largestProduct.toString(2).length}`,
      hint: 'Lower nWBits or nABits, or raise nAccumBits.',
    },
  );
}

/** @throws ParameterError `BITS_INVALID` unless `bits` is a whole number from `low` to `high`. */
export function requireBits(name: string, bits: number, low: number, high: number): void {
  if (Number.isInteger(bits) && bits >= low && bits <= high) return;
  throw new ParameterError(`${name} must be a whole number from ${low} to ${high}, got ${bits}.`, {
    code: 'BITS_INVALID',
    got: bits,
    expected: `a whole number from ${low} to ${high}`,
  });
}
