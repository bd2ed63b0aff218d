// What carries a schedule out: it counts the steps and sets the rates of an optimizer's groups.

import { invalidParameter, StateError } from '../errors.js';
import { type PlateauState, ReduceLROnPlateau } from './reduce-lr-on-plateau.js';
import type { Schedule } from './schedule.js';

/** An optimizer, or anything else that has groups with a learning rate. */
export interface HasLearningRates {
  readonly paramGroups: readonly { lr: number }[];
}

/** State of a {@link LearningRateScheduler} as plain data. The present rates belong to the optimizer's. */
export interface SchedulerState {
  readonly step: number;
  readonly baseLrs: readonly number[];
  /** Absent unless the schedule is a ReduceLROnPlateau. */
  readonly plateau?: PlateauState;
}

/**
 * Sets the learning rates of an optimizer by a schedule: the first ones at once, the next ones at each `step`.
 *
 * @example
 * const scheduler = new LearningRateScheduler(optimizer, new StepLR({ stepSize: 30 }));
 * for (let epoch = 0; epoch < 90; epoch++) {
 *   trainOneEpoch();
 *   scheduler.step();
 * }
 */
export class LearningRateScheduler {
  readonly #optimizer: HasLearningRates;
  readonly #schedule: Schedule | ReduceLROnPlateau;
  #baseLrs: readonly number[];
  #step = 0;

  /** @throws ParameterError when an option of the schedule lists values for another number of groups. */
  constructor(optimizer: HasLearningRates, schedule: Schedule | ReduceLROnPlateau) {
    schedule.checkGroups(optimizer.paramGroups.length);
    this.#optimizer = optimizer;
    this.#schedule = schedule;
    this.#baseLrs = this.rates;
    this.#apply();
  }

  /** The present learning rate of each group. */
  get rates(): number[] {
    return this.#optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Steps taken so far. */
  get stepCount(): number {
    return this.#step;
  }

  /**
   * Ends a step and sets the rates of the next one.
   *
   * @param metric - what ReduceLROnPlateau watches; other schedules take none.
   * @throws ParameterError when ReduceLROnPlateau is given none.
   */
  step(metric?: number): void {
    if (!(this.#schedule instanceof ReduceLROnPlateau)) {
      this.#step++;
      this.#apply();
      return;
    }
    if (metric === undefined) {
      throw invalidParameter('LearningRateScheduler.step: metric', metric, 'the number that is to improve');
    }
    this.#step++;
    this.#set(this.#schedule.next(metric, this.rates));
  }

  stateDict(): SchedulerState {
    const state = { step: this.#step, baseLrs: [...this.#baseLrs] };
    if (!(this.#schedule instanceof ReduceLROnPlateau)) return state;
    return { ...state, plateau: this.#schedule.stateDict() };
  }

  /**
   * Continues where the state was taken. Rates that ReduceLROnPlateau has lowered are in the optimizer's state.
   *
   * @throws StateError `STATE_GROUPS` for a state of another number of groups; nothing is changed then.
   */
  loadStateDict(state: SchedulerState): void {
    const [got, expected] = [state.baseLrs.length, this.#baseLrs.length];
    if (got !== expected) {
      throw new StateError(`The saved schedule has ${got} groups, this optimizer ${expected}.`, {
        code: 'STATE_GROUPS',
        got,
        expected: `${expected} groups`,
      });
    }
    this.#step = state.step;
    this.#baseLrs = [...state.baseLrs];
    if (!(this.#schedule instanceof ReduceLROnPlateau)) this.#apply();
    else if (state.plateau !== undefined) this.#schedule.loadStateDict(state.plateau);
  }

  #apply(): void {
    const schedule = this.#schedule;
    if (schedule instanceof ReduceLROnPlateau) return;
    this.#set(this.#baseLrs.map((baseLr, group) => schedule.rate(this.#step, baseLr, group)));
  }

  #set(rates: readonly number[]): void {
    this.#optimizer.paramGroups.forEach((group, index) => {
      group.lr = rates[index];
    });
  }
}
