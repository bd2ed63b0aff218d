// Entry `@tacit/client/node`: a client on node-tfhe with keys made in a worker thread and kept in files.

export { createClient } from './create-client.js';
export { evaluationKeyMaker } from './evaluation-key-maker.js';
export { makeEvaluationKeyInWorker } from './evaluation-key-worker.js';
export { loadKeys, type SaveKeysOptions, saveKeys } from './key-files.js';
