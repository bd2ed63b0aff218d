// The engine's thread pool: one a process, started by the first call that computes.

import { EngineError } from './errors.js';
import { nativeEngine } from './native.js';

export interface EngineOptions {
  /** Threads of the pool, 1 to 1024. By default as many as the process may run at once. */
  readonly threads: number;
}

/**
 * Sets the size of the thread pool, for the whole process and before first use.
 *
 * @throws EngineError `ARGUMENT_INVALID` for another number of threads; `ENGINE_STARTED` when the pool already runs
 * with another size.
 */
export function configureEngine({ threads }: EngineOptions): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new EngineError('ARGUMENT_INVALID', `threads is ${threads}, expected a whole number, 1 to 1024.`, {
      got: String(threads),
      expected: 'a whole number, 1 to 1024',
      hint: 'Leave it out for as many threads as the process may run at once.',
    });
  }
  const native = nativeEngine();
  if (native.configureThreads(threads)) return;
  const got = String(threads);
  const expected = String(native.threads());
  const hint = 'Call configureEngine before the first circuit is loaded.';
  throw new EngineError(
    'ENGINE_STARTED',
    `The engine already runs on ${expected} threads, cannot change to ${got}. ${hint}`,
    { got, expected, hint },
  );
}

/** Threads that the engine computes on, or will once it starts. */
export function engineThreads(): number {
  return nativeEngine().threads();
}
