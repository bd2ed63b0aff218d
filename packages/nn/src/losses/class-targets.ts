// What losses of class targets share: factors of classes, targets that do not count, and the checks of both.

import type { IntTensor, Tensor } from '@tacit/tensor';
import { invalidParameter, requireInteger, TargetError } from '../errors.js';
import { checkedReduction, type Reduction, unequalShapes } from './reduction.js';

/** Options that losses of class targets have in common. */
export interface ClassLossOptions {
  /** A factor for each class, to count rare ones more. Default: 1 for all. */
  readonly weight?: Tensor | readonly number[] | null;
  /** Samples with this target do not count: loss 0, and no part of the mean. Default −100. */
  readonly ignoreIndex?: number;
  /** Default 'mean', which with weights divides by the sum of the targets' weights, as PyTorch does. */
  readonly reduction?: Reduction;
}

/** Default values of {@link ClassLossOptions}. */
export const classLossDefaults = {
  weight: null,
  ignoreIndex: -100,
  reduction: 'mean',
} as const satisfies ClassLossOptions;

/** Targets as class indices, with their weights. */
export class ClassTargets {
  readonly weight: Float32Array | null;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  readonly #owner: string;

  /** @throws ParameterError for negative weights, a class to ignore that is no whole number, an unknown reduction. */
  constructor(owner: string, options: ClassLossOptions) {
    this.#owner = owner;
    this.weight = options.weight ? classWeights(owner, options.weight) : null;
    this.ignoreIndex = options.ignoreIndex ?? classLossDefaults.ignoreIndex;
    requireInteger(`${owner}: ignoreIndex`, this.ignoreIndex);
    this.reduction = checkedReduction(owner, options.reduction);
  }

  /** Whether a sample of this target counts. */
  counts(target: number): boolean {
    return target !== this.ignoreIndex;
  }

  /** What the sum of the losses is divided by: for a mean the weights of the targets that count. NaN results if none do. */
  divisor(targets: Int32Array): number {
    if (this.reduction !== 'mean') return 1;
    let sum = 0;
    for (let row = 0; row < targets.length; row++) {
      if (this.counts(targets[row])) sum += this.weight === null ? 1 : this.weight[targets[row]];
    }
    return sum;
  }

  /**
   * Number of samples and of classes.
   *
   * @throws ShapeError unless scores are [n, classes] and targets [n]; ParameterError when the weights are not one a
   * class; TargetError `TARGET_INVALID` for a class that has no column.
   */
  checkedSizes(scores: Tensor, targets: IntTensor): [n: number, classes: number] {
    const [n, classes] = scores.shape;
    if (scores.shape.length !== 2 || targets.shape.length !== 1 || targets.size !== n) {
      const hint = `It takes ${this.#owner === 'NLLLoss' ? 'log-probabilities' : 'logits'} [n, classes] and targets [n].`;
      throw unequalShapes(this.#owner, scores, targets, hint);
    }
    if (this.weight !== null && this.weight.length !== classes) {
      const got = `${this.weight.length} factors`;
      throw invalidParameter(`${this.#owner}: weight`, got, `${classes}, one a class`);
    }
    for (let row = 0; row < n; row++) {
      const target = targets.data[row];
      if ((target < 0 || target >= classes) && this.counts(target)) throw unknownClass(row, target, classes);
    }
    return [n, classes];
  }
}

function classWeights(owner: string, weight: Tensor | readonly number[]): Float32Array {
  const weights = Float32Array.from('data' in weight ? weight.data : weight);
  for (const value of weights) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw invalidParameter(`${owner}: weight`, value, 'finite numbers, at least 0');
    }
  }
  return weights;
}

function unknownClass(row: number, target: number, classes: number): TargetError {
  return new TargetError(`Target ${row} is class ${target}, but there are ${classes} columns of logits.`, {
    code: 'TARGET_INVALID',
    got: String(target),
    expected: `0 to ${classes - 1}`,
    hint: `Encode the classes as 0 to ${classes - 1}, or give the last layer more outputs.`,
  });
}
