// The convolutional net that compiles to encrypted inference: convolutions with average pooling, then linear layers, on
// quantized inputs, weights and activations, with everything that the fully connected net has.

import { Generator, type Pair } from '@tacit/tensor';
import { ParameterError, requireWhole } from './errors.js';
import { checkedPair } from './layers/conv2d.js';
import type { Module } from './module.js';
import type { InputQuantizer } from './quantization/input-quantizer.js';
import {
  outputShape,
  type PoolWindow,
  pooledShape,
  sizeOfShape,
  type ValueShape,
} from './quantization/integer-rows.js';
import { QuantConv2d } from './quantization/quant-conv2d.js';
import { QuantLayer } from './quantization/quant-layer.js';
import { QuantLinear } from './quantization/quant-linear.js';
import { LayerStack, QuantNet } from './quantization/quant-net.js';
import {
  behindLinear,
  inputQuantizerFor,
  type LayerPlan,
  nameModules,
  omegaFor,
  planLayers,
  type QuantNetOptions,
  quantNetDefaults,
  requireDimension,
  skipFor,
  weightOptions,
} from './quantization/quant-net-options.js';

/** Average pooling of a convolution. */
export interface AveragePooling {
  /** There is no other kind: the largest of several values would cost a bootstrap for each of them. */
  readonly kind?: 'average';
  /** Height and width of the windows, which do not overlap. */
  readonly size: Pair;
  /**
   * 'after' (default) averages what the activation emits, as usual; 'before' averages the sums, so that a bootstrap serves
   * a whole window.
   */
  readonly place?: 'before' | 'after';
}

/** One convolution of {@link SparseQuantConvNet}; sizes as those of `Conv2d`. */
export interface ConvolutionOptions {
  /** Number of filters. Each costs a bootstrap for every place it is put to. */
  readonly filters: number;
  readonly kernelSize: Pair;
  /** Default 1. */
  readonly stride?: Pair;
  /** Default 0. */
  readonly padding?: Pair;
  /** Default 1. */
  readonly dilation?: Pair;
  /** Default 1. */
  readonly groups?: number;
  /** Default null: none. */
  readonly pool?: AveragePooling | null;
}

/** Options of {@link SparseQuantConvNet}. */
export interface SparseQuantConvNetOptions extends QuantNetOptions {
  /** Of one sample; rows of features are taken as such images, channel by channel, row by row. */
  readonly inputShape?: readonly [channels: number, height: number, width: number] | null;
  /** The convolutions in order; default one of 4 filters of 3 × 3 at every second place. */
  readonly convolutions?: readonly ConvolutionOptions[];
  /** Widths of linear layers between the convolutions and the last layer; default none. */
  readonly hiddenSizes?: readonly number[];
}

type Settings = Required<Omit<SparseQuantConvNetOptions, 'generator'>> & {
  readonly inputShape: readonly [channels: number, height: number, width: number];
  readonly outputDim: number;
};

/**
 * Convolutions, then linear layers, on quantized inputs, weights and activations.
 *
 * All layers are counted through: `features.conv0`, `features.conv1`, `features.fc2`, … in the state dict, with
 * `features.norm0`, `features.quant1` and so on as in {@link SparseQuantNeuralNet}. `nWBits` has an entry for each of them.
 */
export class SparseQuantConvNet extends QuantNet {
  static readonly defaults = {
    inputShape: null,
    convolutions: [{ filters: 4, kernelSize: 3, stride: 2 }],
    hiddenSizes: [],
    ...quantNetDefaults,
    // Pixels are of one unit, and bounded.
    inputScalePer: 'tensor',
    inputClipDeviations: null,
  } as const satisfies SparseQuantConvNetOptions;

  readonly settings: Settings;
  readonly features: LayerStack;
  readonly skip: QuantLinear | null;
  readonly #layers: readonly QuantLayer[];
  readonly #inputQuantizer: InputQuantizer;

  /**
   * @throws ParameterError `DIMENSION_MISSING`, `LAYERS_INVALID`, `LAYER_UNSUPPORTED`, `BITS_INVALID`, `OMEGA_ZERO`,
   * `FRACTION_INVALID` or `PARAMETER_INVALID`.
   */
  constructor(options: SparseQuantConvNetOptions = {}) {
    super();
    this.settings = resolveSettings(options);
    const { settings } = this;
    const features = sizeOfShape(settings.inputShape);
    const children: Record<string, Module> = {};
    this.#inputQuantizer = inputQuantizerFor(settings, features);
    children.quant0 = this.#inputQuantizer;
    this.#layers = makeLayers(settings, children, options.generator);
    this.features = new LayerStack(children);
    this.skip = skipFor(settings, features, settings.outputDim, this.#layers, options.generator);
  }

  override get inputQuantizer(): InputQuantizer {
    return this.#inputQuantizer;
  }

  override get layers(): readonly QuantLayer[] {
    return this.#layers;
  }

  protected override withWidths(widths: readonly number[]): this {
    const convolutions = this.settings.convolutions.map((options, index) => ({
      ...options,
      filters: widths[index],
    }));
    const hiddenSizes = widths.slice(convolutions.length);
    const options = { ...this.settings, convolutions, hiddenSizes, generator: new Generator(0) };
    return new (this.constructor as new (options: SparseQuantConvNetOptions) => this)(options);
  }
}

function makeLayers(
  settings: Settings,
  children: Record<string, Module>,
  generator: Generator | undefined,
): QuantLayer[] {
  const { convolutions, hiddenSizes } = settings;
  const plans = planLayers(settings, convolutions.length + hiddenSizes.length + 1);
  const layers: QuantLayer[] = [];
  let shape: ValueShape = settings.inputShape;
  let inputPool: PoolWindow | null = null;
  for (const [index, plan] of plans.entries()) {
    const name = index < convolutions.length ? `conv${index}` : `fc${index}`;
    const { pool = null } = convolutions[index] ?? {};
    const window = pool === null ? null : checkedPair(`pool of ${name}`, pool.size, 1);
    const outputPool = pool?.place === 'before' ? window : null;
    const linear = makeLinear(settings, plan, index, pooledShape(shape, inputPool), generator);
    const behind = behindLinear(settings, plan, linear, generator);
    nameModules(children, index, name, linear, behind);
    const layer: QuantLayer = new QuantLayer({
      name: `features.${name}`,
      linear,
      inputShape: shape,
      inputPool,
      outputPool,
      omega: omegaFor(settings, plan, areaOf(inputPool) * areaOf(outputPool)),
      ...behind,
    });
    layers.push(layer);
    shape = layer.outputShape;
    inputPool = pool?.place === 'before' ? null : window;
    requirePlaces(name, shape, inputPool);
  }
  return layers;
}

function makeLinear(
  settings: Settings,
  plan: LayerPlan,
  index: number,
  shape: ValueShape,
  generator: Generator | undefined,
): QuantLinear | QuantConv2d {
  const { convolutions, hiddenSizes, outputDim } = settings;
  const options = {
    ...weightOptions(settings, plan.weightBits),
    ...(generator === undefined ? {} : { generator }),
  };
  const convolution = convolutions[index];
  if (convolution === undefined) {
    const width = plan.isLast ? outputDim : hiddenSizes[index - convolutions.length];
    return new QuantLinear(sizeOfShape(shape), width, options);
  }
  const { filters, kernelSize, pool: _, ...geometry } = convolution;
  const linear = new QuantConv2d(shape[0], filters, kernelSize, { ...geometry, ...options });
  requirePlaces(
    `conv${index}`,
    outputShape({ linear, inputShape: shape, inputPool: null, outputPool: null }),
    null,
  );
  return linear;
}

/** @throws ParameterError `LAYERS_INVALID` when a filter or a pooling window is larger than what it is put on. */
function requirePlaces(name: string, shape: ValueShape, pool: PoolWindow | null): void {
  if (pooledShape(shape, pool).every((length) => length >= 1)) return;
  throw new ParameterError(`${name} has no place left for its filter or its pooling window.`, {
    code: 'LAYERS_INVALID',
    got: shape,
    expected: 'images that the filter and the window fit in',
    hint: 'Use smaller kernels, strides or windows, or fewer convolutions.',
  });
}

function areaOf(window: PoolWindow | null): number {
  return window === null ? 1 : window[0] * window[1];
}

function resolveSettings(options: SparseQuantConvNetOptions): Settings {
  const { generator: _, ...given } = options;
  const settings: Required<Omit<SparseQuantConvNetOptions, 'generator'>> = {
    ...SparseQuantConvNet.defaults,
    ...given,
  };
  const outputDim = requireDimension('outputDim', settings.outputDim);
  const { inputShape, convolutions, hiddenSizes } = settings;
  if (inputShape?.length !== 3 || !inputShape.every((length) => Number.isInteger(length) && length >= 1)) {
    throw new ParameterError(`inputShape is ${JSON.stringify(inputShape)}.`, {
      code: 'DIMENSION_MISSING',
      got: inputShape,
      expected: '[channels, height, width] of a sample, whole numbers of at least 1',
      hint: 'Give it, [1, 8, 8] for the digits: rows of features do not tell how images lie in them.',
    });
  }
  if (convolutions.length === 0) {
    throw new ParameterError('convolutions is empty.', {
      code: 'LAYERS_INVALID',
      got: convolutions,
      expected: 'at least one convolution',
      hint: 'Without any, use SparseQuantNeuralNet.',
    });
  }
  for (const [index, { pool }] of convolutions.entries()) checkPool(`convolutions[${index}]`, pool ?? null);
  for (const size of hiddenSizes) requireWhole('hiddenSizes', size, 1);
  return { ...settings, inputShape, outputDim };
}

function checkPool(name: string, pool: AveragePooling | null): void {
  if (pool === null) return;
  const { kind = 'average', place = 'after' } = pool as { readonly kind?: string; readonly place?: string };
  if (kind !== 'average') {
    throw new ParameterError(`${name} asks for ${kind} pooling, which is not linear.`, {
      code: 'LAYER_UNSUPPORTED',
      got: kind,
      expected: "kind 'average'",
      hint:
        'Encrypted, the largest of a window costs a bootstrap for each of its values but one, on top of those of the ' +
        'activation; an average costs none. A larger stride also makes images smaller.',
    });
  }
  if (place !== 'before' && place !== 'after') {
    throw new ParameterError(`${name} has its pooling ${place} the activation.`, {
      code: 'PARAMETER_INVALID',
      got: place,
      expected: "'before' or 'after'",
    });
  }
}
