// Softmax and cross-entropy in one operation: the loss of classifiers. Two passes over the scores instead of five
// operations, and the gradient is the short one, probabilities minus targets.

import { recordOperation } from '../autograd.js';
import { invalidArgument, outOfRange, shapeMismatch, wrongDtype } from '../errors.js';
import { IntTensor } from '../int-tensor.js';
import { exp, log } from '../kernels/elementary.js';
import type { Tensor } from '../tensor.js';

/** Options of {@link softmaxCrossEntropy}. */
export interface CrossEntropyOptions {
  /** [classes]: how much each class counts. Default 1 each. */
  readonly weight?: Tensor | null;
  /** Part of the target that is spread evenly over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Default 'mean': the sum over rows, divided by the sum of the weights of their labels. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/**
 * Cross-entropy of class scores and labels: −Σ_c t_c · log softmax(scores)_c for each row, with targets
 * t_c = (1 − s)·w_label·[c = label] + s/C·w_c for smoothing s, weights w and C classes, as PyTorch defines them.
 *
 * @param scores - [rows, classes], not normalized.
 * @param labels - [rows], whole numbers from 0 to classes − 1.
 * @returns a scalar, or [rows] for `reduction: 'none'`.
 * @throws ShapeError `SHAPE_MISMATCH`, IndexError `INDEX_OUT_OF_RANGE` for a label outside the classes.
 */
export function softmaxCrossEntropy(
  scores: Tensor,
  labels: IntTensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const [rows, classes] = checkedSizes(scores, labels, options);
  const { reduction = 'mean', labelSmoothing = 0 } = options;
  const weight = options.weight?.data ?? null;
  const labelOf = labels.data;
  const probabilities = new Float32Array(scores.size);
  const losses = new Float64Array(rows);
  let total = 0;
  let divisor = reduction === 'mean' ? 0 : 1;
  for (let row = 0; row < rows; row++) {
    const labelWeight = weight === null ? 1 : weight[labelOf[row]];
    losses[row] = rowLoss(
      scores.data,
      row * classes,
      classes,
      labelOf[row],
      weight,
      labelSmoothing,
      probabilities,
    );
    total += losses[row];
    if (reduction === 'mean') divisor += labelWeight;
  }
  const isReduced = reduction !== 'none';
  const out = isReduced ? Float32Array.of(total / divisor) : Float32Array.from(losses);
  return recordOperation(out, isReduced ? [] : [rows], [scores], (grad) => {
    const result = new Float32Array(scores.size);
    for (let row = 0; row < rows; row++) {
      const factor = (isReduced ? grad[0] : grad[row]) / divisor;
      rowGradient(
        probabilities,
        row * classes,
        classes,
        labelOf[row],
        weight,
        labelSmoothing,
        factor,
        result,
      );
    }
    return [result];
  });
}

/** The loss of one row; leaves its softmax in `probabilities`. */
function rowLoss(
  data: Float32Array,
  start: number,
  classes: number,
  label: number,
  weight: Float32Array | null,
  smoothing: number,
  probabilities: Float32Array,
): number {
  let shift = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + classes; i++) shift = Math.max(shift, data[i]);
  let sum = 0;
  for (let i = start; i < start + classes; i++) {
    // The largest score gives exactly 1, without the work.
    const power = data[i] === shift ? 1 : exp(data[i] - shift);
    probabilities[i] = power;
    sum += power;
  }
  for (let i = start; i < start + classes; i++) probabilities[i] /= sum;
  const logSum = log(sum) + shift;
  const own = (weight === null ? 1 : weight[label]) * (logSum - data[start + label]);
  if (smoothing === 0) return own;
  let spread = 0;
  for (let c = 0; c < classes; c++) spread += (weight === null ? 1 : weight[c]) * (logSum - data[start + c]);
  return (1 - smoothing) * own + (smoothing / classes) * spread;
}

/** factor · (probabilities · Σ targets − targets). */
function rowGradient(
  probabilities: Float32Array,
  start: number,
  classes: number,
  label: number,
  weight: Float32Array | null,
  smoothing: number,
  factor: number,
  result: Float32Array,
): void {
  const own = (1 - smoothing) * (weight === null ? 1 : weight[label]);
  let sum = own;
  if (smoothing !== 0) {
    for (let c = 0; c < classes; c++) sum += (smoothing / classes) * (weight === null ? 1 : weight[c]);
  }
  for (let c = 0; c < classes; c++) {
    const spread = smoothing === 0 ? 0 : (smoothing / classes) * (weight === null ? 1 : weight[c]);
    const target = c === label ? own + spread : spread;
    result[start + c] = factor * (probabilities[start + c] * sum - target);
  }
}

function checkedSizes(scores: Tensor, labels: IntTensor, options: CrossEntropyOptions): [number, number] {
  if (!(labels instanceof IntTensor)) throw wrongDtype('softmaxCrossEntropy', labels, 'int32');
  if (scores.shape.length !== 2 || labels.shape.length !== 1 || labels.size !== scores.shape[0]) {
    const hint = 'It takes scores of shape [rows, classes] and labels of shape [rows].';
    throw shapeMismatch('softmaxCrossEntropy', scores.shape, labels.shape, hint);
  }
  const [rows, classes] = scores.shape;
  const { weight, labelSmoothing = 0 } = options;
  if (weight && (weight.shape.length !== 1 || weight.size !== classes)) {
    throw shapeMismatch('softmaxCrossEntropy', scores.shape, weight.shape, 'One weight a class is needed.');
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw invalidArgument('softmaxCrossEntropy: labelSmoothing', labelSmoothing, 'a number from 0 to 1');
  }
  for (let row = 0; row < rows; row++) {
    const label = labels.data[row];
    if (label < 0 || label >= classes) {
      const got = `the label ${label} of row ${row}`;
      throw outOfRange('softmaxCrossEntropy', got, `0 to ${classes - 1}`, scores.shape);
    }
  }
  return [rows, classes];
}
