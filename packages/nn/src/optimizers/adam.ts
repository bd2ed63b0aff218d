// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), which takes weight decay out of the gradient.

import { adamStep } from '@tacit/tensor';
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

/** Options of {@link Adam} and {@link AdamW}. */
export type AdamOptions = {
  /** Default 0.001. */
  lr: number;
  /** Decay rates of the running averages of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** Adam: factor of the parameter added to its gradient, default 0. AdamW: share of it, times lr, taken away, default 0.01. */
  weightDecay: number;
};

/** Steps of about lr, whatever the gradient's scale: its running mean over the root of its running square. */
export class Adam extends Optimizer<AdamOptions> {
  static readonly defaults: Readonly<AdamOptions> = {
    lr: 1e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
  };

  constructor(params: OptimizerParams<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults(Adam.defaults, options));
  }

  protected override checkOptions(group: AdamOptions): void {
    super.checkOptions(group);
    checkAdamOptions('Adam', group);
  }

  protected update(
    parameter: Parameter,
    gradient: Float32Array,
    group: ParamGroup<AdamOptions>,
    state: ParameterState,
  ): void {
    takeStep(parameter, gradient, group, state, group.weightDecay);
  }
}

/** Adam whose weight decay shrinks the parameter directly, by lr · weightDecay a step, instead of entering the averages. */
export class AdamW extends Optimizer<AdamOptions> {
  static readonly defaults: Readonly<AdamOptions> = { ...Adam.defaults, weightDecay: 0.01 };

  constructor(params: OptimizerParams<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults(AdamW.defaults, options));
  }

  protected override checkOptions(group: AdamOptions): void {
    super.checkOptions(group);
    checkAdamOptions('AdamW', group);
  }

  protected update(
    parameter: Parameter,
    gradient: Float32Array,
    group: ParamGroup<AdamOptions>,
    state: ParameterState,
  ): void {
    const { data } = parameter;
    const kept = 1 - group.lr * group.weightDecay;
    for (let i = 0; i < data.length; i++) data[i] *= kept;
    takeStep(parameter, gradient, group, state, 0);
  }
}

function takeStep(
  parameter: Parameter,
  gradient: Float32Array,
  { lr, betas, eps }: ParamGroup<AdamOptions>,
  state: ParameterState,
  weightDecay: number,
): void {
  const average = runningAverage(state, 'expAvg', parameter);
  const squares = runningAverage(state, 'expAvgSq', parameter);
  const step = (typeof state.step === 'number' ? state.step : 0) + 1;
  state.step = step;
  adamStep(parameter.data, gradient, average, squares, { lr, betas, eps, weightDecay, step });
}

function checkAdamOptions(owner: string, group: AdamOptions): void {
  requireFraction(`${owner}: betas[0]`, group.betas[0]);
  requireFraction(`${owner}: betas[1]`, group.betas[1]);
  requireAtLeast(`${owner}: eps`, group.eps, 0);
  requireAtLeast(`${owner}: weightDecay`, group.weightDecay, 0);
}
