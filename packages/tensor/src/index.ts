// Tensors

export { arange, type CreateOptions, full, type NumberArray, ones, tensor, zeros } from './creation.js';
export { IntTensor } from './int-tensor.js';
export type { NestedNumbers } from './nested.js';
export { broadcastShapes, type Shape, sameShape, sizeOf } from './shape.js';
export { Tensor, type TensorOptions } from './tensor.js';

// Gradients

export {
  type BackwardFunction,
  type GradientHook,
  isGradEnabled,
  noGrad,
  recordOperation,
} from './autograd.js';
export { DifferentiableFunction, FunctionContext } from './function.js';

// Operations

export { elu, gelu, leakyRelu, logSigmoid, relu, silu, softplus } from './operations/activations.js';
export { concat, permute, reshape, slice, split, stack, transpose } from './operations/arrange.js';
export {
  type BatchNormOptions,
  type BatchNormResult,
  batchNorm,
  batchNormInference,
} from './operations/batch-norm.js';
export { broadcastTo } from './operations/broadcast.js';
export { type Conv2dOptions, conv2d } from './operations/conv.js';
export { type CrossEntropyOptions, softmaxCrossEntropy } from './operations/cross-entropy.js';
export { add, div, maximum, minimum, mul, sub, where } from './operations/elementwise.js';
export { gather, indexSelect, topk } from './operations/indexing.js';
export { linear, matmul } from './operations/matmul.js';
export { pad } from './operations/pad.js';
export { type AvgPoolOptions, avgPool2d, maxPool2d, type PoolOptions } from './operations/pool.js';
export { type FakeQuantizeOptions, fakeQuantize } from './operations/quantize.js';
export { argmax, max, mean, min, type ReduceOptions, sum } from './operations/reduce.js';
export { logSoftmax, softmax } from './operations/softmax.js';
export { abs, clip, cos, erf, exp, log, neg, pow, sigmoid, sin, sqrt, tanh } from './operations/unary.js';
export type { Pair } from './operations/window.js';

// Steps of optimizers, on plain arrays

export { type AdamStepOptions, adamStep } from './kernels/adam.js';

// Inputs of quantized nets, on plain arrays

export { roundColumns } from './kernels/quantize.js';

// Single numbers: the same elementary functions, and random draws

export { Generator, type GeneratorState } from './generator.js';
export * as elementary from './kernels/elementary.js';

// Errors

export {
  ArgumentError,
  DtypeError,
  GradientError,
  IndexError,
  ShapeError,
  TensorError,
  type TensorErrorCode,
  type TensorErrorDetails,
  tensorErrorCodes,
} from './errors.js';
