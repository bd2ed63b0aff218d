// What all searches share: candidates are fitted on folds, the best one is fitted on all rows, and the search then predicts as
// it does. A search is an estimator itself.

import { BaseEstimator } from '../../base-estimator.js';
import { now } from '../../environment.js';
import { NotFittedError, ParameterError } from '../../errors.js';
import type { FitOptions, StopSignal } from '../../net/fitting.js';
import type { ValueRule } from '../../parameter-values.js';
import type { Prefixed } from '../../params.js';
import type { Label } from '../../validate-input.js';
import type { Cv } from '../splitters/check-cv.js';
import type { Groups } from '../splitters/splitter.js';
import { invalidParameter } from './fit-failure.js';
import type { RowSplit } from './fit-task.js';
import { type CvResults, cvResults } from './results.js';
import {
  type Candidate,
  drawSeed,
  FitRun,
  type OutcomeTable,
  resolveEstimator,
  rowSplits,
} from './run-fits.js';
import { isMultimetric, type NamedScoring, scorerOf, scoringList } from './scoring-list.js';
import type {
  ModuleReference,
  RunOptions,
  Scoring,
  SearchableEstimator,
  SearchEstimator,
  SettableParams,
} from './search-types.js';

/** Whether, or by what, the best candidate is chosen and fitted on all rows. */
export type Refit = boolean | string | ((results: CvResults) => number);

/** Parameters of every search. */
export type SearchParams<E> = RunOptions & {
  /** What is searched: cloned for each fit, never fitted itself. Or where to import it, or what makes it, from. */
  readonly estimator: E;
  /** The metric or metrics. null: the estimator's own score. */
  readonly scoring?: Scoring;
  /** Folds: a number (in order, stratified for classifiers), a splitter, or pairs of row numbers. 5. */
  readonly cv?: Cv;
  /**
   * Whether the best candidate is fitted on all rows, so that the search can predict. Of several metrics the name of the one
   * that decides; or a function of `cvResults_` that gives the best one's index. true.
   */
  readonly refit?: Refit;
  /** Whether training rows are scored too, which costs time. false. */
  readonly returnTrainScore?: boolean;
};

/** Parameters of the searched estimator, as `estimator__NAME`. */
export type EstimatorParams<E> = Prefixed<'estimator', SettableParams<E>>;

/** Options of a search's `fit`. */
export interface SearchFitOptions {
  /** Aborting it rejects the search with `signal.reason`. */
  readonly signal?: StopSignal;
  /** The group of each row, for splitters that keep groups together. */
  readonly groups?: Groups | null;
  /** How much each row counts, passed to each fit. */
  readonly sampleWeight?: ArrayLike<number> | null;
}

/** Fits candidates on all folds and adds them to the results. */
export interface Rounds {
  readonly splits: readonly RowSplit[];
  readonly run: FitRun;
  /** @returns outcomes of these candidates alone. */
  evaluate(candidates: readonly Candidate[], options?: RoundOptions): Promise<OutcomeTable>;
}

/** What candidates are made and checked with. */
export interface SearchContext {
  readonly estimator: SearchEstimator;
  readonly splits: readonly RowSplit[];
  readonly y: unknown;
  /** The root of all seeds. */
  readonly seed: number;
}

/** What a round of a search has of its own. */
export interface RoundOptions {
  readonly splits?: readonly RowSplit[];
  /** The number of each candidate, from which its seeds follow. */
  readonly numbers?: readonly number[];
  /** Columns that are added to the results, one value for each candidate. */
  readonly columns?: Readonly<Record<string, unknown>>;
}

/** What a search learned. */
interface Learned {
  readonly results: CvResults;
  readonly bestIndex: number | null;
  readonly bestScore: number | null;
  readonly best: SearchEstimator | null;
  readonly refitTime: number | null;
  readonly nSplits: number;
  readonly seed: number;
  readonly metric: NamedScoring | null;
}

const isOneOf =
  (...types: string[]) =>
  (value: unknown) =>
    types.includes(typeof value);

/** Defaults of the parameters of every search. */
export const searchDefaults = {
  estimator: null,
  scoring: null,
  cv: 5,
  refit: true,
  returnTrainScore: false,
  nJobs: 1,
  backend: null,
  modules: [],
  seed: null,
  errorScore: Number.NaN,
  verbose: 0,
  progress: null,
  onFit: null,
} as const;

export abstract class BaseSearch<
  E extends SearchableEstimator,
  P extends SearchParams<E>,
> extends BaseEstimator<P, EstimatorParams<E>> {
  static override readonly rules: Readonly<Record<string, ValueRule>> = {
    estimator: {
      expected: 'an estimator, or { from, name }',
      isValid: (value) => typeof value === 'object' && value !== null,
    },
    refit: {
      expected: 'true, false, the name of a metric, or a function',
      isValid: isOneOf('boolean', 'string', 'function'),
    },
    returnTrainScore: { expected: 'true or false', isValid: isOneOf('boolean') },
    verbose: { expected: 'a number, 0 for silence', isValid: isOneOf('number') },
  };
  #learned: Learned | null = null;

  /** Fits all candidates, by `rounds.evaluate`. */
  protected abstract search(rounds: Rounds): Promise<void>;

  /** How many fits there will be. @throws what is wrong with the candidates, before any fit. */
  protected abstract countFits(context: SearchContext): number;

  /** The index of the best candidate: of the first with rank 1. */
  protected chooseBest(results: CvResults, metric: string): number {
    return (results[`rank_test_${metric}`] as readonly number[]).indexOf(1);
  }

  /** Whether several metrics can be given. */
  protected get takesSeveralMetrics(): boolean {
    return true;
  }

  /**
   * Searches, and fits the best candidate on all rows.
   *
   * @param X - rows in any form that the estimator takes, but for streams.
   * @param y - a label or target a row.
   * @throws before any fit: ParameterError `UNKNOWN_PARAMETER` for names in the grid that the estimator does not have, with the
   * nearest ones, `GRID_EMPTY`, `SCORING_UNKNOWN`, `NOT_PORTABLE`; SplitError `SPLIT_INVALID`. SearchError `FITS_FAILED`,
   * `FIT_FAILED`; `options.signal.reason` after an abort. What was learned before is kept then.
   */
  async fit(X: unknown, y?: unknown, options: SearchFitOptions = {}): Promise<this> {
    this.checkValues();
    const scoring = this.#scoring();
    const reference = this.param<SearchEstimator | ModuleReference>('estimator');
    const estimator = await resolveEstimator(reference);
    const splits = rowSplits(this.param<Cv>('cv'), estimator, X, y, options.groups);
    const returnTrainScore = this.param<boolean>('returnTrainScore');
    const drawnSeed = this.param<number | null>('seed') ?? drawSeed();
    const plan = {
      estimator: reference,
      X,
      y,
      scoring,
      returnTrainScore,
      sampleWeight: options.sampleWeight ?? null,
      drawnSeed,
    };
    const total = this.countFits({ estimator, splits, y, seed: drawnSeed });
    const run = await FitRun.open(plan, this.#runOptions(), total, options.signal);
    try {
      const { results, numbers } = await this.#collect(run, splits, scoring, returnTrainScore);
      this.#learned = await this.#conclude(
        { run, results, numbers, scoring, nSplits: splits.length },
        X,
        y,
        options,
      );
    } finally {
      await run.close();
    }
    return this;
  }

  /** What the best estimator predicts. @throws NotFittedError before `fit`, and without `refit`. */
  async predict(X: unknown): Promise<readonly unknown[]> {
    return (this.bestEstimator_ as SearchEstimator).predict(X as never);
  }

  /** The probabilities that the best estimator predicts. @throws ParameterError `STEP_METHOD` if it has none; NotFittedError. */
  async predictProba(X: unknown): Promise<number[][]> {
    const best = this.bestEstimator_ as SearchEstimator;
    if (best.predictProba === undefined) throw withoutProbabilities(best.constructor.name);
    return (await best.predictProba(X as never)) as number[][];
  }

  /** How good the best estimator is by the metric of the search. @throws NotFittedError before `fit`, and without `refit`. */
  async score(X: unknown, y: unknown): Promise<number> {
    const best = this.bestEstimator_ as SearchEstimator;
    const { metric } = this.#known('score');
    return scorerOf(metric?.scoring ?? null)(best as never, X as never, y as never);
  }

  /** Columns of all candidates. @throws NotFittedError before `fit`. */
  get cvResults_(): CvResults {
    return this.#known('cvResults_').results;
  }

  /** The place of the best candidate in `cvResults_`. @throws NotFittedError before `fit`, and for several metrics without `refit`. */
  get bestIndex_(): number {
    return learnedOr(this, this.#known('bestIndex_').bestIndex, 'bestIndex_');
  }

  /** Mean test score of the best candidate. @throws NotFittedError as `bestIndex_`, and if `refit` is a function. */
  get bestScore_(): number {
    return learnedOr(this, this.#known('bestScore_').bestScore, 'bestScore_');
  }

  /** Parameters of the best candidate. @throws NotFittedError as `bestIndex_`. */
  get bestParams_(): Candidate {
    return this.cvResults_.params[this.bestIndex_]!;
  }

  /** The best candidate, fitted on all rows. @throws NotFittedError before `fit`, and with `refit: false`. */
  get bestEstimator_(): E extends ModuleReference ? SearchEstimator : E & SearchEstimator {
    const best = learnedOr(this, this.#known('bestEstimator_').best, 'bestEstimator_');
    return best as never;
  }

  /** Seconds that the fit on all rows took. @throws NotFittedError as `bestEstimator_`. */
  get refitTime_(): number {
    return learnedOr(this, this.#known('refitTime_').refitTime, 'refitTime_');
  }

  /** Number of folds. @throws NotFittedError */
  get nSplits_(): number {
    return this.#known('nSplits_').nSplits;
  }

  /** The seed that all seeds of the search were derived from: `seed`, or the one drawn for null. @throws NotFittedError */
  get seed_(): number {
    return this.#known('seed_').seed;
  }

  /** Classes of the best estimator. @throws NotFittedError */
  get classes_(): readonly Label[] {
    return (this.bestEstimator_ as unknown as { readonly classes_: readonly Label[] }).classes_;
  }

  /** Columns of X. @throws NotFittedError */
  get nFeaturesIn_(): number {
    return (this.bestEstimator_ as unknown as { readonly nFeaturesIn_: number }).nFeaturesIn_;
  }

  #known(asked: string): Learned {
    return learnedOr(this, this.#learned, asked);
  }

  #scoring(): readonly NamedScoring[] {
    const scoring = this.param<Scoring>('scoring');
    const refit = this.param<Refit>('refit');
    const list = scoringList(scoring);
    if (!isMultimetric(scoring)) return list;
    if (!this.takesSeveralMetrics) throw invalidParameter('scoring', 'several metrics', 'one metric');
    const names = list.map(({ name }) => name);
    if (refit === true || (typeof refit === 'string' && !names.includes(refit))) {
      throw invalidParameter(
        'refit',
        String(refit),
        `false, a function, or the metric that decides: ${names.join(', ')}`,
        `Pass refit: '${names[0]}'.`,
      );
    }
    return list;
  }

  #runOptions(): RunOptions {
    const names = ['nJobs', 'backend', 'modules', 'seed', 'errorScore', 'verbose', 'progress', 'onFit'];
    return Object.fromEntries(names.map((name) => [name, this.param(name)]));
  }

  async #collect(
    run: FitRun,
    splits: readonly RowSplit[],
    scoring: readonly NamedScoring[],
    returnTrainScore: boolean,
  ) {
    const candidates: Candidate[] = [];
    const numbers: number[] = [];
    const outcomes: OutcomeTable[number][] = [];
    const columns: Record<string, unknown[]> = {};
    const evaluate: Rounds['evaluate'] = async (round, options = {}) => {
      const own = options.numbers ?? round.map((_, place) => candidates.length + place);
      const table = await run.round(round, options.splits ?? splits, own);
      candidates.push(...round);
      numbers.push(...own);
      outcomes.push(...table);
      for (const [name, value] of Object.entries(options.columns ?? {}))
        columns[name] = [...(columns[name] ?? []), ...round.map(() => value)];
      return table;
    };
    await this.search({ run, splits, evaluate });
    const errorScore = this.param<number | 'raise'>('errorScore');
    return {
      results: cvResults({ candidates, outcomes, scoring, returnTrainScore, errorScore }, columns),
      numbers,
    };
  }

  async #conclude(
    {
      run,
      results,
      numbers,
      scoring,
      nSplits,
    }: {
      readonly run: FitRun;
      readonly results: CvResults;
      readonly numbers: readonly number[];
      readonly scoring: readonly NamedScoring[];
      readonly nSplits: number;
    },
    X: unknown,
    y: unknown,
    { signal, sampleWeight = null }: SearchFitOptions,
  ): Promise<Learned> {
    const refit = this.param<Refit>('refit');
    const metric = decidingMetric(refit, scoring);
    const bestIndex = this.#bestIndex(refit, results, metric);
    const means = metric === null ? null : (results[`mean_test_${metric.name}`] as readonly number[]);
    const bestScore = bestIndex === null || means === null ? null : means[bestIndex]!;
    const learned = { results, bestIndex, bestScore, nSplits, seed: run.seed, metric };
    if (refit === false || bestIndex === null) return { ...learned, best: null, refitTime: null };
    const best = run.prepare(results.params[bestIndex]!, numbers[bestIndex]!);
    const start = now();
    const options: FitOptions = {
      ...(signal === undefined ? null : { signal }),
      ...(sampleWeight === null ? null : { sampleWeight }),
    };
    await best.fit(X as never, y as never, options);
    return { ...learned, best, refitTime: (now() - start) / 1000 };
  }

  #bestIndex(refit: Refit, results: CvResults, metric: NamedScoring | null): number | null {
    if (typeof refit !== 'function') return metric === null ? null : this.chooseBest(results, metric.name);
    const index = refit(results);
    if (Number.isInteger(index) && index >= 0 && index < results.params.length) return index;
    throw invalidParameter(
      'refit',
      `a function that gave ${index}`,
      `one that gives an index below ${results.params.length}`,
    );
  }
}

function learnedOr<T>(search: object, learned: T | null, asked: string): T {
  if (learned === null) throw new NotFittedError(search.constructor.name, asked);
  return learned;
}

/** The metric by which the best candidate is chosen; null for several of which none was named, and for a function. */
function decidingMetric(refit: Refit, scoring: readonly NamedScoring[]): NamedScoring | null {
  if (typeof refit === 'function') return null;
  const [first] = scoring;
  if (scoring.length === 1) return first!;
  return scoring.find(({ name }) => name === refit) ?? null;
}

function withoutProbabilities(name: string): ParameterError {
  return new ParameterError(`The best estimator, a ${name}, predicts no probabilities.`, {
    code: 'STEP_METHOD',
    got: `${name} without predictProba`,
    expected: 'a classifier',
    hint: 'Use predict.',
  });
}
