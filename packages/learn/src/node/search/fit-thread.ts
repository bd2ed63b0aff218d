// What a worker thread does: makes the job that it was started with, once, and runs tasks of it.

import { workerData } from 'node:worker_threads';
import { asFailure, type FitFailure } from '../../model-selection/search/fit-failure.js';
import { FitRunner, type RowSplit } from '../../model-selection/search/fit-task.js';
import {
  decodeJob,
  decodeTask,
  encodeOutcome,
  type PortableJob,
  type PortableOutcome,
  type PortableTask,
} from './portable-job.js';

/** One task for a thread. The row numbers lie in shared memory. */
export interface ThreadTask {
  /** Equal for tasks on the same rows. */
  readonly splitKey: string;
  readonly split: RowSplit;
  readonly task: PortableTask;
}

/** What a thread answers: an outcome, or why it cannot run tasks of this job at all. */
export type ThreadAnswer =
  | { readonly outcome: PortableOutcome; readonly refusal: null }
  | { readonly outcome: null; readonly refusal: FitFailure };

let runner: Promise<FitRunner> | null = null;
let current: { readonly key: string; readonly split: RowSplit } | null = null;

/** Runs one task. Never rejects: a rejection means that the thread was lost. */
export async function runInThread({ splitKey, split, task }: ThreadTask): Promise<ThreadAnswer> {
  try {
    runner ??= decodeJob(workerData as PortableJob).then((job) => new FitRunner(job));
    // The same object for the same rows: the runner goes by it.
    if (current?.key !== splitKey) current = { key: splitKey, split };
    const outcome = await (await runner).run(current.split, await decodeTask(task));
    return { outcome: encodeOutcome(outcome), refusal: null };
  } catch (error) {
    const { stage, name, message, code } = asFailure('start', error);
    return { outcome: null, refusal: { stage, name, message, code } };
  }
}
