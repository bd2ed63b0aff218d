// Batch normalization (Ioffe & Szegedy 2015): each channel gets mean 0 and variance 1, over the batch in training, by
// running averages of the batches in use.

import { batchNorm, batchNormInference, ones, ShapeError, type Tensor, tensor, zeros } from '@tacit/tensor';
import { invalidParameter, requireAtLeast, requireWhole } from '../errors.js';
import { Module, Parameter } from '../module.js';

/** Options of {@link BatchNorm1d} and {@link BatchNorm2d}. */
export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Part of each batch in the running averages; null weighs all batches alike. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether channels then get a learned factor and a learned constant. Default true. */
  readonly affine?: boolean;
  /** Whether running averages are kept; without them the batch is normalized by itself in use too. Default true. */
  readonly trackRunningStats?: boolean;
}

/** What the two classes share; they differ in the shapes they take. */
abstract class BatchNorm extends Module {
  static readonly defaults = {
    eps: 1e-5,
    momentum: 0.1,
    affine: true,
    trackRunningStats: true,
  } as const satisfies BatchNormOptions;

  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly trackRunningStats: boolean;
  /** [numFeatures], 1 at first; null unless affine. */
  readonly weight: Parameter | null;
  /** [numFeatures], 0 at first; null unless affine. */
  readonly bias: Parameter | null;

  /** @throws ParameterError for options outside their range. */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super();
    const name = new.target.name;
    const { defaults } = BatchNorm;
    const { eps = defaults.eps, momentum = defaults.momentum, affine = defaults.affine } = options;
    requireWhole(`${name}: numFeatures`, numFeatures, 1);
    requireAtLeast(`${name}: eps`, eps, 0);
    if (momentum !== null && !(momentum >= 0 && momentum <= 1)) {
      throw invalidParameter(`${name}: momentum`, momentum, 'a number from 0 to 1, or null');
    }
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.trackRunningStats = options.trackRunningStats ?? defaults.trackRunningStats;
    this.weight = affine ? new Parameter(ones([numFeatures])) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures])) : null;
    if (this.trackRunningStats) {
      this.registerBuffer('running_mean', zeros([numFeatures]));
      this.registerBuffer('running_var', ones([numFeatures]));
      this.registerBuffer('num_batches_tracked', tensor(0));
    }
  }

  /** The same shape, normalized. In training it updates the running averages. */
  forward(x: Tensor): Tensor {
    this.#checkShape(x);
    const { weight, bias, eps } = this;
    if (!this.training && this.trackRunningStats) {
      const [mean, variance] = [this.buffer('running_mean').data, this.buffer('running_var').data];
      return batchNormInference(x, mean, variance, { weight, bias, eps });
    }
    const { output, mean, variance, count } = batchNorm(x, { weight, bias, eps });
    // The unbiased variance, as in PyTorch: it stands for the rows never seen.
    if (this.training && this.trackRunningStats) this.#track(mean, variance, count / (count - 1));
    return output;
  }

  /** Numbers of axes that are taken. */
  protected abstract readonly ranks: readonly number[];
  /** Those shapes in words. */
  protected abstract readonly shapes: string;

  #track(mean: Float32Array, variance: Float32Array, correction: number): void {
    const counter = this.buffer('num_batches_tracked').data;
    counter[0] += 1;
    const taken = this.momentum ?? 1 / counter[0];
    const runningMean = this.buffer('running_mean').data;
    const runningVariance = this.buffer('running_var').data;
    for (let channel = 0; channel < mean.length; channel++) {
      runningMean[channel] += taken * (mean[channel] - runningMean[channel]);
      runningVariance[channel] += taken * (correction * variance[channel] - runningVariance[channel]);
    }
  }

  #checkShape(x: Tensor): void {
    if (this.ranks.includes(x.shape.length) && x.shape[1] === this.numFeatures) return;
    const got = `[${x.shape.join(', ')}]`;
    const hint = `It takes ${this.shapes} with ${this.numFeatures} channels.`;
    throw new ShapeError(`${this.constructor.name}: the shape ${got} does not fit.`, {
      code: 'SHAPE_MISMATCH',
      got,
      expected: hint,
      hint,
    });
  }
}

/** Normalizes the features of [n, features], or the channels of [n, channels, length]. */
export class BatchNorm1d extends BatchNorm {
  protected readonly ranks = [2, 3];
  protected readonly shapes = '[n, channels] or [n, channels, length]';
}

/** Normalizes the channels of images, [n, channels, height, width]. */
export class BatchNorm2d extends BatchNorm {
  protected readonly ranks = [4];
  protected readonly shapes = '[n, channels, height, width]';
}
