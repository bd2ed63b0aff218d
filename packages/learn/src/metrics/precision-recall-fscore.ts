// Precision, recall and their harmonic means: by class, for the positive one of two, or averaged.

import { sortedClasses } from '../label-encoder.js';
import type { Label, Labels } from '../validate-input.js';
import { warn } from '../warnings.js';
import { codesOf, invalidOption, labelPair, rowWeights, type WeightOptions } from './metric-input.js';
import { positiveLabel } from './positive-label.js';

/** How the classes become one number. */
export type Average = 'binary' | 'micro' | 'macro' | 'weighted';

/** Options of precision, recall and F scores. */
export interface PrecisionRecallOptions<A extends Average | null = Average> extends WeightOptions {
  /**
   * 'binary': the positive one of two classes. 'macro': the mean over classes; 'weighted': weighted by their true rows; 'micro': from
   * the counts of all classes together. null: a number for each class.
   */
  readonly average?: A;
  /** The positive class of 'binary'; other averages ignore it. Default null: 1 or true, else the second in sorted order. */
  readonly posLabel?: Label | null;
  /** Classes to count, in their order; 'binary' ignores it. Default null: all labels, sorted. */
  readonly labels?: readonly Label[] | null;
  /** What a division by zero gives. Default 'warn': 0, and a warning `UNDEFINED_METRIC`. NaN leaves the class out of averages. */
  readonly zeroDivision?: 'warn' | 0 | 1 | typeof Number.NaN;
}

/** {@link PrecisionRecallOptions} with the weight of recall. */
export interface FbetaOptions<A extends Average | null = Average> extends PrecisionRecallOptions<A> {
  /** Recall counts β times as much as precision; 0 gives precision, Infinity recall. Default 1. */
  readonly beta?: number;
}

/** Scores of each class, in the order of the labels. */
export interface ScoresByClass {
  readonly precision: number[];
  readonly recall: number[];
  readonly fscore: number[];
  /** True rows of each class, or the sum of their weights. */
  readonly support: number[];
}

/** Averaged scores; there is no support then. */
export interface AveragedScores {
  readonly precision: number;
  readonly recall: number;
  readonly fscore: number;
  readonly support: null;
}

type LabelList = Labels | ArrayLike<unknown>;
type ByClass = { readonly average: null };

/** True positives, predicted and true rows of a class. */
interface Counts {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}

/**
 * Precision (the share of rows predicted as a class that are of it), recall (the share of rows of a class that are predicted as
 * it), the F score of both, and the rows of each class.
 *
 * @param options - `average` is null by default here: scores by class.
 * @throws as `accuracyScore`; DataValueError `NOT_BINARY` for 'binary' with more than two labels; ParameterError `PARAMETER_VALUE`.
 */
export function precisionRecallFscoreSupport(
  yTrue: LabelList,
  yPred: LabelList,
  options?: Omit<FbetaOptions, 'average'> & { readonly average?: null },
): ScoresByClass;
export function precisionRecallFscoreSupport(
  yTrue: LabelList,
  yPred: LabelList,
  options: FbetaOptions & { readonly average: Average },
): AveragedScores;
export function precisionRecallFscoreSupport(
  yTrue: LabelList,
  yPred: LabelList,
  { average = null, ...options }: FbetaOptions<Average | null> = {},
): ScoresByClass | AveragedScores {
  const scores = scoresOf(yTrue, yPred, { ...options, average }, ['precision', 'recall', 'fscore']);
  return average === null ? { ...scores, support: scores.support } : averaged(scores, average);
}

/**
 * The share of rows predicted as a class that are of it.
 *
 * @param options - `average` is 'binary' by default.
 * @throws as {@link precisionRecallFscoreSupport}.
 */
export function precisionScore(
  yTrue: LabelList,
  yPred: LabelList,
  options: PrecisionRecallOptions<null> & ByClass,
): number[];
export function precisionScore(yTrue: LabelList, yPred: LabelList, options?: PrecisionRecallOptions): number;
export function precisionScore(
  yTrue: LabelList,
  yPred: LabelList,
  options: PrecisionRecallOptions<Average | null> = {},
): number | number[] {
  return oneScore('precision', yTrue, yPred, options);
}

/**
 * The share of rows of a class that are predicted as it.
 *
 * @param options - `average` is 'binary' by default.
 * @throws as {@link precisionRecallFscoreSupport}.
 */
export function recallScore(
  yTrue: LabelList,
  yPred: LabelList,
  options: PrecisionRecallOptions<null> & ByClass,
): number[];
export function recallScore(yTrue: LabelList, yPred: LabelList, options?: PrecisionRecallOptions): number;
export function recallScore(
  yTrue: LabelList,
  yPred: LabelList,
  options: PrecisionRecallOptions<Average | null> = {},
): number | number[] {
  return oneScore('recall', yTrue, yPred, options);
}

/**
 * The harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN).
 *
 * @param options - `average` is 'binary' by default.
 * @throws as {@link precisionRecallFscoreSupport}.
 * @example f1Score(['a', 'b', 'c'], ['a', 'b', 'b'], { average: 'macro' }); // 0.56
 */
export function f1Score(
  yTrue: LabelList,
  yPred: LabelList,
  options: PrecisionRecallOptions<null> & ByClass,
): number[];
export function f1Score(yTrue: LabelList, yPred: LabelList, options?: PrecisionRecallOptions): number;
export function f1Score(
  yTrue: LabelList,
  yPred: LabelList,
  options: PrecisionRecallOptions<Average | null> = {},
): number | number[] {
  return oneScore('fscore', yTrue, yPred, options);
}

/**
 * The weighted harmonic mean of precision and recall, (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP).
 *
 * @param options - `average` is 'binary' by default.
 * @throws as {@link precisionRecallFscoreSupport}.
 */
export function fbetaScore(
  yTrue: LabelList,
  yPred: LabelList,
  options: FbetaOptions<null> & ByClass,
): number[];
export function fbetaScore(yTrue: LabelList, yPred: LabelList, options?: FbetaOptions): number;
export function fbetaScore(
  yTrue: LabelList,
  yPred: LabelList,
  options: FbetaOptions<Average | null> = {},
): number | number[] {
  return oneScore('fscore', yTrue, yPred, options);
}

type ScoreName = 'precision' | 'recall' | 'fscore';

function oneScore(
  name: ScoreName,
  yTrue: LabelList,
  yPred: LabelList,
  { average = 'binary', ...options }: FbetaOptions<Average | null>,
): number | number[] {
  const scores = scoresOf(yTrue, yPred, { ...options, average }, [name]);
  return average === null ? scores[name] : averaged(scores, average)[name];
}

/** Scores by class; of 'binary' and 'micro' there is one entry, which an average leaves as it is. */
function scoresOf(
  yTrue: LabelList,
  yPred: LabelList,
  options: FbetaOptions<Average | null>,
  wanted: readonly ScoreName[],
): ScoresByClass {
  const { average, beta = 1, zeroDivision = 'warn' } = options;
  checkOptions(average, beta, zeroDivision);
  const counts = countsOf(yTrue, yPred, options);
  const share = (name: ScoreName, numerators: number[], denominators: number[]) => {
    const value = zeroDivision === 'warn' ? 0 : zeroDivision;
    if (zeroDivision === 'warn' && wanted.includes(name) && denominators.includes(0)) warnUndefined(name);
    return numerators.map((numerator, index) =>
      denominators[index] === 0 ? value : numerator / denominators[index]!,
    );
  };
  const hits = counts.map((count) => count.hits);
  const support = counts.map(({ actual }) => actual);
  const precision = share(
    'precision',
    hits,
    counts.map(({ predicted }) => predicted),
  );
  const recall = share('recall', hits, support);
  if (beta === Number.POSITIVE_INFINITY) return { precision, recall, fscore: recall, support };
  if (beta === 0) return { precision, recall, fscore: precision, support };
  const fscore = share(
    'fscore',
    hits.map((hit) => (1 + beta ** 2) * hit),
    counts.map(({ predicted, actual }) => beta ** 2 * actual + predicted),
  );
  return { precision, recall, fscore, support };
}

function countsOf(
  yTrue: LabelList,
  yPred: LabelList,
  { average, posLabel, labels, sampleWeight }: FbetaOptions<Average | null>,
): Counts[] {
  const [truth, guess] = labelPair(yTrue, yPred);
  const present = new Set([...truth, ...guess]);
  const known =
    average === 'binary' ? [positiveLabel(present, posLabel)] : (labels ?? sortedClasses(present));
  const weights = rowWeights(sampleWeight, truth.length);
  const [hits, predicted, actual] = [0, 1, 2].map(() => new Float64Array(known.length));
  const guessCodes = codesOf(guess, known);
  for (const [row, code] of codesOf(truth, known).entries()) {
    const guessed = guessCodes[row]!;
    if (code !== -1) actual![code]! += weights[row]!;
    if (guessed !== -1) predicted![guessed]! += weights[row]!;
    if (code !== -1 && code === guessed) hits![code]! += weights[row]!;
  }
  const counts = known.map((_, code) => ({
    hits: hits![code]!,
    predicted: predicted![code]!,
    actual: actual![code]!,
  }));
  return average === 'micro' ? [together(counts)] : counts;
}

function together(counts: readonly Counts[]): Counts {
  const sum = (part: keyof Counts) => counts.reduce((total, count) => total + count[part], 0);
  return { hits: sum('hits'), predicted: sum('predicted'), actual: sum('actual') };
}

function averaged({ support, ...scores }: ScoresByClass, average: Average): AveragedScores {
  const weights = average === 'weighted' ? support : support.map(() => 1);
  const mean = (values: readonly number[]) => meanWithoutNaN(values, weights);
  return {
    precision: mean(scores.precision),
    recall: mean(scores.recall),
    fscore: mean(scores.fscore),
    support: null,
  };
}

/** Weights that are all zero count as equal ones, as in scikit-learn. */
function meanWithoutNaN(values: readonly number[], weights: readonly number[]): number {
  const kept = values.map((_, index) => index).filter((index) => !Number.isNaN(values[index]));
  if (kept.length === 0) return Number.NaN;
  const total = kept.reduce((sum, index) => sum + weights[index]!, 0);
  const weightOf = (index: number) => (total === 0 ? 1 / kept.length : weights[index]! / total);
  return kept.reduce((sum, index) => sum + values[index]! * weightOf(index), 0);
}

function checkOptions(average: unknown, beta: number, zeroDivision: unknown): void {
  if (!['binary', 'micro', 'macro', 'weighted', null].includes(average as null)) {
    throw invalidOption('average', average, "'binary', 'micro', 'macro', 'weighted' or null");
  }
  if (!(beta >= 0)) throw invalidOption('beta', beta, 'a number from 0');
  if (!['warn', 0, 1].includes(zeroDivision as number) && !Number.isNaN(zeroDivision)) {
    throw invalidOption('zeroDivision', zeroDivision, "'warn', 0, 1 or NaN");
  }
}

const reasons = {
  precision: 'Precision is set to 0 where nothing is predicted as the class.',
  recall: 'Recall is set to 0 where no row is of the class.',
  fscore: 'The F score is set to 0 where no row is of the class or predicted as it.',
};

function warnUndefined(name: ScoreName): void {
  warn('UNDEFINED_METRIC', `${reasons[name]} zeroDivision says what to give instead.`);
}
