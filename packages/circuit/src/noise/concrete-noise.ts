// The noise model of Concrete's optimizer, for searches that are to be compared with its tables: its formulas for binary
// keys and the standard modulus switch. Source: concrete-optimizer's `noise` and `concrete-security-curves`; its
// published v0 tables are reproduced byte for byte.

import type { Decomposition, GlweShape, NoiseModel } from './noise-model.js';
import { type SecurityLevel, securityCurves } from './security.js';

const q = 2 ** 64;
/** Below this dimension Concrete trusts no curve. */
const leastDimension = 450;
/** Smallest deviation it ever uses: two bits of the 64. */
const leastDeviationLog2 = 2 - 64;
/** log2 of the constant of its Fourier noise, and log2 q − 53 bits of mantissa. */
const fourier = { constantLog2: -2.57722494, lostBits: 11 };

/** Concrete's model on one of its curves. */
export function concreteNoise(security: SecurityLevel): NoiseModel {
  const { slope, intercept } = securityCurves[security];
  const secureNoise = (dimension: number) =>
    dimension < leastDimension ? q : 2 ** Math.max(slope * dimension + intercept, leastDeviationLog2);
  return {
    secureNoise,
    blindRotation({ glweDimension: k, polynomialSize: N }: GlweShape, { baseLog, level }: Decomposition) {
      const base = 2 ** baseLog;
      const large = k * N;
      const external = ((level * (k + 1) * N * (base ** 2 + 2)) / 12) * secureNoise(large) ** 2;
      const closest = (q * q - base ** (2 * level)) / (24 * base ** (2 * level));
      const rounding = closest * (1 + large / 2) + large / 32 + (1 - large) ** 2 / 64;
      const transform =
        2 ** (fourier.constantLog2 + 2 * fourier.lostBits) * level * base ** 2 * N ** 2 * (k + 1);
      return external + rounding / (q * q) + transform / (q * q);
    },
    keySwitch(lweDimension, { baseLog, level }) {
      const base = 2 ** baseLog;
      const closest = (q * q) / (12 * base ** (2 * level)) - 1 / 12;
      return (
        (closest / 2 + 1 / 16) / (q * q) + (level * secureNoise(lweDimension) ** 2 * (base ** 2 + 2)) / 12
      );
    },
    modulusSwitch(n, polynomialSize) {
      return (1 / 12 + n / 24) / (2 * polynomialSize) ** 2 + (n / 48 - 1 / 12) / (q * q);
    },
  };
}
