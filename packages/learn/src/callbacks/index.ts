export type {
  BatchBeginRecord,
  BatchEndRecord,
  EpochHookRecord,
  GradRecord,
  HookName,
  HookRecords,
  TrainRecord,
} from './callback.js';
export { Callback, hookNames } from './callback.js';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.js';
export { EpochScoring, type EpochScoringOptions } from './epoch-scoring.js';
export { EpochTimer } from './epoch-timer.js';
export type { Net } from './net.js';
export { PassthroughScoring, type PassthroughScoringOptions } from './passthrough-scoring.js';
export { PrintLog, type PrintLogOptions } from './print-log.js';
