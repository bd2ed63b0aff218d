// Bytes on their way into the addon, copied in pieces with the event loop running between them.

import { EngineError } from './errors.js';
import { type NativeUpload, nativeEngine } from './native.js';

/** A few milliseconds' worth of copying. */
const pieceBytes = 8 << 20;

/**
 * A copy of `bytes` that no later change in JavaScript reaches.
 *
 * @throws EngineError `ARGUMENT_INVALID` for anything but a Uint8Array.
 */
export async function upload(what: string, bytes: Uint8Array, signal?: AbortSignal): Promise<NativeUpload> {
  if (!(bytes instanceof Uint8Array)) {
    throw new EngineError('ARGUMENT_INVALID', `The ${what} is ${kindOf(bytes)}, expected a Uint8Array.`, {
      got: kindOf(bytes),
      expected: 'a Uint8Array',
      hint: 'Pass the bytes of the envelope.',
    });
  }
  const { Upload } = nativeEngine();
  const copy = new Upload(bytes.length);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    copy.append(bytes.subarray(start, start + pieceBytes));
  }
  return copy;
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return value.constructor?.name ?? 'an object';
}
