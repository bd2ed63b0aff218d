// What quantized linear and convolutional layers share: a mask for pruning, and weights rounded behind the float ones.

import { recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { invalidParameter } from '../errors.js';
import { type Module, Parameter } from '../module.js';
import { requireBits } from './omega.js';
import { powerOfTwoAtLeast } from './power-of-two.js';
import {
  hasLearnedScales,
  product,
  type QuantizedWeights,
  quantizeWeights,
  roundedWeights,
  uniformScale,
  type WeightQuantizerOptions,
  type WeightScaling,
  weightLevels,
} from './weight-quantizer.js';

/** Options that {@link QuantLinear} and {@link QuantConv2d} add to those of their float layers. */
export interface WeightRoundingOptions {
  /** Weight bits, 1 to 8; default 4. 1 is binary, 2 ternary unless `scaling` says otherwise. */
  readonly bits?: number;
  /** Leave out the most negative integer; default false. */
  readonly narrow?: boolean;
  /** Round each scale up to a power of two; default false. */
  readonly powerOfTwo?: boolean;
  /** Where scales come from: see `quantizeWeights`; default 'statistics'. */
  readonly scaling?: WeightScaling;
  /** A scale for each neuron or filter (default: its table undoes it, so it is free), or one for all. */
  readonly scalePer?: 'neuron' | 'tensor';
  /** False uses the float weights: for the float twin; default true. */
  readonly quantize?: boolean;
}

/** Defaults of {@link WeightRoundingOptions}. */
export const weightRoundingDefaults = {
  bits: 4,
  narrow: false,
  powerOfTwo: false,
  scaling: 'statistics',
  scalePer: 'neuron',
  quantize: true,
} as const satisfies WeightRoundingOptions;

/** Smallest factor of a learned scale, which must stay positive. */
const smallestFactor = 1 / 64;

/** A layer whose rows of weights can be masked: a neuron's or a filter's. */
export interface PrunableLayer {
  /** [neurons, …]. */
  readonly weight: Parameter;
  /** 1 for weights that are kept, 0 for pruned ones; in the order of `weight`. */
  readonly mask: Float32Array;
  /** Number of neurons or filters: rows of the weights. */
  readonly neurons: number;
  /** Weights of a neuron or filter. */
  readonly fanIn: number;
}

/** Rounds and masks the weights of one layer, whose buffers it adds: `mask` and, with learned scales, `initialScale`. */
export class WeightRounding {
  readonly bits: number;
  readonly quantize: boolean;
  readonly options: WeightQuantizerOptions;
  /** What learned scales are multiplied by, 1 at first: [neurons] or [1]; null where scales are not learned. */
  readonly factor: Parameter | null;
  readonly #layer: Module & { readonly weight: Parameter };

  /** @throws ParameterError `BITS_INVALID` unless 1 ≤ bits ≤ 8, `PARAMETER_INVALID` for an unknown `scaling` or `scalePer`. */
  constructor(layer: Module & { readonly weight: Parameter }, given: WeightRoundingOptions) {
    const { quantize, ...options } = { ...weightRoundingDefaults, ...pickRounding(given) };
    requireBits('Weight bits', options.bits, 1, 8);
    requireOneOf('scaling', options.scaling, ['statistics', 'max', 'learned']);
    requireOneOf('scalePer', options.scalePer, ['neuron', 'tensor']);
    this.bits = options.bits;
    this.quantize = quantize;
    this.options = options;
    this.#layer = layer;
    const { weight } = layer;
    layer.registerBuffer('mask', tensor(new Float32Array(weight.size).fill(1), { shape: weight.shape }));
    this.factor = hasLearnedScales(options) ? this.#startScales() : null;
  }

  /** 1 for weights that are kept, 0 for pruned ones. */
  get mask(): Float32Array {
    return this.#layer.buffer('mask').data;
  }

  /** The weights as integers and scales, pruned ones 0. */
  quantizedWeights(): QuantizedWeights {
    const { weight } = this.#layer;
    const rows = weight.shape[0];
    const kept = product(weight.data, this.mask);
    const scales = this.factor === null ? undefined : this.#learnedScales(this.factor).data;
    return quantizeWeights(kept, rows, weight.size / rows, this.options, scales);
  }

  /** The weights that the layer computes with. */
  effectiveWeights(): Tensor {
    const { weight } = this.#layer;
    // Looked at anew each time: whoever prunes writes to the mask.
    const mask = isDense(this.mask) ? null : this.mask;
    if (this.quantize) {
      const scales = this.factor === null ? null : this.#learnedScales(this.factor);
      return roundedWeights(weight, mask, this.options, scales);
    }
    if (mask === null) return weight;
    return recordOperation(product(weight.data, mask), weight.shape, [weight], (grad) => [
      product(grad, mask),
    ]);
  }

  /** Learned scales start at what the statistics of the initial weights give. */
  #startScales(): Parameter {
    const { weight } = this.#layer;
    const parts = this.options.scalePer === 'tensor' ? 1 : weight.shape[0];
    const size = weight.size / parts;
    const options = { ...this.options, scaling: 'statistics', powerOfTwo: false } as const;
    const scales = Float32Array.from({ length: parts }, (_, part) =>
      uniformScale(weight.data, part * size, (part + 1) * size, options),
    );
    this.#layer.registerBuffer('initialScale', tensor(scales));
    return new Parameter(tensor(new Float32Array(parts).fill(1)));
  }

  /**
   * Scales as a function of the factors, with LSQ's gradient scale 1 / √(weights of a scale · largest level). Powers of two
   * pass the gradient straight through their rounding.
   */
  #learnedScales(factor: Parameter): Tensor {
    const initial = this.#layer.buffer('initialScale').data;
    const size = this.#layer.weight.size / initial.length;
    const damping = 1 / Math.sqrt(size * weightLevels(this.options)[1]);
    const scales = initial.map((scale, part) => {
      const value = Math.fround(scale * Math.max(smallestFactor, factor.data[part]));
      return this.options.powerOfTwo ? powerOfTwoAtLeast(value) : value;
    });
    return recordOperation(scales, [scales.length], [factor], (grad) => [
      grad.map((value, part) => value * initial[part] * damping),
    ]);
  }
}

/** The options of rounding among all those of a layer. */
function pickRounding(given: WeightRoundingOptions): WeightRoundingOptions {
  const names = Object.keys(weightRoundingDefaults) as (keyof WeightRoundingOptions)[];
  return Object.fromEntries(
    names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
}

function isDense(mask: Float32Array): boolean {
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 1) return false;
  return true;
}

function requireOneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw invalidParameter(name, value, `one of ${known.join(', ')}`);
}
