// Compiling

export {
  Circuit,
  type CircuitRuntime,
  type ExecutionMode,
  type PredictOptions,
  type Rows,
} from './circuit.js';
export { type CompileOptions, compile, type FittedClassifier } from './compile.js';
// Errors
export {
  CircuitError,
  type CircuitErrorCode,
  type CircuitErrorDetails,
  circuitErrorCodes,
} from './errors.js';
export type { CircuitReport, LayerReport } from './report.js';

// Artefacts, also at '@tacit/circuit/spec'
export {
  type ClassLabel,
  type ClientSpec,
  type CryptoParameters,
  type Prediction,
  parseClientSpec,
} from './spec/index.js';
