// The smallest noise that is secure for a key of a given dimension, by the lattice estimator, for binary secrets and
// Gaussian noise. Two curves: 132 bits, 128 with a margin for later estimators, which tfhe-rs 1.x made its Gaussian sets
// with; and 128 bits, which Concrete offers beside it. Nothing below is chosen, and nothing below is accepted.

import { CircuitError } from '../errors.js';
import { type CryptoParameters, largeLweDimension } from '../spec/crypto-parameters.js';

/** Bits of security that parameters can be searched for. */
export type SecurityLevel = 128 | 132;

/** The levels, the stronger first: 132 is the default everywhere. */
export const securityLevels: readonly SecurityLevel[] = [132, 128];

/** log2 σ = slope · dimension + intercept. Source: Concrete's optimizer; its 132-bit curve is also tfhe-rs's. */
export const securityCurves = {
  128: { slope: -0.025696778711484593, intercept: 2.675931372549016 },
  132: { slope: -0.024891456582633045, intercept: 2.65734593837534 },
} as const;

const torusLog2 = 64;

/** How far, relatively, a deviation may lie under the curve: rounding of whoever computed it. The engine has the same. */
const curveTolerance = 1e-6;

/**
 * Standard deviation of the smallest secure noise for LWE dimension `dimension` (for a GLWE key k·N), in turns.
 *
 * σ² = 2^(4 − 2·64) + 2^(2 · (slope · dimension + intercept)): the affine law above a floor of two bits, summed as in
 * tfhe-rs.
 */
export function secureNoise(dimension: number, security: SecurityLevel = 132): number {
  const { slope, intercept } = securityCurves[security];
  const floor = 2 ** (4 - 2 * torusLog2);
  return Math.sqrt(floor + 2 ** (2 * (slope * dimension + intercept)));
}

/** The strongest level whose curve both noises of a set lie on or above; null when they lie below all. */
export function securityOf(parameters: CryptoParameters): SecurityLevel | null {
  const isSecure = (noise: number, dimension: number, level: SecurityLevel) =>
    noise >= secureNoise(dimension, level) * (1 - curveTolerance);
  const { lweNoise, lweDimension, glweNoise } = parameters;
  const found = securityLevels.find(
    (level) =>
      isSecure(lweNoise, lweDimension, level) && isSecure(glweNoise, largeLweDimension(parameters), level),
  );
  return found ?? null;
}

/**
 * Refuses a set below 128 bits.
 *
 * @returns the level the set reaches.
 * @throws CircuitError `PARAMETERS_INSECURE`.
 */
export function requireSecure(parameters: CryptoParameters): SecurityLevel {
  const level = securityOf(parameters);
  if (level !== null) return level;
  const { lweDimension, lweNoise, glweNoise } = parameters;
  const dimension = largeLweDimension(parameters);
  throw new CircuitError(
    'PARAMETERS_INSECURE',
    `Noise ${lweNoise} at dimension ${lweDimension} and ${glweNoise} at dimension ${dimension} are below 128 bits of security.`,
    {
      got: [lweNoise, glweNoise],
      expected: `at least ${secureNoise(lweDimension, 128)} and ${secureNoise(dimension, 128)}`,
      hint: 'Use the client.json and server.bin that compiling wrote.',
    },
  );
}
