// What the server evaluates, as plain data. `server-circuit-format.ts` writes and reads it.

import type { CryptoParameters } from './crypto-parameters.js';
import type { IntegerMatrix } from './integer-matrix.js';

/** One matrix of a layer: it reads an edge and adds to the layer's rows. */
export interface CircuitTerm {
  /** 0 for the inputs, l for what the tables of layer l emit. */
  readonly edge: number;
  readonly weights: IntegerMatrix;
  /** [rows], each multiplies its whole row. */
  readonly gains: Uint32Array;
}

/** Rows of weighted sums, each followed by a bootstrap with its table, save in the last layer. */
export interface ServerLayer {
  readonly rows: number;
  readonly terms: readonly CircuitTerm[];
  /** [rows], torus units of 2⁻⁶⁴ turns. */
  readonly offsets: BigUint64Array;
  /** Entries of each table, a power of two up to N; 0 in the last layer. */
  readonly boxes: number;
  /** [tables, boxes], torus units of 2⁻³² turns; empty in the last layer. */
  readonly tables: Uint32Array;
  /** [rows], the table that each row reads; empty in the last layer. */
  readonly tableOf: Uint32Array;
}

/** The whole server side of a circuit. */
export interface ServerCircuit {
  readonly parameters: CryptoParameters;
  /** Number of input ciphertexts. */
  readonly inputs: number;
  /** Bits of each word of a response that travel back, 1 to 64; the others are below the noise. */
  readonly responseBits: number;
  readonly layers: readonly ServerLayer[];
}
