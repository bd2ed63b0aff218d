// Evaluation of requests.

import { Queue } from './abortable.js';
import { nativeCircuit, type ServerCircuit } from './circuit.js';
import { EngineError } from './errors.js';
import { type EvaluationKey, nativeKey } from './evaluation-key.js';
import { nativeEngine } from './native.js';
import { upload } from './upload.js';

const queue = new Queue();

export interface EvaluateOptions {
  /** Stops the evaluation within milliseconds and rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  /**
   * Called with the bootstraps done, their total and the layer at hand (counted from 1), in rising order, the last time
   * with `done === total`; never for a circuit without tables. An error thrown here stops the evaluation and rejects it.
   */
  readonly onProgress?: (done: number, total: number, layer: number) => void;
  /**
   * Bytes that the ciphertexts on their way may take, besides some megabytes a thread: samples are evaluated together,
   * which shares the reading of the keys, as far as this allows. Default 512 MiB; a sample of MNIST takes 13 MB.
   */
  readonly maxMemoryBytes?: number;
}

/**
 * Evaluates a circuit on the samples of a request and resolves to the response's envelope. Evaluations wait for each
 * other, each then has all threads; the event loop stays free.
 *
 * @throws EngineError `CIRCUIT_MISMATCH` for a key or a request of another circuit, `REQUEST_INVALID`, `KEY_DISPOSED`,
 * `MEMORY_LIMIT` where one sample takes more than `maxMemoryBytes`, `ARGUMENT_INVALID` for another kind of limit, or an
 * `ENVELOPE_` code.
 */
export async function evaluate(
  circuit: ServerCircuit,
  key: EvaluationKey,
  request: Uint8Array,
  options: EvaluateOptions = {},
): Promise<Uint8Array> {
  const { signal, onProgress, maxMemoryBytes = 512 * 2 ** 20 } = options;
  signal?.throwIfAborted();
  checkMemory(maxMemoryBytes);
  const owner = nativeCircuit(circuit);
  const evaluationKey = nativeKey(key);
  const bytes = await upload('request', request, signal);
  const progress = new Progress(signal, onProgress);
  const evaluation = await queue.run(
    (cancel) => nativeEngine().evaluate(owner, evaluationKey, bytes, maxMemoryBytes, cancel, progress.report),
    progress.signal,
  );
  if (evaluation === null) throw disposed();
  progress.finish(evaluation.bootstraps);
  return evaluation.response;
}

function checkMemory(bytes: number): void {
  if (bytes > 0) return; // Not so for NaN.
  throw new EngineError('ARGUMENT_INVALID', `maxMemoryBytes is ${bytes}, expected a number above 0.`, {
    got: String(bytes),
    expected: 'a number above 0',
    hint: 'Leave it out for 512 MiB.',
  });
}

/** Puts reports from many threads in order, and turns an error of the callback into an abort. */
class Progress {
  readonly signal: AbortSignal | undefined;
  readonly report: EvaluateOptions['onProgress'];
  readonly #onProgress: EvaluateOptions['onProgress'];
  #done = 0;
  #layer = 1;

  constructor(signal: AbortSignal | undefined, onProgress: EvaluateOptions['onProgress']) {
    this.#onProgress = onProgress;
    if (!onProgress) {
      this.signal = signal;
      return;
    }
    const failure = new AbortController();
    this.signal = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
    this.report = (done, total, layer) => {
      if (done <= this.#done || this.signal?.aborted) return;
      this.#done = done;
      this.#layer = layer;
      try {
        onProgress(done, total, layer);
      } catch (error) {
        failure.abort(error);
      }
    };
  }

  /** The response can overtake the last reports: the total is then reported here, and what comes later is dropped. */
  finish(total: number): void {
    const isReported = this.#done >= total;
    this.#done = Number.POSITIVE_INFINITY;
    if (!isReported) this.#onProgress?.(total, total, this.#layer);
  }
}

function disposed(): EngineError {
  const hint = 'Load the key again.';
  return new EngineError('KEY_DISPOSED', `The evaluation key was disposed of. ${hint}`, { hint });
}
