// Variances of the TFHE operations under a parameter set, all in turns² of the torus: the noise model of tfhe-rs 1.x
// (it reproduces the failure probabilities that tfhe-rs publishes to three decimals of log2).

import { type CryptoParameters, largeLweDimension } from '../spec/index.js';

const q = 2 ** 64;
/** Bits of a double's mantissa: what the Fourier transform keeps of a 64-bit word. */
const mantissaBits = 53;

/** Variance of a fresh ciphertext under the large key: inputs. */
export function freshVariance(parameters: CryptoParameters): number {
  return parameters.glweNoise ** 2;
}

/** Variance that the key switch from the large to the small key adds. */
export function keySwitchVariance(parameters: CryptoParameters): number {
  const { ksBaseLog, ksLevel, lweNoise } = parameters;
  const dimension = largeLweDimension(parameters);
  const base = 2 ** ksBaseLog;
  const decomposition = 1 / (48 * q * q) + base ** (-2 * ksLevel) / 24;
  return ksLevel * dimension * lweNoise ** 2 * (base ** 2 / 12 + 1 / 6) + dimension * decomposition;
}

/** Variance that rounding a small ciphertext to 2N positions adds, with the centered modulus switch. */
export function modulusSwitchVariance(parameters: CryptoParameters): number {
  const positions = 2 * parameters.polynomialSize;
  return parameters.lweDimension * (1 / (24 * q * q) + 1 / (48 * positions ** 2));
}

/** Variance of what a bootstrap emits; it does not depend on what went in. */
export function bootstrapVariance(parameters: CryptoParameters): number {
  const {
    lweDimension,
    glweDimension: k,
    polynomialSize: N,
    pbsBaseLog,
    pbsLevel: l,
    glweNoise,
  } = parameters;
  const base = 2 ** pbsBaseLog;
  const fourier =
    0.00705 *
    2 ** (2 * (64 - mantissaBits)) *
    (base / q) ** 2 *
    l ** 1.01827 *
    k ** 1.22003 *
    N ** 2.22003 *
    (k + 1) ** 1.01827;
  const external = l * N * glweNoise ** 2 * (base ** 2 / 12 + 1 / 6) * (k + 1);
  const decomposition = base ** (-2 * l) / 24;
  const perKeyBit =
    fourier + external - 1 / (24 * q * q) + 0.5 * k * N * (1 / (48 * q * q) + decomposition) + decomposition;
  return lweDimension * perKeyBit;
}

/**
 * Standard deviation, in turns, with which a table is read.
 *
 * @param inputVariance - of the accumulator: Σ (gain · weight)² · variance of what it multiplies.
 */
export function readingNoise(parameters: CryptoParameters, inputVariance: number): number {
  return Math.sqrt(inputVariance + keySwitchVariance(parameters) + modulusSwitchVariance(parameters));
}
