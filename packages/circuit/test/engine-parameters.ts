// Parameter sets that tests encode and compare with: found by searches of fixed demands, on the 132-bit curve.

import { secureNoise } from '../src/noise/security.js';
import type { CryptoParameters } from '../src/spec/index.js';

// [n, k, N, bootstrap base log, bootstrap levels, key switch base log, key switch levels]
const sets = [
  [701, 6, 256, 17, 1, 4, 3],
  [755, 4, 512, 23, 1, 4, 3],
  [826, 2, 1024, 23, 1, 4, 3],
  [866, 1, 2048, 23, 1, 3, 5],
  [867, 1, 2048, 15, 2, 2, 8],
  [904, 1, 4096, 23, 1, 4, 4],
  [880, 1, 4096, 15, 2, 3, 5],
] as const;

export const engineParameters: readonly CryptoParameters[] = sets.map(
  ([lweDimension, glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel]) => ({
    lweDimension,
    glweDimension,
    polynomialSize,
    lweNoise: secureNoise(lweDimension),
    glweNoise: secureNoise(glweDimension * polynomialSize),
    pbsBaseLog,
    pbsLevel,
    ksBaseLog,
    ksLevel,
  }),
);
