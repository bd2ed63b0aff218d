// Adagrad (Duchi, Hazan & Singer 2011): rare features take long steps, frequent ones short ones.

import { requireAtLeast } from '../errors.js';
import type { Parameter } from '../module.js';
import {
  Optimizer,
  type OptimizerParams,
  type ParameterState,
  type ParamGroup,
  runningAverage,
  withDefaults,
} from './optimizer.js';

/** Options of {@link Adagrad}. */
export type AdagradOptions = {
  /** Default 0.01. */
  lr: number;
  /** Step t takes lr / (1 + (t − 1) · lrDecay). Default 0. */
  lrDecay: number;
  /** Factor of the parameter that is added to its gradient. Default 0. */
  weightDecay: number;
  /** What the sums of squared gradients start from. Default 0. */
  initialAccumulatorValue: number;
  /** Added to the denominator, after the root. Default 1e-10. */
  eps: number;
};

/** p ← p − lr · g / (√(Σ g²) + eps), the sum over all steps so far. */
export class Adagrad extends Optimizer<AdagradOptions> {
  static readonly defaults: Readonly<AdagradOptions> = {
    lr: 1e-2,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
  };

  constructor(params: OptimizerParams<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(params, withDefaults(Adagrad.defaults, options));
  }

  protected override checkOptions(group: AdagradOptions): void {
    super.checkOptions(group);
    requireAtLeast('Adagrad: lrDecay', group.lrDecay, 0);
    requireAtLeast('Adagrad: weightDecay', group.weightDecay, 0);
    requireAtLeast('Adagrad: initialAccumulatorValue', group.initialAccumulatorValue, 0);
    requireAtLeast('Adagrad: eps', group.eps, 0);
  }

  protected update(
    parameter: Parameter,
    gradient: Float32Array,
    group: ParamGroup<AdagradOptions>,
    state: ParameterState,
  ): void {
    const { lrDecay, weightDecay, initialAccumulatorValue, eps } = group;
    const { data } = parameter;
    const isFirst = state.sum === undefined;
    const sums = runningAverage(state, 'sum', parameter);
    if (isFirst) sums.fill(initialAccumulatorValue);
    const step = (typeof state.step === 'number' ? state.step : 0) + 1;
    state.step = step;
    const lr = group.lr / (1 + (step - 1) * lrDecay);
    for (let i = 0; i < data.length; i++) {
      const g = gradient[i] + weightDecay * data[i];
      sums[i] += g * g;
      // Where no gradient has ever come, eps 0 would divide 0 by 0.
      if (g !== 0) data[i] -= (lr * g) / (Math.sqrt(sums[i]) + eps);
    }
  }
}
