// Training under the noise that encrypted tables are read with.

import { QuantNet } from '@tacit/nn';
import { Callback } from '../callbacks/callback.js';
import type { Net } from '../callbacks/net.js';
import { ComponentError } from '../errors.js';

/** Options of {@link AccumulatorNoise}. */
export type AccumulatorNoiseOptions = {
  /**
   * Standard deviation of the noise, in parts of the range of each accumulator: one number, or one for each hidden layer.
   * 0.0095, that of tables of 512 entries. A circuit's report says what its tables are read with.
   */
  fraction: number | readonly number[];
};

/**
 * Adds the noise of a circuit before each activation of a quantized net while it trains, so that the encrypted net is as good
 * as the clear one. Does what `module__noiseFraction` does, for a net that is there already, or from `startEpoch` on.
 *
 * @throws ComponentError `NOISE_UNSUPPORTED`, in `fit`, around any other module.
 * @example callbacks: { noise: new AccumulatorNoise({ fraction: 0.0095 }) }
 */
export class AccumulatorNoise extends Callback<AccumulatorNoiseOptions> {
  static readonly defaults = { fraction: 0.0095 };

  override onEpochBegin(net: Net): void {
    const module: unknown = net.module_;
    if (!(module instanceof QuantNet)) throw withoutNoise(module);
    const { fraction } = this.options;
    for (const [index, { noise }] of module.layers.slice(0, -1).entries()) {
      if (noise !== null) noise.fraction = typeof fraction === 'number' ? fraction : (fraction[index] ?? 0);
    }
  }
}

function withoutNoise(module: unknown): ComponentError {
  const got = (module as object).constructor.name;
  return new ComponentError(`${got} has no accumulators that noise could be added to.`, {
    code: 'NOISE_UNSUPPORTED',
    got,
    expected: 'a SparseQuantNeuralNet or SparseQuantConvNet',
    hint: 'Leave the callback out, or use one of these modules.',
  });
}
