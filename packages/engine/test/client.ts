// The client's side for the tests of the engine: keys, encryption and decryption with node-tfhe, and the artefacts of
// docs/wire-format.md. Not Tacit's client: the engine is tested against the formats, not against another package.

import { decode, encode } from '@msgpack/msgpack';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CryptoParameters } from '@tacit/circuit/spec';
import type { ShortintClientKey } from 'node-tfhe';
import tfhe from 'node-tfhe';

const { Shortint, ShortintEncryptionKeyChoice } = tfhe;

/** Standard deviation on the 132-bit curve at a dimension. */
function curve(dimension: number): number {
  return Math.sqrt(2 ** (4 - 128) + 2 ** (5.31469187675068 - 0.0497829131652661 * dimension));
}

/** 128 bits of security. */
export const parameters: CryptoParameters = {
  lweDimension: 844,
  glweDimension: 2,
  polynomialSize: 1024,
  lweNoise: curve(844),
  glweNoise: curve(2048),
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 3,
  ksLevel: 5,
};

export const kinds = { serverCircuit: 1, evaluationKey: 2, request: 3, response: 4 } as const;

export function seal(kind: number, circuitHash: Uint8Array, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(80 + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('TACT'));
  view.setUint16(4, 1, true);
  view.setUint16(6, kind, true);
  bytes.set(circuitHash, 8);
  view.setBigUint64(40, BigInt(payload.length), true);
  bytes.set(payload, 80);
  bytes.set(sha256.create().update(bytes.subarray(0, 48)).update(payload).digest(), 48);
  return bytes;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Bytes of a typed array, little-endian as every machine that Node runs on. */
export function pack(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export interface TermSpec {
  edge: number;
  columns: number;
  weights: Uint8Array;
  gains: Uint8Array;
}

export interface LayerSpec {
  rows: number;
  terms: TermSpec[];
  offsets: Uint8Array;
  tables: Uint8Array;
  boxes: number;
}

export interface CircuitSpec {
  parameters: CryptoParameters;
  inputs: number;
  layers: LayerSpec[];
}

export function term(edge: number, rows: number, weights: number[], gains = Array(rows).fill(1)): TermSpec {
  return {
    edge,
    columns: weights.length / rows,
    weights: pack(Int32Array.from(weights)),
    gains: pack(Uint32Array.from(gains)),
  };
}

export function layer(terms: TermSpec[], offsets: bigint[], boxes = 0, tables: bigint[] = []): LayerSpec {
  return {
    rows: offsets.length,
    terms,
    offsets: pack(BigUint64Array.from(offsets)),
    tables: pack(BigUint64Array.from(tables)),
    boxes,
  };
}

export function sealCircuit(spec: CircuitSpec): { bytes: Uint8Array; hash: Uint8Array } {
  const payload = encode(spec);
  return { bytes: sealCircuitPayload(payload), hash: sha256(payload) };
}

export function sealCircuitPayload(payload: Uint8Array): Uint8Array {
  return seal(kinds.serverCircuit, sha256(payload), payload);
}

function shortintParameters() {
  const { lweDimension, glweDimension, polynomialSize, lweNoise, glweNoise } = parameters;
  const { pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } = parameters;
  return Shortint.new_parameters(
    lweDimension,
    glweDimension,
    polynomialSize,
    Shortint.new_gaussian_from_std_dev(lweNoise),
    Shortint.new_gaussian_from_std_dev(glweNoise),
    pbsBaseLog,
    pbsLevel,
    ksBaseLog,
    ksLevel,
    2n ** 62n,
    1n,
    1n,
    -40,
    64,
    ShortintEncryptionKeyChoice.Big,
  );
}

/** The client key that the WASM package makes of a seed. */
export function seededClientKey(high: bigint, low: bigint): Uint8Array {
  const key = Shortint.new_client_key_from_seed_and_parameters(high, low, shortintParameters());
  return Shortint.serialize_client_key(key);
}

export class Client {
  readonly #key: ShortintClientKey;

  /** @param clientKey - bytes of a key; a new one is made without. */
  constructor(clientKey?: Uint8Array) {
    this.#key = clientKey
      ? Shortint.deserialize_client_key(clientKey)
      : Shortint.new_client_key(shortintParameters());
  }

  /** The payload of an evaluation key; about ten seconds. */
  evaluationKey(): Uint8Array {
    return Shortint.serialize_compressed_server_key(Shortint.new_compressed_server_key(this.#key));
  }

  /** A request for phases of 2⁶⁴, sample-major. */
  request(circuitHash: Uint8Array, samples: number, phases: bigint[]): Uint8Array {
    const seeds = new Uint8Array(16 * phases.length);
    const bodies = new BigUint64Array(phases.length);
    phases.forEach((phase, index) => {
      const zero = Shortint.serialize_compressed_ciphertext(Shortint.encrypt_compressed(this.#key, 0n));
      // Body, 8 bytes of size, 4 of seed kind, then the seed: tfhe-rs's layout of a compressed ciphertext.
      seeds.set(zero.subarray(20, 36), 16 * index);
      bodies[index] = new DataView(zero.buffer, zero.byteOffset).getBigUint64(0, true) + phase;
    });
    return seal(kinds.request, circuitHash, encode({ samples, seeds, bodies: pack(bodies) }));
  }

  /** Phases in a response. */
  decrypt(response: Uint8Array): bigint[] {
    const { samples, ciphertexts } = decode(response.subarray(80)) as {
      samples: number;
      ciphertexts: Uint8Array;
    };
    const size = 8 * (parameters.glweDimension * parameters.polynomialSize + 1);
    const count = ciphertexts.length / size;
    if (!Number.isInteger(count / samples)) throw new Error(`${count} ciphertexts of ${samples} samples`);
    return Array.from({ length: count }, (_, index) =>
      this.#decryptOne(ciphertexts.subarray(index * size, (index + 1) * size)),
    );
  }

  #decryptOne(words: Uint8Array): bigint {
    const bytes = new Uint8Array(8 + words.length + 72 - 8);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(words.length / 8), true);
    bytes.set(words, 8);
    const trailer = 8 + words.length;
    view.setBigUint64(trailer + 16, 64n, true);
    // One bit more than the key's modulus: then the padding bit is read too, and half the phase comes back.
    view.setBigUint64(trailer + 40, 2n ** 63n, true);
    view.setBigUint64(trailer + 48, 1n, true);
    return Shortint.decrypt(this.#key, Shortint.deserialize_ciphertext(bytes)) * 2n;
  }
}
