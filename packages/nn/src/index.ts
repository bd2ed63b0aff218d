// Modules

export { type AnyModule, Module, Parameter, type StateDict, type TrainingHooks } from './module.js';
export { defaultGenerator, manualSeed } from './random.js';

// Layers

export {
  ELU,
  type ELUOptions,
  GELU,
  Hardtanh,
  type HardtanhOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  ReLU,
  ReLU6,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from './activations.js';
export { Dropout, type DropoutOptions } from './dropout.js';
export { Flatten } from './flatten.js';
export { Linear, type LinearOptions } from './linear.js';
export { Identity, Sequential } from './sequential.js';

// Losses

export {
  CrossEntropyLoss,
  type CrossEntropyLossOptions,
  MSELoss,
  type MSELossOptions,
  type Reduction,
} from './losses.js';

// Optimizers

export {
  Adam,
  type AdamOptions,
  AdamW,
  Optimizer,
  type OptimizerOptions,
  type OptimizerParams,
  type OptimizerStateDict,
  type ParameterList,
  type ParameterState,
  type ParamGroup,
  type ParamGroupOptions,
  SGD,
  type SGDOptions,
} from './optimizers/index.js';

// Errors

export {
  NnError,
  type NnErrorCode,
  type NnErrorDetails,
  nnErrorCodes,
  OptimizerError,
  ParameterError,
  StateError,
  TargetError,
} from './errors.js';

// Quantization

export { ActivationQuantizer, type ActivationQuantizerOptions } from './quantization/activation-quantizer.js';
export { InputQuantizer, type InputQuantizerOptions } from './quantization/input-quantizer.js';
export { type AccumulatorWidths, maxNonZeros } from './quantization/omega.js';
export { QuantLinear, type QuantLinearOptions } from './quantization/quant-linear.js';
export {
  type QuantizedWeights,
  quantizeWeights,
  type WeightQuantizerOptions,
} from './quantization/weight-quantizer.js';
export {
  type QuantLayer,
  SparseQuantNeuralNet,
  type SparseQuantNeuralNetOptions,
} from './sparse-quant-neural-net.js';
