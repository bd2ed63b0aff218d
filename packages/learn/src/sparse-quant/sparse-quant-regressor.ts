// The regressor for encrypted inference, ready to use.

import type { Adam, MSELoss, SparseQuantNeuralNet } from '@tacit/nn';

import type { DataLoader } from '../data-loader.js';
import type { Dataset } from '../dataset.js';
import type { FitOptions, NetCallbacks } from '../net/index.js';
import type { ParamRecord } from '../net/parameters.js';
import type { CallbackRecord, ModuleRecipe, NetArgs } from '../params.js';
import { NeuralNetRegressor } from '../regressor.js';
import type { ValidSplit } from '../valid-split.js';
import type { Features, Targets } from '../validate-input.js';
import { type Benchmark, fitTwin } from './fit-benchmark.js';
import { sparseQuantDefaults, type WithPresets } from './presets.js';
import { prunedEstimator } from './prune-estimator.js';

/**
 * {@link NeuralNetRegressor} around a `SparseQuantNeuralNet`, with Adam, lr 0.01, batches of 32 rows and 100 epochs. All its
 * parameters are there; `module` may also be `SparseQuantConvNet`.
 *
 * @example
 * const net = new SparseQuantRegressor({ module__hiddenSizes: [8], module__nWBits: 3, seed: 0 });
 * await net.fit(X, targets);
 * const smaller = await net.prune(X, targets, 0.5);
 */
export class SparseQuantRegressor<
  M extends ModuleRecipe = typeof SparseQuantNeuralNet,
  CB extends CallbackRecord | 'disable' | null = Record<never, never>,
> extends NeuralNetRegressor<
  M,
  typeof MSELoss,
  typeof Adam,
  typeof DataLoader,
  typeof DataLoader,
  typeof ValidSplit,
  CB
> {
  static override readonly defaults: ParamRecord = { ...NeuralNetRegressor.defaults, ...sparseQuantDefaults };

  /** @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown names with the nearest valid ones. */
  constructor(
    params: WithPresets<
      NetArgs<
        M,
        typeof MSELoss,
        typeof Adam,
        typeof DataLoader,
        typeof DataLoader,
        typeof ValidSplit,
        CB,
        NetCallbacks,
        Record<never, never>,
        typeof Dataset
      >
    > = {} as never,
  ) {
    super(params as never);
  }

  /**
   * A smaller estimator: the least important neurons of each hidden layer go, what they emit on average moves into the next
   * layer's biases, and the rest is trained on. This estimator stays as it is.
   *
   * @param X, y - training rows: they tell which neurons matter, and train the smaller net.
   * @param fraction - of the neurons of each layer, 0 up to but not including 1.
   * @param options - `epochs` of the training that follows; default `maxEpochs`.
   * @throws NotFittedError; nn's ParameterError `FRACTION_INVALID` for a fraction that would empty a layer.
   */
  async prune(X: Features, y: Targets, fraction: number, options: FitOptions = {}): Promise<this> {
    return prunedEstimator(this, X, y, fraction, options);
  }

  /** Fits this net and a float twin (same layers, initial weights and training, nothing rounded or pruned) to the same rows. */
  async fitBenchmark(X: Features, y: Targets, options: FitOptions = {}): Promise<Benchmark<this>> {
    return fitTwin(this, X, y, options);
  }
}
