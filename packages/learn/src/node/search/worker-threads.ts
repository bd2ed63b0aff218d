// Fits in worker threads, kept by Piscina. A thread that ends in the middle of a fit is replaced, and the fit is run again.

import { availableParallelism } from 'node:os';
import { SearchError } from '../../errors.js';
import type { FitBackend, FitSession } from '../../model-selection/search/fit-backend.js';
import type { FitFailure } from '../../model-selection/search/fit-failure.js';
import type { FitJob, FitOutcome, FitRound, RowSplit } from '../../model-selection/search/fit-task.js';
import { type StopSignal, throwIfAborted } from '../../net/fitting.js';
import { onAbort } from './on-abort.js';
import { type PackedJob, packJob } from './packed-job.js';
import { decodeOutcome, JobEncoder, type PortableJob, type PortableTask } from './portable-job.js';
import { inShared } from './shared-memory.js';
import { keepPool, type ThreadPool, takePool } from './thread-pools.js';

/** Options of {@link workerThreads}. */
export interface WorkerThreadsOptions {
  /** Threads. −1: one a processor. */
  readonly nJobs: number;
}

/** A thread, for who watches them. */
export interface WatchedThread {
  readonly threadId: number;
  terminate(): Promise<number>;
}

/** Fits in threads of this process. */
export interface ThreadBackend extends FitBackend {
  /** The threads that there are now. */
  readonly threads: readonly WatchedThread[];
}

/** How often a fit is begun anew after its thread was lost, before it counts as failed: it may be what ends threads. */
const maxAttempts = 3;

/**
 * Runs the fits of a search in worker threads: what `nJobs` does. Rows are in memory that all threads share. Classes, functions
 * and estimators are sent by the modules that export them.
 *
 * @example new GridSearchCV({ estimator, paramGrid, backend: workerThreads({ nJobs: 2 }) })
 */
export function workerThreads({ nJobs }: WorkerThreadsOptions): ThreadBackend {
  const sessions = new Set<ThreadSession>();
  return {
    get threads() {
      return [...sessions].flatMap((session) => session.threads);
    },
    async open(job: FitJob): Promise<FitSession> {
      const session = await ThreadSession.open(job, nJobs === -1 ? availableParallelism() : nJobs);
      sessions.add(session);
      return {
        run: (round, report, signal) => session.run(round, report, signal),
        close: () => {
          sessions.delete(session);
          return session.close();
        },
      };
    },
  };
}

/** The threads of one job. */
export class ThreadSession {
  readonly #job: PackedJob;
  readonly #encoder: JobEncoder | null;
  readonly #nJobs: number;
  #pool: ThreadPool | null = null;
  #rounds = 0;
  #running = 0;

  private constructor(job: PortableJob, encoder: JobEncoder | null, nJobs: number) {
    this.#job = packJob(job);
    this.#encoder = encoder;
    this.#nJobs = nJobs;
  }

  static async open(job: FitJob, nJobs: number): Promise<ThreadSession> {
    const encoder = await JobEncoder.of(job);
    return new ThreadSession(encoder.job, encoder, nJobs);
  }

  /** For a job that came from elsewhere; its tasks are run one by one with `runTask`. */
  static ofPortable(job: PortableJob, nJobs: number): ThreadSession {
    return new ThreadSession(job, null, nJobs);
  }

  get threads(): readonly WatchedThread[] {
    return this.#pool?.threads ?? [];
  }

  async run(round: FitRound, report: (outcome: FitOutcome) => void, signal?: StopSignal): Promise<void> {
    throwIfAborted(signal);
    const number = this.#rounds++;
    const splits = round.splits.map(([train, test]): RowSplit => [inShared(train), inShared(test)]);
    const tasks = this.#encoder!.tasks(round);
    this.#start(Math.min(this.#nJobs, tasks.length));
    const all = Promise.all(
      tasks.map(async (task) => {
        const key = `${number}/${task.split}`;
        report(await this.runTask(task, splits[task.split]!, key));
      }),
    );
    await this.#unlessAborted(all, signal);
  }

  /**
   * Runs one task in the next thread that is free.
   *
   * @param splitKey - equal for tasks on the same rows.
   * @throws SearchError `FIT_FAILED` when threads cannot run this job.
   */
  async runTask(task: PortableTask, split: RowSplit, splitKey: string): Promise<FitOutcome> {
    const pool = this.#start(this.#nJobs);
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      this.#running++;
      const answer = await pool
        .run({ job: this.#job, task, split, splitKey })
        .catch((error: unknown) => {
          // Closed on purpose: what waits is not to be begun anew.
          if (this.#pool !== pool) throw error;
          return null;
        })
        .finally(() => this.#running--);
      if (answer === null) continue;
      if (answer.refusal !== null) throw refused(answer.refusal);
      return decodeOutcome(answer.outcome);
    }
    return lostOutcome(task.index);
  }

  /** Lets go of the threads; those in the middle of a fit end with it. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    if (pool === null) return;
    if (this.#running === 0) keepPool(pool);
    else await pool.destroy();
  }

  #start(threads: number): ThreadPool {
    this.#pool ??= takePool(threads);
    return this.#pool;
  }

  async #unlessAborted(work: Promise<unknown>, signal: StopSignal | undefined): Promise<void> {
    const abort = onAbort(signal);
    try {
      await Promise.race([work, abort.promise]);
    } catch (error) {
      // Fits that still run are ended with their threads; what they reject with is known already.
      work.catch(() => {});
      await this.close();
      throw error;
    } finally {
      abort.stop();
    }
  }
}

function refused({ name, message, code }: FitFailure): SearchError {
  return new SearchError(`A worker cannot run the fits of this search: ${name}: ${message}`, {
    code: 'FIT_FAILED',
    got: code ?? message,
    expected: 'modules that can be imported in a worker',
    hint: 'Modules that are sent by name must not need what only the main thread has.',
  });
}

function lostOutcome(index: number): FitOutcome {
  const message = `The worker of this fit ended before the fit did, ${maxAttempts} times.`;
  return {
    index,
    testScores: {},
    trainScores: {},
    fitTime: 0,
    scoreTime: 0,
    failures: [{ stage: 'fit', name: 'WorkerLost', message, code: 'WORKER_LOST' }],
    warnings: [],
    predictions: null,
    classes: null,
    estimator: null,
  };
}
