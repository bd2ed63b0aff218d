// Waiting for an abort, of a real signal or of anything that only says whether it is aborted.

import { type StopSignal, throwIfAborted } from '../../net/fitting.js';

/** How often a signal without events is looked at, in milliseconds. */
const POLL_MS = 50;

/** A promise that rejects with the reason of the abort, until `stop` is called. */
export function onAbort(signal: StopSignal | undefined): { readonly promise: Promise<never>; stop(): void } {
  let stop = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    if (signal === undefined) return;
    const check = () => {
      try {
        throwIfAborted(signal);
      } catch (reason) {
        reject(reason);
      }
    };
    if (signal instanceof AbortSignal) {
      signal.addEventListener('abort', check, { once: true });
      stop = () => signal.removeEventListener('abort', check);
    } else {
      const timer = setInterval(check, POLL_MS);
      stop = () => clearInterval(timer);
    }
    check();
  });
  // Whoever races against it has the reason; one that comes later is nobody's.
  promise.catch(() => {});
  return { promise, stop: () => stop() };
}
