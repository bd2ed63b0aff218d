// Fourth layer of a net: the training loop. Each stage is a small method, to be overridden; the bookkeeping lies in `fitLoop`
// and `runSingleEpoch`, which are better left alone. The order of events is skorch's.

import { noGrad, type Tensor } from '@tacit/tensor';
import type {
  BatchBeginRecord,
  BatchEndRecord,
  EpochHookRecord,
  GradRecord,
  HookName,
  HookRecords,
  TrainRecord,
} from '../callbacks/callback.js';
import type { Net } from '../callbacks/net.js';
import type {
  Awaitable,
  Batch,
  DataLoaderLike,
  DatasetLike,
  SplitResult,
  StepResult,
  Target,
  TrainSplit,
} from '../components.js';
import { isDataset } from '../dataset.js';
import { CallbackError, DataTypeError, FitInProgressError, ParameterError } from '../errors.js';
import { Breather } from '../event-loop.js';
import { buildFromRecipe } from '../recipe.js';
import {
  checkSameFeatures,
  checkSameLength,
  type Features,
  type Targets,
  toFeatures,
  toTargets,
} from '../validate-input.js';
import { warn } from '../warnings.js';
import { eachBatch, NetInference } from './inference.js';

/** What an AbortSignal has; a signal of a browser or of Node is one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** Options of `fit` and `partialFit`. */
export interface FitOptions {
  /** Aborting it rejects the fit with `signal.reason` before the next batch. The net keeps the weights it has then. */
  readonly signal?: StopSignal;
  /** Epochs of this call. Default: `maxEpochs`. */
  readonly epochs?: number;
}

/** Checked data: features, and targets as the criterion takes them. */
export interface CheckedData {
  readonly X: Tensor;
  readonly y: Target | null;
}

type Pass = {
  readonly training: boolean;
  readonly signal: StopSignal | undefined;
  readonly step: (batch: Batch) => Awaitable<StepResult>;
};

export abstract class NetFitting extends NetInference {
  /** Why the last fit ended early, as given to `requestStop`; null when it did not. */
  stopReason_: string | null = null;
  #isFitting = false;
  #breather = new Breather();

  /**
   * Ends training after the current batch; `fit` then resolves as usual. Called from `onEpochEnd`, it ends training after
   * this epoch, when all other callbacks have seen it. Without a fit in progress it does nothing.
   */
  requestStop(reason = 'requested'): void {
    if (this.#isFitting) this.stopReason_ ??= reason;
  }

  /** Fits; `isFresh` forgets what was learned before. */
  protected async train(
    X: Features | DatasetLike,
    y: unknown,
    options: FitOptions,
    isFresh: boolean,
  ): Promise<void> {
    if (this.#isFitting) throw new FitInProgressError(this.constructor.name);
    this.#isFitting = true;
    try {
      throwIfAborted(options.signal);
      this.checkValues();
      if (options.epochs !== undefined) checkEpochs(options.epochs);
      const data = this.checkData(X, y as Targets | undefined, isFresh || !this.initialized_);
      if (isFresh || !this.initialized_) this.initialize();
      this.stopReason_ = null;
      this.isTrained = false;
      await this.#runHooked({ X, y }, () => this.fitLoop(this.getDataset(data.X, data.y), options));
    } finally {
      this.#isFitting = false;
    }
  }

  /**
   * Checks data before any work, and notes what the components need to know of it.
   *
   * @param isFresh - whether the fit forgets the last one. If not, the data has to be like the data before.
   */
  checkData(X: Features | DatasetLike, y: Targets | null | undefined, isFresh: boolean): CheckedData {
    const rows = isDataset(X) ? X.range(0, X.length) : null;
    const features = toFeatures(rows?.X ?? X);
    const given = y ?? rows?.y ?? null;
    if (!isFresh && this.featureShape_ !== null) checkSameFeatures(features, this.featureShape_);
    if (given !== null) checkSameLength(features.shape[0]!, countTargets(given));
    const targets = this.checkTargets(given as Targets | null, isFresh);
    const outputDim = this.outputDimFor(targets);
    this.featureShape_ = features.shape.slice(1);
    this.dimensions = { inputDim: features.shape.at(-1)!, outputDim };
    return { X: features, y: targets };
  }

  /** Targets as the criterion takes them. Without any, the criterion gets an empty tensor: override `getLoss` to train so. */
  protected checkTargets(y: Targets | null, _isFresh: boolean): Target | null {
    return y === null ? null : toTargets(y);
  }

  /** What a module that takes `outputDim` from the data gets: numbers to predict for a row. */
  protected outputDimFor(y: Target | null): number {
    return y === null || y.shape.length < 2 ? 1 : y.shape[1]!;
  }

  /** Splits once, makes both loaders once, and runs the epochs. */
  async fitLoop(dataset: DatasetLike, options: FitOptions = {}): Promise<void> {
    const epochs = options.epochs ?? this.param<number>('maxEpochs');
    const { signal } = options;
    const { train, valid } = this.getSplitDatasets(dataset);
    const { module } = this.live;
    const loaders = {
      train: this.getIterator(train, true),
      valid: valid === null ? null : this.getIterator(valid, false),
    };
    if (this.needsCalibration) {
      this.needsCalibration = false;
      noGrad(() => module.calibrate?.(train.range(0, train.length).X));
    }
    const record = { datasetTrain: train, datasetValid: valid };
    this.#breather = new Breather();
    for (let epoch = 0; epoch < epochs && this.stopReason_ === null; epoch++) {
      throwIfAborted(signal);
      module.trainingProgress?.(epoch / epochs);
      await this.#runEpoch(loaders, record, signal);
    }
    this.isTrained = true;
    module.trainingProgress?.(1);
  }

  async #runEpoch(
    loaders: { readonly train: DataLoaderLike; readonly valid: DataLoaderLike | null },
    record: EpochHookRecord,
    signal: StopSignal | undefined,
  ): Promise<void> {
    await this.notify('onEpochBegin', record);
    await this.runSingleEpoch(loaders.train, 'train', {
      training: true,
      signal,
      step: (batch) => this.trainStep(batch),
    });
    if (loaders.valid !== null && this.stopReason_ === null) {
      await this.runSingleEpoch(loaders.valid, 'valid', {
        training: false,
        signal,
        step: (batch) => this.validationStep(batch),
      });
    }
    // An epoch that was stopped in the middle has no averages worth recording.
    if (this.stopReason_ === null) await this.notify('onEpochEnd', record);
  }

  /** One pass over a loader; records `<prefix>_loss` and `<prefix>_batch_size` of each batch. */
  async runSingleEpoch(loader: DataLoaderLike, prefix: 'train' | 'valid', pass: Pass): Promise<void> {
    const { training, signal, step } = pass;
    let count = 0;
    await eachBatch(loader, async (batch) => {
      if (this.#breather.isDue()) await this.#breather.pause();
      throwIfAborted(signal);
      await this.notify('onBatchBegin', { batch, training });
      const result = await step(batch);
      this.history.recordBatch(`${prefix}_loss`, result.loss.item());
      this.history.recordBatch(`${prefix}_batch_size`, batch.size);
      await this.notify('onBatchEnd', { ...result, batch, training });
      count++;
      return this.stopReason_ === null;
    });
    this.history.record(`${prefix}_batch_count`, count);
  }

  /** Forgets gradients, computes new ones with `trainStepSingle`, and changes the parameters. */
  async trainStep(batch: Batch): Promise<StepResult> {
    const { module, optimizer } = this.live;
    optimizer.zeroGrad();
    const result = await this.trainStepSingle(batch);
    const namedParameters = { [Symbol.iterator]: () => module.namedParameters()[Symbol.iterator]() };
    await this.notify('onGradComputed', { batch, namedParameters });
    optimizer.step();
    return result;
  }

  /** Loss and gradients of one batch; the parameters stay as they are. */
  trainStepSingle(batch: Batch): Awaitable<StepResult> {
    this.setTraining(true);
    const yPred = this.infer(batch.X);
    const loss = this.getLoss(yPred, batch.y, batch.X, true);
    loss.backward();
    return { loss, yPred };
  }

  /** Loss of one validation batch. */
  validationStep(batch: Batch): Awaitable<StepResult> {
    this.setTraining(false);
    return noGrad(() => {
      const yPred = this.infer(batch.X);
      return { loss: this.getLoss(yPred, batch.y, batch.X, false), yPred };
    });
  }

  /** The loss of a batch: override it to add terms. */
  getLoss(yPred: Tensor, yTrue: Target | null, _X: Tensor, _training: boolean): Tensor {
    if (yTrue === null) throw missingTargets();
    return this.live.criterion.forward(yPred, yTrue);
  }

  /** Training rows and validation rows, as `trainSplit` says. */
  getSplitDatasets(dataset: DatasetLike): SplitResult {
    const recipe = this.param('trainSplit');
    if (recipe === null || recipe === false || recipe === undefined) return { train: dataset, valid: null };
    const splitter = buildFromRecipe<TrainSplit>(recipe, [], this.paramsFor('trainSplit'));
    return splitter.split(dataset, {
      generator: this.stream('split'),
      prepare: (X, y) => {
        const data = this.checkData(X as Features, y as Targets, false);
        return this.getDataset(data.X, data.y);
      },
    });
  }

  // The net's own hooks: they do the bookkeeping, and run before those of the callbacks.

  onTrainBegin(_record: TrainRecord): Awaitable<void> {}

  onEpochBegin(_record: EpochHookRecord): Awaitable<void> {
    this.history.newEpoch();
    this.history.record('epoch', this.history.length);
  }

  onBatchBegin(_record: BatchBeginRecord): Awaitable<void> {
    this.history.newBatch();
  }

  onGradComputed(_record: GradRecord): Awaitable<void> {}

  onBatchEnd(_record: BatchEndRecord): Awaitable<void> {}

  onEpochEnd(_record: EpochHookRecord): Awaitable<void> {}

  onTrainEnd(_record: TrainRecord): Awaitable<void> {}

  /** Runs the net's own hook, then those of the callbacks, each awaited. Nothing to await is given when nobody listens. */
  protected notify<H extends HookName>(hook: H, record: HookRecords[H]): Awaitable<void> {
    const own = this[hook](record as never);
    if (own === undefined && this.listeners[hook].length === 0) return;
    return this.#notifyCallbacks(hook, record, own);
  }

  async #notifyCallbacks<H extends HookName>(
    hook: H,
    record: HookRecords[H],
    own: Awaitable<void>,
  ): Promise<void> {
    if (own !== undefined) await own;
    for (const { name, callback } of this.listeners[hook]) {
      try {
        const result = callback[hook]!(this as unknown as Net, record as never);
        if (result !== undefined) await result;
      } catch (cause) {
        throw new CallbackError(name, callback.constructor.name, hook, cause);
      }
    }
  }

  async #runHooked(record: TrainRecord, loop: () => Promise<void>): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    try {
      await this.notify('onTrainBegin', record);
      await loop();
    } catch (error) {
      failure = { error };
    }
    const atEnd = await this.#endTraining(record);
    if (failure !== null) {
      // Only one error can be thrown, and the first one is what went wrong; the others are told all the same.
      for (const error of atEnd)
        warn('TRAIN_END_FAILED', error instanceof Error ? error.message : String(error));
      throw failure.error;
    }
    if (atEnd.length > 0) throw atEnd[0];
  }

  /** Runs every hook of the end, whatever the others do, and gives their errors. */
  async #endTraining(record: TrainRecord): Promise<unknown[]> {
    const errors: unknown[] = [];
    const attempt = async (hook: () => Awaitable<void>, wrap: (cause: unknown) => unknown) => {
      try {
        await hook();
      } catch (cause) {
        errors.push(wrap(cause));
      }
    };
    await attempt(
      () => this.onTrainEnd(record),
      (cause) => cause,
    );
    for (const { name, callback } of this.listeners.onTrainEnd) {
      await attempt(
        () => callback.onTrainEnd!(this as unknown as Net, record),
        (cause) => new CallbackError(name, callback.constructor.name, 'onTrainEnd', cause),
      );
    }
    return errors;
  }
}

// Anything without a length counts as fitting: that it is no list of targets is found, and said, by the next check.
function countTargets(y: unknown): number {
  const list = y as { readonly shape?: readonly number[]; readonly length?: number };
  return list.shape?.[0] ?? list.length ?? Number.NaN;
}

function throwIfAborted(signal: StopSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason ?? new Error('The fit was aborted.');
}

function checkEpochs(epochs: number): void {
  if (Number.isSafeInteger(epochs) && epochs >= 0) return;
  throw new ParameterError(`epochs is ${String(epochs)}, expected a whole number, at least 0.`, {
    code: 'PARAMETER_VALUE',
    got: String(epochs),
    expected: 'a whole number, at least 0',
    hint: '',
  });
}

function missingTargets(): DataTypeError {
  return new DataTypeError('y is missing.', {
    code: 'Y_MISSING',
    got: 'a batch without targets',
    expected: 'one target for each row of X',
    hint: 'Pass y to fit, or override getLoss for a loss that needs none.',
  });
}
