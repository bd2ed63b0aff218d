// Learning rates as closed forms of the number of steps taken. A schedule holds no state, so that a rate can be known in
// advance, a run be continued anywhere, and one schedule serve several optimizers.

/**
 * Base class of schedules: a subclass defines `rate`.
 *
 * What counts as a step is up to the caller: an epoch, or a batch.
 */
export abstract class Schedule {
  /**
   * The learning rate after a number of steps.
   *
   * @param step - steps taken so far: 0 gives the first rate.
   * @param baseLr - the learning rate that the optimizer was built with.
   * @param group - the position of the group of parameters, for schedules that treat groups differently. Default 0.
   */
  abstract rate(step: number, baseLr: number, group?: number): number;

  /** Refuses a number of groups that the options do not fit. Called when the schedule is given an optimizer. */
  checkGroups(_count: number): void {}
}
