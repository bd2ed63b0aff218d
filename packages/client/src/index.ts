// Entry `@tacit/client`: runs in browsers and in Node. Loads no WASM of its own and imports nothing of Node.

export {
  type Cell,
  CircuitError,
  type CircuitErrorCode,
  type ClassificationPrediction,
  type ClassLabel,
  type ClientSpec,
  type Prediction,
  parseClientSpec,
  type QuantizedRows,
  type RegressionPrediction,
} from '@tacit/circuit/spec';
export {
  Client,
  type ClientOptions,
  type ClientWarning,
  type EvaluationKeyMaker,
  type KeyGenerationOptions,
  type KeyPair,
} from './client.js';
export { ClientError, type ClientErrorCode, clientErrorCodes } from './errors.js';
export type { TfheModule, TfheObject } from './tfhe-module.js';
