// Evaluation keys in a worker thread: the event loop stays free for the seconds it takes, and an abort ends it at once.

import { Worker } from 'node:worker_threads';
import { tfheFailure } from '../tfhe-module.js';

// Two folders up from src/node and from dist/node alike.
const workerFile = new URL('../../worker/derive-evaluation-key.js', import.meta.url);

/** An `EvaluationKeyMaker` that starts one worker a key. */
export function makeEvaluationKeyInWorker(
  clientKey: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // No execArgv: the flags of the main thread, --input-type or a loader among them, may be wrong for the worker's file.
    const worker = new Worker(workerFile, { workerData: clientKey, execArgv: [] });
    const abort = () => {
      const rejectAborted = () => reject(signal?.reason);
      worker.terminate().then(rejectAborted, rejectAborted);
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    worker.once('message', resolve);
    worker.once('error', (cause) => reject(tfheFailure('Making the evaluation key', cause)));
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      // Settled already unless the worker ended on its own without a key.
      if (!signal?.aborted)
        reject(tfheFailure('Making the evaluation key', new Error(`The worker exited with ${code}.`)));
    });
  });
}
