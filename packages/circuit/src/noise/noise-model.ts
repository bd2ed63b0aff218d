// What a parameter search must know of noise: variances of the three operations between two linear layers, each as a
// function of the quantities that the search varies. Two models fill it: tfhe-rs's, which circuits are compiled with, and
// Concrete's. All variances are in turns² of the torus.

/** Gadget decomposition: base 2^baseLog, `level` digits. */
export interface Decomposition {
  readonly baseLog: number;
  readonly level: number;
}

/** Shape of a GLWE key: k polynomials of N coefficients. */
export interface GlweShape {
  /** k. */
  readonly glweDimension: number;
  /** N, a power of two. */
  readonly polynomialSize: number;
}

/** A noise model on one security curve. */
export interface NoiseModel {
  /** Standard deviation of the smallest secure noise at an LWE dimension. */
  secureNoise(dimension: number): number;
  /** Variance that a bootstrap's output gains per bit of the small key; n times this is the output's. */
  blindRotation(shape: GlweShape, decomposition: Decomposition): number;
  /** Variance that the switch to a small key of dimension `lweDimension` adds per bit of the large key. */
  keySwitch(lweDimension: number, decomposition: Decomposition): number;
  /** Variance that rounding to 2N positions adds. */
  modulusSwitch(lweDimension: number, polynomialSize: number): number;
}
