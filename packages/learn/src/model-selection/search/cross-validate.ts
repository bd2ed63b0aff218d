// Cross-validation of one estimator.

import { invalidParameter } from './fit-failure.js';
import { missingScore } from './results.js';
import { FitRun, type OutcomeTable, resolveEstimator, rowSplits } from './run-fits.js';
import { isMultimetric, type NamedScoring, scoringList } from './scoring-list.js';
import type {
  CrossValOptions,
  ModuleReference,
  Scoring,
  SearchEstimator,
  SingleScoring,
} from './search-types.js';

/** Options of {@link crossValidate}. */
export interface CrossValidateOptions extends CrossValOptions {
  /** The metric or metrics. null: the estimator's own score. */
  readonly scoring?: Scoring;
  /** Whether training rows are scored too, which costs time. false. */
  readonly returnTrainScore?: boolean;
  /** Whether the fitted estimators are kept; only where fits run in this thread. false. */
  readonly returnEstimator?: boolean;
  /** Whether the row numbers of the folds are kept. false. */
  readonly returnIndices?: boolean;
}

/**
 * One entry a fold under scikit-learn's names: `test_score` (`test_NAME` for several metrics), `fit_time` and `score_time` in
 * seconds; as asked for, `train_score` (`train_NAME`), `estimator`, `indices`.
 */
export interface CrossValidateResult {
  readonly fit_time: readonly number[];
  readonly score_time: readonly number[];
  /** Fitted on each fold. */
  readonly estimator?: readonly SearchEstimator[];
  /** Row numbers of each fold. */
  readonly indices?: { readonly train: readonly Int32Array[]; readonly test: readonly Int32Array[] };
  readonly [scores: `test_${string}` | `train_${string}`]: readonly number[];
}

/**
 * Scores of a clone of the estimator on each fold, fitted to the others. The estimator itself stays as it is.
 *
 * @param X - rows in any form that the estimator takes, but for streams.
 * @param y - a label or target a row.
 * @throws before any fit: ParameterError `SCORING_UNKNOWN`, `PARAMETER_VALUE`, `NOT_PORTABLE`; SplitError `SPLIT_INVALID`, for a
 * class with fewer rows than folds among others. SearchError `FITS_FAILED` when no fit ends, `FIT_FAILED` for the first that fails
 * with `errorScore: 'raise'`; `signal.reason` after an abort.
 * @example const { test_accuracy } = await crossValidate(net, X, y, { cv: 3, scoring: ['accuracy', 'f1_macro'] });
 */
export async function crossValidate(
  estimator: SearchEstimator | ModuleReference,
  X: unknown,
  y: unknown,
  options: CrossValidateOptions = {},
): Promise<CrossValidateResult> {
  const {
    scoring = null,
    returnTrainScore = false,
    returnEstimator = false,
    returnIndices = false,
  } = options;
  const list = scoringList(scoring);
  checkReturnEstimator(options);
  const splits = rowSplits(options.cv ?? 5, await resolveEstimator(estimator), X, y, options.groups);
  const plan = {
    estimator,
    X,
    y,
    scoring: list,
    returnTrainScore,
    returnEstimator,
    sampleWeight: options.sampleWeight,
  };
  const run = await FitRun.open(plan, options, splits.length, options.signal);
  try {
    const [outcomes] = (await run.round([{}], splits)) as OutcomeTable;
    return {
      fit_time: outcomes!.map(({ fitTime }) => fitTime),
      score_time: outcomes!.map(({ scoreTime }) => scoreTime),
      ...scoreColumns(
        'test',
        list,
        outcomes!.map(({ testScores }) => testScores),
        options,
      ),
      ...(returnTrainScore &&
        scoreColumns(
          'train',
          list,
          outcomes!.map(({ trainScores }) => trainScores),
          options,
        )),
      ...(returnEstimator && { estimator: outcomes!.map((outcome) => outcome.estimator!) }),
      ...(returnIndices && {
        indices: { train: splits.map(([train]) => train), test: splits.map(([, test]) => test) },
      }),
    } as CrossValidateResult;
  } finally {
    await run.close();
  }
}

/**
 * The score of each fold. Options and errors are those of {@link crossValidate}, with one metric.
 *
 * @example const scores = await crossValScore(net, X, y, { cv: 3, scoring: 'accuracy' });
 */
export async function crossValScore(
  estimator: SearchEstimator | ModuleReference,
  X: unknown,
  y: unknown,
  options: CrossValOptions & { readonly scoring?: SingleScoring } = {},
): Promise<readonly number[]> {
  if (isMultimetric(options.scoring ?? null)) {
    throw invalidParameter('scoring', 'several metrics', 'one metric', 'Use crossValidate for several.');
  }
  return (await crossValidate(estimator, X, y, options)).test_score!;
}

function scoreColumns(
  part: 'test' | 'train',
  scoring: readonly NamedScoring[],
  scores: readonly Readonly<Record<string, number>>[],
  { errorScore = Number.NaN }: CrossValOptions,
): Record<string, readonly number[]> {
  const columns = scoring.map(({ name }) => [
    `${part}_${name}`,
    scores.map((fold) => fold[name] ?? missingScore(errorScore)),
  ]);
  return Object.fromEntries(columns) as Record<string, readonly number[]>;
}

function checkReturnEstimator({ returnEstimator, nJobs = 1, backend = null }: CrossValidateOptions): void {
  if (!returnEstimator || (nJobs === 1 && backend === null)) return;
  throw invalidParameter(
    'returnEstimator',
    'true with fits in other threads',
    'nJobs: 1',
    'Fitted estimators stay in the thread that fitted them: leave out nJobs, or fit the one that you need again.',
  );
}
