// What a callback is: something that watches a fit through seven hooks, has typed options, and can be copied.

import type { StateDict } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import type { Awaitable, Batch, DatasetLike, StepResult } from '../components.js';
import type { PlainRecord } from '../persistence/json.js';
import type { Net } from './net.js';

export interface TrainRecord {
  /** What `fit` was given. */
  readonly X: unknown;
  readonly y: unknown;
}

export interface EpochHookRecord {
  readonly datasetTrain: DatasetLike;
  /** null when the net trains without validation. */
  readonly datasetValid: DatasetLike | null;
}

export interface BatchBeginRecord {
  readonly batch: Batch;
  /** false for a validation batch. */
  readonly training: boolean;
}

export interface GradRecord {
  readonly batch: Batch;
  /** The parameters with their gradients; may be walked several times. */
  readonly namedParameters: Iterable<readonly [name: string, parameter: Tensor]>;
}

/** Besides these fields, whatever else the step gave. */
export interface BatchEndRecord extends BatchBeginRecord, StepResult {}

/** What each hook is given besides the net. */
export interface HookRecords {
  onTrainBegin: TrainRecord;
  onEpochBegin: EpochHookRecord;
  onBatchBegin: BatchBeginRecord;
  onGradComputed: GradRecord;
  onBatchEnd: BatchEndRecord;
  onEpochEnd: EpochHookRecord;
  onTrainEnd: TrainRecord;
}

export type HookName = keyof HookRecords;

/** All hooks, in the order in which they first happen. */
export const hookNames: readonly HookName[] = [
  'onTrainBegin',
  'onEpochBegin',
  'onBatchBegin',
  'onGradComputed',
  'onBatchEnd',
  'onEpochEnd',
  'onTrainEnd',
];

/** What a callback remembers, for a fit that is to go on as if it had never stopped. */
export interface CallbackState {
  /** Plain data. */
  readonly values: PlainRecord;
  /** Weights and the like, by name. */
  readonly tensors?: Readonly<StateDict>;
}

/** Options that every callback takes besides its own. */
export type CommonCallbackOptions = {
  /**
   * The first epoch, counted from 1, that the hooks of epochs and batches are called in. 1. `onTrainBegin` and `onTrainEnd`
   * are called in any case.
   */
  startEpoch?: number;
};

/**
 * Base of all callbacks. Implement the hooks you need; each may return a promise, which is awaited. A record may gain
 * fields in later versions.
 *
 * A subclass takes its options as the only parameter of its constructor, declares their defaults as `static defaults`, and
 * keeps what it learns in fields that {@link Callback.initialize} resets.
 *
 * @typeParam Options - all options, as the callback reads them in `this.options`.
 * @example
 * class StopAt extends Callback<{ loss: number }> {
 *   static readonly defaults = { loss: 0.1 };
 *   override onEpochEnd(net: Net) {
 *     if ((net.history.last().train_loss as number) < this.options.loss) net.requestStop('good enough');
 *   }
 * }
 */
export abstract class Callback<Options extends object = Record<never, never>> {
  /**
   * When the hooks are called: −1 before those of others (what restores), 0 in the order of the record, 1 after them (what
   * saves), 2 after all (tables). Equal ones keep their order.
   */
  static readonly callOrder: number = 0;
  readonly options: Readonly<Options & CommonCallbackOptions>;

  constructor(options: Partial<Options> & CommonCallbackOptions = {}) {
    this.options = mergeOptions<Options & CommonCallbackOptions>(
      new.target,
      options as Partial<Options & CommonCallbackOptions>,
    );
  }

  /** Forgets what was learned; called whenever the net is initialized, and when an option changes. */
  initialize(): void {}

  /** Once a fit, before the first epoch. */
  onTrainBegin?(net: Net, record: TrainRecord): Awaitable<void>;
  /** `net.history.length` is already the number of this epoch. */
  onEpochBegin?(net: Net, record: EpochHookRecord): Awaitable<void>;
  onBatchBegin?(net: Net, record: BatchBeginRecord): Awaitable<void>;
  /** After each backward pass, before the parameters change. */
  onGradComputed?(net: Net, record: GradRecord): Awaitable<void>;
  onBatchEnd?(net: Net, record: BatchEndRecord): Awaitable<void>;
  onEpochEnd?(net: Net, record: EpochHookRecord): Awaitable<void>;
  /** Once a fit, after the last epoch; also after a stop, an abort or an error. */
  onTrainEnd?(net: Net, record: TrainRecord): Awaitable<void>;

  /** What the callback remembers; undefined, or no such method, when there is nothing to go on from. */
  stateDict?(): CallbackState | undefined;

  /** Takes up what {@link Callback.stateDict} gave. The `onTrainBegin` that follows must not forget it. */
  loadStateDict?(state: CallbackState): void;

  /** Changes options; the net does this for `callbacks__NAME__option`. */
  setOptions(changes: Partial<Options> & CommonCallbackOptions): void {
    const merged: Readonly<Options & CommonCallbackOptions> = {
      ...this.options,
      ...(changes as Partial<Options>),
    };
    (this as { options: Readonly<Options & CommonCallbackOptions> }).options = merged;
  }

  /** A fresh callback with the same options. Override it where the constructor takes something else. */
  clone(): this {
    const Class = this.constructor as new (options: Readonly<Options & CommonCallbackOptions>) => this;
    return new Class(this.options);
  }
}

function mergeOptions<Options extends object>(target: unknown, given: Partial<Options>): Readonly<Options> {
  const defaults = (target as { readonly defaults?: Partial<Options> }).defaults;
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(present) } as Options;
}
