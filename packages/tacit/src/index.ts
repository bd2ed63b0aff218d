// What most people install: estimators, nets, compiling, encrypted execution.

// Compiling and encrypted execution
export {
  Circuit,
  CircuitError,
  type CircuitReport,
  type CircuitRuntime,
  type ClassLabel,
  type ClientSpec,
  type CompileOptions,
  type ExecutionMode,
  type LayerReport,
  type Prediction,
  type PredictOptions,
} from '@tacit/circuit';
// Estimators, callbacks, splits
export {
  Callback,
  clone,
  collectWarnings,
  DataLoader,
  Dataset,
  EarlyStopping,
  EpochScoring,
  EpochTimer,
  type Estimator,
  History,
  NeuralNet,
  NeuralNetClassifier,
  NotFittedError,
  onWarning,
  PassthroughScoring,
  PrintLog,
  predefinedSplit,
  trainTestSplit,
  ValidSplit,
} from '@tacit/learn';
// Modules, losses, optimizers
export {
  Adam,
  AdamW,
  CrossEntropyLoss,
  Dropout,
  Linear,
  Module,
  MSELoss,
  manualSeed,
  maxNonZeros,
  Parameter,
  ReLU,
  Sequential,
  SGD,
  SparseQuantNeuralNet,
  type SparseQuantNeuralNetOptions,
} from '@tacit/nn';
export { compile } from './compile.js';
export { localRuntime, saveCircuit } from './runtime.js';
