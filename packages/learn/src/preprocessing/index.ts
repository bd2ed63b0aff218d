// Preprocessing: transformers, and estimators made of them.

export {
  type ColumnDescription,
  type ColumnSelection,
  type ColumnSelector,
  makeColumnSelector,
} from './column-selection.js';
export {
  type Block,
  type Blocks,
  ColumnTransformer,
  type ColumnTransformerParams,
} from './column-transformer.js';
export {
  FunctionTransformer,
  type FunctionTransformerParams,
  type TableFunction,
} from './function-transformer.js';
export { LabelEncoder } from './label-encoder.js';
export { MinMaxScaler, type MinMaxScalerParams } from './min-max-scaler.js';
export { OneHotEncoder, type OneHotEncoderParams } from './one-hot-encoder.js';
export { OrdinalEncoder, type OrdinalEncoderParams } from './ordinal-encoder.js';
export { PCA, type PCAParams } from './pca.js';
export { Pipeline, type PipelineParams, type Step, type Steps } from './pipeline.js';
export { RobustScaler, type RobustScalerParams } from './robust-scaler.js';
export { SimpleImputer, type SimpleImputerParams } from './simple-imputer.js';
export { StandardScaler, type StandardScalerParams } from './standard-scaler.js';
export { type CachedStep, StepCache } from './step-cache.js';
export {
  type TargetFunction,
  TransformedTargetRegressor,
  type TransformedTargetRegressorParams,
} from './transformed-target-regressor.js';
