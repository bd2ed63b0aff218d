// The side of the search: fits go into a queue on Redis, outcomes come back.

import { randomUUID } from 'node:crypto';
import type { FitBackend, FitJob, FitOutcome, FitRound, FitSession, StopSignal } from '@tacit/learn';
import { decodeOutcome, JobEncoder, onAbort } from '@tacit/learn/node';
import { Job, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { closeRedis, connectRedis, unreachable } from './connection.js';
import { SearchQueueError } from './errors.js';
import {
  jobKey,
  keptSeconds,
  packJob,
  packSplits,
  packTask,
  queueName,
  roundKey,
  taskId,
  unpackOutcome,
} from './messages.js';

/** Options of {@link searchQueue}. */
export interface SearchQueueOptions {
  /** `redis://host:port`. Whoever can write there decides what workers import: let nobody else in. */
  readonly redis: string;
  /** Milliseconds without any worker at the queue, or without Redis, after which the search gives up. 60,000. */
  readonly patience?: number;
}

/** How often it is looked whether workers are there and events were missed, in milliseconds. */
const WATCH_MS = 1_000;

/**
 * Runs the fits of a search on all machines that run `tacit worker` (or `runWorker`) at the same Redis. A fit whose worker ends
 * in the middle is run again elsewhere; the results are the bits of a search in one thread.
 *
 * @throws (when a search begins) SearchQueueError `QUEUE_UNREACHABLE`; later `QUEUE_NO_WORKER` when nobody takes the fits.
 * @example new GridSearchCV({ estimator, paramGrid, backend: searchQueue({ redis: 'redis://127.0.0.1:6379' }) })
 */
export function searchQueue({ redis, patience = 60_000 }: SearchQueueOptions): FitBackend {
  return {
    async open(job: FitJob): Promise<FitSession> {
      const encoder = await JobEncoder.of(job);
      const connection = await connectRedis(redis);
      const session = new QueueSession(encoder, connection, { redis, patience });
      try {
        await session.begin();
      } catch (error) {
        await session.close();
        throw error;
      }
      return session;
    },
  };
}

/** Without an outcome for so long, it is looked whether events were missed; milliseconds. */
const QUIET_MS = 5_000;

class QueueSession implements FitSession {
  readonly #id = randomUUID();
  readonly #encoder: JobEncoder;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #listening: Redis;
  readonly #options: Required<SearchQueueOptions>;
  readonly #keys = new Set<string>();
  #rounds = 0;

  constructor(encoder: JobEncoder, redis: Redis, options: Required<SearchQueueOptions>) {
    this.#encoder = encoder;
    this.#redis = redis;
    this.#options = options;
    this.#queue = new Queue(queueName, { connection: redis });
    // Events block a connection, so they have one of their own.
    this.#listening = redis.duplicate({ lazyConnect: true });
    this.#events = new QueueEvents(queueName, { connection: this.#listening });
    // Lost connections are made again; whether that takes too long is watched in `run`.
    this.#queue.on('error', () => {});
    this.#events.on('error', () => {});
  }

  /** Leaves the job where workers find it. */
  async begin(): Promise<void> {
    await this.#events.waitUntilReady();
    await this.#store(jobKey(this.#id), packJob(this.#encoder.job));
  }

  async run(round: FitRound, report: (outcome: FitOutcome) => void, signal?: StopSignal): Promise<void> {
    const number = this.#rounds++;
    await this.#store(roundKey(this.#id, number), packSplits(round.splits));
    const pending = new Map<string, number>();
    for (const { index } of round.tasks) pending.set(taskId(this.#id, number, index), index);
    const abort = onAbort(signal);
    const collecting = new Collection(this.#queue, this.#events, pending, report);
    try {
      await this.#submit(round, number);
      await Promise.race([collecting.done, abort.promise, this.#watch(collecting)]);
    } catch (error) {
      await this.#withdraw(pending);
      throw error;
    } finally {
      collecting.stop();
      abort.stop();
    }
  }

  async close(): Promise<void> {
    // Without its data, workers give up what they still run of this search.
    const isConnected = this.#redis.status === 'ready';
    if (isConnected && this.#keys.size > 0) await this.#redis.del(...this.#keys).catch(() => {});
    await this.#events.close().catch(() => {});
    await this.#queue.close().catch(() => {});
    // BullMQ leaves connections that it was given to their owner.
    closeRedis(this.#listening);
    closeRedis(this.#redis);
  }

  async #store(key: string, bytes: Buffer): Promise<void> {
    this.#keys.add(key);
    await this.#redis.set(key, bytes, 'EX', keptSeconds);
  }

  async #submit(round: FitRound, number: number): Promise<void> {
    const kept = { age: keptSeconds };
    await this.#queue.addBulk(
      this.#encoder.tasks(round).map((task) => ({
        name: 'fit',
        data: { search: this.#id, round: number, task: packTask(task) },
        opts: { jobId: taskId(this.#id, number, task.index), removeOnComplete: kept, removeOnFail: kept },
      })),
    );
  }

  async #withdraw(pending: ReadonlyMap<string, number>): Promise<void> {
    if (this.#redis.status !== 'ready') return;
    // Those that run cannot be removed; they end with the data of the search.
    await Promise.all([...pending.keys()].map((id) => this.#queue.remove(id).catch(() => 0)));
  }

  /** Rejects when nobody works on the search any more. */
  async #watch(collection: Collection): Promise<never> {
    let since = performance.now();
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS).unref());
      if (collection.isStopped) return new Promise<never>(() => {});
      const isConnected = this.#redis.status === 'ready';
      const workers = isConnected ? await this.#queue.getWorkersCount().catch(() => 0) : 0;
      if (isConnected && collection.quietMs > QUIET_MS) await collection.catchUp();
      if (workers > 0) since = performance.now();
      if (performance.now() - since < this.#options.patience) continue;
      throw isConnected ? noWorker(this.#options.redis) : unreachable(this.#options.redis, null);
    }
  }
}

/** Outcomes as they come back. */
class Collection {
  readonly done: Promise<void>;
  isStopped = false;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #pending: Map<string, number>;
  readonly #report: (outcome: FitOutcome) => void;
  #last = performance.now();
  #resolve = (): void => {};
  #reject = (_reason: unknown): void => {};

  constructor(
    queue: Queue,
    events: QueueEvents,
    pending: Map<string, number>,
    report: (outcome: FitOutcome) => void,
  ) {
    this.#queue = queue;
    this.#events = events;
    this.#pending = pending;
    this.#report = report;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {});
    events.on('completed', this.#onCompleted);
    events.on('failed', this.#onFailed);
    if (pending.size === 0) this.#resolve();
  }

  stop(): void {
    this.isStopped = true;
    this.#events.off('completed', this.#onCompleted);
    this.#events.off('failed', this.#onFailed);
  }

  /** Milliseconds since the last outcome, or the last look for missed ones. */
  get quietMs(): number {
    return performance.now() - this.#last;
  }

  /** Looks for outcomes whose events did not arrive, as after a lost connection. */
  async catchUp(): Promise<void> {
    this.#last = performance.now();
    for (const id of [...this.#pending.keys()]) {
      const job = await Job.fromId(this.#queue, id).catch(() => undefined);
      if (job?.finishedOn === undefined || this.isStopped) continue;
      if (job.failedReason) this.#onFailed({ jobId: id, failedReason: job.failedReason });
      else this.#onCompleted({ jobId: id, returnvalue: job.returnvalue as string });
    }
  }

  readonly #onCompleted = ({ jobId, returnvalue }: { jobId: string; returnvalue: string }): void => {
    this.#take(jobId, () => decodeOutcome(unpackOutcome(returnvalue)));
  };

  readonly #onFailed = ({ jobId, failedReason }: { jobId: string; failedReason: string }): void => {
    this.#take(jobId, (index) => failedOutcome(index, failedReason));
  };

  // Events of other searches pass here too; of this one, each fit counts once.
  #take(id: string, outcome: (index: number) => FitOutcome): void {
    const index = this.#pending.get(id);
    if (index === undefined || this.isStopped) return;
    this.#pending.delete(id);
    this.#last = performance.now();
    try {
      this.#report(outcome(index));
      if (this.#pending.size === 0) this.#resolve();
    } catch (error) {
      this.#reject(error);
    }
  }
}

/** A fit that no worker could bring to an end. */
function failedOutcome(index: number, message: string): FitOutcome {
  return {
    index,
    testScores: {},
    trainScores: {},
    fitTime: 0,
    scoreTime: 0,
    failures: [{ stage: 'fit', name: 'WorkerFailed', message, code: 'WORKER_LOST' }],
    warnings: [],
    predictions: null,
    classes: null,
    estimator: null,
  };
}

function noWorker(redis: string): SearchQueueError {
  return new SearchQueueError('No worker takes the fits of this search.', {
    code: 'QUEUE_NO_WORKER',
    got: 'no worker at the queue',
    expected: 'at least one worker',
    hint: `Start one, on any machine: tacit worker --redis ${redis.replace(/\/\/[^@/]*@/, '//')}`,
  });
}
