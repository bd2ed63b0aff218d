export { BatchScoring, type BatchScoringOptions } from './batch-scoring.js';
export type {
  BatchBeginRecord,
  BatchEndRecord,
  CallbackState,
  CommonCallbackOptions,
  EpochHookRecord,
  GradRecord,
  HookName,
  HookRecords,
  TrainRecord,
} from './callback.js';
export { Callback, hookNames } from './callback.js';
export {
  Checkpoint,
  type CheckpointOptions,
  type FileName,
  type FileNameContext,
  type PartFiles,
  type SavedPart,
  TrainEndCheckpoint,
  type TrainEndCheckpointOptions,
} from './checkpoint.js';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.js';
export { EpochScoring, type EpochScoringOptions } from './epoch-scoring.js';
export { EpochTimer } from './epoch-timer.js';
export { GradientNormClipping, type GradientNormClippingOptions } from './gradient-norm-clipping.js';
export { InputShapeSetter, type InputShapeSetterOptions } from './input-shape-setter.js';
export { LoadInitState, type LoadInitStateOptions } from './load-init-state.js';
export {
  type FetchLike,
  JsonLinesWriter,
  type JsonLinesWriterOptions,
  type MetricsEntry,
  MetricsLogger,
  type MetricsLoggerOptions,
  type MetricsWriter,
  MlflowWriter,
  type MlflowWriterOptions,
  type RunInfo,
  TensorBoardWriter,
  type TensorBoardWriterOptions,
} from './logging/index.js';
export {
  type AnySchedule,
  LRScheduler,
  type LRSchedulerOptions,
  type SchedulePolicy,
} from './lr-scheduler.js';
export type { Net } from './net.js';
export { NoiseInjector, type NoiseInjectorOptions } from './noise-injector.js';
export {
  Freezer,
  Initializer,
  type ParamFunction,
  ParamMapper,
  type ParamMapperOptions,
  type ParamMoment,
  type ParamPatterns,
  Unfreezer,
} from './param-mapper.js';
export { PassthroughScoring, type PassthroughScoringOptions } from './passthrough-scoring.js';
export { PrintLog, type PrintLogOptions } from './print-log.js';
export { ProgressBar, type ProgressBarOptions, type ProgressDisplay } from './progress-bar.js';
