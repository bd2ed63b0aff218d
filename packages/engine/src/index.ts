// @tacit/engine: native evaluation of a compiled circuit on TFHE ciphertexts.

export { loadCircuit, ServerCircuit } from './circuit.js';
export {
  EngineError,
  type EngineErrorCode,
  type EngineErrorDetails,
  engineErrorCodes,
} from './errors.js';
export { type EvaluateOptions, evaluate } from './evaluate.js';
export { EvaluationKey, type LoadOptions, loadEvaluationKey } from './evaluation-key.js';
export { type EngineVariant, engineVariant } from './native.js';
export { configureEngine, type EngineOptions, engineThreads } from './threads.js';
