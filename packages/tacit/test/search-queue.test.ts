// Searches on a real Redis with workers that are processes of their own. The workers run the build.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  crossValScore,
  GridSearchCV,
  MLPModule,
  NeuralNetClassifier,
  Pipeline,
  StandardScaler,
} from '@tacit/learn';
import { Adam } from '@tacit/nn';
import { runSearchOnQueue, searchQueue, type WorkerEvent } from 'tacit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startRedis, type TestRedis } from './support/redis-server.js';

const script = fileURLToPath(new URL('./support/queue-worker.mjs', import.meta.url));
let redis: TestRedis;
const processes = new Set<ChildProcess>();

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all([...processes].map((worker) => kill(worker)));
});

const X = Array.from({ length: 90 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i % 5]);
const y = X.map(([a, b]) => (a! > b! ? 'above' : 'below'));

const makeSearch = (maxEpochs: number) =>
  new GridSearchCV({
    estimator: new Pipeline({
      steps: {
        scale: new StandardScaler(),
        net: new NeuralNetClassifier({
          module: MLPModule,
          optimizer: Adam,
          maxEpochs,
          trainSplit: false,
          verbose: 0,
        }),
      },
    }),
    paramGrid: { net__lr: [0.01, 0.1], net__module__hiddenUnits: [4, 8] },
    scoring: ['accuracy', 'neg_log_loss'],
    refit: 'neg_log_loss',
    returnTrainScore: true,
    cv: 3,
    seed: 7,
  });

/** All that does not depend on the clock. */
function withoutTimes(results: object): object {
  return Object.fromEntries(Object.entries(results).filter(([name]) => !name.endsWith('_time')));
}

test('a search through the queue has the bits of one in this thread, and leaves no data behind', async () => {
  const here = await makeSearch(5).fit(X, y);
  await startWorker(5000);
  const search = await runSearchOnQueue(makeSearch(5), X, y, { redis: redis.url });
  expect(withoutTimes(search.cvResults_)).toEqual(withoutTimes(here.cvResults_));
  expect(await search.predictProba(X)).toEqual(await here.predictProba(X));
  expect(await keysLeft()).toEqual([]);
});

test('a worker process that is killed in the middle of a fit loses nothing: the fit is run again elsewhere, to the same bits', async () => {
  const here = await makeSearch(150).fit(X, y);
  const first = await startWorker(1000, 3);
  const search = makeSearch(150);
  const done = runSearchOnQueue(search, X, y, { redis: redis.url });
  await exitOf(first.process);
  expect(first.process.signalCode).toBe('SIGKILL');
  const lost = first.events.at(-1)!;
  expect(lost.kind).toBe('started');
  const second = await startWorker(1000);
  await done;
  expect(second.events.filter(({ kind, fit }) => kind === 'ended' && fit === lost.fit)).toHaveLength(1);
  expect(withoutTimes(search.cvResults_)).toEqual(withoutTimes(here.cvResults_));
  expect(await search.predictProba(X)).toEqual(await here.predictProba(X));
});

test('two workers share the fits of a search', async () => {
  const workers = [await startWorker(5000), await startWorker(5000)];
  await runSearchOnQueue(makeSearch(150), X, y, { redis: redis.url });
  const ended = workers.map(({ events }) => count(events, 'ended'));
  expect(ended[0]! + ended[1]!).toBe(12);
  expect(Math.min(...ended)).toBeGreaterThan(0);
});

test('a worker that is asked to end gives its fit back at once', async () => {
  const first = await startWorker(600_000);
  const done = runSearchOnQueue(makeSearch(150), X, y, { redis: redis.url });
  await first.until(({ kind }) => kind === 'started');
  await kill(first.process, 'SIGTERM');
  // The lock of a lost fit would last ten minutes.
  await startWorker(600_000);
  expect((await done).bestScore_).toBeGreaterThan(-1);
});

describe('what goes wrong is told', () => {
  test('a search without any worker gives up, and says how to start one', async () => {
    const search = makeSearch(5);
    const fitting = runSearchOnQueue(search, X, y, { redis: redis.url, patience: 1500 });
    await expect(fitting).rejects.toMatchObject({
      code: 'QUEUE_NO_WORKER',
      hint: expect.stringContaining('tacit worker --redis'),
    });
    expect(await keysLeft()).toEqual([]);
  });

  test.each(['redis://127.0.0.1:1', 'localhost:6379'])(
    'no Redis at %s is an error before any fit',
    async (url) => {
      await expect(runSearchOnQueue(makeSearch(5), X, y, { redis: url })).rejects.toMatchObject({
        code: 'QUEUE_UNREACHABLE',
      });
    },
  );

  test('a password does not get into the message', async () => {
    const fitting = runSearchOnQueue(makeSearch(5), X, y, { redis: 'redis://user:secret@127.0.0.1:1' });
    await expect(fitting).rejects.not.toThrow(/secret/);
  });

  test('an abort rejects with its reason and takes the fits that wait from the queue', async () => {
    const worker = await startWorker(5000);
    const abort = new AbortController();
    const fitting = runSearchOnQueue(makeSearch(5000), X, y, { redis: redis.url, signal: abort.signal });
    await worker.until(({ kind }) => kind === 'started');
    abort.abort(new Error('enough'));
    await expect(fitting).rejects.toThrow('enough');
    expect(await keysLeft()).toEqual([]);
  });

  test('a class that no module exports is named, before any fit', async () => {
    class Mine extends MLPModule {}
    const net = new NeuralNetClassifier({ module: Mine, trainSplit: false, verbose: 0 });
    const scores = crossValScore(net, X, y, { backend: searchQueue({ redis: redis.url }) });
    await expect(scores).rejects.toMatchObject({ code: 'NOT_PORTABLE', got: 'the class Mine' });
  });
});

interface TestWorker {
  readonly process: ChildProcess;
  readonly events: readonly WorkerEvent[];
  /** The first event that fulfills a condition. Rejects when the process ends before. */
  until(condition: (event: WorkerEvent, all: readonly WorkerEvent[]) => boolean): Promise<WorkerEvent>;
}

async function startWorker(lockDuration: number, deadlyFit?: number): Promise<TestWorker> {
  const child = spawn(
    process.execPath,
    [script, redis.url, String(lockDuration), ...(deadlyFit === undefined ? [] : [String(deadlyFit)])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  processes.add(child);
  const events: WorkerEvent[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as WorkerEvent);
    for (const listener of [...listeners]) listener();
  });
  const until: TestWorker['until'] = (condition) =>
    new Promise((resolve, reject) => {
      let seen = 0;
      const look = () => {
        for (; seen < events.length; seen++) {
          if (!condition(events[seen]!, events.slice(0, seen + 1))) continue;
          listeners.delete(look);
          resolve(events[seen]!);
          return;
        }
      };
      listeners.add(look);
      child.once('exit', () => reject(new Error('The worker ended.')));
      look();
    });
  await until(({ kind }) => kind === 'ready');
  return { process: child, events, until };
}

async function kill(worker: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  worker.kill(signal);
  await exitOf(worker);
}

async function exitOf(worker: ChildProcess): Promise<void> {
  processes.delete(worker);
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  await new Promise((resolve) => worker.once('close', resolve));
}

function count(events: readonly WorkerEvent[], kind: WorkerEvent['kind']): number {
  return events.filter((event) => event.kind === kind).length;
}

/** Keys of data that searches left. */
async function keysLeft(): Promise<readonly string[]> {
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  try {
    return await client.keys('tacit-search:data:*');
  } finally {
    client.disconnect();
  }
}
