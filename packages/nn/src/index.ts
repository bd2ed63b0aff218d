// Modules

export * as init from './init.js';
export {
  type AnyModule,
  Module,
  Parameter,
  type StateDict,
  type TrainingHooks,
  type TrainingWarning,
} from './module.js';
export { defaultGenerator, manualSeed } from './random.js';

// Layers

export {
  AdaptiveAvgPool2d,
  AvgPool2d,
  type AvgPool2dOptions,
  BatchNorm1d,
  BatchNorm2d,
  type BatchNormOptions,
  Conv2d,
  type Conv2dOptions,
  Dropout,
  type DropoutOptions,
  Embedding,
  type EmbeddingOptions,
  Flatten,
  Linear,
  type LinearOptions,
  MaxPool2d,
  type MaxPool2dOptions,
} from './layers/index.js';
export { Identity, Sequential } from './sequential.js';

// Activations

export {
  CELU,
  type CELUOptions,
  ELU,
  type ELUOptions,
  GELU,
  type GELUOptions,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  type HardtanhOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  LearnedTable,
  type LearnedTableOptions,
  LogSigmoid,
  LogSoftmax,
  Mish,
  PReLU,
  type PReLUOptions,
  ReLU,
  ReLU6,
  SELU,
  type ShrinkOptions,
  Sigmoid,
  SiLU,
  Sine,
  Softmax,
  type SoftmaxOptions,
  Softmin,
  Softplus,
  type SoftplusOptions,
  Softshrink,
  Softsign,
  Tanh,
  Tanhshrink,
  Threshold,
  type ThresholdOptions,
} from './activations/index.js';

// Losses

export {
  BCELoss,
  type BCELossOptions,
  BCEWithLogitsLoss,
  type BCEWithLogitsLossOptions,
  type ClassLossOptions,
  CrossEntropyLoss,
  type CrossEntropyLossOptions,
  HuberLoss,
  type HuberLossOptions,
  L1Loss,
  type L1LossOptions,
  MSELoss,
  type MSELossOptions,
  NLLLoss,
  type NLLLossOptions,
  type Reduction,
  type ReductionOptions,
  SmoothL1Loss,
  type SmoothL1LossOptions,
} from './losses/index.js';

// Optimizers

export { type ClipGradNormOptions, clipGradNorm, clipGradValue } from './clip-gradients.js';
export {
  Adagrad,
  type AdagradOptions,
  Adam,
  type AdamOptions,
  AdamW,
  LBFGS,
  type LBFGSOptions,
  Optimizer,
  type OptimizerOptions,
  type OptimizerParams,
  type OptimizerStateDict,
  type ParameterList,
  type ParameterState,
  type ParamGroup,
  type ParamGroupOptions,
  RMSprop,
  type RMSpropOptions,
  SGD,
  type SGDOptions,
} from './optimizers/index.js';

// Schedules of the learning rate

export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CyclicLR,
  type CyclicLROptions,
  type CyclicMode,
  ExponentialLR,
  type ExponentialLROptions,
  type HasLearningRates,
  LambdaLR,
  type LambdaLROptions,
  LearningRateScheduler,
  MultiStepLR,
  type MultiStepLROptions,
  type PerGroup,
  type PlateauState,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  Schedule,
  type SchedulerState,
  StepLR,
  type StepLROptions,
  WarmRestartLR,
  type WarmRestartLROptions,
} from './schedules/index.js';

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
export type { IntegerRows, PoolWindow, ValueShape } from './quantization/integer-rows.js';
export { NoiseInjection, type NoiseInjectionOptions } from './quantization/noise-injection.js';
export { type AccumulatorWidths, maxNonZeros } from './quantization/omega.js';
export { QuantConv2d, type QuantConv2dOptions } from './quantization/quant-conv2d.js';
export { QuantLayer } from './quantization/quant-layer.js';
export { QuantLinear, type QuantLinearOptions } from './quantization/quant-linear.js';
export { QuantNet, type QuantNetSettings } from './quantization/quant-net.js';
export type { PerNeuronActivation, QuantNetOptions } from './quantization/quant-net-options.js';
export {
  type QuantizedWeights,
  quantizeWeights,
  type WeightQuantizerOptions,
  type WeightScaling,
} from './quantization/weight-quantizer.js';
export {
  type AveragePooling,
  type ConvolutionOptions,
  SparseQuantConvNet,
  type SparseQuantConvNetOptions,
} from './sparse-quant-conv-net.js';
export { SparseQuantNeuralNet, type SparseQuantNeuralNetOptions } from './sparse-quant-neural-net.js';
