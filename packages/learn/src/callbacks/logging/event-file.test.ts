import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.js';
import { encodeEvent } from './event-file.js';

describe('crc32c: the vectors of RFC 3720, appendix B.4', () => {
  test.each<[string, Uint8Array, number]>([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['"123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
  ])('%s', (_, bytes, expected) => expect(crc32c(bytes)).toBe(expected));
});

test('records are those of the writer of TensorBoard 2.21.0, byte for byte', () => {
  // Made by scripts/goldens/learn-event-file.py.
  const golden = readFileSync(new URL('../../../test/golden/tensorboard.tfevents', import.meta.url));
  const records = [
    encodeEvent(1700000000.25, { fileVersion: 'brain.Event:2' }),
    encodeEvent(1700000001.5, { step: 1, scalars: { 'Loss/train_loss': 0.7, valid_é: Infinity } }),
    encodeEvent(1700000002, { step: 300, scalars: { x: -1.5 } }),
    encodeEvent(1700000003, { step: 2 ** 40, scalars: { ['t'.repeat(200)]: 0 } }),
  ];
  expect(Buffer.concat(records).toString('hex')).toBe(golden.toString('hex'));
});
