// The parameters of one TFHE key set, and the sizes that follow from them. Plain data that client, compiler and engine
// share.

/** Parameters of a classic key set: key switch to a small LWE key, then programmable bootstrap. Secrets are binary. */
export interface CryptoParameters {
  /** n: dimension of the small LWE key, under which blind rotation reads. */
  readonly lweDimension: number;
  /** k: dimension of the GLWE key. */
  readonly glweDimension: number;
  /** N: size of the polynomials, a power of two. */
  readonly polynomialSize: number;
  /** Standard deviation of fresh noise under the small LWE key, in turns of the torus (0 to 1). */
  readonly lweNoise: number;
  /** Standard deviation of fresh noise under the GLWE key, in turns of the torus. */
  readonly glweNoise: number;
  /** log2 of the bootstrap's decomposition base. */
  readonly pbsBaseLog: number;
  /** Number of levels of the bootstrap's decomposition. */
  readonly pbsLevel: number;
  /** log2 of the key switch's decomposition base. */
  readonly ksBaseLog: number;
  /** Number of levels of the key switch's decomposition. */
  readonly ksLevel: number;
}

/** k·N: dimension of the large LWE key, under which inputs, table outputs and results are encrypted. */
export function largeLweDimension(parameters: CryptoParameters): number {
  return parameters.glweDimension * parameters.polynomialSize;
}

/**
 * Bytes of the seeded evaluation key as it travels: bootstrapping key n·(k+1)·l·N and key-switching key k·N·l words
 * of 8 bytes, without about 330 bytes of envelope and metadata.
 */
export function evaluationKeyBytes(parameters: CryptoParameters): number {
  const { lweDimension, glweDimension, polynomialSize, pbsLevel, ksLevel } = parameters;
  const bootstrap = lweDimension * (glweDimension + 1) * pbsLevel * polynomialSize;
  return 8 * (bootstrap + largeLweDimension(parameters) * ksLevel);
}

/** Bytes of one encrypted input as it travels: 16 of seed and 8 of body. */
export const seededCiphertextBytes = 24;

/** Bytes of one encrypted output as it travels: k·N + 1 words of 8 bytes. */
export function ciphertextBytes(parameters: CryptoParameters): number {
  return 8 * (largeLweDimension(parameters) + 1);
}
