// Compiling with everything on board.

import {
  type CompileOptions,
  compile as compileCircuit,
  type FittedEstimator,
  type Rows,
} from '@tacit/circuit';
import { localRuntime } from './runtime.js';

/**
 * Compiles a fitted classifier, regressor or pipeline to a circuit that also executes on ciphertexts (`mode: 'execute'`) and
 * saves itself to files. Otherwise `compile` of `@tacit/circuit`, with the same options and errors.
 *
 * @param X - [nSamples, nFeatures] raw calibration rows, usually the training rows.
 */
export const compile = ((estimator: FittedEstimator, X: Rows, options: CompileOptions = {}) =>
  compileCircuit(estimator, X, { runtime: localRuntime(), ...options })) as typeof compileCircuit;
