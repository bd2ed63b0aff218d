import { expect, it } from 'vitest';
import type { CryptoParameters } from '../spec/index.js';
import { tailQuantile, twoSidedTailLog2 } from './normal.js';
import { secureNoise } from './security.js';
import { bootstrapVariance, keySwitchVariance, modulusSwitchVariance, readingNoise } from './variance.js';

// Source: tfhe-rs 1.7.0, sets V1_4 (alias of V1_7) …_GAUSSIAN_2M128, as published in its parameter files:
// [bits p, n, k, N, pbs base log, level, ks base log, level, lwe noise, glwe noise, max norm, log2 failure].
const publishedSets = [
  [1, 747, 6, 256, 17, 1, 4, 3, 1.5944604865450687e-5, 1.9524392655548086e-11, 1, -128.603],
  [2, 837, 4, 512, 23, 1, 5, 3, 3.3747142481837397e-6, 2.845267479601915e-15, 3, -128.186],
  [3, 884, 2, 1024, 23, 1, 5, 3, 1.4999005934396873e-6, 2.845267479601915e-15, 2, -128.607],
  [4, 866, 1, 2048, 23, 1, 3, 5, 2.046151696979124e-6, 2.845267479601915e-15, 5, -128.597],
  [5, 931, 1, 4096, 23, 1, 3, 6, 6.666347503085657e-7, 2.168404344971009e-19, 1, -128.453],
  [5, 930, 1, 4096, 15, 2, 3, 6, 6.782362904013915e-7, 2.168404344971009e-19, 10, -128.639],
  [6, 1006, 1, 8192, 15, 2, 3, 7, 1.8277101294215978e-7, 2.168404344971009e-19, 9, -128.115],
] as const;

it.each(publishedSets)(
  'p = %i, n = %i, k = %i, N = %i fails as often as tfhe-rs publishes',
  (bits, lweDimension, glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel, lweNoise, glweNoise, norm, failureLog2) => {
    const parameters: CryptoParameters = {
      lweDimension,
      glweDimension,
      polynomialSize,
      lweNoise,
      glweNoise,
      pbsBaseLog,
      pbsLevel,
      ksBaseLog,
      ksLevel,
    };
    const sigma = readingNoise(parameters, norm ** 2 * bootstrapVariance(parameters));
    const halfBox = 2 ** -(bits + 2);
    expect(twoSidedTailLog2(halfBox / sigma)).toBeCloseTo(failureLog2, 2);
    expect(secureNoise(lweDimension) / lweNoise).toBeCloseTo(1, 6);
    expect(secureNoise(glweDimension * polynomialSize) / glweNoise).toBeCloseTo(1, 6);
  },
);

it('reads a table of 2,048 entries with a noise of 4.8 entries, of which the modulus switch makes 4.25', () => {
  const parameters: CryptoParameters = {
    lweDimension: 866,
    glweDimension: 1,
    polynomialSize: 2048,
    lweNoise: secureNoise(866),
    glweNoise: secureNoise(2048),
    pbsBaseLog: 23,
    pbsLevel: 1,
    ksBaseLog: 3,
    ksLevel: 5,
  };
  // Monte Carlo with n = 866: 4.25 steps.
  expect(Math.sqrt(modulusSwitchVariance(parameters)) * 4096).toBeCloseTo(4.25, 2);
  expect(Math.sqrt(keySwitchVariance(parameters)) * 4096).toBeCloseTo(2.3, 1);
  expect(readingNoise(parameters, 0) * 4096).toBeCloseTo(4.83, 1);
});

it.each([
  [2 ** -40, 7.1436],
  [2 ** -64, 9.1553],
  [2 ** -128, 13.1086],
  [6.3e-5, 4.0013],
  [0.01, 2.5758],
  [0.1, 1.6449],
])('a two-sided tail of %f begins at z = %f', (probability, z) => {
  expect(tailQuantile(Math.log2(probability))).toBeCloseTo(z, 3);
});
