// Encryption of integers as seeded ciphertexts: 16 bytes of seed and 8 of body each, instead of the 124 that tfhe-rs
// serializes.

import { ClientError } from './errors.js';
import { callTfhe, type TfheModule, type TfheObject } from './tfhe-module.js';

/** Seeded LWE ciphertexts, packed as they travel: seeds of 16 bytes, bodies of 8, little-endian. */
export interface SeededCiphertexts {
  readonly seeds: Uint8Array;
  readonly bodies: Uint8Array;
}

// Of a serialized CompressedCiphertext: u64 body · u64 size · u32 seed tag · 16 bytes of seed · 24 of start index · rest.
const serializedBytes = 124;
const sizeAt = 8;
const seedTagAt = 16;
const seedAt = 20;
const startIndexAt = 36;
const startIndexEnd = 60;

/**
 * Encrypts `level · 2^scaleLog2` for each level, in torus units of 2⁻⁶⁴ turns.
 *
 * The module encrypts 0, which draws seed and noise; adding the level to the body encrypts it at any scale, which the
 * module's own message encoding could not.
 *
 * @param lweDimension - k·N of the key.
 */
export function encryptLevels(
  tfhe: TfheModule,
  clientKey: TfheObject,
  levels: Int32Array,
  { scaleLog2, lweDimension }: { readonly scaleLog2: number; readonly lweDimension: number },
): SeededCiphertexts {
  const seeds = new Uint8Array(16 * levels.length);
  const bodies = new Uint8Array(8 * levels.length);
  const bodyView = new DataView(bodies.buffer);
  callTfhe('Encryption', () => {
    for (const [i, level] of levels.entries()) {
      const bytes = encryptZero(tfhe, clientKey);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      checkLayout(view, lweDimension);
      seeds.set(bytes.subarray(seedAt, startIndexAt), 16 * i);
      // setBigUint64 keeps the low 64 bits: the sum is modulo one turn.
      bodyView.setBigUint64(8 * i, view.getBigUint64(0, true) + (BigInt(level) << BigInt(scaleLog2)), true);
    }
  });
  return { seeds, bodies };
}

function encryptZero(tfhe: TfheModule, clientKey: TfheObject): Uint8Array {
  const ciphertext = tfhe.Shortint.encrypt_compressed(clientKey, 0n);
  const bytes = tfhe.Shortint.serialize_compressed_ciphertext(ciphertext);
  ciphertext.free();
  return bytes;
}

// A mask that does not start at index 0 could not be rebuilt from the seed alone: the server would read noise.
function checkLayout(view: DataView, lweDimension: number): void {
  let isKnown =
    view.byteLength === serializedBytes &&
    view.getBigUint64(sizeAt, true) === BigInt(lweDimension + 1) &&
    view.getUint32(seedTagAt, true) === 0;
  for (let at = startIndexAt; isKnown && at < startIndexEnd; at++) isKnown = view.getUint8(at) === 0;
  if (isKnown) return;
  throw new ClientError(
    'TFHE_FAILED',
    'The TFHE module serializes seeded ciphertexts in an unknown layout.',
    {
      got: `${view.byteLength} bytes`,
      expected: `${serializedBytes} bytes, the layout of tfhe-rs 1.7`,
      hint: 'Use node-tfhe 1.7.0 or tfhe 1.6.1.',
    },
  );
}
