// Who makes evaluation keys in Node: the engine's native key generation where it is there, WASM in a worker otherwise.
// The engine is no dependency of the client: most clients have none, and do without.

import type { CryptoParameters } from '@tacit/circuit/spec';
import type { EvaluationKeyMaker } from '../client.js';
import { tfheFailure } from '../tfhe-module.js';
import { makeEvaluationKeyInWorker } from './evaluation-key-worker.js';

/** What is used of `@tacit/engine/keygen`. */
interface NativeKeyGeneration {
  isKeyGenerationAvailable(): boolean;
  deriveEvaluationKey(
    parameters: CryptoParameters,
    clientKey: Uint8Array,
    options: { readonly signal?: AbortSignal },
  ): Promise<Uint8Array>;
}

/** The fastest maker of evaluation keys at hand. */
export async function evaluationKeyMaker(parameters: CryptoParameters): Promise<EvaluationKeyMaker> {
  const native = await nativeKeyGeneration();
  if (native === undefined) return makeEvaluationKeyInWorker;
  return async (clientKey, signal) => {
    try {
      return await native.deriveEvaluationKey(parameters, clientKey, { signal });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw tfheFailure('Making the evaluation key', cause);
    }
  };
}

/** The engine's key generation, where package and addon are there. */
export async function nativeKeyGeneration(
  name = '@tacit/engine/keygen',
): Promise<NativeKeyGeneration | undefined> {
  try {
    // By a variable: neither the compiler nor a bundler is to look for what may be missing.
    const native: NativeKeyGeneration = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
    return native.isKeyGenerationAvailable() ? native : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}
