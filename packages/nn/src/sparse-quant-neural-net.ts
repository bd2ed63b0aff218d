// The fully connected net that compiles to encrypted inference: quantized inputs, weights and activations, any number of
// layers, accumulators bounded by pruning or read rounded, and an optional linear path from the inputs to the outputs.

import { type Generator, noGrad, Tensor } from '@tacit/tensor';
import { ReLU } from './activations/index.js';
import { ParameterError } from './errors.js';
import { Module } from './module.js';
import { ActivationQuantizer } from './quantization/activation-quantizer.js';
import { InputQuantizer } from './quantization/input-quantizer.js';
import { maxNonZeros, requireBits } from './quantization/omega.js';
import { keepLargestNeurons, keepLargestWeights, pruningProgress } from './quantization/pruning.js';
import { QuantLinear } from './quantization/quant-linear.js';

/** Options of {@link SparseQuantNeuralNet}. */
export interface SparseQuantNeuralNetOptions {
  /** Number of features. Estimators take it from the data. */
  readonly inputDim?: number | null;
  /** Number of classes, or of regression targets. Estimators take it from the data. */
  readonly outputDim?: number | null;
  /** Number of linear layers, 1 for a linear model; default 2. */
  readonly nLayers?: number;
  /** Width of every hidden layer as a multiple of `inputDim`; default 4. */
  readonly nHiddenNeuronsMultiplier?: number;
  /** Width of each hidden layer, nLayers − 1 of them; overrides the multiplier. Each neuron costs one bootstrap. */
  readonly hiddenSizes?: readonly number[] | null;
  /** Bits of weights, 2 to 8; default 4. */
  readonly nWBits?: number;
  /** Bits of inputs and activations, 1 to 8; default 4. */
  readonly nABits?: number;
  /** Bits of what a table takes, 1 to 16; default 8. */
  readonly nAccumBits?: number;
  /**
   * 'rounded' (default): the net stays dense, and tables read the accumulator rounded to its nAccumBits top bits.
   * 'bounded': the integer accumulator itself stays within nAccumBits; each neuron keeps at most Ω weights.
   */
  readonly accumulators?: 'rounded' | 'bounded';
  /** Fraction of hidden neurons to remove, 0 up to but not including 1; default 0. */
  readonly nPruneNeuronsPercentage?: number;
  /** Class of the activation behind every layer but the last; default ReLU. */
  readonly activation?: new () => Module;
  /** Narrow ranges of weights and activations; default false. */
  readonly quantNarrow?: boolean;
  /** Signed activations; default null: unsigned where the activation is never negative. */
  readonly quantSigned?: boolean | null;
  /** Scales that are powers of two; default false, since tables absorb any scale. */
  readonly powerOfTwoScaling?: boolean;
  /** A second linear path from the inputs to the outputs: costs no bootstrap; default false. */
  readonly linearSkip?: boolean;
  /** False builds the float twin: same layers, initial weights and input scaling, no rounding, no pruning. */
  readonly quantize?: boolean;
  /** Source of the initial weights; default the one of `manualSeed`. */
  readonly generator?: Generator;
}

type Settings = Required<Omit<SparseQuantNeuralNetOptions, 'generator'>> & {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly hiddenSizes: readonly number[];
};

/** One linear layer with what stands before and behind it. */
export interface QuantLayer {
  /** Name of the linear layer in the state dict. */
  readonly name: string;
  readonly linear: QuantLinear;
  /** Absent behind the last layer. */
  readonly activation: Module | null;
  /** Rounds what the activation emits; absent behind the last layer. */
  readonly quantizer: ActivationQuantizer | null;
}

/**
 * A multi-layer perceptron on quantized inputs, weights and activations.
 *
 * Parameter names are those of Concrete ML's net: `features.fc0.weight`, `features.fc0.bias`, `features.fc1.weight`, …;
 * `features.quant0` rounds the inputs, `features.quant1` what the first activation emits, and so on; `skip.weight` is
 * the linear path.
 */
export class SparseQuantNeuralNet extends Module {
  static readonly defaults = {
    inputDim: null,
    outputDim: null,
    nLayers: 2,
    nHiddenNeuronsMultiplier: 4,
    hiddenSizes: null,
    nWBits: 4,
    nABits: 4,
    nAccumBits: 8,
    accumulators: 'rounded',
    nPruneNeuronsPercentage: 0,
    activation: ReLU,
    quantNarrow: false,
    quantSigned: null,
    powerOfTwoScaling: false,
    linearSkip: false,
    quantize: true,
  } as const satisfies SparseQuantNeuralNetOptions;

  readonly settings: Settings;
  readonly features: LayerStack;
  readonly skip: QuantLinear | null;
  /** Most non-zero weights that a row of each layer may keep (Ω); null where rows stay dense. */
  readonly omega: number | null;

  /**
   * @throws ParameterError `DIMENSION_MISSING`, `LAYERS_INVALID`, `BITS_INVALID`, `OMEGA_ZERO` or `FRACTION_INVALID`.
   */
  constructor(options: SparseQuantNeuralNetOptions = {}) {
    super();
    this.settings = resolveSettings(options);
    const { nWBits, nABits, nAccumBits, accumulators } = this.settings;
    requireBits('Accumulator bits', nAccumBits, 1, 16);
    this.omega =
      accumulators === 'bounded'
        ? maxNonZeros({ weight: nWBits, input: nABits, accumulator: nAccumBits })
        : null;
    this.features = new LayerStack(this.settings, options.generator);
    this.skip = this.settings.linearSkip
      ? quantLinear(this.settings, this.settings.inputDim, this.settings.outputDim, options.generator, false)
      : null;
  }

  /** Rounds the inputs. */
  get inputQuantizer(): InputQuantizer {
    return this.features.inputQuantizer;
  }

  /** The linear layers in order. */
  get layers(): readonly QuantLayer[] {
    return this.features.layers;
  }

  /** @param input - [nSamples, inputDim], raw features. @returns [nSamples, outputDim]. */
  override forward(input: Tensor): Tensor {
    const scaled = this.inputQuantizer.forward(input);
    let values = scaled;
    for (const { linear, activation, quantizer } of this.layers) {
      values = linear.forward(values);
      if (activation !== null && quantizer !== null) values = quantizer.forward(activation.forward(values));
    }
    return this.skip === null ? values : values.add(this.skip.forward(scaled));
  }

  /**
   * Fits the input map and the scales of the activations to the training rows.
   *
   * @param inputs - [nSamples, inputDim].
   */
  calibrate(inputs: Tensor): void {
    this.inputQuantizer.calibrate(inputs);
    noGrad(() => {
      let values = this.inputQuantizer.forward(inputs);
      for (const { linear, activation, quantizer } of this.layers) {
        if (activation === null || quantizer === null) return;
        values = activation.forward(linear.forward(values));
        quantizer.calibrate(values);
        values = quantizer.forward(values);
      }
    });
  }

  /** Prunes as far as is due after `fraction` of the training: every row to Ω, and whole neurons. */
  trainingProgress(fraction: number): void {
    if (!this.settings.quantize) return;
    const due = pruningProgress(fraction);
    for (const { linear, activation } of this.layers) {
      if (this.omega !== null) keepLargestWeights(linear, partWay(linear.inFeatures, this.omega, due));
      if (activation !== null) {
        const remaining =
          linear.outFeatures - Math.round(this.settings.nPruneNeuronsPercentage * linear.outFeatures);
        // A layer without neurons would cut the net in two.
        keepLargestNeurons(linear, partWay(linear.outFeatures, Math.max(1, remaining), due));
      }
    }
  }
}

/** `features`: a stack whose children are named quant0, fc0, act0, quant1, fc1, …, as in Concrete ML's state dicts. */
class LayerStack extends Module {
  [name: `quant${number}` | `fc${number}` | `act${number}`]: Module;

  readonly #layers: QuantLayer[] = [];
  readonly #inputQuantizer: InputQuantizer;

  constructor(settings: Settings, generator: Generator | undefined) {
    super();
    const widths = [settings.inputDim, ...settings.hiddenSizes, settings.outputDim];
    this.#inputQuantizer = new InputQuantizer(settings.inputDim, {
      bits: settings.nABits,
      quantize: settings.quantize,
    });
    this.quant0 = this.#inputQuantizer;
    for (let index = 0; index < settings.nLayers; index++) {
      const linear = quantLinear(settings, widths[index], widths[index + 1], generator, true);
      this[`fc${index}`] = linear;
      const isLast = index === settings.nLayers - 1;
      const activation = isLast ? null : new settings.activation();
      const quantizer = activation === null ? null : activationQuantizer(settings, activation);
      if (activation !== null) this[`act${index}`] = activation;
      if (quantizer !== null) this[`quant${index + 1}`] = quantizer;
      this.#layers.push({ name: `features.fc${index}`, linear, activation, quantizer });
    }
  }

  get inputQuantizer(): InputQuantizer {
    return this.#inputQuantizer;
  }

  get layers(): readonly QuantLayer[] {
    return this.#layers;
  }

  /** The net itself runs the layers, since the linear path needs the scaled inputs. */
  override forward(input: Tensor): Tensor {
    return input;
  }
}

function resolveSettings(options: SparseQuantNeuralNetOptions): Settings {
  const { generator: _, ...given } = options;
  const settings = { ...SparseQuantNeuralNet.defaults, ...given };
  const inputDim = requireDimension('inputDim', settings.inputDim);
  const outputDim = requireDimension('outputDim', settings.outputDim);
  if (!Number.isInteger(settings.nLayers) || settings.nLayers < 1) {
    throw new ParameterError(`nLayers must be a whole number of at least 1, got ${settings.nLayers}.`, {
      code: 'LAYERS_INVALID',
      got: settings.nLayers,
      expected: 'a whole number of at least 1',
    });
  }
  const fraction = settings.nPruneNeuronsPercentage;
  if (!(fraction >= 0 && fraction < 1)) {
    throw new ParameterError(`nPruneNeuronsPercentage must be in [0, 1), got ${fraction}.`, {
      code: 'FRACTION_INVALID',
      got: fraction,
      expected: 'a fraction from 0 up to but not including 1',
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

function requireDimension(name: 'inputDim' | 'outputDim', value: number | null): number {
  if (value !== null && Number.isInteger(value) && value >= 1) return value;
  throw new ParameterError(`${name} must be a whole number of at least 1, got ${value}.`, {
    code: 'DIMENSION_MISSING',
    got: value,
    expected: 'a whole number of at least 1',
    hint: 'Estimators take it from the data; give it when the module is built by hand.',
  });
}

function quantLinear(
  settings: Settings,
  inFeatures: number,
  outFeatures: number,
  generator: Generator | undefined,
  bias: boolean,
): QuantLinear {
  return new QuantLinear(inFeatures, outFeatures, {
    bias,
    bits: settings.nWBits,
    narrow: settings.quantNarrow,
    powerOfTwo: settings.powerOfTwoScaling,
    quantize: settings.quantize,
    ...(generator === undefined ? {} : { generator }),
  });
}

function activationQuantizer(settings: Settings, activation: Module): ActivationQuantizer {
  return new ActivationQuantizer({
    bits: settings.nABits,
    signed: settings.quantSigned ?? goesNegative(activation),
    narrow: settings.quantNarrow,
    powerOfTwo: settings.powerOfTwoScaling,
    quantize: settings.quantize,
  });
}

function goesNegative(activation: Module): boolean {
  const probes = Float32Array.from({ length: 161 }, (_, i) => (i - 80) / 10);
  return noGrad(() => activation.forward(new Tensor(probes, [161, 1]))).data.some((value) => value < 0);
}

function partWay(from: number, to: number, fraction: number): number {
  return to >= from ? from : Math.round(from - (from - to) * fraction);
}
