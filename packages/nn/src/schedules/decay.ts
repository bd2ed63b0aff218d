// Schedules that lower the rate by a factor, at regular steps, at chosen ones, or at every one. Laws and defaults are
// PyTorch's.

import { elementary } from '@tacit/tensor';
import { requirePositive, requireWhole } from '../errors.js';
import { Schedule } from './schedule.js';

/** Options of {@link StepLR}. */
export interface StepLROptions {
  /** Steps between decays. */
  readonly stepSize: number;
  /** Factor of each decay. Default 0.1. */
  readonly gamma?: number;
}

/** baseLr · gamma^⌊step / stepSize⌋. */
export class StepLR extends Schedule {
  static readonly defaults = { gamma: 0.1 };
  readonly stepSize: number;
  readonly gamma: number;

  /** @throws ParameterError unless `stepSize` is a whole number, at least 1, and `gamma` is above 0. */
  constructor(options: StepLROptions) {
    super();
    this.stepSize = options.stepSize;
    this.gamma = options.gamma ?? StepLR.defaults.gamma;
    requireWhole('StepLR: stepSize', this.stepSize, 1);
    requirePositive('StepLR: gamma', this.gamma);
  }

  rate(step: number, baseLr: number): number {
    return baseLr * elementary.pow(this.gamma, Math.floor(step / this.stepSize));
  }
}

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions {
  /** The steps with a decay, in any order; one that occurs twice decays twice. */
  readonly milestones: readonly number[];
  /** Factor of each decay. Default 0.1. */
  readonly gamma?: number;
}

/** baseLr · gamma^(number of milestones up to the step). */
export class MultiStepLR extends Schedule {
  static readonly defaults = { gamma: 0.1 };
  readonly milestones: readonly number[];
  readonly gamma: number;

  /** @throws ParameterError unless milestones are whole numbers, at least 0, and `gamma` is above 0. */
  constructor(options: MultiStepLROptions) {
    super();
    this.milestones = [...options.milestones];
    this.gamma = options.gamma ?? MultiStepLR.defaults.gamma;
    for (const milestone of this.milestones) requireWhole('MultiStepLR: milestones', milestone, 0);
    requirePositive('MultiStepLR: gamma', this.gamma);
  }

  rate(step: number, baseLr: number): number {
    const reached = this.milestones.filter((milestone) => milestone <= step).length;
    return baseLr * elementary.pow(this.gamma, reached);
  }
}

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions {
  /** Factor of each step. */
  readonly gamma: number;
}

/** baseLr · gamma^step. */
export class ExponentialLR extends Schedule {
  readonly gamma: number;

  /** @throws ParameterError unless `gamma` is above 0. */
  constructor(options: ExponentialLROptions) {
    super();
    this.gamma = options.gamma;
    requirePositive('ExponentialLR: gamma', this.gamma);
  }

  rate(step: number, baseLr: number): number {
    return baseLr * elementary.pow(this.gamma, step);
  }
}
