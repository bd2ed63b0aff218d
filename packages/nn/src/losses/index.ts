export {
  BCELoss,
  type BCELossOptions,
  BCEWithLogitsLoss,
  type BCEWithLogitsLossOptions,
} from './binary-cross-entropy.js';
export type { ClassLossOptions } from './class-targets.js';
export { CrossEntropyLoss, type CrossEntropyLossOptions } from './cross-entropy.js';
export {
  HuberLoss,
  type HuberLossOptions,
  L1Loss,
  type L1LossOptions,
  MSELoss,
  type MSELossOptions,
  SmoothL1Loss,
  type SmoothL1LossOptions,
} from './distances.js';
export { NLLLoss, type NLLLossOptions } from './nll.js';
export type { Reduction, ReductionOptions } from './reduction.js';
