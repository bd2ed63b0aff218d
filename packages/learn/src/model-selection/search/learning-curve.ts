// Scores along a line: with more and more training rows, or with values of one parameter.

import { Generator } from '@tacit/tensor';
import { invalidParameter } from './fit-failure.js';
import type { FitOutcome, RowSplit } from './fit-task.js';
import { missingScore } from './results.js';
import { drawSeed, FitRun, resolveEstimator, rowSplits } from './run-fits.js';
import { scoringList, singleScore } from './scoring-list.js';
import type { CrossValOptions, ModuleReference, SearchEstimator, SingleScoring } from './search-types.js';

/** Options of {@link learningCurve} and {@link validationCurve}. */
export interface CrossValCurveOptions extends CrossValOptions {
  /** The metric. null: the estimator's own score. */
  readonly scoring?: SingleScoring;
}

/** Options of {@link learningCurve}. */
export interface LearningCurveOptions extends CrossValCurveOptions {
  /** Shares of the training rows, above 0 to 1, or numbers of rows. [0.1, 0.33, 0.55, 0.78, 1]. */
  readonly trainSizes?: readonly number[];
  /** Whether the training rows of a fold are shuffled (by `seed`) before the first of them are taken. false, as in scikit-learn. */
  readonly shuffle?: boolean;
}

/** Scores and seconds by point of the curve and fold. */
export interface CurveScores {
  /** [nPoints][nFolds] */
  readonly trainScores: readonly (readonly number[])[];
  /** [nPoints][nFolds] */
  readonly testScores: readonly (readonly number[])[];
  readonly fitTimes: readonly (readonly number[])[];
  readonly scoreTimes: readonly (readonly number[])[];
}

/** What {@link learningCurve} gives. */
export interface LearningCurve extends CurveScores {
  /** Training rows at each point, ascending. */
  readonly trainSizes: readonly number[];
}

/**
 * Scores on training and test rows of each fold with growing numbers of training rows: whether more rows would help.
 *
 * @throws as {@link crossValidate}; ParameterError `PARAMETER_VALUE` for sizes that are no shares and no numbers of rows.
 * @example const { trainSizes, testScores } = await learningCurve(net, X, y, { cv: 3, trainSizes: [0.25, 0.5, 1] });
 */
export async function learningCurve(
  estimator: SearchEstimator | ModuleReference,
  X: unknown,
  y: unknown,
  options: LearningCurveOptions = {},
): Promise<LearningCurve> {
  const { cv = 5, groups, trainSizes = [0.1, 0.325, 0.55, 0.775, 1], shuffle = false } = options;
  const drawnSeed = options.seed ?? drawSeed();
  const splits = rowSplits(cv, await resolveEstimator(estimator), X, y, groups);
  // The smallest training part bounds all, so that each point has as many rows in every fold.
  const most = splits.reduce((least, [train]) => Math.min(least, train.length), Number.POSITIVE_INFINITY);
  const sizes = numbersOfRows(trainSizes, most);
  const ordered = shuffle ? shuffledTrain(splits, new Generator(drawnSeed).fork('learning curve')) : splits;
  const rounds = sizes.map((size) => ({
    params: {},
    splits: ordered.map(([train, test]): RowSplit => [train.slice(0, size), test]),
  }));
  return { trainSizes: sizes, ...(await curve({ estimator, X, y, options, drawnSeed }, rounds)) };
}

/** What {@link validationCurve} goes along. */
export interface ValidationCurveOptions extends CrossValCurveOptions {
  /** A parameter of the estimator, nested ones as `component__name`. */
  readonly paramName: string;
  readonly paramRange: readonly unknown[];
}

/**
 * Scores on training and test rows of each fold for values of one parameter: where it fits too closely, and where not enough.
 *
 * @throws as {@link crossValidate}; ParameterError `UNKNOWN_PARAMETER` with the nearest name.
 * @example const { testScores } = await validationCurve(net, X, y, { paramName: 'lr', paramRange: [0.1, 0.01] });
 */
export async function validationCurve(
  estimator: SearchEstimator | ModuleReference,
  X: unknown,
  y: unknown,
  options: ValidationCurveOptions,
): Promise<CurveScores> {
  const { cv = 5, groups, paramName, paramRange } = options;
  if (paramRange.length === 0) throw invalidParameter('paramRange', 'empty', 'at least one value');
  const splits = rowSplits(cv, await resolveEstimator(estimator), X, y, groups);
  const rounds = paramRange.map((value) => ({ params: { [paramName]: value }, splits }));
  return curve({ estimator, X, y, options, drawnSeed: options.seed ?? drawSeed() }, rounds);
}

interface Curve {
  readonly estimator: SearchEstimator | ModuleReference;
  readonly X: unknown;
  readonly y: unknown;
  readonly options: CrossValCurveOptions;
  readonly drawnSeed: number;
}

type Point = { readonly params: Readonly<Record<string, unknown>>; readonly splits: readonly RowSplit[] };

async function curve(
  { estimator, X, y, options, drawnSeed }: Curve,
  points: readonly Point[],
): Promise<CurveScores> {
  const scoring = scoringList(options.scoring ?? null);
  const total = points.reduce((sum, { splits }) => sum + splits.length, 0);
  const plan = {
    estimator,
    X,
    y,
    scoring,
    returnTrainScore: true,
    sampleWeight: options.sampleWeight,
    drawnSeed,
  };
  const run = await FitRun.open(plan, options, total, options.signal);
  try {
    // All values first, so that an unknown name is told before any fit.
    for (const { params } of points) run.prepare(params, 0);
    const table: (readonly FitOutcome[])[] = [];
    for (const [number, { params, splits }] of points.entries()) {
      const [outcomes] = await run.round([params], splits, [number]);
      table.push(outcomes!);
    }
    const scores = (part: 'trainScores' | 'testScores') =>
      table.map((folds) =>
        folds.map((fold) => fold[part][singleScore] ?? missingScore(options.errorScore ?? Number.NaN)),
      );
    return {
      trainScores: scores('trainScores'),
      testScores: scores('testScores'),
      fitTimes: table.map((folds) => folds.map(({ fitTime }) => fitTime)),
      scoreTimes: table.map((folds) => folds.map(({ scoreTime }) => scoreTime)),
    };
  } finally {
    await run.close();
  }
}

/** Shares as rows, rounded down; ascending, each once. */
function numbersOfRows(sizes: readonly number[], most: number): readonly number[] {
  // [1] and [0.5, 1] are shares, [1, 2] is not.
  const areShares = sizes.every((size) => size > 0 && size <= 1);
  const rows = areShares ? sizes.map((size) => Math.max(1, Math.floor(size * most))) : sizes;
  const isValid =
    rows.length > 0 && rows.every((size) => Number.isInteger(size) && size >= 1 && size <= most);
  if (isValid) return [...new Set(rows)].sort((a, b) => a - b);
  throw invalidParameter(
    'trainSizes',
    `[${sizes.join(', ')}]`,
    `shares above 0 up to 1, or whole numbers up to ${most}, the training rows of a fold`,
  );
}

function shuffledTrain(splits: readonly RowSplit[], generator: Generator): readonly RowSplit[] {
  return splits.map(([train, test], fold) => [
    generator
      .fork(fold)
      .permutation(train.length)
      .map((place) => train[place]!),
    test,
  ]);
}
