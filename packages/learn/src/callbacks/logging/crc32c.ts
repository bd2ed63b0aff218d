// CRC-32C (Castagnoli), as TensorFlow's records are checked with: RFC 3720, appendix B.4. Ten lines rather than a package: the
// ones there are bring native code or an SDK along.

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  // 0x82f63b78 is the polynomial 0x1edc6f41 with its bits in reverse order.
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** The checksum of some bytes, as an unsigned number of 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
