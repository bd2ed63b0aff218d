// What the server evaluates, as plain data, and its encoding `server.bin` (docs/wire-format.md, payload 1).

import { Decoder, Encoder } from '@msgpack/msgpack';
import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';
import type { CryptoParameters } from './crypto-parameters.js';
import { hashPayload, openEnvelope, sealEnvelope } from './envelope.js';

/** One matrix of a layer: it reads an edge and adds to the layer's rows. */
export interface CircuitTerm {
  /** 0 for the inputs, l for what the tables of layer l emit. */
  readonly edge: number;
  readonly columns: number;
  /** [rows, columns], row by row. */
  readonly weights: Int32Array;
  /** [rows], each multiplies its whole row. */
  readonly gains: Uint32Array;
}

/** Rows of weighted sums, each followed by a bootstrap with its own table, save in the last layer. */
export interface ServerLayer {
  readonly rows: number;
  readonly terms: readonly CircuitTerm[];
  /** [rows], torus units of 2⁻⁶⁴ turns. */
  readonly offsets: BigUint64Array;
  /** [rows, boxes], torus units; empty in the last layer. */
  readonly tables: BigUint64Array;
  /** Entries of each table, a power of two up to N; 0 in the last layer. */
  readonly boxes: number;
}

/** The whole server side of a circuit. */
export interface ServerCircuit {
  readonly parameters: CryptoParameters;
  /** Number of input ciphertexts. */
  readonly inputs: number;
  readonly layers: readonly ServerLayer[];
}

/** Encodes a circuit as `server.bin`; equal circuits give equal bytes, hence equal hashes. */
export function encodeServerCircuit(circuit: ServerCircuit): {
  readonly bytes: Uint8Array;
  readonly hash: string;
} {
  const payload = new Encoder().encode({
    // Named one by one: the encoder writes keys in this order, and the hash depends on it.
    parameters: {
      lweDimension: circuit.parameters.lweDimension,
      glweDimension: circuit.parameters.glweDimension,
      polynomialSize: circuit.parameters.polynomialSize,
      lweNoise: circuit.parameters.lweNoise,
      glweNoise: circuit.parameters.glweNoise,
      pbsBaseLog: circuit.parameters.pbsBaseLog,
      pbsLevel: circuit.parameters.pbsLevel,
      ksBaseLog: circuit.parameters.ksBaseLog,
      ksLevel: circuit.parameters.ksLevel,
    },
    inputs: circuit.inputs,
    layers: circuit.layers.map((layer) => ({
      rows: layer.rows,
      terms: layer.terms.map((term) => ({
        edge: term.edge,
        columns: term.columns,
        weights: littleEndian(term.weights),
        gains: littleEndian(term.gains),
      })),
      offsets: littleEndian(layer.offsets),
      tables: littleEndian(layer.tables),
      boxes: layer.boxes,
    })),
  });
  const hash = hashPayload(payload);
  return { bytes: sealEnvelope('serverCircuit', hash, payload), hash };
}

const natural = z.int().check(z.nonnegative());
const bin = z.instanceof(Uint8Array);
const schema = z.object({
  parameters: z.object({
    lweDimension: natural,
    glweDimension: natural,
    polynomialSize: natural,
    lweNoise: z.number(),
    glweNoise: z.number(),
    pbsBaseLog: natural,
    pbsLevel: natural,
    ksBaseLog: natural,
    ksLevel: natural,
  }),
  inputs: natural,
  layers: z.array(
    z.object({
      rows: natural,
      terms: z.array(z.object({ edge: natural, columns: natural, weights: bin, gains: bin })),
      offsets: bin,
      tables: bin,
      boxes: natural,
    }),
  ),
});

/**
 * Reads `server.bin`.
 *
 * @throws CircuitError of {@link openEnvelope}, or `SPEC_INVALID` when the payload is no circuit.
 */
export function decodeServerCircuit(bytes: Uint8Array): ServerCircuit & { readonly hash: string } {
  const { payload, circuitHash } = openEnvelope(bytes, { kind: 'serverCircuit' });
  let fields: unknown;
  try {
    fields = new Decoder().decode(payload);
  } catch (cause) {
    throw new CircuitError('SPEC_INVALID', 'The server circuit is no MessagePack document.', { cause });
  }
  const result = schema.safeParse(fields);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new CircuitError(
      'SPEC_INVALID',
      `The server circuit is malformed: ${issue?.path.join('.')}: ${issue?.message}.`,
    );
  }
  const { parameters, inputs, layers } = result.data;
  return {
    parameters,
    inputs,
    hash: circuitHash,
    layers: layers.map((layer) => ({
      rows: layer.rows,
      boxes: layer.boxes,
      terms: layer.terms.map((term) => ({
        edge: term.edge,
        columns: term.columns,
        weights: new Int32Array(words(term.weights, 4, layer.rows * term.columns)),
        gains: new Uint32Array(words(term.gains, 4, layer.rows)),
      })),
      offsets: new BigUint64Array(words(layer.offsets, 8, layer.rows)),
      tables: new BigUint64Array(words(layer.tables, 8, layer.rows * layer.boxes)),
    })),
  };
}

// Every platform that Node and browsers run on is little-endian, so the words are copied as they lie.
function littleEndian(words: Int32Array | Uint32Array | BigUint64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function words(bytes: Uint8Array, wordBytes: number, count: number): ArrayBuffer {
  if (bytes.length !== wordBytes * count) {
    throw new CircuitError(
      'SPEC_INVALID',
      `An array of the server circuit has ${bytes.length} bytes, not ${wordBytes * count}.`,
      {
        got: bytes.length,
        expected: wordBytes * count,
      },
    );
  }
  return bytes.slice().buffer; // A copy: the payload's arrays are not aligned to words.
}
