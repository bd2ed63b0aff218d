// The convolution layer for images.

import { conv2d, type Generator, type Pair, type Tensor, zeros } from '@tacit/tensor';
import { invalidParameter, requireWhole } from '../errors.js';
import { fansOf, uniform } from '../init.js';
import { Module, Parameter } from '../module.js';
import { defaultGenerator } from '../random.js';

/** Options of {@link Conv2d}. Numbers stand for both directions, pairs are [vertical, horizontal]. */
export interface Conv2dOptions {
  /** Distance between neighboring positions of the filter. Default 1. */
  readonly stride?: Pair;
  /** Zeros added on each side. Default 0. */
  readonly padding?: Pair;
  /** Distance between neighboring elements under the filter. Default 1. */
  readonly dilation?: Pair;
  /** Independent groups that channels are split into: each filter sees inChannels / groups of them. Default 1. */
  readonly groups?: number;
  /** Whether a learned constant is added to each output channel. Default true. */
  readonly bias?: boolean;
  /** Draws the initial values. Default: the generator of `manualSeed`. */
  readonly generator?: Generator;
}

/**
 * Convolution of [n, inChannels, height, width] with a filter for each output channel (not mirrored, as in PyTorch).
 *
 * Initial values are PyTorch's: uniform within ±1/√fanIn for weight and bias, fanIn = inChannels / groups · kernel area.
 */
export class Conv2d extends Module {
  static readonly defaults = {
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: 1,
    bias: true,
  } as const satisfies Conv2dOptions;

  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly padding: readonly [vertical: number, horizontal: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly groups: number;
  /** [outChannels, inChannels / groups, kernelHeight, kernelWidth]. */
  readonly weight: Parameter;
  /** [outChannels], or null without bias. */
  readonly bias: Parameter | null;

  /**
   * @param kernelSize - height and width of the filter, or one number for both.
   * @throws ParameterError for sizes that are no whole numbers in their range, or channels that `groups` does not divide.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: Conv2dOptions = {}) {
    super();
    const { defaults } = Conv2d;
    const { bias = defaults.bias, generator = defaultGenerator() } = options;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = checkedPair('Conv2d: kernelSize', kernelSize, 1);
    this.stride = checkedPair('Conv2d: stride', options.stride ?? defaults.stride, 1);
    this.padding = checkedPair('Conv2d: padding', options.padding ?? defaults.padding, 0);
    this.dilation = checkedPair('Conv2d: dilation', options.dilation ?? defaults.dilation, 1);
    this.groups = options.groups ?? defaults.groups;
    requireWhole('Conv2d: inChannels', inChannels, 1);
    requireWhole('Conv2d: outChannels', outChannels, 1);
    requireWhole('Conv2d: groups', this.groups, 1);
    if (inChannels % this.groups !== 0 || outChannels % this.groups !== 0) {
      const expected = `a divisor of the channels, ${inChannels} in and ${outChannels} out`;
      throw invalidParameter('Conv2d: groups', this.groups, expected);
    }
    const weight = zeros([outChannels, inChannels / this.groups, ...this.kernelSize]);
    const high = 1 / Math.sqrt(fansOf(weight).fanIn);
    const range = { low: -high, high, generator };
    this.weight = new Parameter(uniform(weight, range));
    this.bias = bias ? new Parameter(uniform(zeros([outChannels]), range)) : null;
  }

  /** @param x - [n, inChannels, height, width]. @returns [n, outChannels, outHeight, outWidth]. */
  forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    return conv2d(x, this.weight, this.bias, { stride, padding, dilation, groups });
  }
}

/** Both numbers of a pair. @throws ParameterError unless they are whole numbers of at least `minimum`. */
export function checkedPair(name: string, pair: Pair, minimum: number): readonly [number, number] {
  const both = typeof pair === 'number' ? ([pair, pair] as const) : pair;
  if (both.length !== 2) throw invalidParameter(name, `[${both.join(', ')}]`, 'one number, or two');
  for (const value of both) requireWhole(name, value, minimum);
  return both;
}
