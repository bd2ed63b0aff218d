export type { CheckedData, FitOptions, StopSignal } from './fitting.js';
export { type Prediction, softmaxRows } from './inference.js';
export { type NetCallbacks, NeuralNet } from './net.js';
