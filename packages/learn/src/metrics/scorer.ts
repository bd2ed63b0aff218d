// Scorers: how well an estimator does on some rows, higher being better. Made of a metric, or any function of the user's.

import type { DatasetLike } from '../components.js';
import { isLearnError, ParameterError } from '../errors.js';
import type { TableInput } from '../table.js';
import type { Features, Label } from '../validate-input.js';
import { positiveOf } from './positive-label.js';

/** Rows that can be scored, in any form that some estimator takes. */
export type ScoredRows = Features | DatasetLike | TableInput;

/** What scorers ask of an estimator. Every net and every pipeline has it. */
export interface Predictor {
  predict(X: ScoredRows): Promise<readonly unknown[]>;
  /** [nRows][nClasses], columns as in `classes_`. */
  predictProba?(X: ScoredRows): Promise<readonly unknown[]>;
  readonly classes_?: readonly Label[];
  score?(X: ScoredRows, y: never): Promise<number>;
}

/** What a scorer may be given besides the rows. */
export interface ScoreOptions {
  /** The weight of each row in the score. Default: all equal. */
  readonly sampleWeight?: ArrayLike<number> | null;
}

/** How well an estimator does on some rows. `y` holds labels for a classifier, numbers (or rows of them) else. */
export type Scorer<E = Predictor> = ScoreMethod<E>['score'] & {
  /** Whether smaller scores are better, as for a loss. Callbacks take true where it is missing, as skorch does. */
  readonly lowerIsBetter?: boolean;
};

// A method and not a function type: the compiler then lets a scorer take fewer kinds of rows than there are, as estimators do.
interface ScoreMethod<E> {
  score(estimator: E, X: ScoredRows, y: readonly unknown[], options?: ScoreOptions): number | Promise<number>;
}

/** Options of {@link makeScorer}. */
export interface ScorerOptions {
  /**
   * What the metric is given: labels or numbers that the estimator predicts, or the probabilities of classes, [nRows][nClasses];
   * of two classes those of the positive one, [nRows]. Default 'predict'.
   */
  readonly responseMethod?: 'predict' | 'predictProba';
  /** false for a loss, whose sign is turned so that higher is better. Default true. */
  readonly greaterIsBetter?: boolean;
  /** Name of the scorer, and of its scores in a history. Default: that of the metric. */
  readonly name?: string;
}

/** A metric as {@link makeScorer} takes it. */
export type Metric<O extends object> = (yTrue: never, yPred: never, options?: O) => number;

/**
 * A scorer that calls a metric. Options of the metric stand beside those of the scorer; `labels` and `posLabel`, where they are
 * not given, come from the estimator's `classes_`.
 *
 * @throws ParameterError `SCORING_ESTIMATOR` (when it scores) for an estimator without class probabilities where those are needed.
 * @example new EpochScoring({ scoring: makeScorer(fbetaScore, { beta: 2, name: 'f2' }) })
 */
export function makeScorer<O extends object>(
  metric: Metric<O>,
  options: ScorerOptions & Omit<O, keyof ScoreOptions> = {} as ScorerOptions & Omit<O, keyof ScoreOptions>,
): Scorer {
  const {
    responseMethod = 'predict',
    greaterIsBetter = true,
    name = metric.name,
    ...metricOptions
  } = options;
  const sign = greaterIsBetter ? 1 : -1;
  const scorer: Scorer = async (estimator, X, y, { sampleWeight = null } = {}) => {
    const response = await respond(estimator, X, responseMethod, name, metricOptions);
    const given = { ...response.options, ...metricOptions, sampleWeight };
    return sign * metric(y as never, response.yPred as never, given as unknown as O);
  };
  Object.defineProperty(scorer, 'name', { value: name });
  return Object.assign(scorer, { lowerIsBetter: false });
}

interface Response {
  readonly yPred: readonly unknown[];
  readonly options: object;
}

async function respond(
  estimator: Predictor,
  X: ScoredRows,
  method: 'predict' | 'predictProba',
  name: string,
  { posLabel }: { readonly posLabel?: Label },
): Promise<Response> {
  if (method === 'predict') {
    const yPred = await estimator.predict(X);
    const classes = classesOf(estimator);
    return { yPred, options: classes?.length === 2 ? { posLabel: positiveOf(classes) } : {} };
  }
  const classes = classesOf(estimator);
  if (estimator.predictProba === undefined || classes === undefined) throw withoutProbabilities(name);
  const rows = (await estimator.predictProba(X)) as readonly (readonly number[])[];
  if (classes.length !== 2) return { yPred: rows, options: { labels: classes } };
  const column = posLabel === classes[0] ? 0 : 1;
  return { yPred: rows.map((row) => row[column]!), options: { labels: classes, posLabel: classes[column] } };
}

/** The classes of a fitted classifier; undefined for others, such as a pipeline that ends in a regressor. */
export function classesOf(estimator: object): readonly Label[] | undefined {
  try {
    return (estimator as { readonly classes_?: readonly Label[] }).classes_;
  } catch (error) {
    if (isLearnError(error) && error.code === 'STEP_METHOD') return undefined;
    throw error;
  }
}

function withoutProbabilities(name: string): ParameterError {
  return new ParameterError(`The scorer ${name} needs probabilities of classes.`, {
    code: 'SCORING_ESTIMATOR',
    got: 'an estimator without predictProba and classes_',
    expected: 'a classifier',
    hint: 'Score a classifier, or choose a metric of predictions.',
  });
}
