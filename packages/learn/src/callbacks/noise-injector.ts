// Lets a quantized net train under the noise that its tables will be read with.

import { QuantNet } from '@tacit/nn';
import { ParameterError } from '../errors.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';

/** Options of {@link NoiseInjector}. */
export type NoiseInjectorOptions = {
  /**
   * Deviation of the noise before each activation, in parts of its range: one number, or one for each hidden layer; or a
   * function that gives it for an epoch, counted from 1. 0.0095, that of tables read by rings of 512.
   */
  noiseFraction: number | readonly number[] | ((epoch: number, net: Net) => number | readonly number[]);
};

/**
 * At the start of each epoch sets the noise of a quantized net. For noise that stays the same, the option `noiseFraction` of
 * the module does; this is for schedules, and for the noise that a circuit compiled from the net says it has.
 *
 * @throws ParameterError `PARAMETER_VALUE` for a module that has no such noise; of @tacit/nn for fractions below 0, or not as
 * many as hidden layers.
 */
export class NoiseInjector extends Callback<NoiseInjectorOptions> {
  static readonly defaults = { noiseFraction: 0.0095 };

  override onEpochBegin(net: Net): void {
    const { module_ } = net;
    if (!(module_ instanceof QuantNet)) throw noNoise(module_.constructor.name);
    const { noiseFraction } = this.options;
    module_.setNoise(
      typeof noiseFraction === 'function' ? noiseFraction(net.history.length, net) : noiseFraction,
    );
  }
}

function noNoise(name: string): ParameterError {
  return new ParameterError(`NoiseInjector cannot set the noise of a ${name}.`, {
    code: 'PARAMETER_VALUE',
    got: name,
    expected: 'module: SparseQuantNeuralNet or SparseQuantConvNet',
    hint: 'Other modules may hold a NoiseInjection of @tacit/nn, with a fraction that can be set.',
  });
}
