// The options that all nets for encrypted inference share, and how they become the parts of a layer.

import { type Generator, noGrad, Tensor } from '@tacit/tensor';
import { ReLU } from '../activations/index.js';
import { ParameterError, requireAtLeast } from '../errors.js';
import { BatchNorm1d, BatchNorm2d } from '../layers/batch-norm.js';
import type { Module } from '../module.js';
import { defaultGenerator } from '../random.js';
import { ActivationQuantizer } from './activation-quantizer.js';
import { InputQuantizer } from './input-quantizer.js';
import { NoiseInjection } from './noise-injection.js';
import { maxNonZeros, requireBits } from './omega.js';
import { perLayer } from './per-layer.js';
import type { QuantConv2d } from './quant-conv2d.js';
import { periodOf, type QuantLayer } from './quant-layer.js';
import { QuantLinear } from './quant-linear.js';
import type { WeightScaling } from './weight-quantizer.js';
import type { WeightRoundingOptions } from './weight-rounding.js';

/** A class of activations with parameters for each neuron or channel, which it takes the number of. */
export type PerNeuronActivation = (new (neurons: number) => Module) & { readonly isPerNeuron: true };

/** Options of {@link SparseQuantNeuralNet} and {@link SparseQuantConvNet} alike. */
export interface QuantNetOptions {
  /** Number of classes, or of regression targets. Estimators take it from the data. */
  readonly outputDim?: number | null;
  /** Bits of weights, 1 (binary), 2 (ternary) to 8; one number, or one for each layer; default 4. */
  readonly nWBits?: number | readonly number[];
  /**
   * Weight bits of the last layer; default null: as `nWBits` says. No table reads its sums, so with bits of its own it is
   * not bounded by Ω either.
   */
  readonly nOutputWBits?: number | null;
  /**
   * Bits of inputs and activations, 1 to 8; one number, or one for each hidden layer; default 4. Null leaves activations
   * unrounded: encrypted tables emit real values as cheaply as integers.
   */
  readonly nABits?: number | null | readonly (number | null)[];
  /** Bits of inputs, 1 to 8; default null: as `nABits` if that is one number, else 4. */
  readonly nInputBits?: number | null;
  /** Bits of what a table takes, 1 to 16; default 8. */
  readonly nAccumBits?: number;
  /**
   * 'rounded' (default): the net stays dense, and tables read the accumulator rounded to its nAccumBits top bits.
   * 'bounded': the integer accumulator itself stays within nAccumBits; each neuron keeps at most Ω weights.
   */
  readonly accumulators?: 'rounded' | 'bounded';
  /** Fraction of hidden neurons or filters to remove, 0 up to but not including 1; default 0. */
  readonly nPruneNeuronsPercentage?: number;
  /** Class of the activation behind every layer but the last; default ReLU. */
  readonly activation?: (new () => Module) | PerNeuronActivation;
  /** Batch normalization before each activation; folded into the tables, so it costs nothing encrypted; default false. */
  readonly batchNorm?: boolean;
  /**
   * Standard deviation of the noise that training adds before each activation, in parts of its range; one number, or one
   * for each hidden layer; default 0. The tables of a circuit read with 0.002 to 0.03, by its parameters.
   */
  readonly noiseFraction?: number | readonly number[];
  /** Narrow ranges of weights and activations; default false. */
  readonly quantNarrow?: boolean;
  /** Signed activations; default null: unsigned where the activation is never negative. */
  readonly quantSigned?: boolean | null;
  /** Scales that are powers of two; default false, since tables absorb any scale. */
  readonly powerOfTwoScaling?: boolean;
  /** Where the scales of weights come from: see `quantizeWeights`; default 'statistics'. */
  readonly weightScaling?: WeightScaling;
  /** A scale of the weights for each neuron (default), or one for each layer. */
  readonly weightScalePer?: 'neuron' | 'tensor';
  /** Standard deviations from the mean at which inputs are clipped; null clips none; default 2.5. */
  readonly inputClipDeviations?: number | null;
  /** Fraction of the inputs that is clipped at each end instead; default null. */
  readonly inputClipQuantile?: number | null;
  /** A range for each feature, or one for all of them, as for pixels. */
  readonly inputScalePer?: 'feature' | 'tensor';
  /** A second linear path from the inputs to the outputs: costs no bootstrap; default false. */
  readonly linearSkip?: boolean;
  /** Weight bits of that path, 1 to 8; default null: those of the last layer. */
  readonly nSkipBits?: number | null;
  /** False builds the float twin: same layers, initial weights and input scaling, no rounding, no pruning, no noise. */
  readonly quantize?: boolean;
  /** Source of the initial weights and of the noise; default the one of `manualSeed`. */
  readonly generator?: Generator;
}

/** Defaults of {@link QuantNetOptions}. */
export const quantNetDefaults = {
  outputDim: null,
  nWBits: 4,
  nOutputWBits: null,
  nABits: 4,
  nInputBits: null,
  nAccumBits: 8,
  accumulators: 'rounded',
  nPruneNeuronsPercentage: 0,
  activation: ReLU,
  batchNorm: false,
  noiseFraction: 0,
  quantNarrow: false,
  quantSigned: null,
  powerOfTwoScaling: false,
  weightScaling: 'statistics',
  weightScalePer: 'neuron',
  inputClipDeviations: 2.5,
  inputClipQuantile: null,
  inputScalePer: 'feature',
  linearSkip: false,
  nSkipBits: null,
  quantize: true,
} as const satisfies QuantNetOptions;

/** The options that the parts of layers are made from. */
export type QuantNetValues = Required<Omit<QuantNetOptions, 'generator'>>;

/** Bits and noise of each layer. */
export interface LayerPlan {
  readonly weightBits: number;
  /** Of the values that arrive; null for real ones. */
  readonly inputBits: number | null;
  /** Of the values that are emitted; null for real ones, and behind the last layer. */
  readonly activationBits: number | null;
  readonly noiseFraction: number;
  readonly isLast: boolean;
}

/**
 * Bits and noise of `nLayers` layers.
 *
 * @throws ParameterError `LAYERS_INVALID`, `BITS_INVALID`, `FRACTION_INVALID`, `PARAMETER_INVALID`.
 */
export function planLayers(values: QuantNetValues, nLayers: number): LayerPlan[] {
  const fraction = values.nPruneNeuronsPercentage;
  if (!(fraction >= 0 && fraction < 1)) {
    throw new ParameterError(`nPruneNeuronsPercentage must be in [0, 1), got ${fraction}.`, {
      code: 'FRACTION_INVALID',
      got: fraction,
      expected: 'a fraction from 0 up to but not including 1',
    });
  }
  requireBits('Accumulator bits', values.nAccumBits, 1, 16);
  const weightBits = perLayer('nWBits', values.nWBits, nLayers);
  if (values.nOutputWBits !== null) weightBits[nLayers - 1] = values.nOutputWBits;
  const activationBits = perLayer('nABits', values.nABits, nLayers - 1);
  const noise = perLayer('noiseFraction', values.noiseFraction, nLayers - 1);
  for (const value of noise) requireAtLeast('noiseFraction', value, 0);
  return weightBits.map((bits, index) => ({
    weightBits: bits,
    inputBits: index === 0 ? inputBits(values) : activationBits[index - 1],
    activationBits: activationBits[index] ?? null,
    noiseFraction: noise[index] ?? 0,
    isLast: index === nLayers - 1,
  }));
}

/** Bits of the net's inputs. */
export function inputBits({ nInputBits, nABits }: QuantNetValues): number {
  return nInputBits ?? (typeof nABits === 'number' ? nABits : quantNetDefaults.nABits);
}

/** Requires a dimension that estimators otherwise take from the data. @throws ParameterError `DIMENSION_MISSING`. */
export function requireDimension(name: string, value: number | null): number {
  if (value !== null && Number.isInteger(value) && value >= 1) return value;
  throw new ParameterError(`${name} must be a whole number of at least 1, got ${value}.`, {
    code: 'DIMENSION_MISSING',
    got: value,
    expected: 'a whole number of at least 1',
    hint: 'Estimators take it from the data; give it when the module is built by hand.',
  });
}

/** The map of the inputs. */
export function inputQuantizerFor(values: QuantNetValues, features: number): InputQuantizer {
  return new InputQuantizer(features, {
    bits: inputBits(values),
    clipDeviations: values.inputClipDeviations,
    clipQuantile: values.inputClipQuantile,
    scalePer: values.inputScalePer,
    quantize: values.quantize,
  });
}

/** How the weights of a layer are rounded. */
export function weightOptions(values: QuantNetValues, bits: number): WeightRoundingOptions {
  return {
    bits,
    narrow: values.quantNarrow,
    powerOfTwo: values.powerOfTwoScaling,
    scaling: values.weightScaling,
    scalePer: values.weightScalePer,
    quantize: values.quantize,
  };
}

/**
 * Most non-zero weights of a neuron of a layer; null where its sums are not bounded.
 *
 * @param window - values that a weight meets, where pooling adds them up first.
 * @throws ParameterError `OMEGA_ZERO`.
 */
export function omegaFor(values: QuantNetValues, plan: LayerPlan, window: number): number | null {
  if (values.accumulators !== 'bounded' || plan.inputBits === null) return null;
  if (plan.isLast && values.nOutputWBits !== null) return null;
  return maxNonZeros({
    weight: plan.weightBits,
    input: plan.inputBits,
    accumulator: values.nAccumBits,
    window,
  });
}

/** What stands behind a linear layer or convolution. */
export function behindLinear(
  values: QuantNetValues,
  plan: LayerPlan,
  linear: QuantLinear | QuantConv2d,
  generator: Generator | undefined,
) {
  if (plan.isLast) return { norm: null, noise: null, activation: null, isPerNeuron: false, quantizer: null };
  const isPerNeuron = isForEachNeuron(values.activation);
  const activation = isForEachNeuron(values.activation)
    ? new values.activation(linear.neurons)
    : new values.activation();
  return {
    norm: values.batchNorm ? normFor(linear, generator ?? defaultGenerator()) : null,
    noise: values.quantize ? noiseFor(plan, activation, generator) : null,
    activation,
    isPerNeuron,
    quantizer: new ActivationQuantizer({
      bits: plan.activationBits,
      signed: values.quantSigned ?? (isPerNeuron || goesNegative(activation)),
      narrow: values.quantNarrow,
      powerOfTwo: values.powerOfTwoScaling,
      quantize: values.quantize,
    }),
  };
}

/** Names the modules of a layer: fc0, norm0, noise0, act0 and quant1 for the first, after Concrete ML's state dicts. */
export function nameModules(
  children: Record<string, Module>,
  index: number,
  name: string,
  linear: Module,
  behind: ReturnType<typeof behindLinear>,
): void {
  children[name] = linear;
  if (behind.norm !== null) children[`norm${index}`] = behind.norm;
  if (behind.noise !== null) children[`noise${index}`] = behind.noise;
  if (behind.activation !== null) children[`act${index}`] = behind.activation;
  if (behind.quantizer !== null) children[`quant${index + 1}`] = behind.quantizer;
}

/** The linear path beside the layers; null where none is asked for. */
export function skipFor(
  values: QuantNetValues,
  features: number,
  outputDim: number,
  layers: readonly QuantLayer[],
  generator: Generator | undefined,
): QuantLinear | null {
  if (!values.linearSkip) return null;
  const bits = values.nSkipBits ?? layers[layers.length - 1].linear.bits;
  return new QuantLinear(features, outputDim, {
    bias: false,
    ...weightOptions(values, bits),
    ...(generator === undefined ? {} : { generator }),
  });
}

function isForEachNeuron(activation: QuantNetValues['activation']): activation is PerNeuronActivation {
  return 'isPerNeuron' in activation;
}

/**
 * Behind a batch norm the size of the weights does not matter, so they start as N(0, 1/fanIn); constants start as
 * N(0, 0.3²), since neurons that are all centered alike would leave few of them useful in a narrow net.
 */
function normFor(linear: QuantLinear | QuantConv2d, generator: Generator): BatchNorm1d | BatchNorm2d {
  generator.fillNormal(linear.weight.data, { standardDeviation: 1 / Math.sqrt(linear.fanIn) });
  const norm = 'kernelSize' in linear ? new BatchNorm2d(linear.neurons) : new BatchNorm1d(linear.neurons);
  generator.fillNormal((norm.bias as Tensor).data, { standardDeviation: 0.3 });
  return norm;
}

function noiseFor(plan: LayerPlan, activation: Module, generator: Generator | undefined): NoiseInjection {
  const source = generator ?? defaultGenerator();
  return new NoiseInjection({
    fraction: plan.noiseFraction,
    period: periodOf(activation),
    // By a label, not by a draw: nets with and without noise start from the same weights.
    generator: source.fork(`noise ${JSON.stringify(source.state.words)}`),
  });
}

function goesNegative(activation: Module): boolean {
  const probes = Float32Array.from({ length: 161 }, (_, i) => (i - 80) / 10);
  return noGrad(() => activation.forward(new Tensor(probes, [161, 1]))).data.some((value) => value < 0);
}
