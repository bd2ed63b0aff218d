// A short name for a parameter set.

import type { CryptoParameters } from '../spec/crypto-parameters.js';

/** For reports, for example `n844-k2-N1024-pbs23x1-ks3x5`. */
export function parameterSetName(parameters: CryptoParameters): string {
  const { lweDimension, glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } =
    parameters;
  return `n${lweDimension}-k${glweDimension}-N${polynomialSize}-pbs${pbsBaseLog}x${pbsLevel}-ks${ksBaseLog}x${ksLevel}`;
}
