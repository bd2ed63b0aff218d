// Cross-entropy of logits: softmax, logarithm and likelihood as one operation, which stays finite where their
// composition would not.

import { elementary, type IntTensor, type Tensor } from '@tacit/tensor';
import { requireFraction } from '../errors.js';
import { Module } from '../module.js';
import { type ClassLossOptions, ClassTargets, classLossDefaults } from './class-targets.js';
import { type Reduction, reduced } from './reduction.js';

/** Options of {@link CrossEntropyLoss}. */
export interface CrossEntropyLossOptions extends ClassLossOptions {
  /** Probability that is taken from the target and spread over all classes evenly (Szegedy et al. 2016, §7). Default 0. */
  readonly labelSmoothing?: number;
}

/** Negative log-likelihood of the target classes under softmax(logits). */
export class CrossEntropyLoss extends Module<[Tensor, IntTensor]> {
  static readonly defaults = {
    ...classLossDefaults,
    labelSmoothing: 0,
  } as const satisfies CrossEntropyLossOptions;
  readonly weight: Float32Array | null;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  readonly reduction: Reduction;
  readonly #targets: ClassTargets;

  /** @throws ParameterError for negative weights, a smoothing outside [0, 1), an unknown reduction. */
  constructor(options: CrossEntropyLossOptions = {}) {
    super();
    this.#targets = new ClassTargets('CrossEntropyLoss', options);
    this.weight = this.#targets.weight;
    this.ignoreIndex = this.#targets.ignoreIndex;
    this.reduction = this.#targets.reduction;
    this.labelSmoothing = options.labelSmoothing ?? CrossEntropyLoss.defaults.labelSmoothing;
    requireFraction('CrossEntropyLoss: labelSmoothing', this.labelSmoothing);
  }

  /**
   * @param logits - [n, classes]: scores before softmax.
   * @param targets - [n], class indices from 0.
   * @returns a scalar, or [n] without reduction.
   * @throws ShapeError; TargetError `TARGET_INVALID` for a class that has no column.
   */
  forward(logits: Tensor, targets: IntTensor): Tensor {
    const [n, classes] = this.#targets.checkedSizes(logits, targets);
    const shares = this.#targetShares(targets.data, classes);
    const losses = new Float64Array(n);
    const probabilities = new Float64Array(n * classes);
    for (let row = 0; row < n; row++) {
      losses[row] = rowLoss(logits.data, shares, probabilities, row * classes, classes);
    }
    const divisor = this.#targets.divisor(targets.data);
    return reduced(this.reduction, losses, divisor, logits, (row, scale, result) => {
      // d/dz of −Σ sᵢ·log pᵢ is p·Σs − s.
      const start = row * classes;
      let total = 0;
      for (let i = start; i < start + classes; i++) total += shares[i];
      for (let i = start; i < start + classes; i++)
        result[i] = scale * (probabilities[i] * total - shares[i]);
    });
  }

  /** [n, classes]: how much each class counts in each row; weight × (one-hot, smoothed), 0 where the target is ignored. */
  #targetShares(targets: Int32Array, classes: number): Float64Array {
    const { weight } = this;
    const spread = this.labelSmoothing / classes;
    const shares = new Float64Array(targets.length * classes);
    for (let row = 0; row < targets.length; row++) {
      const target = targets[row];
      if (!this.#targets.counts(target)) continue;
      const start = row * classes;
      if (spread > 0) {
        for (let c = 0; c < classes; c++) shares[start + c] = spread * (weight === null ? 1 : weight[c]);
      }
      shares[start + target] += (1 - this.labelSmoothing) * (weight === null ? 1 : weight[target]);
    }
    return shares;
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
