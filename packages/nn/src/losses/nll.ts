// Negative log-likelihood, for nets that end in LogSoftmax.

import type { IntTensor, Tensor } from '@tacit/tensor';
import { Module } from '../module.js';
import { type ClassLossOptions, ClassTargets, classLossDefaults } from './class-targets.js';
import { type Reduction, reduced } from './reduction.js';

/** Options of {@link NLLLoss}. */
export type NLLLossOptions = ClassLossOptions;

/** −weight · log-probability of the target class. Of logits, use `CrossEntropyLoss`. */
export class NLLLoss extends Module<[Tensor, IntTensor]> {
  static readonly defaults = classLossDefaults;
  readonly weight: Float32Array | null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  readonly #targets: ClassTargets;

  /** @throws ParameterError for negative weights or an unknown reduction. */
  constructor(options: NLLLossOptions = {}) {
    super();
    this.#targets = new ClassTargets('NLLLoss', options);
    this.weight = this.#targets.weight;
    this.ignoreIndex = this.#targets.ignoreIndex;
    this.reduction = this.#targets.reduction;
  }

  /**
   * @param logProbabilities - [n, classes]: what LogSoftmax gives. Anything else is taken as it is.
   * @param targets - [n], class indices from 0.
   * @returns a scalar, or [n] without reduction.
   * @throws ShapeError; TargetError `TARGET_INVALID` for a class that has no column.
   */
  forward(logProbabilities: Tensor, targets: IntTensor): Tensor {
    const [n, classes] = this.#targets.checkedSizes(logProbabilities, targets);
    const { weight } = this;
    const factors = new Float64Array(n);
    const losses = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      const target = targets.data[row];
      if (!this.#targets.counts(target)) continue;
      factors[row] = weight === null ? 1 : weight[target];
      losses[row] = -factors[row] * logProbabilities.data[row * classes + target];
    }
    const divisor = this.#targets.divisor(targets.data);
    return reduced(this.reduction, losses, divisor, logProbabilities, (row, scale, result) => {
      if (factors[row] !== 0) result[row * classes + targets.data[row]] = -factors[row] * scale;
    });
  }
}
