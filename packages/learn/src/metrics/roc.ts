// The receiver operating characteristic: what share of the negatives is taken for positive to find a share of the positives.

import { DataValueError } from '../errors.js';
import { sortedClasses } from '../label-encoder.js';
import type { Label, Labels } from '../validate-input.js';
import { warn } from '../warnings.js';
import {
  type BinaryCurve,
  binaryCurve,
  binaryCurveOf,
  type CurveOptions,
  keepPoints,
} from './binary-curve.js';
import { type ClassAverage, type ClassRows, oneVersusRest } from './class-average.js';
import {
  checkEqualRows,
  checkedLabels,
  codesOf,
  invalidOption,
  rowWeights,
  type WeightOptions,
  weightedMean,
} from './metric-input.js';
import {
  classesOfColumns,
  isByClass,
  notProbabilities,
  type Scores,
  scoreColumn,
  scoreColumns,
} from './score-input.js';

/** Points of a ROC curve, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** Shares of the negatives at or above each threshold; NaN without negatives. */
  readonly fpr: number[];
  /** Shares of the positives at or above each threshold; NaN without positives. */
  readonly tpr: number[];
  /** Falling; the first one, Infinity, takes no row for positive. */
  readonly thresholds: number[];
}

/**
 * The ROC curve of a score for one of two labels. Warns `UNDEFINED_METRIC` where one of the labels has no row.
 *
 * @param yTrue - [n] labels.
 * @param yScore - [n] probabilities of the positive label, or any scores.
 * @throws as `accuracyScore`; DataValueError `NOT_BINARY`, `SCORE_SHAPE`, `Y_NOT_FINITE`; ParameterError `PARAMETER_VALUE`.
 * @example const { fpr, tpr } = rocCurve(y, (await net.predictProba(X)).map(([, p]) => p));
 */
export function rocCurve(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  options: CurveOptions = {},
): RocCurve {
  const curve = binaryCurveOf(yTrue, yScore, options);
  return rocOf(options.dropIntermediate === false ? curve : corners(curve));
}

/** Without points on a straight line between their neighbors. */
function corners(curve: BinaryCurve): BinaryCurve {
  const last = curve.thresholds.length - 1;
  const bends = (values: readonly number[], index: number) =>
    values[index + 1]! - values[index]! !== values[index]! - values[index - 1]!;
  return keepPoints(
    curve,
    (index) =>
      index === 0 ||
      index === last ||
      bends(curve.falsePositives, index) ||
      bends(curve.truePositives, index),
  );
}

function rocOf({ falsePositives, truePositives, thresholds }: BinaryCurve): RocCurve {
  const shares = (counts: readonly number[], kind: string) => {
    const total = counts[counts.length - 1] ?? 0;
    if (total > 0) return [0, ...counts.map((count) => count / total)];
    warn('UNDEFINED_METRIC', `yTrue holds no ${kind} row, so their share is undefined.`);
    return new Array<number>(counts.length + 1).fill(Number.NaN);
  };
  return {
    fpr: shares(falsePositives, 'negative'),
    tpr: shares(truePositives, 'positive'),
    thresholds: [Number.POSITIVE_INFINITY, ...thresholds],
  };
}

/**
 * The area under a curve by the trapezoidal rule.
 *
 * @param x - rising or falling.
 * @throws DataValueError `SCORE_VALUE` for x that turns, `SCORE_SHAPE` for fewer than 2 points, `LENGTH_MISMATCH`.
 */
export function auc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkEqualRows(x.length, y.length, 'y');
  if (x.length < 2) throw fewPoints(x.length);
  let [area, rises, falls] = [0, false, false];
  for (let point = 1; point < x.length; point++) {
    const step = x[point]! - x[point - 1]!;
    rises ||= step > 0;
    falls ||= step < 0;
    area += (step * (y[point]! + y[point - 1]!)) / 2;
  }
  if (rises && falls) throw turningCurve();
  return falls ? -area : area;
}

/** Options of {@link rocAucScore}. */
export interface RocAucOptions extends WeightOptions {
  /**
   * Of more than two classes: 'ovr' sets each against all others, 'ovo' each against each (Hand & Till 2001), which the shares of
   * classes do not change. Default null: more than two classes are an error, since the two differ.
   */
  readonly multiClass?: 'ovr' | 'ovo' | null;
  /** Over the classes, or the pairs of them: 'macro' (default) their mean, 'weighted' by their rows; 'ovr' also 'micro'. */
  readonly average?: Exclude<ClassAverage, null>;
  /** Only the part up to this false positive rate, rescaled so that guessing gives 0.5 (McClish 1989). Two classes. Default null. */
  readonly maxFpr?: number | null;
  /** Classes of the columns, sorted. Default null: those of yTrue. */
  readonly labels?: readonly Label[] | null;
}

/**
 * The area under the ROC curve: how often a positive row has a higher score than a negative one. Of two labels the second in
 * sorted order is the positive one. NaN, with a warning `UNDEFINED_METRIC`, where a class has no row.
 *
 * @param yScore - [n] of two classes; [n][classes] probabilities of more.
 * @throws as {@link rocCurve}; DataValueError `SCORE_VALUE` for rows of several classes that do not add up to 1, `UNKNOWN_LABEL`.
 */
export function rocAucScore(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  options: RocAucOptions = {},
): number {
  const { average = 'macro', maxFpr = null, multiClass = null, labels = null, sampleWeight } = options;
  const truth = checkedLabels(yTrue, 'yTrue');
  const weights = rowWeights(sampleWeight, truth.length);
  const present = sortedClasses(truth);
  if (present.length <= 2 && !(isByClass(yScore) && yScore[0]!.length > 2)) {
    const scores = scoreColumn(yScore, truth.length);
    const positive = labels?.length === 2 ? labels[1] : present[1];
    return binaryAuc(
      Uint8Array.from(truth, (label) => (label === positive ? 1 : 0)),
      scores,
      weights,
      maxFpr,
    );
  }
  if (maxFpr !== null && maxFpr !== 1)
    throw invalidOption('maxFpr', maxFpr, 'null for more than two classes');
  const classes = classesOfColumns(truth, labels);
  const columns = scoreColumns(yScore, truth.length, classes.length);
  checkSums(columns);
  const rows: ClassRows = { truth, classes, columns, weights };
  if (multiClass === 'ovr') return oneVersusRest(rows, average, binaryAuc) as number;
  if (multiClass !== 'ovo')
    throw invalidOption('multiClass', multiClass, "'ovr' or 'ovo' for more than two classes");
  if (sampleWeight) throw invalidOption('sampleWeight', 'a list', "null with multiClass: 'ovo'");
  return oneVersusOne(rows, average);
}

function binaryAuc(
  isPositive: Uint8Array,
  scores: Float64Array,
  weights: Float64Array,
  maxFpr: number | null = null,
): number {
  if (!isPositive.includes(1) || !isPositive.includes(0)) {
    warn('UNDEFINED_METRIC', 'The area under the ROC curve is NaN where yTrue holds one class only.');
    return Number.NaN;
  }
  const { fpr, tpr } = rocOf(binaryCurve(isPositive, scores, weights));
  if (maxFpr === null || maxFpr === 1) return auc(fpr, tpr);
  if (!(maxFpr > 0 && maxFpr < 1)) throw invalidOption('maxFpr', maxFpr, 'a number above 0, at most 1');
  const stop = fpr.findIndex((rate) => rate > maxFpr);
  const share = (maxFpr - fpr[stop - 1]!) / (fpr[stop]! - fpr[stop - 1]!);
  const end = tpr[stop - 1]! + share * (tpr[stop]! - tpr[stop - 1]!);
  const area = auc([...fpr.slice(0, stop), maxFpr], [...tpr.slice(0, stop), end]);
  const least = maxFpr ** 2 / 2;
  return (1 + (area - least) / (maxFpr - least)) / 2;
}

/** Each pair of classes that have rows, scored from both sides. */
function oneVersusOne({ truth, classes, columns }: ClassRows, average: ClassAverage): number {
  if (average !== 'macro' && average !== 'weighted') {
    throw invalidOption('average', average, "'macro' or 'weighted' with multiClass: 'ovo'");
  }
  const codes = codesOf(truth, classes);
  const present = classes.map((_, code) => code).filter((code) => codes.includes(code));
  const [scores, sizes]: [number[], number[]] = [[], []];
  for (const [place, a] of present.entries()) {
    for (const b of present.slice(place + 1)) {
      const rows = Array.from(codes.keys()).filter((row) => codes[row] === a || codes[row] === b);
      const area = (code: number) =>
        binaryAuc(
          Uint8Array.from(rows, (row) => (codes[row] === code ? 1 : 0)),
          Float64Array.from(rows, (row) => columns[code]![row]!),
          new Float64Array(rows.length).fill(1),
        );
      scores.push((area(a) + area(b)) / 2);
      sizes.push(average === 'weighted' ? rows.length : 1);
    }
  }
  return weightedMean(scores, sizes);
}

function checkSums(columns: readonly Float64Array[]): void {
  for (let row = 0; row < columns[0]!.length; row++) {
    const sum = columns.reduce((total, column) => total + column[row]!, 0);
    // As wide as NumPy's allclose; probabilities of float32 nets are nearer.
    if (Math.abs(sum - 1) > 1e-5) throw notProbabilities('yScore', `row ${row} adds up to ${sum}`);
  }
}

function fewPoints(points: number): DataValueError {
  return new DataValueError(`The curve has ${points} points.`, {
    code: 'SCORE_SHAPE',
    got: `${points} points`,
    expected: 'at least 2',
    hint: 'Pass the points of a curve.',
  });
}

function turningCurve(): DataValueError {
  return new DataValueError('x neither rises nor falls throughout.', {
    code: 'SCORE_VALUE',
    got: 'x that turns',
    expected: 'x that rises or falls',
    hint: 'Sort the points by x.',
  });
}
