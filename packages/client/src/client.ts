// The client of one circuit: makes keys, encrypts rows, decrypts results. Holds no secret of its own; every call takes
// the secret key, and the server gets only what carries no trace of it.

import {
  type Cell,
  CircuitError,
  type ClientSpec,
  checkParameters,
  decodeOutputs,
  type EnvelopeKind,
  largeLweDimension,
  openEnvelope,
  type Prediction,
  prepareRows,
  type QuantizedRows,
  sealEnvelope,
} from '@tacit/circuit/spec';
import { deriveEvaluationKeyBytes, newClientKeyBytes, readClientKey } from './client-key.js';
import { decodeResponse, encodeRequest } from './messages.js';
import { decryptPhases } from './phase-decryption.js';
import { encryptLevels } from './seeded-encryption.js';
import type { TfheModule, TfheObject } from './tfhe-module.js';

/** The keys of one client for one circuit, both in envelopes that name the circuit. */
export interface KeyPair {
  /** Decrypts everything. Never leaves the client. */
  readonly secretKey: Uint8Array;
  /** What the server computes with; tens of megabytes, sent once. */
  readonly evaluationKey: Uint8Array;
}

/** Something a user should know although nothing failed. */
export interface ClientWarning {
  readonly code: 'FAR_OUTSIDE_TRAINING_RANGE';
  readonly message: string;
  /** Rows concerned. */
  readonly rows: number;
}

/**
 * Makes an evaluation key elsewhere than on the calling thread, such as in a worker.
 *
 * @param clientKey - payload of the secret key: bytes for `Shortint.deserialize_client_key`. Secret.
 * @returns bytes of `Shortint.serialize_compressed_server_key`; rejects with `signal.reason` when aborted.
 */
export type EvaluationKeyMaker = (
  clientKey: Uint8Array,
  signal: AbortSignal | undefined,
) => Promise<Uint8Array>;

export interface ClientOptions {
  /** Called in place of `console.warn`. */
  readonly onWarning?: (warning: ClientWarning) => void;
  /** Left out, evaluation keys are made on the calling thread, which blocks it for seconds. */
  readonly makeEvaluationKey?: EvaluationKeyMaker;
}

export interface KeyGenerationOptions {
  /** Aborts key generation, which then rejects with `signal.reason`. On the calling thread only before it starts. */
  readonly signal?: AbortSignal;
}

/** A key that lies in WASM memory, and a copy of the payload that it was read from. */
interface LoadedKey {
  readonly payload: Uint8Array;
  readonly key: TfheObject;
}

/**
 * Keys, encryption and decryption for one circuit.
 *
 * @example
 * const client = new Client(parseClientSpec(json), tfhe);
 * const { secretKey, evaluationKey } = await client.generateKeys();
 * const request = client.encrypt([[5.1, 3.5, 1.4, 0.2]], secretKey);
 * const { predictions } = client.decrypt(response, secretKey);
 */
export class Client {
  readonly spec: ClientSpec;
  readonly #tfhe: TfheModule;
  readonly #options: ClientOptions;
  // Weak: the copy in WASM memory is freed by the module's finalizer once the caller drops the key's bytes.
  readonly #loadedKeys = new WeakMap<Uint8Array, LoadedKey>();

  /**
   * @param spec - as `parseClientSpec` gives it; it decides how strong the encryption is, so take it from whom you trust.
   * @param tfhe - module `node-tfhe` 1.7.0, or `tfhe` 1.6.1 after its `init`.
   * @throws CircuitError `PARAMETERS_INSECURE` below 128 bits of security, `SPEC_INVALID` for parameters out of range.
   */
  constructor(spec: ClientSpec, tfhe: TfheModule, options: ClientOptions = {}) {
    checkParameters(spec.parameters);
    this.spec = spec;
    this.#tfhe = tfhe;
    this.#options = options;
  }

  /** New secret key and its evaluation key. Takes seconds: about 6 at N = 2048, four times as much at N = 8192. */
  async generateKeys(options: KeyGenerationOptions = {}): Promise<KeyPair> {
    options.signal?.throwIfAborted();
    const secretKey = this.generateSecretKey();
    return { secretKey, evaluationKey: await this.deriveEvaluationKey(secretKey, options) };
  }

  /** New secret key alone, in milliseconds. Enough to encrypt; the server needs the evaluation key too. */
  generateSecretKey(): Uint8Array {
    return this.#seal('clientKey', newClientKeyBytes(this.#tfhe, this.spec.parameters));
  }

  /**
   * A new evaluation key of a secret key, such as for a server that lost the last one. Any of them works.
   *
   * @throws CircuitError or ClientError when the secret key cannot be used (see {@link encrypt}).
   */
  async deriveEvaluationKey(secretKey: Uint8Array, options: KeyGenerationOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const { payload, key } = this.#load(secretKey);
    const { makeEvaluationKey } = this.#options;
    const made =
      makeEvaluationKey === undefined
        ? deriveEvaluationKeyBytes(this.#tfhe, key)
        : await makeEvaluationKey(payload.slice(), options.signal);
    return this.#seal('evaluationKey', made);
  }

  /**
   * Integers of raw rows, after the spec's steps, and the number of rows far outside the training range, without
   * encrypting or warning.
   *
   * @throws CircuitError `FEATURE_COUNT` or `INPUT_INVALID`.
   */
  quantize(rows: ArrayLike<ArrayLike<Cell>>): QuantizedRows {
    return prepareRows(this.spec, rows);
  }

  /**
   * A request for the server, about 24 bytes a feature. Takes about half a millisecond a feature at k·N = 2048.
   *
   * Warns of rows with a feature outside its training range by more than half of that range: they are clamped.
   *
   * @param rows - [nRows, nColumns] raw values, as the compiled pipeline takes them: text and missing ones where it does.
   * @throws CircuitError `FEATURE_COUNT` or `INPUT_INVALID` for rows, `ENVELOPE_…` for a damaged or foreign key,
   *   `CIRCUIT_MISMATCH` for the key of another circuit; ClientError `KEY_INVALID` or `TFHE_FAILED`.
   */
  encrypt(rows: ArrayLike<ArrayLike<Cell>>, secretKey: Uint8Array): Uint8Array {
    const { levels, farOutside } = this.quantize(rows);
    const { key } = this.#load(secretKey);
    if (farOutside > 0) this.#warnFarOutside(farOutside, rows.length);
    const { parameters, inputs } = this.spec;
    const ciphertexts = encryptLevels(this.#tfhe, key, levels, {
      scaleLog2: inputs.scaleLog2,
      lweDimension: largeLweDimension(parameters),
    });
    return this.#seal('request', encodeRequest(rows.length, ciphertexts));
  }

  /**
   * Predictions of a response: `kind` 'classification' with probabilities and logits, or 'regression'.
   *
   * Give them to nobody who could have made the response: whoever learns how an altered ciphertext decrypts, learns
   * about the key.
   *
   * @throws CircuitError `ENVELOPE_…` or `CIRCUIT_MISMATCH` for response or key; ClientError `RESPONSE_INVALID`,
   *   `KEY_INVALID` or `TFHE_FAILED`.
   */
  decrypt(response: Uint8Array, secretKey: Uint8Array): Prediction {
    const { circuitHash, parameters } = this.spec;
    const payload = openBytes(response, 'response', circuitHash);
    const ciphertexts = decodeResponse(payload, this.spec);
    const { key } = this.#load(secretKey);
    return decodeOutputs(
      this.spec,
      decryptPhases(this.#tfhe, key, ciphertexts, largeLweDimension(parameters)),
    );
  }

  #load(secretKey: Uint8Array): LoadedKey {
    // Opened every time, although loaded once: the caller may have wiped or changed the bytes since.
    const payload = openBytes(secretKey, 'clientKey', this.spec.circuitHash);
    const loaded = this.#loadedKeys.get(secretKey);
    if (loaded?.payload.every((byte, i) => byte === payload[i])) return loaded;
    const key = readClientKey(this.#tfhe, this.spec.parameters, payload);
    loaded?.key.free();
    const fresh = { payload: payload.slice(), key };
    this.#loadedKeys.set(secretKey, fresh);
    return fresh;
  }

  #seal(kind: EnvelopeKind, payload: Uint8Array): Uint8Array {
    return sealEnvelope(kind, this.spec.circuitHash, payload);
  }

  #warnFarOutside(rows: number, of: number): void {
    const warn = this.#options.onWarning ?? ((warning) => console.warn(warning.message));
    warn({
      code: 'FAR_OUTSIDE_TRAINING_RANGE',
      message: `${rows} of ${of} rows have a feature far outside the range seen in training; it was clamped to that range.`,
      rows,
    });
  }
}

function openBytes(bytes: unknown, kind: EnvelopeKind, circuitHash: string): Uint8Array {
  if (bytes instanceof Uint8Array) return openEnvelope(bytes, { kind, circuitHash }).payload;
  throw new CircuitError('ENVELOPE_INVALID', `The ${kind} is no Uint8Array.`, {
    got: bytes === null ? 'null' : typeof bytes,
    expected: 'Uint8Array',
  });
}
