// Initial values of weights, filled in place. Names, defaults and gains are PyTorch's. All draws come from the option
// `generator`, or from the generator that `manualSeed` restarts.

import type { Generator, Tensor } from '@tacit/tensor';
import { invalidParameter, requireAtLeast, requireFinite } from './errors.js';
import { defaultGenerator } from './random.js';

/** Where draws come from. */
export interface RandomInitOptions {
  /** Default: the generator of `manualSeed`. */
  readonly generator?: Generator;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends RandomInitOptions {
  /** Default 0. */
  readonly low?: number;
  /** Default 1. */
  readonly high?: number;
}

/** Options of {@link normal}. */
export interface NormalOptions extends RandomInitOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation; default 1. */
  readonly std?: number;
}

/** Options of {@link xavierUniform} and {@link xavierNormal}. */
export interface XavierOptions extends RandomInitOptions {
  /** Factor of the standard deviation: {@link gainOf} the activation that follows. Default 1. */
  readonly gain?: number;
}

/** Activations that {@link gainOf} knows. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/** Options of {@link kaimingUniform} and {@link kaimingNormal}. */
export interface KaimingOptions extends RandomInitOptions {
  /** Slope below 0 of a leakyRelu. Default 0. */
  readonly a?: number;
  /** 'fanIn' (default) keeps the variance of the values forward, 'fanOut' that of the gradients backward. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** The activation that follows. Default 'leakyRelu', which with slope 0 is a ReLU. */
  readonly nonlinearity?: Nonlinearity;
}

/** All `value`. @returns the same tensor. */
export function constant<T extends Tensor>(tensor: T, value: number): T {
  tensor.data.fill(value);
  return tensor;
}

/** All 0. @returns the same tensor. */
export function zeros<T extends Tensor>(tensor: T): T {
  return constant(tensor, 0);
}

/** All 1. @returns the same tensor. */
export function ones<T extends Tensor>(tensor: T): T {
  return constant(tensor, 1);
}

/** Uniform draws between `low` and `high`. @returns the same tensor. */
export function uniform<T extends Tensor>(tensor: T, options: UniformOptions = {}): T {
  const { low = 0, high = 1, generator = defaultGenerator() } = options;
  requireFinite('uniform: low', low);
  if (!(Number.isFinite(high) && high >= low)) {
    throw invalidParameter('uniform: high', high, `a finite number, at least low, which is ${low}`);
  }
  generator.fillUniform(tensor.data, { low, high });
  return tensor;
}

/** Normal draws. @returns the same tensor. */
export function normal<T extends Tensor>(tensor: T, options: NormalOptions = {}): T {
  const { mean = 0, std = 1, generator = defaultGenerator() } = options;
  requireFinite('normal: mean', mean);
  requireAtLeast('normal: std', std, 0);
  generator.fillNormal(tensor.data, { mean, standardDeviation: std });
  return tensor;
}

/**
 * Uniform draws of the standard deviation gain · √(2 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16).
 *
 * @param tensor - weights with at least two axes: [out, in, …].
 * @returns the same tensor.
 * @throws ParameterError for fewer axes.
 */
export function xavierUniform<T extends Tensor>(tensor: T, options: XavierOptions = {}): T {
  const bound = Math.sqrt(3) * xavierDeviation(tensor, options);
  return uniform(tensor, { low: -bound, high: bound, generator: options.generator });
}

/** The same with normal draws. */
export function xavierNormal<T extends Tensor>(tensor: T, options: XavierOptions = {}): T {
  return normal(tensor, { std: xavierDeviation(tensor, options), generator: options.generator });
}

/**
 * Uniform draws of the standard deviation gain / √fan (He et al. 2015, eq. 10 and 14).
 *
 * @param tensor - weights with at least two axes: [out, in, …].
 * @returns the same tensor.
 * @throws ParameterError for fewer axes, or an unknown mode or nonlinearity.
 * @example kaimingUniform(layer.weight, { a: Math.sqrt(5) }); // what Linear and Conv2d start from
 */
export function kaimingUniform<T extends Tensor>(tensor: T, options: KaimingOptions = {}): T {
  const bound = Math.sqrt(3) * kaimingDeviation(tensor, options);
  return uniform(tensor, { low: -bound, high: bound, generator: options.generator });
}

/** The same with normal draws. */
export function kaimingNormal<T extends Tensor>(tensor: T, options: KaimingOptions = {}): T {
  return normal(tensor, { std: kaimingDeviation(tensor, options), generator: options.generator });
}

/**
 * The factor by which weights in front of an activation are larger than in front of none, so that variances neither grow
 * nor shrink from layer to layer.
 *
 * @param slope - of a leakyRelu below 0. Default 0.01.
 */
export function gainOf(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + slope * slope));
    case 'selu':
      return 3 / 4;
    default:
      throw invalidParameter('gainOf: nonlinearity', nonlinearity, 'one of the type Nonlinearity');
  }
}

/** Numbers of inputs that reach an output, and of outputs that an input reaches. */
export function fansOf(tensor: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  const [out, into, ...kernel] = tensor.shape;
  if (tensor.shape.length < 2) {
    throw invalidParameter('weights: shape', `[${tensor.shape.join(', ')}]`, 'at least two axes, [out, in]');
  }
  const field = kernel.reduce((product, length) => product * length, 1);
  return { fanIn: into * field, fanOut: out * field };
}

function xavierDeviation(tensor: Tensor, { gain = 1 }: XavierOptions): number {
  requireAtLeast('xavier: gain', gain, 0);
  const { fanIn, fanOut } = fansOf(tensor);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingDeviation(tensor: Tensor, options: KaimingOptions): number {
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  if (mode !== 'fanIn' && mode !== 'fanOut')
    throw invalidParameter('kaiming: mode', mode, "'fanIn' or 'fanOut'");
  return gainOf(nonlinearity, a) / Math.sqrt(fansOf(tensor)[mode]);
}
