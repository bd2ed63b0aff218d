export { Adam, type AdamOptions, AdamW } from './adam.js';
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
export { SGD, type SGDOptions } from './sgd.js';
