// Evaluation keys: what a client gives the server so that it can compute on that client's ciphertexts.

import { Queue } from './abortable.js';
import { nativeCircuit, type ServerCircuit } from './circuit.js';
import { EngineError } from './errors.js';
import { type NativeKey, nativeEngine } from './native.js';
import { upload } from './upload.js';

const natives = new WeakMap<EvaluationKey, NativeKey>();
const queue = new Queue();

/** An unpacked evaluation key. It holds no secret, but 50 MiB to gigabytes of memory: dispose of it when done. */
export class EvaluationKey {
  /** Hash of the circuit that the key was made for. */
  readonly circuitHash: string;

  /** @internal Keys come from {@link loadEvaluationKey}. */
  constructor(circuitHash: string, native: NativeKey) {
    this.circuitHash = circuitHash;
    natives.set(this, native);
  }

  /** Memory that the key takes outside of JavaScript's heap; 0 once it is disposed of. */
  get memoryBytes(): number {
    return natives.get(this)?.memoryBytes ?? 0;
  }

  /** Frees the memory. Evaluations that have started keep the key to their end; later ones are refused. */
  dispose(): void {
    natives.get(this)?.dispose();
  }
}

export interface LoadOptions {
  /** Stops the load and rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/**
 * Checks and unpacks an evaluation key for a circuit. Keys are unpacked one at a time; one takes about a second of all
 * threads.
 *
 * @throws EngineError `CIRCUIT_MISMATCH` with both hashes for a key of another circuit, `KEY_SIZE` or `KEY_INVALID` for
 * one that does not fit the circuit's parameters, or an `ENVELOPE_` code.
 */
export async function loadEvaluationKey(
  circuit: ServerCircuit,
  key: Uint8Array,
  options: LoadOptions = {},
): Promise<EvaluationKey> {
  const { signal } = options;
  signal?.throwIfAborted();
  const owner = nativeCircuit(circuit);
  const bytes = await upload('evaluation key', key, signal);
  const native = await queue.run((cancel) => nativeEngine().loadEvaluationKey(owner, bytes, cancel), signal);
  return new EvaluationKey(circuit.hash, native);
}

/** The addon's object behind a key. */
export function nativeKey(key: EvaluationKey): NativeKey {
  const native = natives.get(key);
  if (native) return native;
  throw new EngineError('ARGUMENT_INVALID', 'The key does not come from loadEvaluationKey.', {
    expected: 'an EvaluationKey of this package',
    hint: 'Load the key with loadEvaluationKey and pass what it resolves to.',
  });
}
