// The one schedule that depends on how the training goes: it lowers the rate when a metric no longer improves.

import {
  invalidParameter,
  requireAtLeast,
  requireFraction,
  requirePositive,
  requireWhole,
} from '../errors.js';
import { allOf, ofGroup, type PerGroup, requireOneEach } from './per-group.js';

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether smaller ('min', default) or larger ('max') metrics are better. */
  readonly mode?: 'min' | 'max';
  /** Factor of each reduction, below 1. Default 0.1. */
  readonly factor?: number;
  /** Steps without improvement that are borne; one more reduces the rate. Default 10. */
  readonly patience?: number;
  /** How much better than the best a metric must be to count as an improvement. Default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best ('rel', default) or a difference from it ('abs'). */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Steps after a reduction that do not count as steps without improvement. Default 0. */
  readonly cooldown?: number;
  /** Lowest rate, for all groups or one for each. Default 0. */
  readonly minLr?: PerGroup<number>;
  /** A reduction by no more than this is not made. Default 1e-8. */
  readonly eps?: number;
}

/** What {@link ReduceLROnPlateau} remembers. */
export interface PlateauState {
  /** The best metric so far; null before the first. */
  readonly best: number | null;
  readonly numBadSteps: number;
  readonly cooldownLeft: number;
}

/** Lowers the rates when a metric has not improved for more than `patience` steps. Rules and defaults are PyTorch's. */
export class ReduceLROnPlateau {
  static readonly defaults = {
    mode: 'min',
    factor: 0.1,
    patience: 10,
    threshold: 1e-4,
    thresholdMode: 'rel',
    cooldown: 0,
    minLr: 0,
    eps: 1e-8,
  } as const satisfies ReduceLROnPlateauOptions;
  readonly options: Required<ReduceLROnPlateauOptions>;
  #state: PlateauState = { best: null, numBadSteps: 0, cooldownLeft: 0 };

  /** @throws ParameterError for options outside their ranges. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.options = { ...ReduceLROnPlateau.defaults, ...Object.fromEntries(given) };
    checkOptions(this.options);
  }

  /**
   * The rates for the next step.
   *
   * @param metric - of the step that has ended, say its validation loss. NaN is no improvement.
   * @param rates - the present rates, one for each group.
   */
  next(metric: number, rates: readonly number[]): number[] {
    return this.#isReductionDue(metric) ? rates.map((rate, group) => this.#reduced(rate, group)) : [...rates];
  }

  stateDict(): PlateauState {
    return { ...this.#state };
  }

  loadStateDict(state: PlateauState): void {
    this.#state = { best: state.best, numBadSteps: state.numBadSteps, cooldownLeft: state.cooldownLeft };
  }

  /** @throws ParameterError when `minLr` is a list of another length. */
  checkGroups(count: number): void {
    requireOneEach('ReduceLROnPlateau: minLr', this.options.minLr, count);
  }

  #isReductionDue(metric: number): boolean {
    const isBetter = this.#improves(metric);
    const isCoolingDown = this.#state.cooldownLeft > 0;
    const bad = isBetter || isCoolingDown ? 0 : this.#state.numBadSteps + 1;
    const isDue = bad > this.options.patience;
    this.#state = {
      best: isBetter ? metric : this.#state.best,
      numBadSteps: isDue ? 0 : bad,
      cooldownLeft: isDue ? this.options.cooldown : Math.max(0, this.#state.cooldownLeft - 1),
    };
    return isDue;
  }

  #improves(metric: number): boolean {
    const { best } = this.#state;
    const { mode, threshold, thresholdMode } = this.options;
    if (best === null) return !Number.isNaN(metric);
    const sign = mode === 'min' ? -1 : 1;
    const bound = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < bound : metric > bound;
  }

  #reduced(rate: number, group: number): number {
    const lower = Math.max(rate * this.options.factor, ofGroup(this.options.minLr, group));
    return rate - lower > this.options.eps ? lower : rate;
  }
}

function checkOptions(options: Required<ReduceLROnPlateauOptions>): void {
  const name = (option: string): string => `ReduceLROnPlateau: ${option}`;
  if (options.mode !== 'min' && options.mode !== 'max') {
    throw invalidParameter(name('mode'), options.mode, "'min' or 'max'");
  }
  if (options.thresholdMode !== 'rel' && options.thresholdMode !== 'abs') {
    throw invalidParameter(name('thresholdMode'), options.thresholdMode, "'rel' or 'abs'");
  }
  requireFraction(name('factor'), options.factor);
  requirePositive(name('factor'), options.factor);
  requireWhole(name('patience'), options.patience, 0);
  requireAtLeast(name('threshold'), options.threshold, 0);
  requireWhole(name('cooldown'), options.cooldown, 0);
  for (const rate of allOf(options.minLr)) requireAtLeast(name('minLr'), rate, 0);
  requireAtLeast(name('eps'), options.eps, 0);
}
