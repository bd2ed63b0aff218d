// Tensors

export { arange, type CreateOptions, full, type NumberArray, ones, tensor, zeros } from './creation.js';
export { IntTensor } from './int-tensor.js';
export type { NestedNumbers } from './nested.js';
export { broadcastShapes, type Shape, sameShape, sizeOf } from './shape.js';
export { Tensor, type TensorOptions } from './tensor.js';

// Gradients

export { type BackwardFunction, isGradEnabled, noGrad, recordOperation } from './autograd.js';
export { DifferentiableFunction, FunctionContext } from './function.js';

// Operations

export { elu, gelu, leakyRelu, relu, silu, softplus } from './operations/activations.js';
export { concat, indexSelect, reshape, slice, transpose } from './operations/arrange.js';
export { broadcastTo } from './operations/broadcast.js';
export { add, div, maximum, minimum, mul, sub, where } from './operations/elementwise.js';
export { linear, matmul } from './operations/matmul.js';
export { argmax, max, mean, type ReduceOptions, sum } from './operations/reduce.js';
export { logSoftmax, softmax } from './operations/softmax.js';
export { abs, clip, cos, exp, log, neg, pow, sigmoid, sin, sqrt, tanh } from './operations/unary.js';

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
