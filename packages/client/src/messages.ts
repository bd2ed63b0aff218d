// Request and response payloads: 3 and 4 of docs/wire-format.md.

import { Decoder, Encoder } from '@msgpack/msgpack';
import { type CryptoParameters, ciphertextBytes } from '@tacit/circuit/spec';
import { ClientError } from './errors.js';
import type { SeededCiphertexts } from './seeded-encryption.js';

/** Payload of a request for `samples` rows. */
export function encodeRequest(samples: number, { seeds, bodies }: SeededCiphertexts): Uint8Array {
  return new Encoder().encode({ samples, seeds, bodies });
}

/**
 * The ciphertext words of a response, [samples · outputs · (k·N + 1)], as a view of the payload.
 *
 * @throws ClientError `RESPONSE_INVALID`.
 */
export function decodeResponse(
  payload: Uint8Array,
  parameters: CryptoParameters,
  outputs: number,
): Uint8Array {
  const { samples, ciphertexts } = decodeFields(payload);
  if (typeof samples !== 'number' || !Number.isSafeInteger(samples) || samples < 1) {
    throw malformed('it has no count of samples of at least 1');
  }
  if (!(ciphertexts instanceof Uint8Array)) throw malformed('it has no ciphertexts');
  const oneBytes = ciphertextBytes(parameters);
  if (ciphertexts.length !== samples * outputs * oneBytes) {
    const got = Number((ciphertexts.length / oneBytes / samples).toFixed(3));
    throw new ClientError('RESPONSE_INVALID', `The response has ${got} outputs per sample, not ${outputs}.`, {
      got: ciphertexts.length,
      expected: samples * outputs * oneBytes,
      hint: 'Server circuit and client spec must come from one and the same compile.',
    });
  }
  return ciphertexts;
}

function decodeFields(payload: Uint8Array): { readonly samples?: unknown; readonly ciphertexts?: unknown } {
  let fields: unknown;
  try {
    // No response holds arrays, extensions or long texts: a claim of billions of them is refused, not allocated.
    fields = new Decoder({ maxArrayLength: 0, maxExtLength: 0, maxMapLength: 16, maxStrLength: 64 }).decode(
      payload,
    );
  } catch (cause) {
    throw malformed('it is no MessagePack map of the response format', cause);
  }
  if (typeof fields !== 'object' || fields === null) throw malformed('it is no MessagePack map');
  return fields;
}

function malformed(reason: string, cause?: unknown): ClientError {
  return new ClientError('RESPONSE_INVALID', `The response is malformed: ${reason}.`, {
    expected: '{ samples, ciphertexts }',
    hint: 'Ask the server again; if it persists, server and client are of different releases.',
    cause,
  });
}
