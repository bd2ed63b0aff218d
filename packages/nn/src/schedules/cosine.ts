// Schedules along half a cosine wave: slow at first, fast in the middle, slow at the end (Loshchilov & Hutter 2017).

import { elementary } from '@tacit/tensor';
import { requireAtLeast, requireWhole } from '../errors.js';
import { allOf, ofGroup, type PerGroup, requireOneEach } from './per-group.js';
import { Schedule } from './schedule.js';

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions {
  /** Steps from the highest rate to the lowest. */
  readonly tMax: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/** etaMin + ½(baseLr − etaMin)(1 + cos(π · step / tMax)); after tMax steps the rate climbs back, and so on. */
export class CosineAnnealingLR extends Schedule {
  static readonly defaults = { etaMin: 0 };
  readonly tMax: number;
  readonly etaMin: number;

  /** @throws ParameterError unless `tMax` is a whole number, at least 1, and `etaMin` is at least 0. */
  constructor(options: CosineAnnealingLROptions) {
    super();
    this.tMax = options.tMax;
    this.etaMin = options.etaMin ?? CosineAnnealingLR.defaults.etaMin;
    requireWhole('CosineAnnealingLR: tMax', this.tMax, 1);
    requireAtLeast('CosineAnnealingLR: etaMin', this.etaMin, 0);
  }

  rate(step: number, baseLr: number): number {
    return halfCosine(this.etaMin, baseLr, step, this.tMax);
  }
}

/** Options of {@link WarmRestartLR}. */
export interface WarmRestartLROptions {
  /** The lowest rate, for all groups or one for each. Default 1e-6. */
  readonly minLr?: PerGroup<number>;
  /** The highest rate, for all groups or one for each. Default 0.05. */
  readonly maxLr?: PerGroup<number>;
  /** Steps from the highest rate to the lowest in the first cycle. Default 10. */
  readonly basePeriod?: number;
  /** Factor from each cycle's steps to the next one's. Default 2. */
  readonly periodMult?: number;
}

/**
 * From `maxLr` down to `minLr` along half a cosine wave, then up again at once, in cycles that grow longer (Loshchilov &
 * Hutter 2017, eq. 5). The law is skorch's: a cycle of period P has P + 1 steps, both ends included. The optimizer's own
 * rate has no influence.
 */
export class WarmRestartLR extends Schedule {
  static readonly defaults = { minLr: 1e-6, maxLr: 0.05, basePeriod: 10, periodMult: 2 };
  readonly minLr: PerGroup<number>;
  readonly maxLr: PerGroup<number>;
  readonly basePeriod: number;
  readonly periodMult: number;

  /** @throws ParameterError for rates below 0, or periods below 1 or that shrink. */
  constructor(options: WarmRestartLROptions = {}) {
    super();
    this.minLr = options.minLr ?? WarmRestartLR.defaults.minLr;
    this.maxLr = options.maxLr ?? WarmRestartLR.defaults.maxLr;
    this.basePeriod = options.basePeriod ?? WarmRestartLR.defaults.basePeriod;
    this.periodMult = options.periodMult ?? WarmRestartLR.defaults.periodMult;
    for (const rate of allOf(this.minLr)) requireAtLeast('WarmRestartLR: minLr', rate, 0);
    for (const rate of allOf(this.maxLr)) requireAtLeast('WarmRestartLR: maxLr', rate, 0);
    requireAtLeast('WarmRestartLR: basePeriod', this.basePeriod, 1);
    requireAtLeast('WarmRestartLR: periodMult', this.periodMult, 1);
  }

  rate(step: number, _baseLr: number, group = 0): number {
    let position = step;
    let period = this.basePeriod;
    while (position > period) {
      position -= period + 1;
      period *= this.periodMult;
    }
    return halfCosine(ofGroup(this.minLr, group), ofGroup(this.maxLr, group), position, period);
  }

  override checkGroups(count: number): void {
    requireOneEach('WarmRestartLR: minLr', this.minLr, count);
    requireOneEach('WarmRestartLR: maxLr', this.maxLr, count);
  }
}

/** From `high` at position 0 to `low` at `length`. */
function halfCosine(low: number, high: number, position: number, length: number): number {
  return low + 0.5 * (high - low) * (1 + elementary.cos((Math.PI * position) / length));
}
