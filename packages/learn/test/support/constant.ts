// An estimator for tests of searches: it predicts one number, is as good as that number is near, and counts its fits.

import { BaseEstimator } from '../../src/base-estimator.js';

export type ConstantParams = {
  value?: number;
  effort?: number;
  failsOn?: number | null;
  seed?: number | null;
};

export class Constant extends BaseEstimator<ConstantParams> {
  static override readonly defaults = { value: 0, effort: 1, failsOn: null, seed: null };
  static fits = 0;
  /** Seeds of all fits. */
  static readonly seeds: (number | null)[] = [];
  rows_ = 0;
  first_ = 0;

  async fit(X: unknown, _y?: unknown, _options?: object): Promise<this> {
    Constant.fits++;
    const rows = X as readonly (readonly number[])[];
    const { value, failsOn, seed } = this.getParams(false);
    Constant.seeds.push(seed ?? null);
    if (failsOn === value) throw new RangeError(`no fit with ${value}`);
    this.rows_ = rows.length;
    this.first_ = rows[0]![0]!;
    return this;
  }

  async predict(X: unknown): Promise<readonly number[]> {
    return (X as readonly unknown[]).map(() => this.getParams(false).value!);
  }

  async score(X: unknown, y: unknown): Promise<number> {
    const [guess] = await this.predict(X);
    return (
      -(y as readonly number[]).reduce((sum, target) => sum + Math.abs(target - guess!), 0) /
      (y as unknown[]).length
    );
  }
}
