// Cross-entropy of logits: softmax, logarithm and likelihood as one operation, which stays finite where their
// composition would not.

import { IntTensor, softmaxCrossEntropy, Tensor } from '@tacit/tensor';
import { requireFraction } from '../errors.js';
import { Module } from '../module.js';
import { type ClassLossOptions, ClassTargets, classLossDefaults } from './class-targets.js';
import type { Reduction } from './reduction.js';

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
    this.#targets.checkedSizes(logits, targets);
    const { reduction, labelSmoothing } = this;
    const weight = this.weight === null ? null : new Tensor(this.weight);
    if (!targets.data.includes(this.ignoreIndex)) {
      return softmaxCrossEntropy(logits, targets, { weight, labelSmoothing, reduction });
    }
    // Any class stands in for an ignored target; what it gives is then multiplied by 0.
    const counting = Float32Array.from(targets.data, (target) => (this.#targets.counts(target) ? 1 : 0));
    const classes = new IntTensor(targets.data.map((target) => (this.#targets.counts(target) ? target : 0)));
    const all = softmaxCrossEntropy(logits, classes, { weight, labelSmoothing, reduction: 'none' });
    const losses = all.mul(new Tensor(counting));
    return reduction === 'none' ? losses : losses.sum().div(this.#targets.divisor(targets.data));
  }
}
