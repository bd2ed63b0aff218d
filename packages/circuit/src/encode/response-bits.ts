// How many bits of each word of a response travel back: rounding the others off adds noise, which must stay well below the
// noise that is there.

import { type CryptoParameters, largeLweDimension } from '../spec/index.js';

/** Below this, noise of an output does not show: 2⁻¹⁵ of the torus, which holds twice the range of the outputs. */
const invisibleNoise = 2 ** -15;

/** Variance in turns² that rounding every word of a ciphertext to its upper `bits` adds to its phase. */
export function responseVariance(parameters: CryptoParameters, bits: number): number {
  if (bits >= 64) return 0;
  // Half of the key's bits are 1, on average; each word is off by a uniform part of its last bit.
  return ((1 + largeLweDimension(parameters) / 2) * 2 ** (-2 * bits)) / 12;
}

/** Fewest bits whose rounding noise is at most a quarter of the quietest output's, or invisible. */
export function responseBitsFor(parameters: CryptoParameters, outputTurns: Float64Array): number {
  const allowed = Math.max(invisibleNoise, Math.min(...outputTurns) / 4);
  const deviationOfOneBit = Math.sqrt(responseVariance(parameters, 1)) * 2;
  return Math.min(64, Math.max(1, Math.ceil(Math.log2(deviationOfOneBit / allowed))));
}
