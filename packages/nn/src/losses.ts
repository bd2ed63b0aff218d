// Losses: modules of a prediction and a target. Each is one fused operation with a gradient for the prediction only.

import {
  elementary,
  type IntTensor,
  recordOperation,
  ShapeError,
  sameShape,
  type Tensor,
} from '@tacit/tensor';
import { invalidParameter, requireFraction, TargetError } from './errors.js';
import { Module } from './module.js';

/** How the losses of single samples become the result: their mean, their sum, or themselves. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of {@link CrossEntropyLoss}. */
export interface CrossEntropyLossOptions {
  /** A factor for each class, to count rare ones more. Default: 1 for all. */
  readonly weight?: Tensor | readonly number[] | null;
  /** Probability that is taken from the target and spread over all classes evenly (Szegedy et al. 2016, §7). Default 0. */
  readonly labelSmoothing?: number;
  /** Default 'mean', which with weights divides by the sum of the targets' weights, as PyTorch does. */
  readonly reduction?: Reduction;
}

/** Negative log-likelihood of the target classes under softmax(logits). */
export class CrossEntropyLoss extends Module<[Tensor, IntTensor]> {
  static readonly defaults = {
    weight: null,
    labelSmoothing: 0,
    reduction: 'mean',
  } as const satisfies CrossEntropyLossOptions;
  readonly weight: Float32Array | null;
  readonly labelSmoothing: number;
  readonly reduction: Reduction;

  /** @throws ParameterError for negative weights, a smoothing outside [0, 1), an unknown reduction. */
  constructor(options: CrossEntropyLossOptions = {}) {
    super();
    this.weight = options.weight ? classWeights(options.weight) : null;
    this.labelSmoothing = options.labelSmoothing ?? CrossEntropyLoss.defaults.labelSmoothing;
    requireFraction('CrossEntropyLoss: labelSmoothing', this.labelSmoothing);
    this.reduction = checkedReduction('CrossEntropyLoss', options.reduction);
  }

  /**
   * @param logits - [n, classes]: scores before softmax.
   * @param targets - [n], class indices from 0.
   * @returns a scalar, or [n] without reduction.
   * @throws ShapeError; TargetError `TARGET_INVALID` for a class that has no column.
   */
  forward(logits: Tensor, targets: IntTensor): Tensor {
    const [n, classes] = checkedLogits(logits, targets, this.weight);
    const shares = this.#targetShares(targets.data, classes);
    const losses = new Float64Array(n);
    const probabilities = new Float64Array(n * classes);
    for (let row = 0; row < n; row++) {
      losses[row] = rowLoss(logits.data, shares, probabilities, row * classes, classes);
    }
    const divisor = this.reduction === 'mean' ? this.#totalWeight(targets.data) : 1;
    return reduced(this.reduction, losses, divisor, logits, (row, scale, result) => {
      // d/dz of −Σ sᵢ·log pᵢ is p·Σs − s.
      const start = row * classes;
      let total = 0;
      for (let i = start; i < start + classes; i++) total += shares[i];
      for (let i = start; i < start + classes; i++)
        result[i] = scale * (probabilities[i] * total - shares[i]);
    });
  }

  /** [n, classes]: how much each class counts in each row; weight × (one-hot, smoothed). */
  #targetShares(targets: Int32Array, classes: number): Float64Array {
    const spread = this.labelSmoothing / classes;
    const shares = new Float64Array(targets.length * classes);
    for (let row = 0; row < targets.length; row++) {
      const start = row * classes;
      for (let c = 0; c < classes; c++) shares[start + c] = spread * (this.weight?.[c] ?? 1);
      shares[start + targets[row]] += (1 - this.labelSmoothing) * (this.weight?.[targets[row]] ?? 1);
    }
    return shares;
  }

  #totalWeight(targets: Int32Array): number {
    const { weight } = this;
    return weight === null ? targets.length : targets.reduce((total, target) => total + weight[target], 0);
  }
}

/** Options of {@link MSELoss}. */
export interface MSELossOptions {
  /** Default 'mean', over all elements. */
  readonly reduction?: Reduction;
}

/** Squared differences of prediction and target, of equal shapes. */
export class MSELoss extends Module<[Tensor, Tensor]> {
  static readonly defaults = { reduction: 'mean' } as const satisfies MSELossOptions;
  readonly reduction: Reduction;

  /** @throws ParameterError for an unknown reduction. */
  constructor(options: MSELossOptions = {}) {
    super();
    this.reduction = checkedReduction('MSELoss', options.reduction);
  }

  /**
   * @returns a scalar, or the shape of the prediction without reduction.
   * @throws ShapeError when the shapes differ: [n] against [n, 1] would otherwise broadcast to [n, n] unnoticed.
   */
  forward(prediction: Tensor, target: Tensor): Tensor {
    if (!sameShape(prediction.shape, target.shape)) throw unequalShapes('MSELoss', prediction, target);
    const losses = new Float64Array(prediction.size);
    for (let i = 0; i < losses.length; i++) losses[i] = (prediction.data[i] - target.data[i]) ** 2;
    const divisor = this.reduction === 'mean' ? losses.length : 1;
    const loss = reduced(this.reduction, losses, divisor, prediction, (i, scale, result) => {
      result[i] = 2 * scale * (prediction.data[i] - target.data[i]);
    });
    return this.reduction === 'none' ? loss.reshape(prediction.shape) : loss;
  }
}

/** −Σ share · log softmax of one row; leaves the probabilities behind for the gradient. */
function rowLoss(
  logits: Float32Array,
  shares: Float64Array,
  probabilities: Float64Array,
  start: number,
  classes: number,
): number {
  const end = start + classes;
  let shift = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) shift = Math.max(shift, logits[i]);
  let total = 0;
  for (let i = start; i < end; i++) {
    probabilities[i] = elementary.exp(logits[i] - shift);
    total += probabilities[i];
  }
  const logTotal = elementary.log(total);
  let loss = 0;
  for (let i = start; i < end; i++) {
    probabilities[i] /= total;
    if (shares[i] !== 0) loss -= shares[i] * (logits[i] - shift - logTotal);
  }
  return loss;
}

/** The reduced losses; `fill` writes the gradient that loss number `index`, times `scale`, has for the prediction. */
function reduced(
  reduction: Reduction,
  losses: Float64Array,
  divisor: number,
  prediction: Tensor,
  fill: (index: number, scale: number, result: Float32Array) => void,
): Tensor {
  const isReduced = reduction !== 'none';
  const data = isReduced
    ? Float32Array.of(losses.reduce((total, loss) => total + loss, 0) / divisor)
    : Float32Array.from(losses);
  return recordOperation(data, isReduced ? [] : [losses.length], [prediction], (grad) => {
    const result = new Float32Array(prediction.size);
    for (let index = 0; index < losses.length; index++)
      fill(index, grad[isReduced ? 0 : index] / divisor, result);
    return [result];
  });
}

function checkedReduction(owner: string, reduction: Reduction = 'mean'): Reduction {
  if (!['mean', 'sum', 'none'].includes(reduction)) {
    throw invalidParameter(`${owner}: reduction`, reduction, "'mean', 'sum' or 'none'");
  }
  return reduction;
}

function classWeights(weight: Tensor | readonly number[]): Float32Array {
  const weights = Float32Array.from('data' in weight ? weight.data : weight);
  for (const value of weights) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw invalidParameter('CrossEntropyLoss: weight', value, 'finite numbers, at least 0');
    }
  }
  return weights;
}

function checkedLogits(logits: Tensor, targets: IntTensor, weight: Float32Array | null): [number, number] {
  const [n, classes] = logits.shape;
  if (logits.shape.length !== 2 || targets.shape.length !== 1 || targets.size !== n) {
    throw unequalShapes('CrossEntropyLoss', logits, targets);
  }
  if (weight !== null && weight.length !== classes) {
    throw invalidParameter('CrossEntropyLoss: weight', `${weight.length} factors`, `${classes}, one a class`);
  }
  for (let row = 0; row < n; row++) {
    const target = targets.data[row];
    if (target < 0 || target >= classes) {
      throw new TargetError(`Target ${row} is class ${target}, but there are ${classes} columns of logits.`, {
        code: 'TARGET_INVALID',
        got: String(target),
        expected: `0 to ${classes - 1}`,
        hint: `Encode the classes as 0 to ${classes - 1}, or give the last layer more outputs.`,
      });
    }
  }
  return [n, classes];
}

function unequalShapes(
  owner: string,
  left: { shape: readonly number[] },
  right: { shape: readonly number[] },
) {
  const got = `[${left.shape.join(', ')}] and [${right.shape.join(', ')}]`;
  const hint =
    owner === 'MSELoss'
      ? 'Prediction and target need equal shapes.'
      : 'It takes logits [n, classes] and targets [n].';
  return new ShapeError(`${owner}: shapes ${got} do not fit together.`, {
    code: 'SHAPE_MISMATCH',
    got,
    expected: hint,
    hint,
  });
}
