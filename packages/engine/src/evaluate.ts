// Evaluation of requests.

import { Queue } from './abortable.js';
import { nativeCircuit, type ServerCircuit } from './circuit.js';
import { EngineError } from './errors.js';
import { type EvaluationKey, nativeKey } from './evaluation-key.js';
import { nativeEngine } from './native.js';
import { upload } from './upload.js';

const queue = new Queue();

export interface EvaluateOptions {
  /** Stops the evaluation within one bootstrap and rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  /** Called with the bootstraps done and their total, in rising order, the last time with `done === total`; never for a circuit without tables. An error
   * thrown here stops the evaluation and rejects it. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Evaluates a circuit on the samples of a request and resolves to the response's envelope. Evaluations wait for each
 * other, each then has all threads; the event loop stays free.
 *
 * @throws EngineError `CIRCUIT_MISMATCH` for a key or a request of another circuit, `REQUEST_INVALID`, `KEY_DISPOSED`, or
 * an `ENVELOPE_` code.
 */
export async function evaluate(
  circuit: ServerCircuit,
  key: EvaluationKey,
  request: Uint8Array,
  options: EvaluateOptions = {},
): Promise<Uint8Array> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const owner = nativeCircuit(circuit);
  const evaluationKey = nativeKey(key);
  const bytes = await upload('request', request, signal);
  const progress = new Progress(signal, onProgress);
  const evaluation = await queue.run(
    (cancel) => nativeEngine().evaluate(owner, evaluationKey, bytes, cancel, progress.report),
    progress.signal,
  );
  if (evaluation === null) throw disposed();
  progress.finish(evaluation.bootstraps);
  return evaluation.response;
}

/** Puts reports from many threads in order, and turns an error of the callback into an abort. */
class Progress {
  readonly signal: AbortSignal | undefined;
  readonly report: ((done: number, total: number) => void) | undefined;
  readonly #onProgress: ((done: number, total: number) => void) | undefined;
  #done = 0;

  constructor(signal: AbortSignal | undefined, onProgress: EvaluateOptions['onProgress']) {
    this.#onProgress = onProgress;
    if (!onProgress) {
      this.signal = signal;
      return;
    }
    const failure = new AbortController();
    this.signal = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
    this.report = (done, total) => {
      if (done <= this.#done || this.signal?.aborted) return;
      this.#done = done;
      try {
        onProgress(done, total);
      } catch (error) {
        failure.abort(error);
      }
    };
  }

  /** The response can overtake the last reports: the total is then reported here, and what comes later is dropped. */
  finish(total: number): void {
    const isReported = this.#done >= total;
    this.#done = Number.POSITIVE_INFINITY;
    if (!isReported) this.#onProgress?.(total, total);
  }
}

function disposed(): EngineError {
  const hint = 'Load the key again.';
  return new EngineError('KEY_DISPOSED', `The evaluation key was disposed of. ${hint}`, { hint });
}
