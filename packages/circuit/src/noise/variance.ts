// Variances of the TFHE operations under a parameter set, all in turns² of the torus: the model of tfhe-rs-noise.ts with
// the centered modulus switch, which is what the engine does.

import { type CryptoParameters, largeLweDimension } from '../spec/crypto-parameters.js';
import { blindRotationVariance, keySwitchVariancePerBit, roundingVariance } from './tfhe-rs-noise.js';

/** Variance of a fresh ciphertext under the large key: inputs. */
export function freshVariance(parameters: CryptoParameters): number {
  return parameters.glweNoise ** 2;
}

/** Variance that the key switch from the large to the small key adds. */
export function keySwitchVariance(parameters: CryptoParameters): number {
  const { ksBaseLog: baseLog, ksLevel: level, lweNoise } = parameters;
  return largeLweDimension(parameters) * keySwitchVariancePerBit({ baseLog, level }, lweNoise);
}

/** Variance that rounding a small ciphertext to 2N positions adds, with the centered modulus switch. */
export function modulusSwitchVariance(parameters: CryptoParameters): number {
  return roundingVariance(parameters.lweDimension, parameters.polynomialSize, 'centered');
}

/** Variance of what a bootstrap emits; it does not depend on what went in. */
export function bootstrapVariance(parameters: CryptoParameters): number {
  const { lweDimension, pbsBaseLog: baseLog, pbsLevel: level, glweNoise } = parameters;
  return lweDimension * blindRotationVariance(parameters, { baseLog, level }, glweNoise);
}

/**
 * Standard deviation, in turns, with which a table is read.
 *
 * @param inputVariance - of the accumulator: Σ (gain · weight)² · variance of what it multiplies.
 */
export function readingNoise(parameters: CryptoParameters, inputVariance: number): number {
  return Math.sqrt(inputVariance + keySwitchVariance(parameters) + modulusSwitchVariance(parameters));
}
