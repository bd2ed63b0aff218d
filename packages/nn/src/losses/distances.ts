// Losses of numbers: squared, absolute, and those that are squared near 0 and absolute farther out.

import type { Tensor } from '@tacit/tensor';
import { requireAtLeast, requirePositive } from '../errors.js';
import { Module } from '../module.js';
import { checkedReduction, elementwiseLoss, type Reduction, type ReductionOptions } from './reduction.js';

/** Options of {@link MSELoss}. */
export type MSELossOptions = ReductionOptions;

/** Squared difference of prediction and target. */
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
    const difference = differences(prediction, target);
    return elementwiseLoss(
      'MSELoss',
      this.reduction,
      prediction,
      target,
      (i) => difference(i) * difference(i),
      (i) => 2 * difference(i),
    );
  }
}

/** Options of {@link L1Loss}. */
export type L1LossOptions = ReductionOptions;

/** Absolute difference of prediction and target; the gradient at 0 is 0. */
export class L1Loss extends Module<[Tensor, Tensor]> {
  static readonly defaults = { reduction: 'mean' } as const satisfies L1LossOptions;
  readonly reduction: Reduction;

  /** @throws ParameterError for an unknown reduction. */
  constructor(options: L1LossOptions = {}) {
    super();
    this.reduction = checkedReduction('L1Loss', options.reduction);
  }

  /** @returns a scalar, or the shape of the prediction without reduction. @throws ShapeError when the shapes differ. */
  forward(prediction: Tensor, target: Tensor): Tensor {
    const difference = differences(prediction, target);
    return elementwiseLoss(
      'L1Loss',
      this.reduction,
      prediction,
      target,
      (i) => Math.abs(difference(i)),
      (i) => Math.sign(difference(i)),
    );
  }
}

/** Options of {@link HuberLoss}. */
export interface HuberLossOptions extends ReductionOptions {
  /** Largest difference that is squared; also the slope beyond it. Default 1. */
  readonly delta?: number;
}

/** ½d² for differences d up to `delta`, `delta · (|d| − ½ delta)` beyond (Huber 1964). */
export class HuberLoss extends Module<[Tensor, Tensor]> {
  static readonly defaults = { delta: 1, reduction: 'mean' } as const satisfies HuberLossOptions;
  readonly delta: number;
  readonly reduction: Reduction;

  /** @throws ParameterError unless `delta` is above 0, and for an unknown reduction. */
  constructor(options: HuberLossOptions = {}) {
    super();
    this.delta = options.delta ?? HuberLoss.defaults.delta;
    requirePositive('HuberLoss: delta', this.delta);
    this.reduction = checkedReduction('HuberLoss', options.reduction);
  }

  /** @returns a scalar, or the shape of the prediction without reduction. @throws ShapeError when the shapes differ. */
  forward(prediction: Tensor, target: Tensor): Tensor {
    const { delta } = this;
    const difference = differences(prediction, target);
    return elementwiseLoss(
      'HuberLoss',
      this.reduction,
      prediction,
      target,
      (i) => delta * bentAbsolute(difference(i), delta),
      (i) => delta * bentSlope(difference(i), delta),
    );
  }
}

/** Options of {@link SmoothL1Loss}. */
export interface SmoothL1LossOptions extends ReductionOptions {
  /** Largest difference that is squared; the slope beyond it is 1. 0 makes it L1Loss. Default 1. */
  readonly beta?: number;
}

/** ½d² / beta for differences d up to `beta`, |d| − ½ beta beyond (Girshick 2015, eq. 3): HuberLoss / beta. */
export class SmoothL1Loss extends Module<[Tensor, Tensor]> {
  static readonly defaults = { beta: 1, reduction: 'mean' } as const satisfies SmoothL1LossOptions;
  readonly beta: number;
  readonly reduction: Reduction;

  /** @throws ParameterError unless `beta` is at least 0, and for an unknown reduction. */
  constructor(options: SmoothL1LossOptions = {}) {
    super();
    this.beta = options.beta ?? SmoothL1Loss.defaults.beta;
    requireAtLeast('SmoothL1Loss: beta', this.beta, 0);
    this.reduction = checkedReduction('SmoothL1Loss', options.reduction);
  }

  /** @returns a scalar, or the shape of the prediction without reduction. @throws ShapeError when the shapes differ. */
  forward(prediction: Tensor, target: Tensor): Tensor {
    const { beta } = this;
    const difference = differences(prediction, target);
    return elementwiseLoss(
      'SmoothL1Loss',
      this.reduction,
      prediction,
      target,
      (i) => bentAbsolute(difference(i), beta),
      (i) => bentSlope(difference(i), beta),
    );
  }
}

function differences(prediction: Tensor, target: Tensor): (index: number) => number {
  return (i) => prediction.data[i] - target.data[i];
}

/** ½d² / bend up to the bend, |d| − ½ bend beyond. */
function bentAbsolute(difference: number, bend: number): number {
  const magnitude = Math.abs(difference);
  return magnitude < bend ? (0.5 * magnitude * magnitude) / bend : magnitude - 0.5 * bend;
}

function bentSlope(difference: number, bend: number): number {
  return Math.abs(difference) < bend ? difference / bend : Math.sign(difference);
}
