// Native calls that an AbortSignal ends, and the queue that they wait in.

import { fromNative } from './errors.js';
import { type NativeCancelToken, nativeEngine } from './native.js';

/**
 * Runs a native call with a cancel token. An abort rejects at once with `signal.reason`; the native side stops at its
 * next look, and `settled` resolves when it has.
 */
export function abortable<T>(
  start: (cancel: NativeCancelToken) => Promise<T>,
  signal?: AbortSignal,
): { result: Promise<T>; settled: Promise<void> } {
  const { CancelToken } = nativeEngine();
  const cancel = new CancelToken();
  // In an async function, so that a call which throws at once rejects like any other.
  const native = (async () => start(cancel))();
  const settled = native.then(ignore, ignore);
  const result = new Promise<T>((resolve, reject) => {
    const onAbort = () => {
      cancel.cancel();
      reject(signal?.reason);
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    native
      .then(resolve, (error: unknown) => reject(fromNative(error)))
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
  return { result, settled };
}

/** Runs one native call at a time: each has all threads of the pool, and none waits on a thread of libuv. */
export class Queue {
  #last: Promise<void> = Promise.resolve();

  /** Starts `start` when everything before it has settled. An abort while waiting rejects without starting it. */
  run<T>(start: (cancel: NativeCancelToken) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last;
    const { promise: settled, resolve: release } = deferred();
    this.#last = settled;
    return this.#wait(turn, signal).then(
      () => {
        const call = abortable(start, signal);
        void call.settled.then(release);
        return call.result;
      },
      (reason: unknown) => {
        void turn.then(release);
        throw reason;
      },
    );
  }

  #wait(turn: Promise<void>, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal?.reason);
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      void turn.then(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = ignore;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function ignore(): void {}
