// A schedule of one's own, as a function.

import { requireFinite } from '../errors.js';
import { ofGroup, type PerGroup, requireOneEach } from './per-group.js';
import { Schedule } from './schedule.js';

/** Options of {@link LambdaLR}. */
export interface LambdaLROptions {
  /** The factor of baseLr after a number of steps, or a list of such functions, one for each group. */
  readonly lrLambda: PerGroup<(step: number) => number>;
}

/** baseLr · lrLambda(step). */
export class LambdaLR extends Schedule {
  readonly lrLambda: PerGroup<(step: number) => number>;

  constructor(options: LambdaLROptions) {
    super();
    this.lrLambda = options.lrLambda;
  }

  /** @throws ParameterError when the function gives no finite number. */
  rate(step: number, baseLr: number, group = 0): number {
    const factor = ofGroup(this.lrLambda, group)(step);
    requireFinite(`LambdaLR: lrLambda(${step})`, factor);
    return baseLr * factor;
  }

  override checkGroups(count: number): void {
    requireOneEach('LambdaLR: lrLambda', this.lrLambda, count);
  }
}
