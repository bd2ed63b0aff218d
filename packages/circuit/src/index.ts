// Compiling

export {
  Circuit,
  type CircuitRuntime,
  type ExecutionMode,
  type PredictOptions,
  type Rows,
} from './circuit.js';
export { compile } from './compile.js';
export type { CompileOptions } from './compile-options.js';
export type { Precision } from './encode/layer-plan.js';
// Errors
export {
  CircuitError,
  type CircuitErrorCode,
  type CircuitErrorDetails,
  circuitErrorCodes,
} from './errors.js';
export type {
  FittedClassifier,
  FittedEstimator,
  FittedPipeline,
  FittedRegressor,
  FittedTargetRegressor,
} from './fitted-estimator.js';
// Crypto parameters: noise, cost, search
export { concreteNoise } from './noise/concrete-noise.js';
export { bootstrapCost, type CostModel, measuredCost, operationCount } from './noise/cost-model.js';
export { type CostTable, parseCostTable } from './noise/cost-table.js';
export type { Decomposition, GlweShape, NoiseModel } from './noise/noise-model.js';
export {
  boxVariance,
  type FoundParameters,
  type NoiseDemand,
  type SearchOptions,
  searchParameters,
} from './noise/search-parameters.js';
export { engineSpace, type SearchSpace, tfheRsSpace } from './noise/search-space.js';
export { type SecurityLevel, secureNoise, securityOf } from './noise/security.js';
export { type ModulusSwitch, tfheRsNoise } from './noise/tfhe-rs-noise.js';

// Reports
export type { CircuitReport, LayerReport } from './report/circuit-report.js';
export type { Histogram } from './report/histogram.js';

// Artefacts, also at '@tacit/circuit/spec'
export {
  type Cell,
  type ClassificationPrediction,
  type ClassLabel,
  type ClientSpec,
  type ClientStep,
  type CryptoParameters,
  type Prediction,
  parseClientSpec,
  type RegressionPrediction,
  type Task,
} from './spec/index.js';
