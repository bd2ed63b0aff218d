// Decryption of LWE ciphertexts to phases: where on the whole torus a ciphertext lies, its padding bit included.

import { carryModulus, messageModulus } from './client-key.js';
import { callTfhe, type TfheModule, type TfheObject } from './tfhe-module.js';

// A serialized Ciphertext is: u64 count of words · words · u128 modulus (0: 2⁶⁴) · u64 bits · u64 degree · u64 noise level
// · u64 message modulus · u64 carry modulus · u32 atomic pattern · u32 order (both 0: standard, key switch first).
const headBytes = 8;
const tailBytes = 64;

/**
 * Phases in turns, −½ up to but without ½, with an error of at most 2⁻⁶³ besides the ciphertexts' own noise and the
 * rounding to float64.
 *
 * @param ciphertexts - words of 8 bytes, little-endian, k·N of mask and one of body for each ciphertext.
 * @param lweDimension - k·N of the key.
 */
export function decryptPhases(
  tfhe: TfheModule,
  clientKey: TfheObject,
  ciphertexts: Uint8Array,
  lweDimension: number,
): Float64Array {
  const ciphertextBytes = 8 * (lweDimension + 1);
  const frame = ciphertextFrame(lweDimension);
  return callTfhe('Decryption', () =>
    Float64Array.from({ length: ciphertexts.length / ciphertextBytes }, (_, i) => {
      frame.set(ciphertexts.subarray(i * ciphertextBytes, (i + 1) * ciphertextBytes), headBytes);
      return decryptPhase(tfhe, clientKey, frame);
    }),
  );
}

function decryptPhase(tfhe: TfheModule, clientKey: TfheObject, frame: Uint8Array): number {
  const ciphertext = tfhe.Shortint.deserialize_ciphertext(frame);
  const message = tfhe.Shortint.decrypt(clientKey, ciphertext); // round(phase / 2), modulo 2⁶³
  ciphertext.free();
  return Number(BigInt.asIntN(63, message)) / 2 ** 63;
}

/** A serialized ciphertext whose words are still missing. */
function ciphertextFrame(lweDimension: number): Uint8Array {
  const frame = new Uint8Array(headBytes + 8 * (lweDimension + 1) + tailBytes);
  const view = new DataView(frame.buffer);
  const tail = frame.length - tailBytes;
  view.setBigUint64(0, BigInt(lweDimension + 1), true);
  view.setBigUint64(tail + 16, 64n, true);
  view.setBigUint64(tail + 24, messageModulus - 1n, true);
  view.setBigUint64(tail + 32, 1n, true);
  // Twice the key's: decryption reduces by this one last, and would drop the padding bit, half of the torus, otherwise.
  view.setBigUint64(tail + 40, 2n * messageModulus, true);
  view.setBigUint64(tail + 48, carryModulus, true);
  return frame;
}
