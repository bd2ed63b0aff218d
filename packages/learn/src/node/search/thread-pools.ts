// Threads that outlive a search: starting one and warming up its code takes longer than many a small fit. A pool is one search's
// at a time; after some seconds without work it ends.

import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { ThreadAnswer, ThreadTask } from './fit-thread.js';

export type ThreadPool = Piscina<ThreadTask, ThreadAnswer>;

/** Milliseconds that idle threads are kept. */
const IDLE_MS = 30_000;

// Three folders up from src/node/search and from dist/node/search alike; plain JavaScript, since Node 20 runs no TypeScript.
const threadFile = fileURLToPath(new URL('../../../worker/fit-thread.js', import.meta.url));

const idle = new Map<ThreadPool, NodeJS.Timeout>();

/** A pool of so many threads, kept ones if there are any. */
export function takePool(threads: number): ThreadPool {
  for (const [pool, timer] of idle) {
    if (pool.maxThreads !== threads) continue;
    clearTimeout(timer);
    idle.delete(pool);
    return pool;
  }
  return startPool(threads);
}

/** Gives a pool back that has nothing to do. */
export function keepPool(pool: ThreadPool): void {
  // Neither the threads nor the timer keep the process from ending.
  const timer = setTimeout(() => {
    idle.delete(pool);
    void pool.destroy();
  }, IDLE_MS).unref();
  idle.set(pool, timer);
}

function startPool(threads: number): ThreadPool {
  const pool: ThreadPool = new Piscina({
    filename: threadFile,
    minThreads: threads,
    maxThreads: threads,
    // The flags of the main thread, a loader or --input-type among them, may be wrong for the thread's file.
    execArgv: [],
    // Fits make much that soon is garbage, and threads share V8's collectors: fewer collections leave a tenth more time for fits.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
    // Threads that wait by blocking would hold back what a fit prints.
    atomics: 'disabled',
  });
  // A thread that is lost between two fits is replaced; nothing was lost with it.
  pool.on('error', () => {});
  return pool;
}
