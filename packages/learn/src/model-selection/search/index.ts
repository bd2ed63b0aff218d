// Cross-validation and searches.

export { type CrossValPredictOptions, crossValPredict } from './cross-val-predict.js';
export {
  type CrossValidateOptions,
  type CrossValidateResult,
  crossValidate,
  crossValScore,
} from './cross-validate.js';
export { choice, type Distribution, logUniform, normal, randint, uniform } from './distributions.js';
export { type FitBackend, type FitSession, inThisThread } from './fit-backend.js';
export type { FitFailure } from './fit-failure.js';
export {
  type FitJob,
  type FitOutcome,
  type FitRound,
  FitRunner,
  type FitTask,
  type RowSplit,
} from './fit-task.js';
export { GridSearchCV, type GridSearchParams } from './grid-search.js';
export {
  HalvingGridSearchCV,
  type HalvingGridSearchParams,
  type HalvingParams,
  HalvingRandomSearchCV,
  type HalvingRandomSearchParams,
} from './halving-search.js';
export {
  type CrossValCurveOptions,
  type CurveScores,
  type LearningCurve,
  type LearningCurveOptions,
  learningCurve,
  type ValidationCurveOptions,
  validationCurve,
} from './learning-curve.js';
export { type GridValues, ParameterGrid, type ParamGrid } from './parameter-grid.js';
export {
  type DistributionValues,
  type ParamDistributions,
  ParameterSampler,
  type ParameterSamplerOptions,
} from './parameter-sampler.js';
export { RandomizedSearchCV, type RandomizedSearchParams } from './randomized-search.js';
export type { CvResults } from './results.js';
export type { Refit, SearchFitOptions, SearchParams } from './search.js';
export type {
  CrossValOptions,
  ModuleReference,
  PredictMethod,
  RunOptions,
  Scoring,
  SearchableEstimator,
  SearchEstimator,
  SearchProgress,
  SingleScoring,
} from './search-types.js';
