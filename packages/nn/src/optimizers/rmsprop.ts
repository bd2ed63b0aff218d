// RMSprop (Hinton, Coursera lecture 6e, 2012), with momentum and centering as PyTorch has them.

import { requireAtLeast, requireFraction } from '../errors.js';
import type { Parameter } from '../module.js';
import {
  Optimizer,
  type OptimizerParams,
  type ParameterState,
  type ParamGroup,
  runningAverage,
  withDefaults,
} from './optimizer.js';

/** Options of {@link RMSprop}. */
export type RMSpropOptions = {
  /** Default 0.01. */
  lr: number;
  /** Decay rate of the running average of the squared gradient. Default 0.99. */
  alpha: number;
  /** Added to the denominator, after the root. Default 1e-8. */
  eps: number;
  /** Factor of the parameter that is added to its gradient. Default 0. */
  weightDecay: number;
  /** Share of the last step that is repeated. Default 0. */
  momentum: number;
  /** Divides by the standard deviation of the gradient instead of its root mean square (Graves 2013, §4.2). Default false. */
  centered: boolean;
};

/** p ← p − lr · g / (√v + eps), with v the running average of g². */
export class RMSprop extends Optimizer<RMSpropOptions> {
  static readonly defaults: Readonly<RMSpropOptions> = {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
  };

  constructor(params: OptimizerParams<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(params, withDefaults(RMSprop.defaults, options));
  }

  protected override checkOptions(group: RMSpropOptions): void {
    super.checkOptions(group);
    requireFraction('RMSprop: alpha', group.alpha);
    requireAtLeast('RMSprop: eps', group.eps, 0);
    requireAtLeast('RMSprop: weightDecay', group.weightDecay, 0);
    requireAtLeast('RMSprop: momentum', group.momentum, 0);
  }

  protected update(
    parameter: Parameter,
    gradient: Float32Array,
    group: ParamGroup<RMSpropOptions>,
    state: ParameterState,
  ): void {
    const { lr, alpha, eps, weightDecay, momentum } = group;
    const { data } = parameter;
    const squares = runningAverage(state, 'squareAvg', parameter);
    const average = group.centered ? runningAverage(state, 'gradAvg', parameter) : null;
    const buffer = momentum > 0 ? runningAverage(state, 'momentumBuffer', parameter) : null;
    for (let i = 0; i < data.length; i++) {
      const g = gradient[i] + weightDecay * data[i];
      squares[i] = alpha * squares[i] + (1 - alpha) * g * g;
      let variance = squares[i];
      if (average !== null) {
        average[i] = alpha * average[i] + (1 - alpha) * g;
        // A constant gradient has the variance 0, which rounding may turn negative.
        variance = Math.max(0, variance - average[i] * average[i]);
      }
      const step = g / (Math.sqrt(variance) + eps);
      if (buffer === null) {
        data[i] -= lr * step;
      } else {
        buffer[i] = momentum * buffer[i] + step;
        data[i] -= lr * buffer[i];
      }
    }
  }
}
