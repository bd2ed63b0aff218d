// Hostile responses: whatever a server sends, decoding gives ciphertexts of the right size or an error with a code.

import { Encoder } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spec } from '../test/support.js';
import { ClientError } from './errors.js';
import { decodeResponse } from './messages.js';

const expectation = { ...spec, responseBits: 12 };
const { glweDimension, polynomialSize } = spec.parameters;
const words = spec.outputs.length * (glweDimension * polynomialSize + 1);
const ciphertexts = Uint8Array.from({ length: Math.ceil((words * 12) / 8) }, (_, i) => (i * 37) % 256);
const response = new Encoder().encode({ samples: 1, bits: 12, ciphertexts });

function decoded(bytes: Uint8Array): Uint8Array | null {
  const before = process.memoryUsage().arrayBuffers;
  try {
    return decodeResponse(bytes, expectation);
  } catch (error) {
    expect(error).toBeInstanceOf(ClientError);
    expect((error as ClientError).code).toBe('RESPONSE_INVALID');
    return null;
  } finally {
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  }
}

it('gives the words that were sent, in their upper bits', () => {
  const got = decoded(response)!;
  expect(got).toHaveLength(8 * words);
  const first = new DataView(got.buffer, got.byteOffset).getBigUint64(0, true);
  expect(first).toBe((BigInt(ciphertexts[0]!) | (BigInt(ciphertexts[1]! & 15) << 8n)) << 52n);
});

it('refuses mutated responses with a code, or gives ciphertexts of the right size', () => {
  let accepted = 0;
  // Half of the changes hit the 30 bytes of fields, where they matter.
  const position = fc.oneof(fc.nat(30), fc.nat(response.length - 1));
  const change = fc.record({
    at: position,
    kind: fc.constantFrom('flip', 'claim', 'cut', 'insert'),
    value: fc.nat(255),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
      let bytes: Uint8Array = response;
      for (const { at, kind, value } of changes) bytes = mutate(bytes, at, kind, value);
      const got = decoded(bytes);
      if (got === null) return;
      accepted++;
      expect(got).toHaveLength(8 * words);
    }),
    { numRuns: 2000, seed: 1 },
  );
  // A changed bit of a ciphertext is another ciphertext.
  expect(accepted).toBeGreaterThan(20);
});

function mutate(original: Uint8Array, at: number, kind: string, value: number): Uint8Array {
  const bytes = original.slice();
  const place = Math.max(0, Math.min(at, bytes.length - 1));
  if (bytes.length === 0) return Uint8Array.of(value);
  if (kind === 'flip') bytes[place]! ^= 1 << (value % 8);
  if (kind === 'claim')
    bytes.set(
      [0xdd, 0xdf, 0xc6, 0xff]
        .slice(value % 4)
        .concat([0x7f, 0xff])
        .slice(0, bytes.length - place),
      place,
    );
  if (kind === 'cut') return bytes.subarray(0, place);
  if (kind === 'insert')
    return Uint8Array.from([...bytes.subarray(0, place), value, ...bytes.subarray(place)]);
  return bytes;
}

it.each([
  ['samples beyond what a number holds', { samples: 2 ** 53, bits: 12, ciphertexts }],
  ['samples by the billion', { samples: 2 ** 40, bits: 12, ciphertexts }],
  ['no samples', { samples: 0, bits: 12, ciphertexts }],
  ['half a sample', { samples: 0.5, bits: 12, ciphertexts }],
  ['words of another length', { samples: 1, bits: 64, ciphertexts }],
  ['words of no length', { samples: 1, bits: 0, ciphertexts }],
  ['no words', { samples: 1, bits: 12, ciphertexts: new Uint8Array(0) }],
  ['text', { samples: 1, bits: 12, ciphertexts: 'words' }],
  ['a list', { samples: 1, bits: 12, ciphertexts: [1, 2, 3] }],
  ['nothing', null],
])('refuses %s', (_, fields) => {
  expect(decoded(new Encoder().encode(fields))).toBeNull();
});
