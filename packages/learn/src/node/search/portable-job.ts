// A job and its rounds as plain data.

import type { FitFailure } from '../../model-selection/search/fit-failure.js';
import type { FitJob, FitOutcome, FitRound, FitTask } from '../../model-selection/search/fit-task.js';
import { importEstimator } from '../../model-selection/search/module-reference.js';
import type { NamedScoring } from '../../model-selection/search/scoring-list.js';
import type { ModuleReference, SearchEstimator } from '../../model-selection/search/search-types.js';
import {
  decodeValue,
  encodeValue,
  type KnownExports,
  knownExports,
  type PortableValue,
} from './portable-value.js';

/** A job that can be sent. */
export interface PortableJob extends Pick<FitJob, 'source' | 'returnTrainScore' | 'predictMethod'> {
  /** null where the estimator is imported from `source`. */
  readonly estimator: PortableValue;
  readonly X: PortableValue;
  readonly y: PortableValue;
  readonly sampleWeight: PortableValue;
  readonly scoring: PortableValue;
}

/** A task that can be sent. */
export interface PortableTask extends Omit<FitTask, 'params'> {
  readonly params: PortableValue;
}

/** An outcome as it comes back. */
export type PortableOutcome = Omit<FitOutcome, 'estimator'>;

/** Encodes a job and its tasks. */
export class JobEncoder {
  readonly job: PortableJob;
  readonly #known: KnownExports;

  private constructor(job: PortableJob, known: KnownExports) {
    this.job = job;
    this.#known = known;
  }

  /** @throws ParameterError `NOT_PORTABLE`, naming what cannot be sent; `MODULE_REFERENCE`. */
  static async of(job: FitJob): Promise<JobEncoder> {
    const known = await knownExports(job.modules);
    const portable: PortableJob = {
      source: job.source,
      estimator: job.source === null ? encodeValue(job.estimator, known, 'the estimator') : null,
      X: rowsOfNumbers(job.X) ?? encodeValue(job.X, known, 'X'),
      y: encodeValue(job.y, known, 'y'),
      sampleWeight: encodeValue(job.sampleWeight ?? null, known, 'sampleWeight'),
      scoring: encodeValue(job.scoring, known, 'scoring'),
      returnTrainScore: job.returnTrainScore,
      predictMethod: job.predictMethod,
    };
    return new JobEncoder(portable, known);
  }

  /** @throws ParameterError `NOT_PORTABLE`. */
  tasks(round: FitRound): PortableTask[] {
    return round.tasks.map((task) => ({
      ...task,
      params: encodeValue(task.params, this.#known, `candidate ${task.candidate}`),
    }));
  }
}

/** The job again, in another thread. */
export async function decodeJob(job: PortableJob): Promise<FitJob> {
  const { source, returnTrainScore, predictMethod } = job;
  const [estimator, X, y, sampleWeight, scoring] = await Promise.all([
    source === null ? decodeValue(job.estimator) : importEstimator(source as ModuleReference),
    ...[job.X, job.y, job.sampleWeight, job.scoring].map(decodeValue),
  ]);
  return {
    estimator: estimator as SearchEstimator,
    source,
    modules: [],
    X,
    y,
    sampleWeight: sampleWeight as ArrayLike<number> | null,
    scoring: scoring as readonly NamedScoring[],
    returnTrainScore,
    returnEstimator: false,
    predictMethod,
  };
}

/** The task again. */
export async function decodeTask(task: PortableTask): Promise<FitTask> {
  return { ...task, params: (await decodeValue(task.params)) as FitTask['params'] };
}

/** An outcome without what stays in its thread. */
export function encodeOutcome({ estimator: _, failures, ...outcome }: FitOutcome): PortableOutcome {
  return { ...outcome, failures: failures.map(withoutCause) };
}

/** The outcome again. */
export function decodeOutcome(outcome: PortableOutcome): FitOutcome {
  return { ...outcome, estimator: null };
}

function withoutCause({ stage, name, message, code }: FitFailure): FitFailure {
  return { stage, name, message, code };
}

/** Rows of numbers as one block, which threads can share; null for anything else. */
function rowsOfNumbers(X: unknown): PortableValue | null {
  if (!Array.isArray(X) || !isRow(X[0])) return null;
  const rows = X as readonly ArrayLike<unknown>[];
  const columns = rows[0]!.length;
  const values = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries()) {
    if (!isRow(row) || row.length !== columns) return null;
    for (let column = 0; column < columns; column++) {
      const value = row[column];
      if (typeof value !== 'number') return null;
      values[i * columns + column] = value;
    }
  }
  return { kind: 'rows', values, columns };
}

function isRow(row: unknown): row is ArrayLike<unknown> {
  return Array.isArray(row) || (ArrayBuffer.isView(row) && !(row instanceof DataView));
}
