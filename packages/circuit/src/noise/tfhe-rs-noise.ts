// The noise model of tfhe-rs 1.x for classic keys: binary secrets, Gaussian noise, key switch, then programmable
// bootstrap. It reproduces the failure probabilities that tfhe-rs publishes to three decimals of log2, and its parameter
// sets under a search by its cost model.

import type { Decomposition, GlweShape, NoiseModel } from './noise-model.js';
import { type SecurityLevel, secureNoise } from './security.js';

const q = 2 ** 64;
/** log2 q less the 53 bits of a double's mantissa: what the Fourier transform loses. */
const lostBits = 11;

/**
 * How a small ciphertext is rounded to 2N positions: 'centered' adds half the sum of the mask's rounding errors to the
 * body first, which halves the variance for no more than an addition. The engine does it; the other is tfhe-rs's older.
 */
export type ModulusSwitch = 'standard' | 'centered';

/** tfhe-rs's model on one of the curves. */
export function tfheRsNoise(
  security: SecurityLevel = 132,
  modulusSwitch: ModulusSwitch = 'centered',
): NoiseModel {
  return {
    secureNoise: (dimension) => secureNoise(dimension, security),
    blindRotation: (shape, decomposition) =>
      blindRotationVariance(
        shape,
        decomposition,
        secureNoise(shape.glweDimension * shape.polynomialSize, security),
      ),
    keySwitch: (lweDimension, decomposition) =>
      keySwitchVariancePerBit(decomposition, secureNoise(lweDimension, security)),
    modulusSwitch: (lweDimension, polynomialSize) =>
      roundingVariance(lweDimension, polynomialSize, modulusSwitch),
  };
}

/** Per bit of the small key. */
export function blindRotationVariance(
  { glweDimension: k, polynomialSize: N }: GlweShape,
  { baseLog, level: l }: Decomposition,
  glweNoise: number,
): number {
  const base = 2 ** baseLog;
  const fourier =
    0.00705 *
    2 ** (2 * lostBits) *
    (base / q) ** 2 *
    l ** 1.01827 *
    k ** 1.22003 *
    N ** 2.22003 *
    (k + 1) ** 1.01827;
  const external = l * N * glweNoise ** 2 * (base ** 2 / 12 + 1 / 6) * (k + 1);
  const rounding = base ** (-2 * l) / 24;
  return fourier + external - 1 / (24 * q * q) + 0.5 * k * N * (1 / (48 * q * q) + rounding) + rounding;
}

/** Per bit of the large key. */
export function keySwitchVariancePerBit({ baseLog, level }: Decomposition, lweNoise: number): number {
  const base = 2 ** baseLog;
  return level * lweNoise ** 2 * (base ** 2 / 12 + 1 / 6) + 1 / (48 * q * q) + base ** (-2 * level) / 24;
}

/** Of rounding n mask words and a body to 2N positions. */
export function roundingVariance(n: number, polynomialSize: number, modulusSwitch: ModulusSwitch): number {
  const positions = 2 * polynomialSize;
  if (modulusSwitch === 'centered') return n * (1 / (24 * q * q) + 1 / (48 * positions ** 2));
  return n * (1 / (48 * q * q) + 1 / (24 * positions ** 2)) - 1 / (12 * q * q) + 1 / (12 * positions ** 2);
}
