// Types that grids, searches and cross-validation share.

import type { ProgressDisplay } from '../../callbacks/progress-bar.js';
import type { Estimator, Parametrized } from '../../estimator.js';
import type { Scorer } from '../../metrics/scorer.js';
import type { FitOptions, StopSignal } from '../../net/fitting.js';
import type { Cv } from '../splitters/check-cv.js';
import type { Groups } from '../splitters/splitter.js';
import type { FitBackend } from './fit-backend.js';

/** The parameters that the `setParams` of an estimator takes. */
export type SettableParams<E> = E extends { setParams(changes: infer P): unknown }
  ? P
  : Readonly<Record<string, unknown>>;

/** What a search calls on an estimator: more than every one has, so each call looks first. */
export interface SearchEstimator extends Estimator {
  fit(X: never, y: never, options?: FitOptions): Promise<unknown>;
  predictProba?(X: never): Promise<unknown>;
  transform?(X: never): Promise<unknown>;
  setParams(changes: Readonly<Record<string, unknown>>): unknown;
}

/** What can be searched: an estimator, or where to import it from. */
export type SearchableEstimator = Parametrized | ModuleReference;

/** Which predictions `crossValPredict` collects. */
export type PredictMethod = 'predict' | 'predictProba';

/** One metric: its name, a function (higher is better), or null for the estimator's own `score`. */
export type SingleScoring = string | Scorer | null;

/**
 * How to judge: the name of a metric, a function, or null for the estimator's own `score`; several as a list of names or as a
 * record of names of your own.
 */
export type Scoring = SingleScoring | readonly string[] | Readonly<Record<string, string | Scorer>>;

/** An export of a module, by the module's address and the export's name. */
export interface ModuleReference {
  /** An absolute URL (`import.meta.url`, or `new URL('./model.js', import.meta.url).href`), or the name of a package. */
  readonly from: string;
  /** 'default' for a default export. */
  readonly name: string;
}

/** What has been done of a search. */
export interface SearchProgress {
  /** Fits that ended. */
  readonly done: number;
  /** Fits in all, as far as is known yet. */
  readonly total: number;
  readonly candidate: number;
  readonly fold: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** The mean test score by scorer is not known before all folds ended; these are of this fold. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Options that searches and cross-validations have in common. */
export interface RunOptions {
  /**
   * Fits at the same time: 1 runs them in this thread, more in as many worker threads (Node only), −1 one a processor. The
   * results are the same bits for any number. 1.
   */
  readonly nJobs?: number;
  /** Where fits run in place of this thread or its workers, as `searchQueue()` of `tacit`. */
  readonly backend?: FitBackend | null;
  /**
   * Exports of your own modules that the estimator or its candidates hold: classes and functions are sent to workers by these
   * names. Those of Tacit's packages are known. Not needed with `nJobs: 1`, nor where the estimator itself is a reference. [].
   */
  readonly modules?: readonly ModuleReference[];
  /**
   * The seed that each fit's own seed is derived from, with candidate and fold. null leaves seeds that the estimator was given as
   * they are, the same for each fit, and draws one for those left open.
   */
  readonly seed?: number | null;
  /** What a fit that fails counts as, with a warning; 'raise' throws instead. NaN. */
  readonly errorScore?: number | 'raise';
  /** 0 prints nothing, 1 how many fits there will be, 2 also a line for each fit. 0. */
  readonly verbose?: number;
  /** Draws a bar that grows with the fits: `terminalDisplay()` of `@tacit/learn/node`. */
  readonly progress?: ProgressDisplay | null;
  /** Called after each fit. */
  readonly onFit?: ((progress: SearchProgress) => void) | null;
}

/** Options of functions that cross-validate. */
export interface CrossValOptions extends RunOptions {
  /** Folds: a number (stratified for classifiers, in order), a splitter, or pairs of row numbers. 5. */
  readonly cv?: Cv;
  /** The group of each row, for splitters that keep groups together. */
  readonly groups?: Groups | null;
  /** How much each row counts, passed to `fit`. */
  readonly sampleWeight?: ArrayLike<number> | null;
  /** Aborting it rejects with `signal.reason`. */
  readonly signal?: StopSignal;
}
