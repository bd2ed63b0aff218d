export type { DataDimensions, RowExtras } from './components.js';
export type { CheckedData, FitOptions, StopSignal } from './fitting.js';
export { type ForwardOptions, firstOutput, noAndYes, type Prediction, softmaxRows } from './inference.js';
export { type NetCallbacks, NeuralNet } from './net.js';
export type { ComponentDeclarations, OptimizerDeclaration } from './registry.js';
export type { StepAccumulator } from './steps.js';
