// Compiling with everything on board.

import {
  type Circuit,
  type CompileOptions,
  compile as compileCircuit,
  type FittedClassifier,
  type Rows,
} from '@tacit/circuit';
import { localRuntime } from './runtime.js';

/**
 * Compiles a fitted classifier to a circuit that also executes on ciphertexts (`mode: 'execute'`) and saves itself to
 * files. Otherwise {@link compileCircuit} of `@tacit/circuit`, with the same options and errors.
 *
 * @param X - [nSamples, nFeatures] raw calibration rows, usually the training rows.
 */
export function compile(net: FittedClassifier, X: Rows, options: CompileOptions = {}): Promise<Circuit> {
  return compileCircuit(net, X, { runtime: localRuntime(), ...options });
}
