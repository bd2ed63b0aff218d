// True and false positives at every threshold of a score: what ROC and precision-recall curves are made of.

import type { Label, Labels } from '../validate-input.js';
import { checkedLabels, rowWeights, type WeightOptions } from './metric-input.js';
import { positiveLabel } from './positive-label.js';
import { type Scores, scoreColumn } from './score-input.js';

/** Options of curves over thresholds. */
export interface CurveOptions extends WeightOptions {
  /** The positive label. Default null: 1 or true, else the second of two in sorted order. */
  readonly posLabel?: Label | null;
  /** Whether to leave out points that do not change how the curve looks. Default: true for ROC, false for precision and recall. */
  readonly dropIntermediate?: boolean;
}

/** Weights of rows at or above each threshold, thresholds falling. */
export interface BinaryCurve {
  readonly falsePositives: readonly number[];
  readonly truePositives: readonly number[];
  readonly thresholds: readonly number[];
}

/** The curve of a score for one of two labels. @throws what labels, scores and weights throw. */
export function binaryCurveOf(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  { posLabel, sampleWeight }: CurveOptions,
): BinaryCurve {
  const truth = checkedLabels(yTrue, 'yTrue');
  const scores = scoreColumn(yScore, truth.length);
  const positive = positiveLabel(new Set(truth), posLabel);
  return binaryCurve(
    Uint8Array.from(truth, (label) => (label === positive ? 1 : 0)),
    scores,
    rowWeights(sampleWeight, truth.length),
  );
}

/** The curve of a score for rows that are positive (1) or not (0). Rows of weight 0 are no thresholds. */
export function binaryCurve(
  isPositive: Uint8Array,
  scores: Float64Array,
  weights: Float64Array,
): BinaryCurve {
  // Only what is equal shares a threshold, so the order among equal scores does not show in the counts.
  const order = Array.from(scores.keys())
    .filter((row) => weights[row] !== 0)
    .sort((a, b) => scores[b]! - scores[a]!);
  const [falsePositives, truePositives, thresholds]: [number[], number[], number[]] = [[], [], []];
  let [negatives, positives] = [0, 0];
  for (const [place, row] of order.entries()) {
    if (isPositive[row] === 1) positives += weights[row]!;
    else negatives += weights[row]!;
    if (scores[row] === scores[order[place + 1]!]) continue;
    falsePositives.push(negatives);
    truePositives.push(positives);
    thresholds.push(scores[row]!);
  }
  return { falsePositives, truePositives, thresholds };
}

/** The entries of each list of a curve that are wanted. */
export function keepPoints(curve: BinaryCurve, isKept: (index: number) => boolean): BinaryCurve {
  const kept = (values: readonly number[]) => values.filter((_, index) => isKept(index));
  return {
    falsePositives: kept(curve.falsePositives),
    truePositives: kept(curve.truePositives),
    thresholds: kept(curve.thresholds),
  };
}
