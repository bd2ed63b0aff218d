// Entry `@tacit/engine/keygen`: keys of a client, made natively and several times as fast as by WASM. For clients; whoever
// evaluates has no use for it, and the main entry does not import it.

import type { CryptoParameters } from '@tacit/circuit/spec';
import { abortable } from './abortable.js';
import { EngineError } from './errors.js';
import { nativeEngine } from './native.js';
import { upload } from './upload.js';

export { EngineError, type EngineErrorCode } from './errors.js';

export interface ClientKeyOptions {
  /**
   * 128 bits, 0 up to 2^128 − 1; the same seed gives the same key, here and in Zama's WASM package. A secret, if it is used.
   * Left out, the key is drawn by tfhe-rs's generator from the system's randomness, as it should be.
   */
  readonly seed?: bigint;
}

export interface EvaluationKeyOptions {
  /** Rejects with `signal.reason` at once; the work under way ends unheard, some seconds later. */
  readonly signal?: AbortSignal;
}

/** Whether the native addon is there. Where it is not, keys can be made by WASM. */
export function isKeyGenerationAvailable(): boolean {
  try {
    nativeEngine();
    return true;
  } catch {
    return false;
  }
}

/**
 * Payload of a client key: bytes for `Shortint.deserialize_client_key` of Zama's WASM package, and for an envelope.
 *
 * @throws EngineError `PARAMETERS_UNSUPPORTED`, `PARAMETERS_INSECURE`, `ARGUMENT_INVALID` for a seed out of range,
 *   `ADDON_MISSING`.
 */
export async function generateClientKey(
  parameters: CryptoParameters,
  { seed }: ClientKeyOptions = {},
): Promise<Uint8Array> {
  if (seed !== undefined && BigInt.asUintN(128, seed) !== seed) {
    throw new EngineError('ARGUMENT_INVALID', 'The seed is out of range, expected 0 to 2^128 − 1.', {
      expected: '0 to 2^128 − 1', // Without the seed itself: it is a secret.
      hint: 'Leave it out for a key that nobody can make again.',
    });
  }
  return abortable(() => nativeEngine().generateClientKey(parameters, seed)).result;
}

/**
 * Payload of a new evaluation key of a client key, on all threads of the engine and off the event loop.
 *
 * @param clientKey - payload of the client key. Secret.
 * @throws EngineError `KEY_INVALID` for a client key of other parameters, and those of {@link generateClientKey}.
 */
export async function deriveEvaluationKey(
  parameters: CryptoParameters,
  clientKey: Uint8Array,
  { signal }: EvaluationKeyOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const bytes = await upload('client key', clientKey, signal);
  return abortable(() => nativeEngine().deriveEvaluationKey(parameters, bytes), signal).result;
}
