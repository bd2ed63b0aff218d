export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  WarmRestartLR,
  type WarmRestartLROptions,
} from './cosine.js';
export { CyclicLR, type CyclicLROptions, type CyclicMode } from './cyclic-lr.js';
export {
  ExponentialLR,
  type ExponentialLROptions,
  MultiStepLR,
  type MultiStepLROptions,
  StepLR,
  type StepLROptions,
} from './decay.js';
export { LambdaLR, type LambdaLROptions } from './lambda-lr.js';
export {
  type HasLearningRates,
  LearningRateScheduler,
  type SchedulerState,
} from './learning-rate-scheduler.js';
export type { PerGroup } from './per-group.js';
export {
  type PlateauState,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './reduce-lr-on-plateau.js';
export { Schedule } from './schedule.js';
