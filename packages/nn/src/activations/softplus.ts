// The smooth ReLU.

import { softplus, type Tensor } from '@tacit/tensor';
import { requirePositive } from '../errors.js';
import { Module } from '../module.js';

/** Options of {@link Softplus}. */
export interface SoftplusOptions {
  /** Sharpness: the larger, the closer to a ReLU. Default 1. */
  readonly beta?: number;
}

/** log(1 + e^(beta · x)) / beta. The formula is stable everywhere, so PyTorch's `threshold` is not needed. */
export class Softplus extends Module {
  static readonly defaults = { beta: 1 };
  readonly beta: number;

  /** @throws ParameterError unless `beta` is above 0. */
  constructor(options: SoftplusOptions = {}) {
    super();
    this.beta = options.beta ?? Softplus.defaults.beta;
    requirePositive('Softplus: beta', this.beta);
  }

  forward(x: Tensor): Tensor {
    return this.beta === 1 ? softplus(x) : softplus(x.mul(this.beta)).div(this.beta);
  }
}
