// The fully connected net that compiles to encrypted inference: quantized inputs, weights and activations, any number of
// layers, accumulators bounded by pruning or read rounded, and an optional linear path from the inputs to the outputs.

import { Generator } from '@tacit/tensor';
import { ParameterError } from './errors.js';
import type { Module } from './module.js';
import type { InputQuantizer } from './quantization/input-quantizer.js';
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
  type QuantNetValues,
  quantNetDefaults,
  requireDimension,
  skipFor,
  weightOptions,
} from './quantization/quant-net-options.js';

/** Options of {@link SparseQuantNeuralNet}. */
export interface SparseQuantNeuralNetOptions extends QuantNetOptions {
  /** Number of features. Estimators take it from the data. */
  readonly inputDim?: number | null;
  /** Number of linear layers, 1 for a linear model; default 2. */
  readonly nLayers?: number;
  /** Width of every hidden layer as a multiple of `inputDim`; default 4. */
  readonly nHiddenNeuronsMultiplier?: number;
  /** Width of each hidden layer, nLayers − 1 of them; overrides the multiplier. Each neuron costs one bootstrap. */
  readonly hiddenSizes?: readonly number[] | null;
}

type Settings = Required<Omit<SparseQuantNeuralNetOptions, 'generator'>> & {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly hiddenSizes: readonly number[];
};

/**
 * A multi-layer perceptron on quantized inputs, weights and activations.
 *
 * Parameter names are those of Concrete ML's net: `features.fc0.weight`, `features.fc0.bias`, `features.fc1.weight`, …;
 * `features.quant0` rounds the inputs, `features.quant1` what the first activation emits, and so on; `features.norm0` is the
 * batch norm behind `fc0`, `skip.weight` the linear path. Scales that are learned are called `….factor`.
 */
export class SparseQuantNeuralNet extends QuantNet {
  static readonly defaults = {
    inputDim: null,
    nLayers: 2,
    nHiddenNeuronsMultiplier: 4,
    hiddenSizes: null,
    ...quantNetDefaults,
  } as const satisfies SparseQuantNeuralNetOptions;

  readonly settings: Settings;
  readonly features: LayerStack;
  readonly skip: QuantLinear | null;
  readonly #layers: readonly QuantLayer[];
  readonly #inputQuantizer: InputQuantizer;

  /**
   * @throws ParameterError `DIMENSION_MISSING`, `LAYERS_INVALID`, `LAYER_UNSUPPORTED`, `BITS_INVALID`, `OMEGA_ZERO`,
   * `FRACTION_INVALID` or `PARAMETER_INVALID`.
   */
  constructor(options: SparseQuantNeuralNetOptions = {}) {
    super();
    this.settings = resolveSettings(options);
    const { inputDim, outputDim } = this.settings;
    const plans = planLayers(this.settings, this.settings.nLayers);
    const children: Record<string, Module> = {};
    this.#inputQuantizer = inputQuantizerFor(this.settings, inputDim);
    children.quant0 = this.#inputQuantizer;
    this.#layers = plans.map((plan, index) =>
      makeLayer(this.settings, plan, index, children, options.generator),
    );
    this.features = new LayerStack(children);
    this.skip = skipFor(this.settings, inputDim, outputDim, this.#layers, options.generator);
  }

  protected override withWidths(widths: readonly number[]): this {
    const options = { ...this.settings, hiddenSizes: widths, generator: new Generator(0) };
    return new (this.constructor as new (options: SparseQuantNeuralNetOptions) => this)(options);
  }

  override get inputQuantizer(): InputQuantizer {
    return this.#inputQuantizer;
  }

  override get layers(): readonly QuantLayer[] {
    return this.#layers;
  }
}

/** One layer, whose modules are added to `children`: fc0, norm0, noise0, act0, quant1 for the first. */
function makeLayer(
  settings: Settings,
  plan: LayerPlan,
  index: number,
  children: Record<string, Module>,
  generator: Generator | undefined,
): QuantLayer {
  const widths = [settings.inputDim, ...settings.hiddenSizes, settings.outputDim];
  const linear = new QuantLinear(widths[index], widths[index + 1], {
    ...weightOptions(settings, plan.weightBits),
    ...(generator === undefined ? {} : { generator }),
  });
  const behind = behindLinear(settings, plan, linear, generator);
  nameModules(children, index, `fc${index}`, linear, behind);
  return new QuantLayer({
    name: `features.fc${index}`,
    linear,
    inputShape: [widths[index]],
    inputPool: null,
    outputPool: null,
    omega: omegaFor(settings, plan, 1),
    ...behind,
  });
}

function resolveSettings(options: SparseQuantNeuralNetOptions): Settings {
  const { generator: _, ...given } = options;
  const settings: QuantNetValues & Required<Omit<SparseQuantNeuralNetOptions, 'generator'>> = {
    ...SparseQuantNeuralNet.defaults,
    ...given,
  };
  const inputDim = requireDimension('inputDim', settings.inputDim);
  const outputDim = requireDimension('outputDim', settings.outputDim);
  if (!Number.isInteger(settings.nLayers) || settings.nLayers < 1) {
    throw new ParameterError(`nLayers must be a whole number of at least 1, got ${settings.nLayers}.`, {
      code: 'LAYERS_INVALID',
      got: settings.nLayers,
      expected: 'a whole number of at least 1',
    });
  }
  return { ...settings, inputDim, outputDim, hiddenSizes: resolveHiddenSizes(settings, inputDim) };
}

function resolveHiddenSizes(
  settings: Pick<
    Required<SparseQuantNeuralNetOptions>,
    'hiddenSizes' | 'nLayers' | 'nHiddenNeuronsMultiplier'
  >,
  inputDim: number,
): readonly number[] {
  const width = Math.floor(inputDim * settings.nHiddenNeuronsMultiplier);
  const sizes = settings.hiddenSizes ?? new Array<number>(settings.nLayers - 1).fill(width);
  if (sizes.length === settings.nLayers - 1 && sizes.every((size) => Number.isInteger(size) && size >= 1))
    return sizes;
  throw new ParameterError(
    `hiddenSizes must be ${settings.nLayers - 1} whole numbers of at least 1, got [${sizes.join(', ')}].`,
    {
      code: 'LAYERS_INVALID',
      got: sizes,
      expected: `${settings.nLayers - 1} widths, one for each of nLayers − 1 hidden layers`,
      hint: 'Set nLayers to one more than the number of widths, or raise nHiddenNeuronsMultiplier.',
    },
  );
}
