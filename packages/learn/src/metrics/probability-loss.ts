// How far predicted probabilities are from what happened: the logarithmic loss and Brier's score.

import { DataValueError } from '../errors.js';
import type { Label, Labels } from '../validate-input.js';
import { warn } from '../warnings.js';
import { checkedLabels, codesOf, rowWeights, type WeightOptions, weightedMean } from './metric-input.js';
import { positiveLabel } from './positive-label.js';
import {
  classesOfColumns,
  isByClass,
  notProbabilities,
  type Scores,
  scoreColumn,
  scoreColumns,
} from './score-input.js';

/** Options of {@link logLoss}. */
export interface LogLossOptions extends WeightOptions {
  /** false gives the sum over rows. Default true: the mean. */
  readonly normalize?: boolean;
  /** All classes, sorted; needed when yTrue lacks one. Default null: those of yTrue. */
  readonly labels?: readonly Label[] | null;
}

/**
 * The mean of −log of the probability of the true class, the cross-entropy in nats. Probabilities are kept 2.2·10⁻¹⁶ away from 0
 * and 1, so a certain mistake costs 36. Rows that do not add up to 1 are warned of, `PROBABILITY_SUM`.
 *
 * @param yTrue - [n] labels.
 * @param yProba - [n][classes], columns in sorted order of the classes; or [n], of the second of two.
 * @throws as `rocCurve`; DataValueError `SCORE_VALUE` for numbers outside 0 to 1, `SINGLE_CLASS`, `UNKNOWN_LABEL`.
 */
export function logLoss(
  yTrue: Labels | ArrayLike<unknown>,
  yProba: Scores,
  { normalize = true, labels = null, sampleWeight }: LogLossOptions = {},
): number {
  const { codes, columns } = classProbabilities(checkedLabels(yTrue, 'yTrue'), yProba, labels);
  const weights = rowWeights(sampleWeight, codes.length);
  const losses = Float64Array.from(codes, (code, row) => -Math.log(clipped(columns[code]![row]!)));
  if (normalize) return weightedMean(losses, weights);
  return losses.reduce((sum, loss, row) => sum + loss * weights[row]!, 0);
}

/** Options of {@link brierScoreLoss}. */
export interface BrierOptions extends WeightOptions {
  /** Of [n] probabilities: the label that they are of. Default null: 1 or true, else the second of two in sorted order. */
  readonly posLabel?: Label | null;
  /** Of [n][classes]: all classes, sorted; needed when yTrue lacks one. Default null: those of yTrue. */
  readonly labels?: readonly Label[] | null;
  /** Half the sum over classes, 0 to 1, instead of 0 to 2. Default 'auto': for two classes, as is the custom. */
  readonly scaleByHalf?: boolean | 'auto';
}

/**
 * The mean squared difference of probabilities and what happened (1 for the true class, 0 for others), summed over classes.
 *
 * @param yProba - [n] of the positive class, or [n][classes].
 * @throws as {@link logLoss}.
 */
export function brierScoreLoss(
  yTrue: Labels | ArrayLike<unknown>,
  yProba: Scores,
  { posLabel = null, labels = null, scaleByHalf = 'auto', sampleWeight }: BrierOptions = {},
): number {
  const truth = checkedLabels(yTrue, 'yTrue');
  const weights = rowWeights(sampleWeight, truth.length);
  const { codes, columns } = isByClass(yProba)
    ? classProbabilities(truth, yProba, labels)
    : positiveProbabilities(truth, yProba, posLabel);
  const distances = Float64Array.from(codes, (code, row) =>
    columns.reduce((sum, column, other) => sum + ((other === code ? 1 : 0) - column[row]!) ** 2, 0),
  );
  const isHalved = scaleByHalf === 'auto' ? columns.length < 3 : scaleByHalf;
  return weightedMean(distances, weights) * (isHalved ? 0.5 : 1);
}

interface ClassProbabilities {
  /** Column of the true class of each row. */
  readonly codes: Int32Array;
  /** [classes][rows] */
  readonly columns: readonly Float64Array[];
}

function classProbabilities(
  truth: readonly Label[],
  yProba: Scores,
  labels: readonly Label[] | null,
): ClassProbabilities {
  const classes = classesOfColumns(truth, labels);
  if (classes.length < 2) throw singleClass(classes[0]!);
  const columns =
    classes.length === 2 && !isByClass(yProba)
      ? bothColumns(scoreColumn(yProba, truth.length, 'yProba'))
      : scoreColumns(yProba, truth.length, classes.length, 'yProba');
  checkRange(columns);
  warnOfSums(columns);
  return { codes: codesOf(truth, classes), columns };
}

function positiveProbabilities(
  truth: readonly Label[],
  yProba: Scores,
  posLabel: Label | null,
): ClassProbabilities {
  const positive = positiveLabel(new Set(truth), posLabel);
  const columns = bothColumns(scoreColumn(yProba, truth.length, 'yProba'));
  checkRange(columns);
  return { codes: Int32Array.from(truth, (label) => (label === positive ? 1 : 0)), columns };
}

function bothColumns(positive: Float64Array): Float64Array[] {
  return [positive.map((p) => 1 - p), positive];
}

function clipped(p: number): number {
  return Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON);
}

function checkRange(columns: readonly Float64Array[]): void {
  for (const column of columns) {
    const row = column.findIndex((p) => p < 0 || p > 1);
    if (row !== -1) throw notProbabilities('yProba', `${column[row]} in row ${row}`);
  }
}

function warnOfSums(columns: readonly Float64Array[]): void {
  for (let row = 0; row < columns[0]!.length; row++) {
    const sum = columns.reduce((total, column) => total + column[row]!, 0);
    // Probabilities of float32 nets are within 1e-6.
    if (Math.abs(sum - 1) <= 1e-5) continue;
    warn('PROBABILITY_SUM', `Row ${row} of yProba adds up to ${sum}, not to 1.`);
    return;
  }
}

function singleClass(label: Label): DataValueError {
  return new DataValueError(`yTrue holds a single class, ${String(label)}.`, {
    code: 'SINGLE_CLASS',
    got: `1 class: ${String(label)}`,
    expected: 'at least 2 classes',
    hint: 'Name all classes: { labels: net.classes_ }.',
  });
}
