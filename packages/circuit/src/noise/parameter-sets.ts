// The parameter sets that compiling chooses from, cheapest first. Each was found by minimizing the cost model of
// tfhe-rs under its noise model with the centered modulus switch and the 132-bit curve of security.ts; which of them a
// circuit gets is decided by the noise computed for that circuit.

import { type CryptoParameters, largeLweDimension } from '../spec/index.js';
import { secureNoise } from './security.js';

// [n, k, N, bootstrap base log, bootstrap levels, key switch base log, key switch levels]
const searched = [
  [701, 6, 256, 17, 1, 4, 3],
  [755, 4, 512, 23, 1, 4, 3],
  [838, 4, 512, 23, 1, 5, 3],
  [791, 4, 512, 23, 1, 3, 5],
  [826, 2, 1024, 23, 1, 4, 3],
  [844, 2, 1024, 23, 1, 3, 5],
  [811, 1, 2048, 23, 1, 3, 5],
  [866, 1, 2048, 23, 1, 3, 5],
  [867, 1, 2048, 15, 2, 2, 8],
  [904, 1, 4096, 23, 1, 4, 4],
  [880, 1, 4096, 15, 2, 3, 5],
  [938, 1, 8192, 23, 1, 3, 6],
] as const;

/** Security of every set, in bits: the curve that their noise lies on. */
export const securityBits = 132;

/** The sets to choose from, by rising {@link bootstrapCost}. */
export const parameterSets: readonly CryptoParameters[] = searched
  .map(([lweDimension, glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel]) => ({
    lweDimension,
    glweDimension,
    polynomialSize,
    lweNoise: secureNoise(lweDimension),
    glweNoise: secureNoise(glweDimension * polynomialSize),
    pbsBaseLog,
    pbsLevel,
    ksBaseLog,
    ksLevel,
  }))
  .sort((a, b) => bootstrapCost(a) - bootstrapCost(b));

/** Cost of one key switch and bootstrap in the units of the tfhe-rs and Concrete searches (about operations). */
export function bootstrapCost(parameters: CryptoParameters): number {
  const { lweDimension: n, glweDimension: k, polynomialSize: N, pbsLevel, ksLevel } = parameters;
  const fourier = N * Math.log2(N) + N;
  const multiplexer = (k + 1) * pbsLevel * fourier + (k + 1) * fourier + (k + 1) ** 2 * pbsLevel * N;
  const large = largeLweDimension(parameters);
  const keySwitch = large * ksLevel + large * ksLevel * (n + 1) + (large * ksLevel - 1) * (n + 1) + 1;
  return n * multiplexer + keySwitch;
}

/** A short name for reports, for example `n844-k2-N1024-pbs23x1-ks3x5`. */
export function parameterSetName(parameters: CryptoParameters): string {
  const { lweDimension, glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } =
    parameters;
  return `n${lweDimension}-k${glweDimension}-N${polynomialSize}-pbs${pbsBaseLog}x${pbsLevel}-ks${ksBaseLog}x${ksLevel}`;
}
