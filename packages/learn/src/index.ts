// Estimators

export type { ArrowTable, ArrowVector } from './arrow.js';
export { type BinaryClassifierParams, NeuralNetBinaryClassifier } from './binary-classifier.js';
// Callbacks
export {
  type AnySchedule,
  type BatchBeginRecord,
  type BatchEndRecord,
  BatchScoring,
  type BatchScoringOptions,
  Callback,
  type CallbackState,
  Checkpoint,
  type CheckpointOptions,
  type CommonCallbackOptions,
  EarlyStopping,
  type EarlyStoppingOptions,
  type EpochHookRecord,
  EpochScoring,
  type EpochScoringOptions,
  EpochTimer,
  type FetchLike,
  type FileName,
  type FileNameContext,
  Freezer,
  GradientNormClipping,
  type GradientNormClippingOptions,
  type GradRecord,
  type HookName,
  Initializer,
  InputShapeSetter,
  type InputShapeSetterOptions,
  JsonLinesWriter,
  type JsonLinesWriterOptions,
  LoadInitState,
  type LoadInitStateOptions,
  LRScheduler,
  type LRSchedulerOptions,
  type MetricsEntry,
  MetricsLogger,
  type MetricsLoggerOptions,
  type MetricsWriter,
  MlflowWriter,
  type MlflowWriterOptions,
  type Net,
  NoiseInjector,
  type NoiseInjectorOptions,
  type ParamFunction,
  ParamMapper,
  type ParamMapperOptions,
  type ParamMoment,
  type ParamPatterns,
  type PartFiles,
  PassthroughScoring,
  type PassthroughScoringOptions,
  PrintLog,
  type PrintLogOptions,
  ProgressBar,
  type ProgressBarOptions,
  type ProgressDisplay,
  type RunInfo,
  type SavedPart,
  type SchedulePolicy,
  TensorBoardWriter,
  type TensorBoardWriterOptions,
  TrainEndCheckpoint,
  type TrainEndCheckpointOptions,
  type TrainRecord,
  Unfreezer,
} from './callbacks/index.js';
export { type ClassifierCallbacks, type ClassifierParams, NeuralNetClassifier } from './classifier.js';
export { type Cloneable, clone } from './clone.js';
export type {
  AnyInputModule,
  Batch,
  Criterion,
  DataLoaderLike,
  DatasetLike,
  InputRecord,
  Inputs,
  ModuleOutput,
  Optimizer,
  SplitContext,
  SplitResult,
  StepResult,
  Target,
  TrainSplit,
} from './components.js';
// Data
export { DataLoader, type DataLoaderOptions } from './data-loader.js';
export { Dataset, type DatasetOptions, Subset } from './dataset.js';
// Looking into a fit
export { Doctor, type DoctorOptions, type DoctorPlotOptions, type DoctorStep } from './doctor/doctor.js';
export type { Summary } from './doctor/summary.js';
// Errors and warnings
export {
  CallbackError,
  ComponentError,
  DataTypeError,
  DataValueError,
  FitInProgressError,
  HistoryError,
  isLearnError,
  type LearnError,
  type LearnErrorCode,
  type LearnErrorDetails,
  LoggerError,
  learnErrorCodes,
  NotFittedError,
  ParameterError,
  PersistenceError,
  SplitError,
} from './errors.js';
export type { Estimator } from './estimator.js';
// History
export {
  type BatchRecord,
  type EpochRecord,
  History,
  type HistoryJson,
  type HistorySelector,
} from './history.js';
export { type LossNet, lossPerRow, lossScoring } from './loss-scoring.js';
export {
  type CheckedData,
  type ComponentDeclarations,
  type FitOptions,
  type ForwardOptions,
  type NetCallbacks,
  NeuralNet,
  type OptimizerDeclaration,
  type Prediction,
  type RowExtras,
  type StepAccumulator,
  type StopSignal,
} from './net/index.js';
export type { NetPart } from './net/saving.js';
export type { ParamGroupRule } from './param-groups.js';
// Types of parameters
export type {
  CallbackRecord,
  CommonParams,
  CriterionRecipe,
  DatasetRecipe,
  InputsOf,
  IteratorRecipe,
  ModuleRecipe,
  NetArgs,
  NetParams,
  OptimizerRecipe,
  OptionsOf,
  OutputOf,
  TrainSplitRecipe,
} from './params.js';
// Saving and loading
export {
  decodeSafetensors,
  encodeSafetensors,
  type FileStore,
  MemoryStore,
  type PartSources,
  type PlainRecord,
  type PlainValue,
  type SafetensorsFile,
} from './persistence/index.js';
// Plots
export type { HistoryPlotOptions } from './plots/history-plot.js';
export { type Chart, type PlotFormat, type PlotOptions, type Plotted, renderChart } from './plots/render.js';
export type { ComponentOf, Recipe } from './recipe.js';
export { NeuralNetRegressor } from './regressor.js';
// Scores
export { accuracyScore, meanSquaredError, r2Score, type Scorer } from './scoring.js';
export { type DataStream, type StreamChunk, streamOf } from './stream.js';
export { type RowData, takeRows } from './take-rows.js';
export {
  type MLPFactory,
  MLPModule,
  type MLPOptions,
  makeBinaryClassifier,
  makeClassifier,
  makeRegressor,
} from './toy.js';
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from './train-test-split.js';
export { type Fold, predefinedSplit, ValidSplit, type ValidSplitOptions } from './valid-split.js';
export type {
  ArrayFeatures,
  Features,
  Label,
  Labels,
  NamedInput,
  NumberVector,
  Targets,
} from './validate-input.js';
export { collectWarnings, onWarning, type Warning, warn } from './warnings.js';
