// Precision against recall at every threshold, and the area under it.

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
import { type ClassAverage, oneVersusRest } from './class-average.js';
import { checkedLabels, rowWeights, type WeightOptions } from './metric-input.js';
import { positiveLabel } from './positive-label.js';
import { classesOfColumns, isByClass, type Scores, scoreColumn, scoreColumns } from './score-input.js';

/** Points of a precision-recall curve; the last one, precision 1 at recall 0, has no threshold. */
export interface PrecisionRecallCurve {
  readonly precision: number[];
  /** Falling. */
  readonly recall: number[];
  /** Rising; one fewer than points. */
  readonly thresholds: number[];
}

/**
 * Precision and recall of taking for positive what scores at or above each threshold. Without a positive row recall is 1
 * throughout, and `UNDEFINED_METRIC` is warned of.
 *
 * @param yTrue - [n] labels, two of them.
 * @param yScore - [n] probabilities of the positive label, or any scores.
 * @throws as `rocCurve`.
 */
export function precisionRecallCurve(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  options: CurveOptions = {},
): PrecisionRecallCurve {
  const curve = binaryCurveOf(yTrue, yScore, options);
  return precisionRecallOf(options.dropIntermediate === true ? endsOfSteps(curve) : curve);
}

/** Without points between others of the same recall. */
function endsOfSteps(curve: BinaryCurve): BinaryCurve {
  const { truePositives: counts } = curve;
  const last = counts.length - 1;
  return keepPoints(
    curve,
    (index) =>
      index === 0 ||
      index === last ||
      counts[index] !== counts[index - 1] ||
      counts[index] !== counts[index + 1],
  );
}

function precisionRecallOf({ falsePositives, truePositives, thresholds }: BinaryCurve): PrecisionRecallCurve {
  const positives = truePositives[truePositives.length - 1] ?? 0;
  if (positives === 0) warn('UNDEFINED_METRIC', 'yTrue holds no positive row, so recall is set to 1.');
  const precision = truePositives.map((hits, index) => hits / (hits + falsePositives[index]!));
  const recall = truePositives.map((hits) => (positives === 0 ? 1 : hits / positives));
  return {
    precision: [...precision.reverse(), 1],
    recall: [...recall.reverse(), 0],
    thresholds: thresholds.toReversed(),
  };
}

/** Options of {@link averagePrecisionScore}. */
export interface AveragePrecisionOptions extends WeightOptions {
  /** The positive one of two labels. Default null: 1 or true, else the second in sorted order. */
  readonly posLabel?: Label | null;
  /** Over more than two classes, each against all others. Default 'macro'. */
  readonly average?: Exclude<ClassAverage, null>;
  /** Classes of the columns, sorted. Default null: those of yTrue. */
  readonly labels?: readonly Label[] | null;
}

/**
 * The mean of precision over the steps of recall, Σ (Rₙ − Rₙ₋₁)·Pₙ: without the interpolation that flatters the area under the
 * curve. 0 without a positive row, and a warning `UNDEFINED_METRIC`.
 *
 * @param yScore - [n] of two classes; [n][classes] of more.
 * @throws as `rocCurve`; DataValueError `UNKNOWN_LABEL`.
 */
export function averagePrecisionScore(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  { posLabel = null, average = 'macro', labels = null, sampleWeight }: AveragePrecisionOptions = {},
): number {
  const truth = checkedLabels(yTrue, 'yTrue');
  const weights = rowWeights(sampleWeight, truth.length);
  if (!isByClass(yScore)) {
    const positive = positiveLabel(sortedClasses(truth), posLabel);
    const isPositive = Uint8Array.from(truth, (label) => (label === positive ? 1 : 0));
    return averagePrecision(isPositive, scoreColumn(yScore, truth.length), weights);
  }
  const classes = classesOfColumns(truth, labels);
  const columns = scoreColumns(yScore, truth.length, classes.length);
  return oneVersusRest({ truth, classes, columns, weights }, average, averagePrecision) as number;
}

function averagePrecision(isPositive: Uint8Array, scores: Float64Array, weights: Float64Array): number {
  const { precision, recall } = precisionRecallOf(binaryCurve(isPositive, scores, weights));
  const steps = precision.slice(0, -1).map((share, index) => share * (recall[index]! - recall[index + 1]!));
  return Math.max(
    0,
    steps.reduce((sum, step) => sum + step, 0),
  );
}
