// What a worker thread does: makes the job of a task, once for all its tasks, and runs them.

import { asFailure, type FitFailure } from '../../model-selection/search/fit-failure.js';
import { FitRunner, type RowSplit } from '../../model-selection/search/fit-task.js';
import { type PackedJob, unpackJob } from './packed-job.js';
import {
  decodeJob,
  decodeTask,
  encodeOutcome,
  type PortableOutcome,
  type PortableTask,
} from './portable-job.js';

/** One task for a thread. The row numbers lie in shared memory. */
export interface ThreadTask {
  readonly job: PackedJob;
  /** Equal for tasks on the same rows. */
  readonly splitKey: string;
  readonly split: RowSplit;
  readonly task: PortableTask;
}

/** What a thread answers: an outcome, or why it cannot run tasks of this job at all. */
export type ThreadAnswer =
  | { readonly outcome: PortableOutcome; readonly refusal: null }
  | { readonly outcome: null; readonly refusal: FitFailure };

let runner: { readonly key: number; readonly ready: Promise<FitRunner> } | null = null;
let current: { readonly key: string; readonly split: RowSplit } | null = null;

/** Runs one task. Never rejects: a rejection means that the thread was lost. */
export async function runInThread({ job, splitKey, split, task }: ThreadTask): Promise<ThreadAnswer> {
  try {
    if (runner?.key !== job.key) runner = { key: job.key, ready: runnerFor(job) };
    const { ready } = runner;
    // The same object for the same rows: the runner goes by it.
    const key = `${job.key}/${splitKey}`;
    if (current?.key !== key) current = { key, split };
    const outcome = await (await ready).run(current.split, await decodeTask(task));
    return { outcome: encodeOutcome(outcome), refusal: null };
  } catch (error) {
    const { stage, name, message, code } = asFailure('start', error);
    return { outcome: null, refusal: { stage, name, message, code } };
  }
}

async function runnerFor(job: PackedJob): Promise<FitRunner> {
  return new FitRunner(await decodeJob(unpackJob(job)));
}
