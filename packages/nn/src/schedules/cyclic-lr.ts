// Cyclical learning rates (Smith 2017): up and down between two bounds, so that no single rate has to be found.

import { elementary } from '@tacit/tensor';
import { invalidParameter, requireAtLeast, requirePositive, requireWhole } from '../errors.js';
import { allOf, ofGroup, type PerGroup, requireOneEach } from './per-group.js';
import { Schedule } from './schedule.js';

/** How the height of the triangles of {@link CyclicLR} changes. */
export type CyclicMode = 'triangular' | 'triangular2' | 'expRange';

/** Options of {@link CyclicLR}. */
export interface CyclicLROptions {
  /** The upper bound, for all groups or one for each. */
  readonly maxLr: PerGroup<number>;
  /** The lower bound, for all groups or one for each. Default null: the optimizer's own rate. */
  readonly baseLr?: PerGroup<number> | null;
  /** Steps from the lower bound to the upper one. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps back. Default null: as many. */
  readonly stepSizeDown?: number | null;
  /** 'triangular' (default): equal triangles; 'triangular2': each half as high; 'expRange': times gamma^step. */
  readonly mode?: CyclicMode;
  /** Factor of a step with 'expRange'. Default 1. */
  readonly gamma?: number;
}

/** Triangles between `baseLr` and `maxLr`. Unlike PyTorch's it leaves the momentum alone. */
export class CyclicLR extends Schedule {
  static readonly defaults = {
    baseLr: null,
    stepSizeUp: 2000,
    stepSizeDown: null,
    mode: 'triangular',
    gamma: 1,
  } as const satisfies Partial<CyclicLROptions>;
  readonly maxLr: PerGroup<number>;
  readonly baseLr: PerGroup<number> | null;
  readonly stepSizeUp: number;
  readonly stepSizeDown: number;
  readonly mode: CyclicMode;
  readonly gamma: number;

  /** @throws ParameterError for rates below 0, sizes below 1, an unknown mode, a gamma not above 0. */
  constructor(options: CyclicLROptions) {
    super();
    this.maxLr = options.maxLr;
    this.baseLr = options.baseLr ?? CyclicLR.defaults.baseLr;
    this.stepSizeUp = options.stepSizeUp ?? CyclicLR.defaults.stepSizeUp;
    this.stepSizeDown = options.stepSizeDown ?? this.stepSizeUp;
    this.mode = options.mode ?? CyclicLR.defaults.mode;
    this.gamma = options.gamma ?? CyclicLR.defaults.gamma;
    for (const rate of allOf(this.maxLr)) requireAtLeast('CyclicLR: maxLr', rate, 0);
    for (const rate of allOf(this.baseLr ?? 0)) requireAtLeast('CyclicLR: baseLr', rate, 0);
    requireWhole('CyclicLR: stepSizeUp', this.stepSizeUp, 1);
    requireWhole('CyclicLR: stepSizeDown', this.stepSizeDown, 1);
    requirePositive('CyclicLR: gamma', this.gamma);
    if (!['triangular', 'triangular2', 'expRange'].includes(this.mode)) {
      throw invalidParameter('CyclicLR: mode', this.mode, "'triangular', 'triangular2' or 'expRange'");
    }
  }

  rate(step: number, baseLr: number, group = 0): number {
    const low = this.baseLr === null ? baseLr : ofGroup(this.baseLr, group);
    const length = this.stepSizeUp + this.stepSizeDown;
    const cycle = Math.floor(step / length);
    const position = step - cycle * length;
    const part =
      position <= this.stepSizeUp ? position / this.stepSizeUp : (length - position) / this.stepSizeDown;
    return low + (ofGroup(this.maxLr, group) - low) * part * this.#height(step, cycle);
  }

  #height(step: number, cycle: number): number {
    if (this.mode === 'triangular') return 1;
    return this.mode === 'triangular2' ? elementary.pow(0.5, cycle) : elementary.pow(this.gamma, step);
  }

  override checkGroups(count: number): void {
    requireOneEach('CyclicLR: maxLr', this.maxLr, count);
    requireOneEach('CyclicLR: baseLr', this.baseLr ?? 0, count);
  }
}
