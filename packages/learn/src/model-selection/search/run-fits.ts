// Fits of candidates on folds, for searches and cross-validations alike: checks everything before the first fit, derives seeds,
// runs the fits on a backend, and counts what failed.

import { printLine } from '../../environment.js';
import { type StopSignal, throwIfAborted } from '../../net/fitting.js';
import { generatorFrom } from '../../random-state.js';
import { warn } from '../../warnings.js';
import { type Cv, checkCv } from '../splitters/check-cv.js';
import type { Groups, SplitRows } from '../splitters/splitter.js';
import { StratifiedKFold } from '../splitters/stratified-k-fold.js';
import { chooseBackend } from './backend-choice.js';
import { checkClassesFillFolds } from './class-folds.js';
import { keepable } from './column-table.js';
import type { FitSession } from './fit-backend.js';
import { allFitsFailed, fitFailed, invalidParameter, listFailures } from './fit-failure.js';
import { type FitJob, type FitOutcome, type FitTask, preparedClone, type RowSplit } from './fit-task.js';
import { isClassifier } from './is-classifier.js';
import { importEstimator, isModuleReference } from './module-reference.js';
import { emptyGrid } from './parameter-grid.js';
import type { ModuleReference, RunOptions, SearchEstimator } from './search-types.js';
import { refitFold, seedsFor } from './seeds.js';

/** Parameters of one candidate. */
export type Candidate = Readonly<Record<string, unknown>>;

/** What is to be fitted, on what, and judged how. */
export interface FitPlan extends Pick<FitJob, 'scoring' | 'sampleWeight'> {
  readonly estimator: SearchEstimator | ModuleReference;
  readonly X: unknown;
  readonly y: unknown;
  readonly returnTrainScore?: boolean;
  readonly returnEstimator?: boolean;
  readonly predictMethod?: FitJob['predictMethod'];
  /** The root of all seeds where `seed` is null and one was drawn before. */
  readonly drawnSeed?: number;
}

/** Outcomes by candidate and fold. */
export type OutcomeTable = readonly (readonly FitOutcome[])[];

/**
 * The fits of one search.
 *
 * @throws as the candidates' `setParams`, for unknown names.
 */
export class FitRun {
  readonly job: FitJob;
  /** The root of all seeds. */
  readonly seed: number;
  readonly #options: RunOptions;
  readonly #signal: StopSignal | undefined;
  #session: FitSession | null = null;
  #done = 0;
  #total: number;

  private constructor(
    job: FitJob,
    options: RunOptions,
    signal: StopSignal | undefined,
    total: number,
    seed: number,
  ) {
    this.job = job;
    this.#options = options;
    this.#signal = signal;
    this.#total = total;
    this.seed = seed;
  }

  /** @param total - fits that there will be, for progress. */
  static async open(plan: FitPlan, options: RunOptions, total: number, signal?: StopSignal): Promise<FitRun> {
    throwIfAborted(signal);
    checkRunOptions(options);
    const seed = options.seed ?? plan.drawnSeed ?? drawSeed();
    const run = new FitRun(await jobOf(plan, options), options, signal, total, seed);
    warnOfIdleSplits(run.job.estimator);
    run.#begin();
    return run;
  }

  /**
   * Fits each candidate on each split.
   *
   * @param numbers - the number of each candidate, from which its seeds follow. Default: its place.
   */
  async round(
    candidates: readonly Candidate[],
    splits: readonly RowSplit[],
    numbers?: readonly number[],
  ): Promise<OutcomeTable> {
    const round = { splits, tasks: this.#tasks(candidates, splits, numbers) };
    // Opened late: what is wrong with names is told before threads are started.
    this.#session ??= await (await chooseBackend(this.#options)).open(this.job);
    const outcomes = new Array<FitOutcome>(round.tasks.length);
    const report = (outcome: FitOutcome) => {
      outcomes[outcome.index] = outcome;
      this.#tell(outcome, splits.length, candidates, numbers);
    };
    await this.#session.run(round, report, this.#signal);
    this.#summarize(outcomes);
    return candidates.map((_, candidate) =>
      outcomes.slice(candidate * splits.length, (candidate + 1) * splits.length),
    );
  }

  /** An unfitted estimator with a candidate's parameters and the seeds of the fit on all rows. */
  prepare(params: Candidate, number: number): SearchEstimator {
    return preparedClone(this.job.estimator, { ...params, ...this.#seeds(params, number, refitFold) });
  }

  /** Ends threads and connections, and takes the bar away. */
  async close(): Promise<void> {
    this.#options.progress?.stop();
    await this.#session?.close();
  }

  // By folds first, so that rows of one fold and what pipelines remember of them serve all candidates before the next fold.
  #tasks(
    candidates: readonly Candidate[],
    splits: readonly RowSplit[],
    numbers?: readonly number[],
  ): FitTask[] {
    const checked = candidates.map(
      (params) => preparedClone(this.job.estimator, params).getParams(true) as Candidate,
    );
    return splits.flatMap((_, split) =>
      candidates.map((params, place) => {
        const candidate = numbers?.[place] ?? place;
        const seeds = this.#seeds(params, candidate, split, checked[place]);
        return { index: place * splits.length + split, candidate, split, params, seeds };
      }),
    );
  }

  #seeds(
    params: Candidate,
    candidate: number,
    fold: number | string,
    all?: Candidate,
  ): Record<string, number> {
    const known = all ?? (preparedClone(this.job.estimator, params).getParams(true) as Candidate);
    const replaces = (this.#options.seed ?? null) !== null;
    return seedsFor(known, new Set(Object.keys(params)), replaces, { root: this.seed, candidate, fold });
  }

  #begin(): void {
    const { verbose = 0, progress } = this.#options;
    if (verbose >= 1) printLine(`Fitting ${this.#total} times.`);
    progress?.start(this.#total, 'fits');
  }

  #tell(
    outcome: FitOutcome,
    folds: number,
    candidates: readonly Candidate[],
    numbers: readonly number[] | undefined,
  ): void {
    const { verbose = 0, progress, onFit, errorScore = Number.NaN } = this.#options;
    const place = Math.floor(outcome.index / folds);
    const fold = outcome.index % folds;
    const params = candidates[place]!;
    for (const { code, message } of outcome.warnings) warn(code, message);
    const where = `Fold ${fold} of ${describe(params)}`;
    if (errorScore === 'raise' && outcome.failures.length > 0) throw fitFailed(outcome.failures[0]!, where);
    this.#done++;
    const total = Math.max(this.#total, this.#done);
    if (verbose >= 2) printLine(`${where}: ${sayOutcome(outcome)}`);
    progress?.update(this.#done, outcome.testScores);
    const candidate = numbers?.[place] ?? place;
    onFit?.({ done: this.#done, total, candidate, fold, params, scores: outcome.testScores });
  }

  #summarize(outcomes: readonly FitOutcome[]): void {
    const failures = outcomes.flatMap((outcome) => outcome.failures);
    if (failures.length === 0) return;
    const lost = outcomes.filter((outcome) =>
      outcome.failures.some(({ stage }) => stage === 'fit' || stage === 'predict'),
    );
    if (lost.length === outcomes.length) throw allFitsFailed(outcomes.length, failures);
    const { errorScore = Number.NaN } = this.#options;
    const failed = outcomes.filter((outcome) => outcome.failures.length > 0).length;
    warn(
      'FIT_FAILED',
      `${failed} of ${outcomes.length} fits failed; their scores count as ${errorScore}.\n${listFailures(failures)}`,
    );
  }
}

/** A net's own split takes rows from training; without a callback that looks at its scores, for nothing. */
function warnOfIdleSplits(estimator: SearchEstimator): void {
  const params = estimator.getParams(true) as Candidate;
  for (const [name, value] of Object.entries(params)) {
    const prefix = /^(.*__)?trainSplit$/.exec(name)?.[1] ?? '';
    if (!/(^|__)trainSplit$/.test(name) || !value || params[`${prefix}callbacks`]) continue;
    warn(
      'SEARCH_SPLIT',
      `Each fit sets validation rows aside (${name}), and no callback uses their scores: ${name}: false trains on all rows of a fold.`,
    );
  }
}

/** A root of seeds for a run that was given none. */
export function drawSeed(): number {
  return generatorFrom(null).nextUint32();
}

/** The estimator itself, imported where it is a reference. */
export async function resolveEstimator(
  estimator: SearchEstimator | ModuleReference,
): Promise<SearchEstimator> {
  return isModuleReference(estimator) ? importEstimator(estimator) : (estimator as SearchEstimator);
}

/**
 * Candidates that the estimator takes, checked before any work.
 *
 * @throws as its `setParams`; ParameterError `GRID_EMPTY` when there is no parameter at all.
 */
export function checkedCandidates(
  estimator: SearchEstimator,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  if (candidates.every((params) => Object.keys(params).length === 0)) throw emptyGrid('no parameter');
  for (const params of candidates) preparedClone(estimator, params);
  return candidates;
}

/** The folds of `cv` as numbers of rows, checked. */
export function rowSplits(
  cv: Cv,
  estimator: SearchEstimator,
  X: unknown,
  y: unknown,
  groups: Groups | null = null,
): readonly RowSplit[] {
  const isForClasses = isClassifier(estimator);
  const splitter = checkCv(cv, (y ?? null) as never, isForClasses);
  if (splitter instanceof StratifiedKFold && typeof cv === 'number') checkClassesFillFolds(cv, y);
  return Array.from(splitter.split(X as SplitRows, y as never, groups), ([train, test]) => [
    Int32Array.from(train),
    Int32Array.from(test),
  ]);
}

async function jobOf(plan: FitPlan, { modules = [] }: RunOptions): Promise<FitJob> {
  const { returnTrainScore = false, returnEstimator = false, predictMethod = null } = plan;
  const source = isModuleReference(plan.estimator) ? plan.estimator : null;
  const estimator = await resolveEstimator(plan.estimator);
  return {
    estimator,
    source,
    modules,
    X: keepable(plan.X),
    y: keepable(plan.y),
    scoring: plan.scoring,
    sampleWeight: plan.sampleWeight ?? null,
    returnTrainScore,
    returnEstimator,
    predictMethod,
  };
}

function checkRunOptions({ seed = null, errorScore = Number.NaN }: RunOptions): void {
  if (seed !== null && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw invalidParameter('seed', String(seed), 'a whole number from 0 to 2⁵³ − 1, or null');
  }
  if (errorScore !== 'raise' && typeof errorScore !== 'number') {
    throw invalidParameter('errorScore', String(errorScore), "a number, or 'raise'");
  }
}

function sayOutcome({ testScores, fitTime, failures }: FitOutcome): string {
  const scores = Object.entries(testScores).map(([name, score]) => `${name} ${score.toFixed(4)}`);
  const failed = failures.map(({ stage, message }) => `${stage} failed: ${message}`);
  return `${[...scores, ...failed].join(', ')}, ${fitTime.toFixed(2)} s`;
}

/** A candidate in a message. */
function describe(params: Candidate): string {
  const entries = Object.entries(params).map(([name, value]) => `${name}: ${describeValue(value)}`);
  return entries.length === 0 ? 'the estimator' : `{ ${entries.join(', ')} }`;
}

function describeValue(value: unknown): string {
  if (typeof value === 'function') return value.name || 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `[${value.map(describeValue).join(', ')}]` : value.constructor.name;
}
