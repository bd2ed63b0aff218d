// `tacit search --redis` with `tacit worker`: a real Redis, and processes of their own for the search and for each worker.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type TestRedis } from './support/redis-server.js';
import { runTacit, tacitScript } from './support/run-tacit.js';
import { peopleCsv } from './support/tables.js';

let folder: string;
let redis: TestRedis;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-worker-'));
  await writeFile(join(folder, 'people.csv'), peopleCsv(120));
  await writeFile(join(folder, 'grid.json'), '{"lr":[0.05,0.01],"module__activation":["Tanh"]}');
  redis = await startRedis();
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Worker {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string }>;
}

/** A worker that says that it is ready. */
function startWorker(): Promise<Worker> {
  const child = spawn(process.execPath, [tacitScript, 'worker', '--redis', redis.url, '--json']);
  workers.push(child);
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const ended = new Promise<{ code: number | null; stdout: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout })),
  );
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      if (String(chunk).startsWith('ready for fits')) resolve({ process: child, ended });
      else reject(new Error(String(chunk)));
    });
    child.on('error', reject);
  });
}

it('two workers find what one process finds, bit for bit, and tell what they did', async () => {
  const [first, second] = await Promise.all([startWorker(), startWorker()]);
  const args = [
    ...['search', join(folder, 'people.csv'), '--target', 'decision', '--grid', join(folder, 'grid.json')],
    ...['--cv', '3', '--maxEpochs', '8', '--json'],
  ];
  const [here, there] = await Promise.all([runTacit(args), runTacit([...args, '--redis', redis.url])]);
  expect(there).toMatchObject({ code: 0, stderr: '' });
  const found = ({ stdout }: { readonly stdout: string }) => {
    const { candidates, bestParameters, best } = JSON.parse(stdout);
    const withoutTimes = candidates.map(
      ({ meanFitTime: _, ...candidate }: Record<string, unknown>) => candidate,
    );
    return { candidates: withoutTimes, bestParameters, metrics: best.metrics };
  };
  expect(found(there)).toEqual(found(here));
  first.process.kill('SIGTERM');
  second.process.kill('SIGTERM');
  const ends = await Promise.all([first.ended, second.ended]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  const counts = ends.map(({ stdout }) => JSON.parse(stdout) as { ended: number; failed: number });
  expect(counts.reduce((sum, { ended }) => sum + ended, 0)).toBe(6);
  expect(counts.map(({ failed }) => failed)).toEqual([0, 0]);
});

it('Ctrl-C ends a worker: exit code 130', async () => {
  const worker = await startWorker();
  worker.process.kill('SIGINT');
  expect(await worker.ended).toEqual({ code: 130, stdout: '' });
});

it('a Redis that does not answer is an error that says so, for the worker and for the search', async () => {
  const nowhere = 'redis://user:secret@127.0.0.1:1';
  const grid = join(folder, 'grid.json');
  const outcomes = await Promise.all([
    runTacit(['worker', '--redis', nowhere]),
    runTacit([
      'search',
      join(folder, 'people.csv'),
      '--target',
      'decision',
      '--grid',
      grid,
      '--redis',
      nowhere,
    ]),
  ]);
  for (const { code, stdout, stderr } of outcomes) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/Redis/);
    expect(stderr).not.toContain('secret');
  }
});

it('a worker without the address of a Redis is an error of usage', async () => {
  const { code, stderr } = await runTacit(['worker']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--redis <url>/);
});
