// The one channel for warnings: things that are allowed and probably not meant. Printed by default; whoever listens
// gets them instead.

import { host } from './environment.js';

/** A warning. Programs match on `code`, never on the words of the message. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

type Listener = (warning: Warning) => void;

const listeners = new Set<Listener>();

/**
 * Sends every warning to `listener`. As long as anybody listens, nothing is printed, so `onWarning(() => {})` silences.
 *
 * @returns a function that ends the listening.
 */
export function onWarning(listener: Listener): () => void {
  // Wrapped, so that the same function may listen twice and each ends for itself.
  const own: Listener = (warning) => listener(warning);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

/**
 * The warnings given while `task` runs, and its result.
 *
 * @example const { result, warnings } = await collectWarnings(() => net.fit(X, y));
 */
export async function collectWarnings<T>(
  task: () => T | Promise<T>,
): Promise<{ readonly result: T; readonly warnings: readonly Warning[] }> {
  const warnings: Warning[] = [];
  const end = onWarning((warning) => warnings.push(warning));
  try {
    return { result: await task(), warnings };
  } finally {
    end();
  }
}

/** Gives a warning: to the listeners, or to the console if there are none. */
export function warn(code: string, message: string): void {
  const warning = { code, message };
  if (listeners.size === 0) host.console.warn(`${code}: ${message}`);
  else for (const listener of [...listeners]) listener(warning);
}
