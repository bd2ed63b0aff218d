// Entry `@tacit/circuit/spec`: what both sides of the wire read. Knows nothing of nets or training.

export { CircuitError, type CircuitErrorCode, circuitErrorCodes } from '../errors.js';
export { checkParameters } from './check-parameters.js';
export {
  type BinaryTask,
  type ClassificationTask,
  type ClassLabel,
  type ClientSpec,
  type InputFeature,
  type OutputDecoding,
  parseClientSpec,
  type RegressionTask,
  type Task,
} from './client-spec.js';
export { applySteps, type Category, type Cell, type ClientStep, clientStepSchema } from './client-steps.js';
export {
  type CryptoParameters,
  ciphertextBytes,
  evaluationKeyBytes,
  largeLweDimension,
  seededCiphertextBytes,
} from './crypto-parameters.js';
export {
  type ClassificationPrediction,
  decodeLogits,
  decodeOutputs,
  type Prediction,
  type RegressionPrediction,
} from './decode-outputs.js';
export { type EnvelopeKind, hashPayload, openEnvelope, sealEnvelope } from './envelope.js';
export {
  denseOf,
  type Entry,
  type IntegerMatrix,
  matrixOfDense,
  matrixOfRows,
  multiply,
  realMatrixOfRows,
  rowEntries,
  rowValues,
  type SparseMatrix,
} from './integer-matrix.js';
export { packedWordBytes, unpackWords } from './packed-words.js';
export { prepareRows, type QuantizedRows, quantizeRows } from './quantize-inputs.js';
export type { CircuitTerm, ServerCircuit, ServerLayer } from './server-circuit.js';
export { decodeServerCircuit, encodeServerCircuit } from './server-circuit-format.js';
