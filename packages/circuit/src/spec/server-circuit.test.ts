import { Encoder } from '@msgpack/msgpack';
import { expect, it } from 'vitest';
import { parameterSets } from '../noise/parameter-sets.js';
import { hashPayload, sealEnvelope } from './envelope.js';
import { decodeServerCircuit, encodeServerCircuit, type ServerCircuit } from './server-circuit.js';

const circuit: ServerCircuit = {
  parameters: parameterSets[0]!,
  inputs: 2,
  layers: [
    {
      rows: 1,
      terms: [{ edge: 0, columns: 2, weights: Int32Array.of(-3, 4), gains: Uint32Array.of(1000) }],
      offsets: BigUint64Array.of(2n ** 63n + 5n),
      tables: BigUint64Array.of(1n, 2n ** 64n - 1n),
      boxes: 2,
    },
    {
      rows: 1,
      terms: [{ edge: 1, columns: 1, weights: Int32Array.of(7), gains: Uint32Array.of(1) }],
      offsets: BigUint64Array.of(0n),
      tables: new BigUint64Array(0),
      boxes: 0,
    },
  ],
};

it('gives back what was encoded', () => {
  const { bytes, hash } = encodeServerCircuit(circuit);
  expect(decodeServerCircuit(bytes)).toEqual({ ...circuit, hash });
});

it('gives equal circuits equal hashes, and others others', () => {
  const { hash } = encodeServerCircuit(circuit);
  expect(encodeServerCircuit(structuredClone(circuit)).hash).toBe(hash);
  const other = structuredClone(circuit);
  other.layers[0]!.offsets[0] = 6n;
  expect(encodeServerCircuit(other).hash).not.toBe(hash);
});

it.each([
  ['text', new TextEncoder().encode('not MessagePack \xff')],
  ['another document', new Encoder().encode({ layers: 3 })],
  [
    'an array of the wrong length',
    new Encoder().encode({
      parameters: parameterSets[0],
      inputs: 2,
      layers: [{ rows: 2, terms: [], offsets: new Uint8Array(8), tables: new Uint8Array(0), boxes: 0 }],
    }),
  ],
])('refuses %s with a code', (_, payload) => {
  const sealed = sealEnvelope('serverCircuit', hashPayload(payload), payload);
  expect(() => decodeServerCircuit(sealed)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
});
