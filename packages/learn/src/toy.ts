// A multilayer perceptron to try things with, and factories of it for each kind of net.

import { Dropout, Linear, Module, type Module as NnModule, ReLU, Sequential } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { buildFromRecipe, type Recipe } from './recipe.js';

/** Options of {@link MLPModule}. */
export type MLPOptions = {
  /** Columns of X. null: from the data; 20 without any. */
  inputDim?: number | null;
  /** Outputs. null: from the data (classes, or numbers to predict); 2 without any. */
  outputDim?: number | null;
  /** Width of each hidden layer. 10. */
  hiddenUnits?: number;
  /** Number of hidden layers, at least 0. 1. */
  numHidden?: number;
  /** What follows each hidden layer: a class, a factory or a module. ReLU. */
  nonlin?: Recipe<NnModule>;
  /** What follows the last layer. null: nothing, so the outputs are logits or numbers. */
  outputNonlin?: Recipe<NnModule> | null;
  /** Share of hidden values that are dropped in training, 0 to below 1. 0. */
  dropout?: number;
  /** Whether a single output is given as [n] instead of [n, 1]. false. */
  squeezeOutput?: boolean;
};

/**
 * A multilayer perceptron with skorch's layers and names: [Linear, nonlin, Dropout] for each hidden layer, then Linear, in
 * `sequential`, so its parameters are `sequential.0.weight`, `sequential.3.weight`, …
 *
 * @example new NeuralNetClassifier({ module: MLPModule, module__hiddenUnits: 30, module__dropout: 0.2 })
 */
export class MLPModule extends Module {
  static readonly defaults = {
    inputDim: null,
    outputDim: null,
    hiddenUnits: 10,
    numHidden: 1,
    nonlin: ReLU,
    outputNonlin: null,
    dropout: 0,
    squeezeOutput: false,
  };
  readonly sequential: Sequential;
  readonly #squeezeOutput: boolean;

  constructor(options: MLPOptions = {}) {
    super();
    const { inputDim, outputDim, hiddenUnits, numHidden, nonlin, outputNonlin, dropout, squeezeOutput } = {
      ...MLPModule.defaults,
      ...options,
    };
    const hidden = Array.from({ length: numHidden }, (_, layer) => [
      new Linear(layer === 0 ? (inputDim ?? 20) : hiddenUnits, hiddenUnits),
      buildFromRecipe<NnModule>(nonlin, [], {}),
      new Dropout({ p: dropout }),
    ]);
    const last = new Linear(numHidden === 0 ? (inputDim ?? 20) : hiddenUnits, outputDim ?? 2);
    const end = outputNonlin === null ? [] : [buildFromRecipe<NnModule>(outputNonlin, [], {})];
    this.sequential = new Sequential(...hidden.flat(), last, ...end);
    this.#squeezeOutput = squeezeOutput;
  }

  override forward(x: Tensor): Tensor {
    const output = this.sequential.forward(x);
    return this.#squeezeOutput && output.shape.at(-1) === 1 ? output.reshape([output.shape[0]!]) : output;
  }
}

/** A factory of {@link MLPModule}, for the parameter `module`; its options can be given as `module__…` too. */
export interface MLPFactory {
  (options?: MLPOptions): MLPModule;
  /** What the factory takes for options that are not given. */
  readonly defaults: Required<MLPOptions>;
}

/**
 * An MLP for `NeuralNetClassifier`: one logit a class.
 *
 * @example new NeuralNetClassifier({ module: makeClassifier({ hiddenUnits: 50 }) })
 */
export function makeClassifier(options: MLPOptions = {}): MLPFactory {
  return factoryOf(options);
}

/** An MLP for `NeuralNetBinaryClassifier`: one logit a row. */
export function makeBinaryClassifier(options: MLPOptions = {}): MLPFactory {
  return factoryOf({ outputDim: 1, squeezeOutput: true, ...options });
}

/** An MLP for `NeuralNetRegressor`: as many outputs as y has columns. */
export function makeRegressor(options: MLPOptions = {}): MLPFactory {
  return factoryOf(options);
}

function factoryOf(options: MLPOptions): MLPFactory {
  const defaults = { ...MLPModule.defaults, ...options } as Required<MLPOptions>;
  const make = (more: MLPOptions = {}) => new MLPModule({ ...defaults, ...more });
  return Object.assign(make, { defaults });
}
