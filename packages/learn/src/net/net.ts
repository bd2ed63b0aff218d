// The net itself: the types of its parameters on top of its layers.

import { SGD } from '@tacit/nn';
import type { Callback } from '../callbacks/callback.js';
import { EpochTimer } from '../callbacks/epoch-timer.js';
import { PassthroughScoring } from '../callbacks/passthrough-scoring.js';
import { PrintLog } from '../callbacks/print-log.js';
import type { DatasetLike } from '../components.js';
import { DataLoader } from '../data-loader.js';
import { Dataset } from '../dataset.js';
import type {
  CallbackRecord,
  CriterionRecipe,
  DatasetRecipe,
  InputsOf,
  IteratorRecipe,
  ModuleRecipe,
  NetArgs,
  NetParams,
  OptimizerRecipe,
  OutputOf,
  TrainSplitRecipe,
} from '../params.js';
import type { ComponentOf } from '../recipe.js';
import { ValidSplit } from '../valid-split.js';
import type { Features, Targets } from '../validate-input.js';
import type { FitOptions } from './fitting.js';
import type { ForwardOptions } from './inference.js';
import type { ParamRecord } from './parameters.js';
import { NetSaving } from './saving.js';

/** The default callbacks of {@link NeuralNet}. */
export type NetCallbacks = {
  readonly epochTimer: EpochTimer;
  readonly trainLoss: PassthroughScoring;
  readonly validLoss: PassthroughScoring;
  readonly printLog: PrintLog;
};

type NoExtra = Record<never, never>;

/**
 * A module with its training: a scikit-learn estimator around what the user computes, in the manner of skorch.
 *
 * Use {@link NeuralNetClassifier} for labels. This base trains towards numbers (or class codes in an Int32Array) with any
 * criterion, which has no default here. Defaults: SGD with lr 0.01, 10 epochs, batches of 128 rows, training rows shuffled
 * (skorch does not), the first fifth of the rows for validation.
 *
 * The constructor checks the names of the parameters and stores them; values are checked, and everything is built, in
 * `fit`. Learned state ends in `_`.
 *
 * @example
 * const net = new NeuralNet({ module: Mlp, module__width: 30, criterion: MSELoss, optimizer: Adam, lr: 0.001 });
 * await net.fit(X, y);
 */
export class NeuralNet<
  M extends ModuleRecipe = ModuleRecipe,
  C extends CriterionRecipe = CriterionRecipe,
  O extends OptimizerRecipe = typeof SGD,
  IT extends IteratorRecipe = typeof DataLoader,
  IV extends IteratorRecipe = typeof DataLoader,
  TS extends TrainSplitRecipe = typeof ValidSplit,
  CB extends CallbackRecord | 'disable' | null = NoExtra,
  Default = NetCallbacks,
  Extra = NoExtra,
  DS extends DatasetRecipe = typeof Dataset,
> extends NetSaving {
  static override readonly defaults: ParamRecord = {
    optimizer: SGD,
    iteratorTrain: DataLoader,
    iteratorTrain__shuffle: true,
    iteratorValid: DataLoader,
    dataset: Dataset,
    trainSplit: ValidSplit,
    callbacks: null,
    lr: 0.01,
    maxEpochs: 10,
    batchSize: 128,
    accumulateBatches: 1,
    device: 'cpu',
    verbose: 1,
    warmStart: false,
    seed: null,
    predictNonlinearity: 'auto',
    useCaching: 'auto',
  };

  /** @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown names with the nearest valid ones. */
  constructor(params: NetArgs<M, C, O, IT, IV, TS, CB, Default, Extra, DS>) {
    super(params as ParamRecord);
  }

  /** The trained module. @throws NotFittedError before `fit` or `initialize`. */
  get module_(): ComponentOf<M> {
    return this.live.module as ComponentOf<M>;
  }

  /** The criterion in use. @throws NotFittedError before `fit` or `initialize`. */
  get criterion_(): ComponentOf<C> {
    return this.live.criterion as ComponentOf<C>;
  }

  /** The optimizer in use. @throws NotFittedError before `fit` or `initialize`. */
  get optimizer_(): ComponentOf<O> {
    return this.live.optimizer as ComponentOf<O>;
  }

  /** The module's output for a batch: override it to call the module in another way. Several inputs are one record. */
  override infer(X: InputsOf<M>): OutputOf<M> {
    return super.infer(X) as OutputOf<M>;
  }

  /** The module's outputs for all rows, as one tensor (or several, if the module gives several): logits for a classifier. */
  override async forward(X: Features | DatasetLike, options: ForwardOptions = {}): Promise<OutputOf<M>> {
    return (await super.forward(X, options)) as OutputOf<M>;
  }

  override getDefaultCallbacks(): Readonly<Record<string, Callback<object>>> {
    return {
      epochTimer: new EpochTimer(),
      trainLoss: new PassthroughScoring({ name: 'train_loss', onTrain: true }),
      validLoss: new PassthroughScoring({ name: 'valid_loss' }),
      printLog: new PrintLog(),
    };
  }

  /**
   * Trains on the rows, from the start unless `warmStart` is set.
   *
   * @param X - [nRows, nFeatures] or more axes; checked before any work, never changed.
   * @param y - [nRows] or [nRows, nOutputs]; an Int32Array or IntTensor stays integer.
   * @throws DataTypeError, DataValueError, ParameterError, SplitError; CallbackError with the callback's error as its cause;
   * FitInProgressError during another fit; `options.signal.reason` after an abort.
   */
  async fit(X: Features | DatasetLike, y?: Targets | null, options: FitOptions = {}): Promise<this> {
    await this.train(X, y, options, !(this.param('warmStart') && this.initialized_));
    return this;
  }

  /** Trains on, from the weights and with the history that there are; starts like `fit` if there are none. */
  async partialFit(X: Features | DatasetLike, y?: Targets | null, options: FitOptions = {}): Promise<this> {
    await this.train(X, y, options, false);
    return this;
  }

  /**
   * All parameters by name, given or default.
   *
   * @param deep - adds the options that components declare (`module__nLayers`), and callbacks (`callbacks__printLog`) with
   * theirs. true, as in scikit-learn.
   */
  getParams(deep = true): NetParams<M, C, O, IT, IV, TS, CB, Default, Extra, DS> {
    return this.readParams(deep) as NetParams<M, C, O, IT, IV, TS, CB, Default, Extra, DS>;
  }

  /**
   * Changes parameters; `undefined` goes back to a default. On an initialized net, `module…` builds module, criterion and
   * optimizer anew, `criterion…` the latter two, `lr` and `optimizer__…` change the live optimizer, `callbacks__…` the live
   * callbacks; everything else counts from the next call on.
   *
   * A new `module` or `optimizer` cannot change the type of this object: pass its options to a new net instead.
   *
   * @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown names; nothing is changed then.
   */
  setParams(changes: NetParams<M, C, O, IT, IV, TS, CB, Default, Extra, DS>): this {
    this.changeParams(changes as ParamRecord);
    return this;
  }
}
