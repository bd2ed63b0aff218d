// Estimators

export type { ArrowTable, ArrowVector } from './arrow.js';
export { BaseEstimator } from './base-estimator.js';
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
export { checkIsFitted } from './check-is-fitted.js';
export { type ClassifierCallbacks, type ClassifierParams, NeuralNetClassifier } from './classifier.js';
export type {
  Category,
  ClientStep,
  ClientStepResult,
  ColumnTransformerStep,
  FunctionName,
  FunctionStep,
  MinMaxScalerStep,
  OneHotEncoderStep,
  OrdinalEncoderStep,
  PCAStep,
  PipelineStep,
  RobustScalerStep,
  SimpleImputerStep,
  StandardScalerStep,
} from './client-step.js';
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
export type {
  Classifier,
  Estimator,
  Parametrized,
  Transformed,
  Transformer,
} from './estimator.js';
// History
export {
  type BatchRecord,
  type EpochRecord,
  History,
  type HistoryJson,
  type HistorySelector,
} from './history.js';
export { type LossNet, lossPerRow, lossScoring } from './loss-scoring.js';
export { Matrix } from './matrix.js';
// Metrics
export {
  type AccuracyOptions,
  type Average,
  type AveragedScores,
  type AveragePrecisionOptions,
  accuracyScore,
  auc,
  averagePrecisionScore,
  type BalancedAccuracyOptions,
  type BrierOptions,
  balancedAccuracyScore,
  brierScoreLoss,
  type ClassAverage,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  type CurveOptions,
  classificationReport,
  confusionMatrix,
  explainedVarianceScore,
  type FbetaOptions,
  f1Score,
  fbetaScore,
  getScorer,
  getScorerNames,
  type LogLossOptions,
  logLoss,
  type Metric,
  type MultiOutput,
  makeScorer,
  matthewsCorrcoef,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  type NumberRows,
  type PrecisionRecallCurve,
  type PrecisionRecallOptions,
  type Predictor,
  precisionRecallCurve,
  precisionRecallFscoreSupport,
  precisionScore,
  type RegressionOptions,
  type ReportRow,
  type RocAucOptions,
  type RocCurve,
  r2Score,
  recallScore,
  rocAucScore,
  rocCurve,
  rootMeanSquaredError,
  type SampleWeight,
  type ScoredRows,
  type ScoreOptions,
  type Scorer,
  type ScorerOptions,
  type Scores,
  type ScoresByClass,
  type TopKAccuracyOptions,
  topKAccuracyScore,
  type VarianceOptions,
  type WeightOptions,
} from './metrics/index.js';
export {
  type Cv,
  checkCv,
  type Fold,
  GroupKFold,
  type Groups,
  KFold,
  type KFoldOptions,
  PredefinedSplit,
  type PredefinedSplitOptions,
  ShuffleSplit,
  type ShuffleSplitOptions,
  type SplitRows,
  type Splitter,
  StratifiedKFold,
  StratifiedShuffleSplit,
  TimeSeriesSplit,
  type TimeSeriesSplitOptions,
} from './model-selection/splitters/index.js';
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
export { exportOnnx, type OnnxExportable } from './onnx/index.js';
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
// Nets for encrypted inference
export {
  AccumulatorNoise,
  type AccumulatorNoiseOptions,
  type Benchmark,
  type Budget,
  type Budgetable,
  type BudgetFit,
  type FitToBudgetOptions,
  Frontier,
  type FrontierPoint,
  fitToBudget,
  SparseQuantClassifier,
  SparseQuantRegressor,
} from './sparse-quant/index.js';
export { type DataStream, type StreamChunk, streamOf } from './stream.js';
export type { Cell, TableColumn, TableInput, TableRecord } from './table.js';
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
export { predefinedSplit, ValidSplit, type ValidSplitOptions } from './valid-split.js';
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
