// Request and response payloads: 3 and 4 of docs/wire-format.md.

import { Decoder, Encoder } from '@msgpack/msgpack';
import { type ClientSpec, largeLweDimension, packedWordBytes, unpackWords } from '@tacit/circuit/spec';
import { ClientError } from './errors.js';
import type { SeededCiphertexts } from './seeded-encryption.js';

/** Payload of a request for `samples` rows. */
export function encodeRequest(samples: number, { seeds, bodies }: SeededCiphertexts): Uint8Array {
  return new Encoder().encode({ samples, seeds, bodies });
}

/**
 * The ciphertext words of a response, [samples · outputs · (k·N + 1)] of 8 bytes; bits that did not travel are 0.
 *
 * @throws ClientError `RESPONSE_INVALID`.
 */
export function decodeResponse(
  payload: Uint8Array,
  { parameters, outputs, responseBits }: Pick<ClientSpec, 'parameters' | 'outputs' | 'responseBits'>,
): Uint8Array {
  const { samples, bits = 64, ciphertexts } = decodeFields(payload);
  if (typeof samples !== 'number' || !Number.isSafeInteger(samples) || samples < 1) {
    throw malformed('it has no count of samples of at least 1');
  }
  if (!(ciphertexts instanceof Uint8Array)) throw malformed('it has no ciphertexts');
  if (bits !== responseBits) {
    throw new ClientError(
      'RESPONSE_INVALID',
      'The words of the response are not as long as they should be.',
      {
        got: `${bits} bits`,
        expected: `${responseBits} bits`,
        hint: differentCompiles,
      },
    );
  }
  const words = outputs.length * (largeLweDimension(parameters) + 1);
  const expected = packedWordBytes(samples * words, responseBits);
  if (ciphertexts.length !== expected) {
    const got = Number(((outputs.length * ciphertexts.length) / expected).toFixed(3));
    throw new ClientError(
      'RESPONSE_INVALID',
      `The response has ${got} outputs per sample, not ${outputs.length}.`,
      { got: ciphertexts.length, expected, hint: differentCompiles },
    );
  }
  return unpackWords(ciphertexts, samples * words, responseBits);
}

const differentCompiles = 'Server circuit and client spec must come from one and the same compile.';

function decodeFields(payload: Uint8Array): {
  readonly samples?: unknown;
  readonly bits?: unknown;
  readonly ciphertexts?: unknown;
} {
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
    expected: '{ samples, bits, ciphertexts }',
    hint: 'Ask the server again; if it persists, server and client are of different releases.',
    cause,
  });
}
