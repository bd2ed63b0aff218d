// The client key: made for a circuit's parameters, read back only if it has exactly these, and the evaluation key that
// follows from it. Payloads 5 and 2 of docs/wire-format.md.

import { type CryptoParameters, largeLweDimension } from '@tacit/circuit/spec';
import { ClientError } from './errors.js';
import { callTfhe, type TfheModule, type TfheObject } from './tfhe-module.js';

/**
 * tfhe-rs decrypts to `round(phase / Δ)` with Δ = 2⁶³ / messageModulus. The largest modulus it works with makes Δ = 2:
 * the raw phase but for its last bit, which noise of 2¹⁵ and more drowns anyway.
 */
export const messageModulus = 2n ** 62n;
export const carryModulus = 1n;

// Bookkeeping of tfhe-rs that nothing here reads: this client adds no ciphertexts, and the failure probability is the
// compiler's matter.
const maxNoiseLevel = 1n;
const log2FailureProbability = -40;
const ciphertextModulusLog2 = 64;

/** A new client key in WASM memory, drawn by the module's own generator. The caller frees it. */
export function newClientKey(tfhe: TfheModule, parameters: CryptoParameters): TfheObject {
  const { Shortint, ShortintEncryptionKeyChoice } = tfhe;
  const lweNoise = Shortint.new_gaussian_from_std_dev(parameters.lweNoise);
  const glweNoise = Shortint.new_gaussian_from_std_dev(parameters.glweNoise);
  const shortintParameters = Shortint.new_parameters(
    parameters.lweDimension,
    parameters.glweDimension,
    parameters.polynomialSize,
    lweNoise,
    glweNoise,
    parameters.pbsBaseLog,
    parameters.pbsLevel,
    parameters.ksBaseLog,
    parameters.ksLevel,
    messageModulus,
    carryModulus,
    maxNoiseLevel,
    log2FailureProbability,
    ciphertextModulusLog2,
    ShortintEncryptionKeyChoice.Big,
  );
  const key = Shortint.new_client_key(shortintParameters);
  for (const object of [lweNoise, glweNoise, shortintParameters]) object.free();
  return key;
}

/** Payload of a new secret key. */
export function newClientKeyBytes(tfhe: TfheModule, parameters: CryptoParameters): Uint8Array {
  return callTfhe('Key generation', () => {
    const key = newClientKey(tfhe, parameters);
    const bytes = tfhe.Shortint.serialize_client_key(key);
    key.free();
    return bytes;
  });
}

/**
 * Reads the payload of a secret key into WASM memory. Nothing reaches the WASM parser, which would believe any length,
 * unless all but the secret bits equals a key that this module just made for the same parameters.
 *
 * @throws ClientError `KEY_INVALID`.
 */
export function readClientKey(
  tfhe: TfheModule,
  parameters: CryptoParameters,
  payload: Uint8Array,
): TfheObject {
  const template = newClientKeyBytes(tfhe, parameters);
  const secrets = secretRanges(parameters);
  const isSame = (byte: number, i: number) =>
    byte === template[i] || secrets.some(([start, end]) => i >= start && i < end);
  if (payload.length !== template.length || !payload.every(isSame)) {
    throw new ClientError(
      'KEY_INVALID',
      'This secret key was made for other parameters or by another TFHE version.',
      {
        got: `${payload.length} bytes`,
        expected: `${template.length} bytes with the parameters of the client spec`,
        hint: 'Make keys again with this client.',
      },
    );
  }
  return callTfhe('Reading the secret key', () => tfhe.Shortint.deserialize_client_key(payload));
}

/**
 * Payload of the evaluation key of a client key. Takes seconds, without a pause.
 */
export function deriveEvaluationKeyBytes(tfhe: TfheModule, clientKey: TfheObject): Uint8Array {
  return callTfhe('Making the evaluation key', () => {
    const serverKey = tfhe.Shortint.new_compressed_server_key(clientKey);
    const bytes = tfhe.Shortint.serialize_compressed_server_key(serverKey);
    serverKey.free();
    return bytes;
  });
}

/** Where the bits of the two secrets lie: u32 tag, u64 k·N, k·N words, u64 N, u64 n, n words, parameters. */
function secretRanges(parameters: CryptoParameters): readonly (readonly [number, number])[] {
  const large = 4 + 8;
  const largeEnd = large + 8 * largeLweDimension(parameters);
  const small = largeEnd + 8 + 8;
  return [
    [large, largeEnd],
    [small, small + 8 * parameters.lweDimension],
  ];
}
