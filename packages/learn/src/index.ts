// Estimators

// Callbacks
export {
  type BatchBeginRecord,
  type BatchEndRecord,
  Callback,
  EarlyStopping,
  type EarlyStoppingOptions,
  type EpochHookRecord,
  EpochScoring,
  type EpochScoringOptions,
  EpochTimer,
  type GradRecord,
  type HookName,
  type Net,
  PassthroughScoring,
  type PassthroughScoringOptions,
  PrintLog,
  type PrintLogOptions,
  type TrainRecord,
} from './callbacks/index.js';
export { type ClassifierCallbacks, type ClassifierParams, NeuralNetClassifier } from './classifier.js';
export { type Cloneable, clone } from './clone.js';
export type {
  Batch,
  Criterion,
  DataLoaderLike,
  DatasetLike,
  Optimizer,
  SplitContext,
  SplitResult,
  StepResult,
  Target,
  TrainSplit,
} from './components.js';
// Data
export { DataLoader, type DataLoaderOptions } from './data-loader.js';
export { Dataset, Subset } from './dataset.js';
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
  learnErrorCodes,
  NotFittedError,
  ParameterError,
  SplitError,
} from './errors.js';
export type { Estimator } from './estimator.js';
// History
export { type BatchRecord, type EpochRecord, History, type HistoryJson } from './history.js';
export {
  type FitOptions,
  type NetCallbacks,
  NeuralNet,
  type Prediction,
  type StopSignal,
} from './net/index.js';
export type { ParamGroupRule } from './param-groups.js';
// Types of parameters
export type {
  CallbackRecord,
  CommonParams,
  CriterionRecipe,
  IteratorRecipe,
  ModuleRecipe,
  NetArgs,
  NetParams,
  OptimizerRecipe,
  OptionsOf,
  TrainSplitRecipe,
} from './params.js';
export type { ComponentOf, Recipe } from './recipe.js';
// Scores
export { accuracyScore, type Scorer } from './scoring.js';
export { type RowData, takeRows } from './take-rows.js';
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from './train-test-split.js';
export { type Fold, predefinedSplit, ValidSplit, type ValidSplitOptions } from './valid-split.js';
export type { Features, Label, Labels, NumberVector, Targets } from './validate-input.js';
export { collectWarnings, onWarning, type Warning, warn } from './warnings.js';
