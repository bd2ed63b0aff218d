// Cross-entropy of independent yes/no outputs, of probabilities or of logits. Of logits it loses nothing to rounding near
// 0 and 1 and is the one to prefer.

import { broadcastTo, elementary, type IntTensor, type Tensor, tensor } from '@tacit/tensor';
import { invalidParameter, TargetError } from '../errors.js';
import { Module } from '../module.js';
import { checkedReduction, elementwiseLoss, type Reduction } from './reduction.js';

/** Options of {@link BCELoss}. */
export interface BCELossOptions {
  /** A factor for each element, of a shape that broadcasts to the prediction's. Default: 1 for all. */
  readonly weight?: Tensor | readonly number[] | null;
  /** Default 'mean', which divides by the number of elements whatever the weights, as PyTorch does. */
  readonly reduction?: Reduction;
}

/** Below this a logarithm is cut off, as in PyTorch, so that a certain and wrong prediction has a finite loss. */
const SMALLEST_LOG = -100;
/** Smallest p · (1 − p) that the gradient divides by, as in PyTorch. */
const SMALLEST_VARIANCE = 1e-12;

/** −weight · (y · log p + (1 − y) · log(1 − p)) of probabilities p. */
export class BCELoss extends Module<[Tensor, Tensor | IntTensor]> {
  static readonly defaults = { weight: null, reduction: 'mean' } as const satisfies BCELossOptions;
  readonly weight: Tensor | null;
  readonly reduction: Reduction;

  /** @throws ParameterError for weights that are negative or not finite, or an unknown reduction. */
  constructor(options: BCELossOptions = {}) {
    super();
    this.weight = checkedFactors('BCELoss: weight', options.weight);
    this.reduction = checkedReduction('BCELoss', options.reduction);
  }

  /**
   * @param prediction - probabilities of yes, any shape.
   * @param target - of the same shape: 1 for yes, 0 for no, or a probability.
   * @returns a scalar, or the shape of the prediction without reduction.
   * @throws ShapeError when the shapes differ; TargetError `PROBABILITY_INVALID` for a prediction outside [0, 1].
   */
  forward(prediction: Tensor, target: Tensor | IntTensor): Tensor {
    const [p, y] = [prediction.data, target.data];
    const weight = expanded(this.weight, prediction);
    checkProbabilities(p);
    return elementwiseLoss(
      'BCELoss',
      this.reduction,
      prediction,
      target,
      (i) => -at(weight, i) * (y[i] * boundedLog(p[i]) + (1 - y[i]) * boundedLog(1 - p[i])),
      (i) => (at(weight, i) * (p[i] - y[i])) / Math.max(p[i] * (1 - p[i]), SMALLEST_VARIANCE),
    );
  }
}

/** Options of {@link BCEWithLogitsLoss}. */
export interface BCEWithLogitsLossOptions extends BCELossOptions {
  /** A factor for the yes of each output (the last axis), say no's per yes of unbalanced data. Default: 1 for all. */
  readonly posWeight?: Tensor | readonly number[] | number | null;
}

/** −weight · (posWeight · y · log σ(x) + (1 − y) · log(1 − σ(x))) of logits x, with σ the logistic function. */
export class BCEWithLogitsLoss extends Module<[Tensor, Tensor | IntTensor]> {
  static readonly defaults = {
    weight: null,
    posWeight: null,
    reduction: 'mean',
  } as const satisfies BCEWithLogitsLossOptions;
  readonly weight: Tensor | null;
  readonly posWeight: Tensor | null;
  readonly reduction: Reduction;

  /** @throws ParameterError for weights that are negative or not finite, or an unknown reduction. */
  constructor(options: BCEWithLogitsLossOptions = {}) {
    super();
    this.weight = checkedFactors('BCEWithLogitsLoss: weight', options.weight);
    this.posWeight = checkedFactors('BCEWithLogitsLoss: posWeight', options.posWeight);
    this.reduction = checkedReduction('BCEWithLogitsLoss', options.reduction);
  }

  /**
   * @param logits - log(p / (1 − p)) of the probability of yes, any shape.
   * @param target - of the same shape: 1 for yes, 0 for no, or a probability.
   * @returns a scalar, or the shape of the logits without reduction.
   * @throws ShapeError when the shapes differ, or weights do not broadcast.
   */
  forward(logits: Tensor, target: Tensor | IntTensor): Tensor {
    const [x, y] = [logits.data, target.data];
    const weight = expanded(this.weight, logits);
    const posWeight = expanded(this.posWeight, logits);
    // −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(−x) + x, so the two terms share one softplus.
    const factor = (i: number): number => 1 + (at(posWeight, i) - 1) * y[i];
    return elementwiseLoss(
      'BCEWithLogitsLoss',
      this.reduction,
      logits,
      target,
      (i) => at(weight, i) * ((1 - y[i]) * x[i] + factor(i) * elementary.softplus(-x[i])),
      (i) => at(weight, i) * (1 - y[i] - factor(i) * elementary.sigmoid(-x[i])),
    );
  }
}

function boundedLog(value: number): number {
  return Math.max(elementary.log(value), SMALLEST_LOG);
}

function at(factors: Float32Array | null, index: number): number {
  return factors === null ? 1 : factors[index];
}

function expanded(factors: Tensor | null, prediction: Tensor): Float32Array | null {
  return factors === null ? null : broadcastTo(factors, prediction.shape).data;
}

function checkedFactors(
  name: string,
  factors: Tensor | readonly number[] | number | null | undefined,
): Tensor | null {
  if (factors === null || factors === undefined) return null;
  const checked = typeof factors === 'object' && 'data' in factors ? factors.clone() : tensor(factors);
  for (const value of checked.data) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw invalidParameter(name, value, 'finite numbers, at least 0');
    }
  }
  return checked;
}

function checkProbabilities(probabilities: Float32Array): void {
  for (let i = 0; i < probabilities.length; i++) {
    // NaN passes: it should show as a loss of NaN, whose cause lies elsewhere.
    if (probabilities[i] < 0 || probabilities[i] > 1) {
      throw new TargetError(`BCELoss: prediction ${i} is ${probabilities[i]}, which is no probability.`, {
        code: 'PROBABILITY_INVALID',
        got: String(probabilities[i]),
        expected: '0 to 1',
        hint: 'End the net in a Sigmoid, or give its logits to BCEWithLogitsLoss.',
      });
    }
  }
}
