import { readFileSync } from 'node:fs';
import { Tensor, tensor } from '@tacit/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLearnError, type LearnErrorCode } from '../errors.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

// Made by scripts/goldens/learn-safetensors.py with safetensors 0.8.0.
const golden = (name: string) => readFileSync(new URL(`../../test/golden/${name}`, import.meta.url));

test('a file of the reference implementation is read: names, shapes, values, metadata', () => {
  const { tensors, metadata } = decodeSafetensors(golden('torch-mlp.safetensors'));
  expect(Object.keys(tensors).sort()).toEqual(['0.bias', '0.weight', '2.bias', '2.weight']);
  expect(tensors['0.weight'].toArray()).toEqual([
    [0.5, -1.25, 2],
    [3.5, 0, -0.125],
  ]);
  expect(tensors['0.bias'].toArray()).toEqual([Math.fround(0.1), Math.fround(-0.2)]);
  expect(tensors['2.weight'].shape).toEqual([1, 2]);
  expect(metadata).toEqual({ format: 'pt' });
});

describe('types of the reference implementation', () => {
  const { tensors } = decodeSafetensors(golden('types.safetensors'));

  test.each([
    'float64',
    'float32',
    'float16',
    'int64',
    'uint64',
    'int32',
    'uint32',
    'int16',
    'uint16',
    'int8',
    'uint8',
  ])('%s becomes float32', (name) =>
    expect(tensors[name].toArray()).toEqual([
      [0, 1],
      [2, 100],
    ]),
  );

  test('booleans, half floats with all their special values, a scalar, no rows', () => {
    expect([...tensors.bool.data]).toEqual([1, 0]);
    const [tenth, ...others] = tensors.half.data;
    expect(tenth).toBe(0.0999755859375);
    expect(others).toEqual([-65504, 2 ** -24, Infinity, -Infinity, Number.NaN]);
    expect([tensors.scalar.shape, tensors.scalar.item()]).toEqual([[], 7]);
    expect(tensors.none.shape).toEqual([0, 3]);
  });

  test('bfloat16 is the upper half of a float32', () => {
    const bytes = handmade(
      { x: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } },
      [0x80, 0x3f, 0x49, 0xc0],
    );
    expect([...decodeSafetensors(bytes).tensors.x.data]).toEqual([1, -3.140625]);
  });
});

test('what is written is read back bit for bit', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.float32Array({ noNaN: true, maxLength: 6 })),
      fc.dictionary(fc.string(), fc.string()),
      (arrays, metadata) => {
        const given = Object.fromEntries(
          Object.entries(arrays)
            .filter(([name]) => name !== '__metadata__')
            .map(([name, data]) => [name, new Tensor(data)]),
        );
        const read = decodeSafetensors(encodeSafetensors(given, metadata));
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect(Object.keys(read.tensors)).toEqual(Object.keys(given));
        for (const [name, { data }] of Object.entries(given)) {
          expect(new Uint8Array(read.tensors[name].data.buffer)).toEqual(new Uint8Array(data.slice().buffer));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('numbers begin at a multiple of 8', () => {
  const bytes = encodeSafetensors({ a: tensor([1]) });
  expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
});

test('a cut-off file is refused, wherever it was cut', () => {
  const bytes = encodeSafetensors({ a: tensor([1, 2, 3]) });
  for (let length = 0; length < bytes.length; length++) {
    expect(codeOf(() => decodeSafetensors(bytes.subarray(0, length)))).toBe('FILE_TRUNCATED');
  }
});

test.each<[string, Uint8Array, LearnErrorCode]>([
  ['no safetensors file', new TextEncoder().encode('{"format": "something else"}'), 'FILE_FORMAT'],
  ['a header of 2⁶³ bytes', new Uint8Array(32).fill(255), 'FILE_FORMAT'],
  ['a header that is a list', withHeader('[]'), 'FILE_FORMAT'],
  ['a header that is cut JSON', withHeader('{"a":'), 'FILE_FORMAT'],
  ['a header that is not UTF-8', withHeader(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)), 'FILE_FORMAT'],
  ['metadata that is no text', withHeader('{"__metadata__":{"a":1}}'), 'FILE_FORMAT'],
  ['an entry that is no record', withHeader('{"a":1}'), 'FILE_FORMAT'],
  [
    'negative offsets',
    handmade({ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }, []),
    'FILE_FORMAT',
  ],
  [
    'a shape of another size',
    handmade({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 4] } }, [0, 0, 0, 0]),
    'FILE_FORMAT',
  ],
  [
    'overlapping tensors',
    handmade(
      {
        a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
        b: { dtype: 'F32', shape: [1], data_offsets: [2, 6] },
      },
      [0, 0, 0, 0, 0, 0],
    ),
    'FILE_FORMAT',
  ],
  [
    'an unknown type',
    handmade({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, [0]),
    'FILE_DTYPE',
  ],
  [
    'a type named like a method',
    handmade({ a: { dtype: 'toString', shape: [1], data_offsets: [0, 1] } }, [0]),
    'FILE_DTYPE',
  ],
  [
    'a whole number beyond float32',
    handmade({ a: { dtype: 'I32', shape: [1], data_offsets: [0, 4] } }, [1, 0, 0, 1]),
    'FILE_DTYPE',
  ],
])('%s is refused', (_, bytes, code) => expect(codeOf(() => decodeSafetensors(bytes))).toBe(code));

test('the message names the file', () => {
  expect(() => decodeSafetensors(new Uint8Array(3), 'weights.safetensors')).toThrow(
    'weights.safetensors ends too early: it has 3 bytes of 8.',
  );
});

function codeOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    return isLearnError(error) ? error.code : String(error);
  }
  return 'nothing';
}

function withHeader(header: string | Uint8Array): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function handmade(header: object, numbers: readonly number[]): Uint8Array {
  return Uint8Array.of(...withHeader(JSON.stringify(header)), ...numbers);
}
