// Words of a response that travel rounded to their upper bits, one after the other in a stream of bits: docs/wire-format.md,
// payload 4.

/** Bytes that `count` words of `bits` bits take. */
export function packedWordBytes(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8);
}

/**
 * The words of a stream, each shifted back to its place; what was rounded off is 0.
 *
 * @param bits - of each word, 1 to 64.
 * @param stream - of at least {@link packedWordBytes} bytes; each byte is filled from its lowest bit.
 * @returns little-endian words of 8 bytes.
 */
export function unpackWords(stream: Uint8Array, count: number, bits: number): Uint8Array {
  if (bits === 64) return stream.subarray(0, 8 * count);
  const words = new Uint32Array(2 * count);
  const shift = 64 - bits;
  for (let word = 0; word < count; word++) {
    for (let done = 0; done < bits; ) {
      const from = word * bits + done;
      const to = shift + done;
      // As many bits as lie in one byte of the stream and one half of the word.
      const taken = Math.min(bits - done, 8 - (from % 8), 32 - (to % 32));
      const piece = (stream[from >>> 3]! >>> (from % 8)) & ((1 << taken) - 1);
      words[2 * word + (to >>> 5)]! |= piece << (to % 32);
      done += taken;
    }
  }
  return new Uint8Array(words.buffer);
}
