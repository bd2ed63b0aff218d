// The fully connected layer.

import { type Generator, linear, type Tensor, zeros } from '@tacit/tensor';
import { requireWhole } from '../errors.js';
import { Module, Parameter } from '../module.js';
import { defaultGenerator } from '../random.js';

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Whether a learned constant is added to each output. Default true. */
  readonly bias?: boolean;
  /** Draws the initial values. Default: the generator of `manualSeed`. */
  readonly generator?: Generator;
}

/**
 * y = x · weightᵀ + bias, for x: [..., inFeatures].
 *
 * Initial values are PyTorch's: uniform within ±1/√inFeatures for weight and bias.
 */
export class Linear extends Module {
  static readonly defaults = { bias: true };

  readonly inFeatures: number;
  readonly outFeatures: number;
  /** [outFeatures, inFeatures]. */
  readonly weight: Parameter;
  /** [outFeatures], or null without bias. */
  readonly bias: Parameter | null;

  /** @throws ParameterError unless both sizes are whole numbers, at least 1. */
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    requireWhole('Linear: inFeatures', inFeatures, 1);
    requireWhole('Linear: outFeatures', outFeatures, 1);
    const { bias = Linear.defaults.bias, generator = defaultGenerator() } = options;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    const bound = 1 / Math.sqrt(inFeatures);
    this.weight = uniformParameter([outFeatures, inFeatures], bound, generator);
    this.bias = bias ? uniformParameter([outFeatures], bound, generator) : null;
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

function uniformParameter(shape: readonly number[], bound: number, generator: Generator): Parameter {
  const values = zeros(shape);
  generator.fillUniform(values.data, { low: -bound, high: bound });
  return new Parameter(values);
}
