// Sets the learning rate by a schedule of @tacit/nn, after each epoch or after each batch.

import {
  CosineAnnealingLR,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LearningRateScheduler,
  MultiStepLR,
  type PlateauState,
  ReduceLROnPlateau,
  type Schedule,
  StepLR,
  WarmRestartLR,
} from '@tacit/nn';
import { HistoryError, ParameterError } from '../errors.js';
import type { History } from '../history.js';
import { nearestName } from '../nearest-name.js';
import type { PlainRecord } from '../persistence/json.js';
import { type BatchEndRecord, Callback, type CallbackState } from './callback.js';
import type { Net } from './net.js';

/** The schedules that have a name. */
export const schedules = {
  WarmRestartLR,
  CosineAnnealingLR,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  MultiStepLR,
  ReduceLROnPlateau,
  StepLR,
} as const;

/** A schedule, or the one that lowers the rate when a score stops improving. */
export type AnySchedule = Schedule | ReduceLROnPlateau;

/** A schedule by name or class, with its options given apart; or one that is ready. */
export type SchedulePolicy = keyof typeof schedules | (new (options: never) => AnySchedule) | AnySchedule;

/** Options of {@link LRScheduler}. */
export type LRSchedulerOptions = {
  /** Which schedule. 'WarmRestartLR'. */
  policy: SchedulePolicy;
  /** Options of the schedule where `policy` is a name or a class: `{ stepSize: 10 }`. */
  policyOptions: object;
  /**
   * What ReduceLROnPlateau watches: a key of the history, of its batches with `stepEvery: 'batch'`, or a function. Other schedules
   * need none. 'train_loss'.
   */
  monitor: string | ((net: Net) => number);
  /** Key that the rate of the first group is recorded under, before each step; null records nothing. 'event_lr'. */
  eventName: string | null;
  /** Whether a step is an epoch or a training batch. 'epoch'. */
  stepEvery: 'epoch' | 'batch';
};

/**
 * Changes the learning rate by a schedule. Its place in the schedule follows from the history, so a fit that goes on, also
 * after loading, has the rates of one that never stopped (skorch repeats a step).
 *
 * Scores that ReduceLROnPlateau watches have to be recorded before: give their callbacks first. The default ones are.
 *
 * @throws ParameterError `PARAMETER_VALUE` for a policy that is none; HistoryError `HISTORY_KEY` when `monitor` was not
 * recorded; what the schedule throws for its options.
 * @example callbacks: { lr: new LRScheduler({ policy: StepLR, policyOptions: { stepSize: 10 } }) }
 */
export class LRScheduler extends Callback<LRSchedulerOptions> {
  static readonly defaults = {
    policy: 'WarmRestartLR',
    policyOptions: {},
    monitor: 'train_loss',
    eventName: 'event_lr',
    stepEvery: 'epoch',
  };
  #scheduler: LearningRateScheduler | null = null;
  #plateau: PlateauState | undefined;

  /** Steps taken so far. */
  get stepCount_(): number {
    return this.#scheduler?.stepCount ?? 0;
  }

  override initialize(): void {
    this.#scheduler = null;
    this.#plateau = undefined;
  }

  override onTrainBegin(net: Net): void {
    const { stepEvery } = this.options;
    if (stepEvery !== 'epoch' && stepEvery !== 'batch') {
      throw invalid('stepEvery', stepEvery, "'epoch' or 'batch'");
    }
    const optimizer = net.optimizer_ as unknown as HasGroups;
    const schedule = this.#makeSchedule();
    for (const group of optimizer.paramGroups) {
      // Kept with the group, as PyTorch does: saved with the optimizer, it is what a loaded schedule starts from.
      group.initialLr ??= group.lr;
      if (!(schedule instanceof ReduceLROnPlateau)) group.lr = group.initialLr;
    }
    this.#plateau = this.#scheduler?.stateDict().plateau ?? this.#plateau;
    this.#scheduler = new LearningRateScheduler(optimizer, schedule);
    this.#scheduler.loadStateDict({
      ...this.#scheduler.stateDict(),
      step: this.#stepsTaken(net.history),
      ...(this.#plateau === undefined ? {} : { plateau: this.#plateau }),
    });
    this.#plateau = undefined;
  }

  override onBatchEnd(net: Net, { training }: BatchEndRecord): void {
    if (!training || this.options.stepEvery !== 'batch') return;
    this.#step(net, (key, rate) => net.history.recordBatch(key, rate));
  }

  override onEpochEnd(net: Net): void {
    if (this.options.stepEvery !== 'epoch') return;
    this.#step(net, (key, rate) => net.history.record(key, rate));
  }

  override stateDict(): CallbackState | undefined {
    const plateau = this.#scheduler?.stateDict().plateau ?? this.#plateau;
    return plateau === undefined ? undefined : { values: { plateau: { ...plateau } } };
  }

  override loadStateDict({ values }: CallbackState): void {
    this.#scheduler = null;
    this.#plateau = values.plateau as PlainRecord as unknown as PlateauState;
  }

  /**
   * The learning rates that so many steps have, the first one first.
   *
   * @param initialLr - the rate that the optimizer begins with.
   * @param metrics - what ReduceLROnPlateau is given after each step: one number for all, or a list.
   */
  simulate(steps: number, initialLr: number, metrics: number | readonly number[] = 0): number[] {
    const optimizer = { paramGroups: [{ lr: initialLr }] };
    const scheduler = new LearningRateScheduler(optimizer, this.#makeSchedule());
    return Array.from({ length: steps }, (_, step) => {
      const rate = optimizer.paramGroups[0]!.lr;
      scheduler.step(typeof metrics === 'number' ? metrics : metrics[step]);
      return rate;
    });
  }

  #step(net: Net, record: (key: string, rate: number) => void): void {
    const { eventName } = this.options;
    const scheduler = this.#scheduler!;
    if (eventName !== null) record(eventName, scheduler.rates[0]!);
    scheduler.step(this.#isPlateau() ? this.#metric(net) : undefined);
  }

  #metric(net: Net): number {
    const { monitor, stepEvery } = this.options;
    if (typeof monitor === 'function') return monitor(net);
    const record: Readonly<Record<string, unknown>> =
      stepEvery === 'epoch' ? net.history.last() : net.history.lastBatch();
    const value = record[monitor];
    if (typeof value === 'number') return value;
    throw notRecorded(monitor, Object.keys(record));
  }

  #isPlateau(): boolean {
    return this.#scheduler?.stateDict().plateau !== undefined;
  }

  /** The history knows it: each step records the rate before it. */
  #stepsTaken(history: History): number {
    const { eventName, stepEvery, startEpoch = 1 } = this.options;
    const key = eventName ?? (stepEvery === 'epoch' ? 'epoch' : 'train_loss');
    const epochs = [...history].slice(startEpoch - 1);
    if (stepEvery === 'epoch') return epochs.filter((epoch) => Object.hasOwn(epoch, key)).length;
    return epochs.reduce(
      (sum, { batches }) => sum + batches.filter((batch) => Object.hasOwn(batch, key)).length,
      0,
    );
  }

  #makeSchedule(): AnySchedule {
    const { policy, policyOptions } = this.options;
    if (typeof policy === 'function') return new policy(policyOptions as never);
    // A plateau remembers; each fit gets its own.
    if (policy instanceof ReduceLROnPlateau) return new ReduceLROnPlateau(policy.options);
    if (typeof policy === 'object' && policy !== null) return policy;
    if (!Object.hasOwn(schedules, policy)) {
      const names = Object.keys(schedules);
      const nearest = nearestName(String(policy), names);
      const hint = nearest === null ? '' : ` Did you mean ${nearest}?`;
      throw invalid('policy', policy, `one of ${names.join(', ')}, a class or a schedule.${hint}`);
    }
    return new schedules[policy](policyOptions as never);
  }
}

interface HasGroups {
  readonly paramGroups: { lr: number; initialLr?: number }[];
}

function notRecorded(monitor: string, keys: readonly string[]): HistoryError {
  return new HistoryError(`LRScheduler watches ${monitor}, which was not recorded.`, {
    code: 'HISTORY_KEY',
    got: monitor,
    expected: keys.filter((key) => key !== 'batches').join(', '),
    hint: 'Give the callback that records it before the LRScheduler, and check the name.',
  });
}

function invalid(name: string, got: unknown, expected: string): ParameterError {
  return new ParameterError(`LRScheduler: ${name} is ${String(got)}, expected ${expected}`, {
    code: 'PARAMETER_VALUE',
    got: String(got),
    expected,
    hint: '',
  });
}
