// One fit of a search or a cross-validation: a clone of the estimator with a candidate's parameters, fitted to the training rows
// of a fold and scored on its test rows. The unit of work that threads and machines share.

import { IntTensor, Tensor } from '@tacit/tensor';
import { clone, copyOf } from '../../clone.js';
import { now } from '../../environment.js';
import { classesOf } from '../../metrics/scorer.js';
import type { FitOptions, StopSignal } from '../../net/fitting.js';
import { Pipeline } from '../../preprocessing/pipeline.js';
import { StepCache } from '../../preprocessing/step-cache.js';
import { collectWarnings, type Warning } from '../../warnings.js';
import { asFailure, type FitFailure } from './fit-failure.js';
import { type NamedScoring, scorerOf } from './scoring-list.js';
import type { ModuleReference, PredictMethod, SearchEstimator } from './search-types.js';
import { selectRows } from './select-rows.js';

/** What all fits of a search have in common. */
export interface FitJob {
  /** Cloned for each fit, never fitted itself. */
  readonly estimator: SearchEstimator;
  /** Where the estimator was imported from, if it was: other threads do the same. */
  readonly source: ModuleReference | null;
  /** Exports of the user's modules that the estimator or its candidates hold. */
  readonly modules: readonly ModuleReference[];
  readonly X: unknown;
  readonly y: unknown;
  readonly scoring: readonly NamedScoring[];
  /** Values that come with the rows. */
  readonly sampleWeight?: ArrayLike<number> | null;
  readonly returnTrainScore: boolean;
  readonly returnEstimator: boolean;
  /** Predictions for the test rows that are wanted in place of scores. */
  readonly predictMethod: PredictMethod | null;
}

/** One fit. */
export interface FitTask {
  /** Where its outcome belongs. */
  readonly index: number;
  readonly candidate: number;
  /** Which of the round's splits it takes. */
  readonly split: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seeds: Readonly<Record<string, number>>;
}

/** Row numbers to fit to, and row numbers to score on. */
export type RowSplit = readonly [train: Int32Array, test: Int32Array];

/** Fits that may run in any order, and at the same time. */
export interface FitRound {
  readonly splits: readonly RowSplit[];
  readonly tasks: readonly FitTask[];
}

/** What a fit came to. Plain data, but for `estimator`. */
export interface FitOutcome {
  readonly index: number;
  /** By scorer; a scorer that failed is missing. */
  readonly testScores: Readonly<Record<string, number>>;
  readonly trainScores: Readonly<Record<string, number>>;
  /** Seconds. */
  readonly fitTime: number;
  /** Seconds. */
  readonly scoreTime: number;
  readonly failures: readonly FitFailure[];
  readonly warnings: readonly Warning[];
  readonly predictions: unknown;
  /** Labels in the order of the columns of predicted probabilities. */
  readonly classes: readonly unknown[] | null;
  readonly estimator: SearchEstimator | null;
}

type SplitRows = { readonly train: Rows; readonly test: Rows };
type Rows = { readonly X: unknown; readonly y: unknown; readonly sampleWeight: ArrayLike<number> | null };

/**
 * Runs the fits of a job. Rows of the last split are kept, the same objects for all candidates: what pipelines remember of
 * fitted steps goes by them.
 */
export class FitRunner {
  readonly #job: FitJob;
  readonly #memory = new StepCache();
  #current: { readonly split: RowSplit; readonly rows: SplitRows } | null = null;

  constructor(job: FitJob) {
    this.#job = job;
  }

  /** Runs one fit. What fails in it is part of the outcome; only an abort rejects. */
  async run(split: RowSplit, task: FitTask, signal?: StopSignal): Promise<FitOutcome> {
    const { result, warnings } = await collectWarnings(() => this.#fitAndScore(split, task, signal));
    return { ...result, warnings };
  }

  async #fitAndScore(
    split: RowSplit,
    task: FitTask,
    signal?: StopSignal,
  ): Promise<Omit<FitOutcome, 'warnings'>> {
    const outcome = { ...emptyOutcome(task.index), failures: [] as FitFailure[] };
    const start = now();
    const fitted = await this.#fit(split, task, signal).catch((error: unknown) => {
      if (signal?.aborted) throw signal.reason;
      outcome.failures.push(asFailure('fit', error));
      return null;
    });
    outcome.fitTime = (now() - start) / 1000;
    if (fitted === null) return outcome;
    const scoreStart = now();
    await this.#judge(fitted.estimator, fitted.rows, outcome);
    outcome.scoreTime = (now() - scoreStart) / 1000;
    if (this.#job.returnEstimator) outcome.estimator = fitted.estimator;
    return outcome;
  }

  async #fit(split: RowSplit, task: FitTask, signal: StopSignal | undefined) {
    const rows = this.#rowsOf(split);
    const estimator = preparedClone(this.#job.estimator, { ...task.params, ...task.seeds });
    this.#shareSteps(estimator);
    const { X, y, sampleWeight } = rows.train;
    await estimator.fit(X as never, y as never, fitOptions(sampleWeight, signal));
    return { estimator, rows };
  }

  /** Pipelines without a memory of their own get the one of this job, so that candidates share fitted steps. */
  #shareSteps(estimator: SearchEstimator): void {
    const params = estimator.getParams(true) as Readonly<Record<string, unknown>>;
    const owners = Object.entries({ '': estimator, ...params });
    const empty = owners
      .filter(([, owner]) => owner instanceof Pipeline && owner.getParams(false).memory === null)
      .map(([name]) => (name === '' ? 'memory' : `${name}__memory`));
    if (empty.length > 0) estimator.setParams(Object.fromEntries(empty.map((name) => [name, this.#memory])));
  }

  async #judge(estimator: SearchEstimator, rows: SplitRows, outcome: MutableOutcome): Promise<void> {
    const { predictMethod, returnTrainScore } = this.#job;
    if (predictMethod !== null) {
      try {
        outcome.predictions = await predictions(estimator, predictMethod, rows.test.X);
        outcome.classes = classesOf(estimator) ?? null;
      } catch (error) {
        outcome.failures.push(asFailure('predict', error));
      }
      return;
    }
    outcome.testScores = await this.#scores(estimator, rows.test, outcome);
    if (returnTrainScore) outcome.trainScores = await this.#scores(estimator, rows.train, outcome);
  }

  async #scores(estimator: SearchEstimator, rows: Rows, { failures }: MutableOutcome) {
    const scores: Record<string, number> = {};
    for (const { name, scoring } of this.#job.scoring) {
      try {
        // The estimator's own score takes y in any form, metrics take a list.
        const y = scoring === null ? rows.y : targetList(rows.y);
        scores[name] = await scorerOf(scoring)(estimator as never, rows.X as never, y as never);
      } catch (error) {
        failures.push(asFailure(`score ${name}`, error));
      }
    }
    return scores;
  }

  #rowsOf(split: RowSplit): SplitRows {
    if (this.#current?.split !== split) {
      const [train, test] = split;
      this.#current = { split, rows: { train: this.#select(train), test: this.#select(test) } };
    }
    return this.#current.rows;
  }

  #select(indices: Int32Array): Rows {
    const { X, y, sampleWeight = null } = this.#job;
    return {
      X: selectRows(X, indices),
      y: y === null || y === undefined ? y : selectRows(y, indices),
      sampleWeight: sampleWeight === null ? null : (selectRows(sampleWeight, indices) as ArrayLike<number>),
    };
  }
}

type MutableOutcome = { -readonly [K in keyof Omit<FitOutcome, 'warnings' | 'failures'>]: FitOutcome[K] } & {
  readonly failures: FitFailure[];
};

/** Targets as metrics take them: one label, number or row of numbers a row. */
function targetList(y: unknown): readonly unknown[] {
  if (Array.isArray(y)) return y;
  if (y instanceof Tensor || y instanceof IntTensor) {
    const [rows = 0, columns] = y.shape;
    const list = Array.from(y.data);
    if (columns === undefined) return list;
    return Array.from({ length: rows }, (_, row) => list.slice(row * columns, (row + 1) * columns));
  }
  return Array.from((y ?? []) as ArrayLike<unknown>);
}

/** A copy of an estimator with parameters set; names that it does not know are refused here. */
export function preparedClone(
  estimator: SearchEstimator,
  params: Readonly<Record<string, unknown>>,
): SearchEstimator {
  const copy = clone(estimator) as SearchEstimator;
  const names = Object.keys(params);
  // Copied too: estimators and callbacks among a candidate's values must not be shared by its fits.
  if (names.length > 0)
    copy.setParams(Object.fromEntries(names.map((name) => [name, copyOf(name, params[name])])));
  return copy;
}

function fitOptions(sampleWeight: ArrayLike<number> | null, signal: StopSignal | undefined): FitOptions {
  return {
    ...(signal === undefined ? null : { signal }),
    ...(sampleWeight === null ? null : { sampleWeight }),
  };
}

function emptyOutcome(index: number): Omit<MutableOutcome, 'failures'> {
  return {
    index,
    testScores: {},
    trainScores: {},
    fitTime: 0,
    scoreTime: 0,
    predictions: null,
    classes: null,
    estimator: null,
  };
}

async function predictions(estimator: SearchEstimator, method: PredictMethod, X: unknown): Promise<unknown> {
  const predict = estimator[method] as ((X: unknown) => Promise<unknown>) | undefined;
  if (predict === undefined) throw new TypeError(`${estimator.constructor.name} has no ${method}.`);
  return predict.call(estimator, X);
}
