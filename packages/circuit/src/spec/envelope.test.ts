import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashPayload, openEnvelope, sealEnvelope } from './envelope.js';

const hash = hashPayload(new Uint8Array([1, 2, 3]));

it('gives back what was sealed', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (payload) => {
      const opened = openEnvelope(sealEnvelope('request', hash, payload), {
        kind: 'request',
        circuitHash: hash,
      });
      expect(opened.payload).toEqual(payload);
      expect(opened.circuitHash).toBe(hash);
    }),
  );
});

it('refuses an envelope with any bit flipped', () => {
  const sealed = sealEnvelope('response', hash, new Uint8Array([5, 6, 7]));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const flipped = sealed.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => openEnvelope(flipped, { kind: 'response', circuitHash: hash })).toThrow(
      /response|Tacit|kind/,
    );
  }
});

it.each([
  ['nothing', new Uint8Array(0), 'ENVELOPE_INVALID'],
  ['text', new TextEncoder().encode('hello '.repeat(40)), 'ENVELOPE_INVALID'],
  [
    'a truncated envelope',
    sealEnvelope('request', hash, new Uint8Array(9)).subarray(0, 85),
    'ENVELOPE_INVALID',
  ],
  [
    'a header cut short',
    sealEnvelope('request', hash, new Uint8Array(9)).subarray(0, 60),
    'ENVELOPE_INVALID',
  ],
  [
    'trailing bytes',
    new Uint8Array([...sealEnvelope('request', hash, new Uint8Array(9)), 0]),
    'ENVELOPE_INVALID',
  ],
  ['another kind', sealEnvelope('response', hash, new Uint8Array(9)), 'ENVELOPE_KIND'],
  [
    'another circuit',
    sealEnvelope('request', hashPayload(new Uint8Array(1)), new Uint8Array(9)),
    'CIRCUIT_MISMATCH',
  ],
])('refuses %s with a code', (_, bytes, code) => {
  expect(() => openEnvelope(bytes, { kind: 'request', circuitHash: hash })).toThrow(
    expect.objectContaining({ code }),
  );
});

it('refuses a server circuit whose payload has another hash than it claims', () => {
  const sealed = sealEnvelope('serverCircuit', hash, new Uint8Array([9]));
  expect(() => openEnvelope(sealed, { kind: 'serverCircuit' })).toThrow(
    expect.objectContaining({ code: 'CIRCUIT_MISMATCH' }),
  );
});
