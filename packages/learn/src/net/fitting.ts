// Sixth layer of a net: the training loop. The bookkeeping lies in `fitLoop` and `runSingleEpoch`, which are better left
// alone; `checkData` and `getSplitDatasets` are there to be overridden.

import { noGrad, type Tensor } from '@tacit/tensor';
import type { EpochHookRecord } from '../callbacks/callback.js';
import type {
  Awaitable,
  Batch,
  DataLoaderLike,
  DatasetLike,
  Inputs,
  SplitResult,
  StepResult,
  Target,
  TrainSplit,
} from '../components.js';
import { CheckedDataset, isDataset, isInMemory } from '../dataset.js';
import { DataTypeError, FitInProgressError, ParameterError } from '../errors.js';
import { Breather } from '../event-loop.js';
import { checkSameInputs, rowsOf, shapesOf, singleInput, toInputs } from '../inputs.js';
import { buildFromRecipe } from '../recipe.js';
import { type DataStream, isStream, type StreamChunk, StreamDataset } from '../stream.js';
import {
  checkSameLength,
  type Features,
  type Targets,
  toSampleWeight,
  toTargets,
} from '../validate-input.js';
import { warn } from '../warnings.js';
import { eachBatch } from './inference.js';
import { NetSteps } from './steps.js';

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
  /**
   * Whether to finish the fit that a loaded checkpoint was saved in, or that was stopped or aborted: the epochs that it had left
   * are trained, and the module's schedules, such as pruning, go on from where they were. Without such a fit, a new one begins.
   * false.
   */
  readonly resume?: boolean;
  /**
   * How much each row counts in the loss, at least 0. Split and batched with the rows; needs a criterion that gives a loss for
   * each row: `criterion__reduction: 'none'`. Default: all the same.
   */
  readonly sampleWeight?: ArrayLike<number> | null;
  /** The group of each row, which a `ValidSplit` with `grouped` keeps together. Default: none. */
  readonly groups?: ArrayLike<unknown> | null;
}

/** Checked data: features, and targets as the criterion takes them. */
export interface CheckedData {
  readonly X: Inputs;
  readonly y: Target | null;
  readonly sampleWeight?: Tensor | null;
  readonly groups?: ArrayLike<unknown> | null;
  /** The data set that was given as X; its rows are used, not `X`. */
  readonly dataset?: DatasetLike | null;
}

type Pass = {
  readonly training: boolean;
  readonly signal: StopSignal | undefined;
  readonly step: (batch: Batch<Inputs>) => Awaitable<StepResult>;
};

/** Which epochs of the history a fit is made of. */
export interface FitPlan {
  /** Epochs that there were before. */
  readonly start: number;
  readonly epochs: number;
}

/** What comes with the rows, as `fit` is given it. */
type GivenExtras = Pick<FitOptions, 'sampleWeight' | 'groups'>;

export abstract class NetFitting extends NetSteps {
  /** Why the last fit ended early, as given to `requestStop`; null when it did not. */
  stopReason_: string | null = null;
  /** The last fit; null before. */
  protected plan: FitPlan | null = null;
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
      const forgets = isFresh || !this.initialized_;
      const dataset = isStream(X)
        ? await this.#openStream(X, y, options, forgets)
        : this.datasetOf(this.checkData(X, y as Targets | undefined, forgets, options));
      if (forgets) {
        this.initialize();
        this.plan = null;
      }
      this.stopReason_ = null;
      this.isTrained = false;
      await this.runHooked({ X, y }, () => this.fitLoop(dataset, options));
    } finally {
      this.#isFitting = false;
    }
  }

  /** Checked data as a data set: one that was given is kept, others are made by `getDataset`. */
  datasetOf({ X, y, sampleWeight = null, groups = null, dataset = null }: CheckedData): DatasetLike {
    const extras = {
      ...(sampleWeight === null ? null : { sampleWeight }),
      ...(groups === null ? null : { groups }),
    };
    return dataset === null ? this.getDataset(X, y, extras) : new CheckedDataset(dataset, y, extras);
  }

  async #openStream(
    stream: DataStream,
    y: unknown,
    options: FitOptions,
    isFresh: boolean,
  ): Promise<StreamDataset> {
    if ((y ?? options.sampleWeight ?? options.groups ?? null) !== null) throw besideStream();
    const dataset = this.#streamDataset(stream);
    const { X, y: targets, sampleWeight } = await dataset.peek();
    this.checkData(X, targets as Targets, isFresh, { sampleWeight: sampleWeight ?? null });
    return dataset;
  }

  #streamDataset(stream: DataStream): StreamDataset {
    return new StreamDataset(stream, ({ X, y, sampleWeight = null }: StreamChunk) =>
      this.checkData(X, y as Targets, false, { sampleWeight }),
    );
  }

  /**
   * Checks data before any work, and notes what the components need to know of it. Of a data set that is not in memory only
   * the first row is looked at, and all targets.
   *
   * @param isFresh - whether the fit forgets the last one. If not, the data has to be like the data before.
   * @param given - weights and groups of the rows.
   */
  checkData(
    X: Features | DatasetLike,
    y: Targets | null | undefined,
    isFresh: boolean,
    given: GivenExtras = {},
  ): CheckedData {
    const dataset = isDataset(X) ? X : null;
    const rows = dataset?.range(0, isInMemory(dataset) ? dataset.length : Math.min(1, dataset.length));
    const { inputs, names } = toInputs(rows?.X ?? X);
    const count = dataset?.length ?? rowsOf(inputs);
    const labels = y ?? dataset?.y ?? null;
    if (!isFresh && this.inputShapes_ !== null) {
      checkSameInputs(inputs, names, this.inputShapes_, this.featureNamesIn_);
    }
    if (labels !== null) checkSameLength(count, countTargets(labels));
    const targets = this.checkTargets(labels as Targets | null, isFresh);
    const own = dataset !== null && isInMemory(dataset) ? rows?.sampleWeight : null;
    const weights = given.sampleWeight ?? own ?? null;
    const groups = given.groups ?? dataset?.groups ?? null;
    if (groups !== null) checkSameLength(count, groups.length, 'groups');
    if (isFresh || this.inputShapes_ === null) this.#note(inputs, names, targets);
    return {
      X: inputs,
      y: targets,
      sampleWeight: weights === null ? null : toSampleWeight(weights, count),
      groups,
      dataset,
    };
  }

  #note(inputs: Inputs, names: readonly string[] | null, y: Target | null): void {
    const single = singleInput(inputs);
    this.inputShapes_ = shapesOf(inputs);
    this.featureNamesIn_ = names;
    this.dimensions = { inputDim: single?.shape.at(-1) ?? null, outputDim: this.outputDimFor(y) };
  }

  /** Targets as the criterion takes them. Without any, the criterion gets none: override `getLoss` to train so. */
  protected checkTargets(y: Targets | null, _isFresh: boolean): Target | null {
    return y === null ? null : toTargets(y);
  }

  /** What a module that takes `outputDim` from the data gets: numbers to predict for a row. */
  protected outputDimFor(y: Target | null): number {
    return y === null || y.shape.length < 2 ? 1 : y.shape[1]!;
  }

  /** Splits once, makes both loaders once, and runs the epochs. */
  async fitLoop(dataset: DatasetLike, options: FitOptions = {}): Promise<void> {
    const { signal, resume = false } = options;
    if (!resume || this.plan === null) {
      const epochs = options.epochs ?? this.param<number>('maxEpochs');
      this.plan = { start: this.history.length, epochs };
    }
    const { start, epochs } = this.plan;
    const { train, valid } = this.getSplitDatasets(dataset);
    const { module } = this.live;
    const loaders = {
      train: this.getIterator(train, true),
      valid: valid === null ? null : this.getIterator(valid, false),
    };
    if (this.needsCalibration) {
      this.needsCalibration = false;
      if (module.calibrate !== undefined) this.#calibrate(train);
    }
    const record = { datasetTrain: train, datasetValid: valid };
    this.#breather = new Breather();
    for (let epoch = this.history.length - start; epoch < epochs && this.stopReason_ === null; epoch++) {
      throwIfAborted(signal);
      module.trainingProgress?.(epoch / epochs);
      await this.#runEpoch(loaders, record, signal);
    }
    this.isTrained = true;
    module.trainingProgress?.(1);
    if (module.finishTraining !== undefined) {
      const rows = this.#allRows(train);
      noGrad(() => module.finishTraining!(rows));
    }
  }

  // A module sees all rows before the first step; of a stream, and of several inputs, those that can be shown to it.
  #calibrate(train: DatasetLike): void {
    const { module } = this.live;
    const rows = this.#allRows(train);
    noGrad(() => module.calibrate!(rows));
    for (const { code, message } of module.calibrationWarnings?.() ?? []) warn(code, message);
  }

  #allRows(train: DatasetLike): Tensor {
    const rows = train instanceof StreamDataset ? train.first() : train.range(0, train.length);
    return rows.X as Tensor;
  }

  async #runEpoch(
    loaders: { readonly train: DataLoaderLike; readonly valid: DataLoaderLike | null },
    record: EpochHookRecord,
    signal: StopSignal | undefined,
  ): Promise<void> {
    await this.notify('onEpochBegin', record);
    this.forgetGradients();
    await this.runSingleEpoch(loaders.train, 'train', {
      training: true,
      signal,
      step: (batch) => this.trainStep(batch),
    });
    await this.stepWithWaiting();
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
      await this.notify('onBatchBegin', { batch: batch as Batch, training });
      const result = await step(batch);
      this.history.recordBatch(`${prefix}_loss`, result.loss.item());
      this.history.recordBatch(`${prefix}_batch_size`, batch.size);
      await this.notify('onBatchEnd', { ...result, batch: batch as Batch, training });
      count++;
      return this.stopReason_ === null;
    });
    this.history.record(`${prefix}_batch_count`, count);
  }

  /** Training rows and validation rows, as `trainSplit` says. */
  getSplitDatasets(dataset: DatasetLike): SplitResult {
    const recipe = this.param('trainSplit');
    if (recipe === null || recipe === false || recipe === undefined) return { train: dataset, valid: null };
    const splitter = buildFromRecipe<TrainSplit>(recipe, [], this.paramsFor('trainSplit'));
    return splitter.split(dataset, {
      // Forked, not drawn from: a fit that goes on splits the same rows as before, so none changes sides.
      generator: this.stream('split').fork('rows'),
      prepare: (X, y) =>
        isStream(X)
          ? this.#streamDataset(X)
          : this.datasetOf(this.checkData(X as Features, y as Targets, false)),
    });
  }
}

// Anything without a length counts as fitting: that it is no list of targets is found, and said, by the next check.
function countTargets(y: unknown): number {
  const list = y as { readonly shape?: readonly number[]; readonly length?: number };
  return list.shape?.[0] ?? list.length ?? Number.NaN;
}

/** @throws `signal.reason` after an abort. */
export function throwIfAborted(signal: StopSignal | undefined): void {
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

function besideStream(): DataTypeError {
  return new DataTypeError('X is a stream, and y, weights or groups were given beside it.', {
    code: 'Y_TYPE',
    got: 'y, sampleWeight or groups for a stream',
    expected: 'chunks { X, y, sampleWeight }',
    hint: 'Let the stream give them with the rows that they belong to.',
  });
}
