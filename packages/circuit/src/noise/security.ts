// The smallest noise that is secure for a key of a given dimension: 132-bit security against the lattice estimator,
// binary secrets, Gaussian noise. The curve is the one that tfhe-rs 1.x made its Gaussian parameter sets with.

const torusLog2 = 64;

/**
 * Standard deviation of the smallest secure noise for LWE dimension `d` (for a GLWE key d = k·N), in turns of the torus.
 *
 * log2 σ² = log2(2^(4 − 2·64) + 2^(5.31469187675068 − 0.0497829131652661·d)): an affine law above a floor of two bits.
 */
export function secureNoise(dimension: number): number {
  const floor = 2 ** (4 - 2 * torusLog2);
  const affine = 2 ** (5.31469187675068 - 0.0497829131652661 * dimension);
  return Math.sqrt(floor + affine);
}
