export { CELU, type CELUOptions, ELU, type ELUOptions, SELU } from './elu.js';
export { GELU, type GELUOptions, Hardswish, Mish, SiLU } from './gated.js';
export { LearnedTable, type LearnedTableOptions } from './learned-table.js';
export {
  Hardtanh,
  type HardtanhOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  PReLU,
  type PReLUOptions,
  ReLU,
  ReLU6,
  Threshold,
  type ThresholdOptions,
} from './relu.js';
export { Hardshrink, type ShrinkOptions, Softshrink, Tanhshrink } from './shrink.js';
export { Hardsigmoid, LogSigmoid, Sigmoid } from './sigmoid.js';
export { Sine } from './sine.js';
export { LogSoftmax, Softmax, type SoftmaxOptions, Softmin } from './softmax.js';
export { Softplus, type SoftplusOptions } from './softplus.js';
export { Softsign, Tanh } from './tanh.js';
