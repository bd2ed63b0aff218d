// Fourth layer of a net: its events. The net's own hooks do the bookkeeping and run before those of the callbacks; the order
// of events is skorch's.

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
import type { Awaitable } from '../components.js';
import { CallbackError } from '../errors.js';
import { warn } from '../warnings.js';
import { NetInference } from './inference.js';

export abstract class NetEvents extends NetInference {
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
    const listeners = this.listeners[hook];
    if (own !== undefined) return this.#notifyLater(hook, record, own, 0);
    for (let index = 0; index < listeners.length; index++) {
      const result = this.#call(hook, record, index);
      if (result !== undefined) return this.#notifyLater(hook, record, result, index + 1);
    }
  }

  /** The rest of the listeners, once one of them has given a promise. */
  async #notifyLater<H extends HookName>(
    hook: H,
    record: HookRecords[H],
    pending: Awaitable<void>,
    next: number,
  ): Promise<void> {
    await pending;
    for (let index = next; index < this.listeners[hook].length; index++) {
      const result = this.#call(hook, record, index);
      if (result !== undefined) await result;
    }
  }

  #call<H extends HookName>(hook: H, record: HookRecords[H], index: number): Awaitable<void> {
    const { name, callback } = this.listeners[hook][index]!;
    if (!isTrainHook(hook) && startEpochOf(callback) > this.history.length) return;
    const failed = (cause: unknown) => new CallbackError(name, callback.constructor.name, hook, cause);
    try {
      const result = callback[hook]!(this as unknown as Net, record as never);
      if (result === undefined) return;
      return Promise.resolve(result).catch((cause: unknown) => {
        throw failed(cause);
      });
    } catch (cause) {
      throw failed(cause);
    }
  }

  /** Runs `loop` between the hooks of the begin and the end, which run whatever happens. */
  protected async runHooked(record: TrainRecord, loop: () => Promise<void>): Promise<void> {
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
    const attempt = async (hook: () => Awaitable<void>) => {
      try {
        await hook();
      } catch (error) {
        errors.push(error);
      }
    };
    await attempt(() => this.onTrainEnd(record));
    for (const [index] of this.listeners.onTrainEnd.entries()) {
      await attempt(() => this.#call('onTrainEnd', record, index));
    }
    return errors;
  }
}

function isTrainHook(hook: HookName): boolean {
  return hook === 'onTrainBegin' || hook === 'onTrainEnd';
}

function startEpochOf(callback: { readonly options: object }): number {
  return (callback.options as { readonly startEpoch?: number }).startEpoch ?? 1;
}
