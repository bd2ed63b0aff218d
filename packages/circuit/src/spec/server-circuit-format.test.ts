import { Encoder } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { engineParameters } from '../../test/engine-parameters.js';
import { hashPayload, openEnvelope, sealEnvelope } from './envelope.js';
import { matrixOfDense } from './integer-matrix.js';
import type { ServerCircuit } from './server-circuit.js';
import { decodeServerCircuit, encodeServerCircuit } from './server-circuit-format.js';

function circuitOf(weights: readonly number[], columns: number): ServerCircuit {
  const rows = weights.length / columns;
  return {
    parameters: engineParameters[0]!,
    inputs: columns,
    responseBits: 17,
    layers: [
      {
        rows,
        terms: [
          {
            edge: 0,
            weights: matrixOfDense(rows, columns, weights),
            gains: new Uint32Array(rows).fill(1000),
          },
        ],
        offsets: new BigUint64Array(rows).fill(2n ** 63n + 5n),
        tables: Uint32Array.of(1, 2 ** 32 - 1),
        tableOf: new Uint32Array(rows),
        boxes: 2,
      },
      {
        rows: 1,
        terms: [
          { edge: 1, weights: matrixOfDense(1, rows, new Array(rows).fill(7)), gains: Uint32Array.of(1) },
        ],
        offsets: BigUint64Array.of(0n),
        tables: new Uint32Array(0),
        tableOf: new Uint32Array(0),
        boxes: 0,
      },
    ],
  };
}

it.each([
  ['few columns', 4],
  ['more columns than 16 bits count', 70_000],
])('gives back what was encoded, dense and sparse, of every width: %s', (_, columns) => {
  const weight = fc.constantFrom(0, 0, 1, -1, 127, -128, 128, -32_768, 40_000, -(2 ** 31));
  fc.assert(
    fc.property(fc.array(weight, { minLength: 8, maxLength: 8 }), (values) => {
      const padded = [values.slice(0, 4), values.slice(4)].flatMap((row) => [
        ...row,
        ...new Array<number>(columns - 4).fill(0),
      ]);
      const circuit = circuitOf(padded, columns);
      const { bytes, hash } = encodeServerCircuit(circuit);
      expect(decodeServerCircuit(bytes)).toEqual({ ...circuit, hash });
    }),
    { numRuns: columns > 1000 ? 5 : 50 },
  );
});

it('takes a byte for a small weight, and leaves zeros out where that is shorter', () => {
  const size = (weights: number[], columns: number) =>
    openEnvelope(encodeServerCircuit(circuitOf(weights, columns)).bytes, { kind: 'serverCircuit' }).payload
      .length;
  const columns = 1000;
  const dense = new Array<number>(columns).fill(1);
  const sparse = dense.map((_, i) => Number(i < 10));
  expect(size([...dense, ...dense], columns) - size([...sparse, ...sparse], columns)).toBeGreaterThan(1900);
  expect(size([...dense, ...dense], columns)).toBeLessThan(2 * columns + 1000);
});

it('gives equal circuits equal hashes, and others others', () => {
  const circuit = circuitOf([1, 2], 1);
  const { hash } = encodeServerCircuit(circuit);
  expect(encodeServerCircuit(structuredClone(circuit)).hash).toBe(hash);
  const other = structuredClone(circuit);
  other.layers[0]!.offsets[0] = 6n;
  expect(encodeServerCircuit(other).hash).not.toBe(hash);
});

const whole = {
  format: 2,
  parameters: engineParameters[0],
  inputs: 2,
  responseBits: 64,
  layers: [
    {
      rows: 1,
      terms: [
        {
          edge: 0,
          columns: 2,
          gains: new Uint8Array(4),
          weightBytes: 1,
          weights: Uint8Array.of(1, 2),
          columnBytes: 2,
          counts: Uint8Array.of(2, 0, 0, 0),
          indices: Uint8Array.of(0, 0, 1, 0),
        },
      ],
      offsets: new Uint8Array(8),
      boxes: 0,
      tables: new Uint8Array(0),
      tableOf: new Uint8Array(0),
    },
  ],
};
const withTerm = (changes: object) => ({
  ...whole,
  layers: [{ ...whole.layers[0], terms: [{ ...whole.layers[0]!.terms[0], ...changes }] }],
});

it('reads a sparse term written by hand', () => {
  const payload = new Encoder().encode(whole);
  const sealed = sealEnvelope('serverCircuit', hashPayload(payload), payload);
  expect(decodeServerCircuit(sealed).layers[0]!.terms[0]!.weights).toEqual(matrixOfDense(1, 2, [1, 2]));
});

it.each([
  ['text', new TextEncoder().encode('not MessagePack \xff')],
  ['another document', new Encoder().encode({ layers: 3 })],
  [
    'offsets of the wrong length',
    new Encoder().encode({ ...whole, layers: [{ ...whole.layers[0], rows: 2 }] }),
  ],
  ['counts that do not add up', new Encoder().encode(withTerm({ counts: Uint8Array.of(1, 0, 0, 0) }))],
  ['columns that do not ascend', new Encoder().encode(withTerm({ indices: Uint8Array.of(1, 0, 0, 0) }))],
  ['a column beyond the edge', new Encoder().encode(withTerm({ indices: Uint8Array.of(0, 0, 2, 0) }))],
  ['a sparse weight of 0', new Encoder().encode(withTerm({ weights: Uint8Array.of(1, 0) }))],
])('refuses %s with a code', (_, payload) => {
  const sealed = sealEnvelope('serverCircuit', hashPayload(payload), payload);
  expect(() => decodeServerCircuit(sealed)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
});
