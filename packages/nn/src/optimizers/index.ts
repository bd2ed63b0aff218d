export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { LBFGS, type LBFGSOptions } from './lbfgs.js';
export {
  Optimizer,
  type OptimizerOptions,
  type OptimizerParams,
  type OptimizerStateDict,
  type ParameterList,
  type ParameterState,
  type ParamGroup,
  type ParamGroupOptions,
} from './optimizer.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { SGD, type SGDOptions } from './sgd.js';
