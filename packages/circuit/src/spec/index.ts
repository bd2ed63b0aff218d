// Entry `@tacit/circuit/spec`: what both sides of the wire read. Knows nothing of nets or training.

export { CircuitError, type CircuitErrorCode, circuitErrorCodes } from '../errors.js';
export {
  type ClassLabel,
  type ClientSpec,
  type InputFeature,
  type OutputDecoding,
  parseClientSpec,
} from './client-spec.js';
export {
  type CryptoParameters,
  ciphertextBytes,
  evaluationKeyBytes,
  largeLweDimension,
  seededCiphertextBytes,
} from './crypto-parameters.js';
export { decodeLogits, decodeOutputs, type Prediction } from './decode-outputs.js';
export { type EnvelopeKind, hashPayload, openEnvelope, sealEnvelope } from './envelope.js';
export { type QuantizedRows, quantizeRows } from './quantize-inputs.js';
export {
  type CircuitTerm,
  decodeServerCircuit,
  encodeServerCircuit,
  type ServerCircuit,
  type ServerLayer,
} from './server-circuit.js';
