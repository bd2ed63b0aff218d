// The side of the machines that work: fits are taken from the queue and run in threads, so that this process stays free to say
// that it is alive.

import type { RowSplit } from '@tacit/learn';
import { encodeOutcome, ThreadSession } from '@tacit/learn/node';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { closeRedis, connectRedis } from './connection.js';
import {
  jobKey,
  packOutcome,
  type QueueTask,
  queueName,
  roundKey,
  unpackJob,
  unpackSplits,
  unpackTask,
} from './messages.js';

/** What a worker tells of its work. */
export interface WorkerEvent {
  readonly kind: 'ready' | 'started' | 'ended' | 'failed';
  /** The search, and the fit within it. Empty for 'ready'. */
  readonly search: string;
  readonly fit: string;
  /** Why a fit failed to run; null else. A fit that runs and fails is an outcome like others. */
  readonly reason: string | null;
}

/** Options of {@link runWorker}. */
export interface RunWorkerOptions {
  /** `redis://host:port`, that of the search. */
  readonly redis: string;
  /** Fits at the same time, in a thread each. 1. */
  readonly nJobs?: number;
  /** Aborting it ends the worker; fits that run are left to other workers. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: WorkerEvent) => void;
  /** Milliseconds without a sign of life after which another worker runs a fit of this one again. 30,000. */
  readonly lockDuration?: number;
}

/** How often a fit is begun anew after its worker was lost, before it counts as failed: it may be what ends workers. */
const maxLosses = 3;

/** How often it is looked whether the searches that are worked on are still there, in milliseconds. */
const LOOK_MS = 2_000;

/**
 * Takes fits of searches from the queue until `signal` is aborted. Any number of workers may run, on any machines that have the same
 * packages (and the modules that a search names, at the same places).
 *
 * @throws SearchQueueError `QUEUE_UNREACHABLE` when there is no Redis at the start; one that is lost later is waited for.
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { redis, nJobs = 1, signal, onEvent = () => {}, lockDuration = 30_000 } = options;
  if (signal?.aborted) return;
  const connection = await connectRedis(redis);
  const taking = connection.duplicate({ lazyConnect: true });
  const searches = new Searches(connection, nJobs);
  const worker = new Worker<QueueTask, string>(queueName, (job, token) => searches.run(job, token, onEvent), {
    connection: taking,
    concurrency: nJobs,
    lockDuration,
    stalledInterval: lockDuration,
    maxStalledCount: maxLosses,
  });
  worker.on('error', () => {});
  try {
    await worker.waitUntilReady();
    onEvent({ kind: 'ready', search: '', fit: '', reason: null });
    await aborted(signal);
  } finally {
    // In this order, or the worker would take again what it gives back.
    await worker.pause(true);
    await searches.close();
    await worker.close();
    // BullMQ leaves connections that it was given to their owner.
    closeRedis(taking);
    closeRedis(connection);
  }
}

/** The searches that a worker has threads for. */
class Searches {
  readonly #redis: Redis;
  readonly #nJobs: number;
  readonly #open = new Map<string, OpenSearch>();
  readonly #timer: NodeJS.Timeout;
  #isClosing = false;

  constructor(redis: Redis, nJobs: number) {
    this.#redis = redis;
    this.#nJobs = nJobs;
    this.#timer = setInterval(() => void this.#dropEnded().catch(() => {}), LOOK_MS).unref();
  }

  async run(
    job: Job<QueueTask, string>,
    token: string | undefined,
    onEvent: (event: WorkerEvent) => void,
  ): Promise<string> {
    const { search, round, task: packed } = job.data;
    const event = { search, fit: job.id ?? '', reason: null };
    const task = unpackTask(packed);
    try {
      const open = await this.#find(search);
      const split = (await open.splits(round))[task.split]!;
      onEvent({ ...event, kind: 'started' });
      const outcome = await open.threads.runTask(task, split, `${round}/${task.split}`);
      onEvent({ ...event, kind: 'ended' });
      return packOutcome(encodeOutcome(outcome));
    } catch (error) {
      if (this.#isClosing) {
        // Not this fit's fault: it goes to the next worker at once.
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const reason = error instanceof Error ? error.message : String(error);
      onEvent({ ...event, kind: 'failed', reason });
      // Another try would fail in the same way.
      throw new UnrecoverableError(reason);
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#timer);
    await Promise.all([...this.#open.values()].map(({ threads }) => threads.close()));
    this.#open.clear();
  }

  async #find(search: string): Promise<OpenSearch> {
    const known = this.#open.get(search);
    if (known !== undefined) return known;
    const bytes = await this.#redis.getBuffer(jobKey(search));
    if (bytes === null) throw new Error('The search has ended.');
    // Two fits may have waited for the same bytes.
    const open = this.#open.get(search) ?? new OpenSearch(search, bytes, this.#redis, this.#nJobs);
    this.#open.set(search, open);
    return open;
  }

  /** A search that has ended, or was cancelled, has taken its data away. */
  async #dropEnded(): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    for (const [search, { threads }] of [...this.#open]) {
      if ((await this.#redis.exists(jobKey(search))) === 1) continue;
      this.#open.delete(search);
      await threads.close();
    }
  }
}

/** The threads and row numbers of one search. */
class OpenSearch {
  readonly threads: ThreadSession;
  readonly #search: string;
  readonly #redis: Redis;
  readonly #splits = new Map<number, Promise<readonly RowSplit[]>>();

  constructor(search: string, bytes: Buffer, redis: Redis, nJobs: number) {
    this.#search = search;
    this.#redis = redis;
    this.threads = ThreadSession.ofPortable(unpackJob(bytes), nJobs);
  }

  splits(round: number): Promise<readonly RowSplit[]> {
    const splits = this.#splits.get(round) ?? this.#load(round);
    this.#splits.set(round, splits);
    return splits;
  }

  async #load(round: number): Promise<readonly RowSplit[]> {
    const bytes = await this.#redis.getBuffer(roundKey(this.#search, round));
    if (bytes === null) throw new Error('The search has ended.');
    return unpackSplits(bytes);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    // Without a signal a worker works until its process ends.
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
