import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packedWordBytes, unpackWords } from './packed-words.js';

/** The formula of the wire format, bit by bit. */
function pack(words: readonly bigint[], bits: number): Uint8Array {
  const stream = new Uint8Array(packedWordBytes(words.length, bits));
  const half = bits === 64 ? 0n : 1n << BigInt(63 - bits);
  for (const [i, word] of words.entries()) {
    const rounded = BigInt.asUintN(64, word + half) >> BigInt(64 - bits);
    for (let bit = 0; bit < bits; bit++) {
      const position = i * bits + bit;
      stream[position >> 3]! |= Number((rounded >> BigInt(bit)) & 1n) << (position & 7);
    }
  }
  return stream;
}

it('gives back every word to within half of its last bit, modulo one turn', () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 64 }),
      (words, bits) => {
        const unpacked = new BigUint64Array(
          unpackWords(pack(words, bits), words.length, bits).slice().buffer,
        );
        const half = 2n ** BigInt(64 - bits) / 2n;
        for (const [i, original] of words.entries()) {
          const error = BigInt.asIntN(64, unpacked[i]! - original);
          expect(error >= -half && error <= half).toBe(true);
        }
      },
    ),
    {
      examples: [
        [[2n ** 64n - 1n], 12],
        [[0n, 2n ** 63n], 64],
        [[2n ** 64n - 1n, 1n], 1],
      ],
    },
  );
});
