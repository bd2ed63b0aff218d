// Stochastic gradient descent with momentum, in the form of PyTorch: the momentum buffer starts as the first gradient.

import { invalidParameter, requireAtLeast } from '../errors.js';
import type { Parameter } from '../module.js';
import {
  Optimizer,
  type OptimizerParams,
  type ParameterState,
  type ParamGroup,
  runningAverage,
  withDefaults,
} from './optimizer.js';

/** Options of {@link SGD}. */
export type SGDOptions = {
  /** Default 0.001, as PyTorch's. */
  lr: number;
  /** Share of the last step that is repeated. Default 0. */
  momentum: number;
  /** Share of the gradient that is left out of the momentum after the first step. Default 0. */
  dampening: number;
  /** Factor of the parameter that is added to its gradient. Default 0. */
  weightDecay: number;
  /** Looks ahead by the momentum (Sutskever et al. 2013); needs momentum and no dampening. Default false. */
  nesterov: boolean;
};

/** p ← p − lr · g, or with momentum p ← p − lr · v, v ← momentum · v + (1 − dampening) · g. */
export class SGD extends Optimizer<SGDOptions> {
  static readonly defaults: Readonly<SGDOptions> = {
    lr: 1e-3,
    momentum: 0,
    dampening: 0,
    weightDecay: 0,
    nesterov: false,
  };

  constructor(params: OptimizerParams<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, withDefaults(SGD.defaults, options));
  }

  protected override checkOptions(group: SGDOptions): void {
    super.checkOptions(group);
    requireAtLeast('SGD: momentum', group.momentum, 0);
    requireAtLeast('SGD: weightDecay', group.weightDecay, 0);
    if (group.nesterov && (group.momentum === 0 || group.dampening !== 0)) {
      throw invalidParameter('SGD: nesterov', true, 'false, or a momentum above 0 with dampening 0');
    }
  }

  protected update(
    parameter: Parameter,
    gradient: Float32Array,
    group: ParamGroup<SGDOptions>,
    state: ParameterState,
  ): void {
    const { lr, momentum, weightDecay, nesterov } = group;
    const { data } = parameter;
    if (momentum === 0) {
      for (let i = 0; i < data.length; i++) data[i] -= lr * (gradient[i] + weightDecay * data[i]);
      return;
    }
    const taken = state.momentumBuffer === undefined ? 1 : 1 - group.dampening;
    const velocity = runningAverage(state, 'momentumBuffer', parameter);
    for (let i = 0; i < data.length; i++) {
      const g = gradient[i] + weightDecay * data[i];
      const v = momentum * velocity[i] + taken * g;
      velocity[i] = v;
      data[i] -= lr * (nesterov ? g + momentum * v : v);
    }
  }
}
