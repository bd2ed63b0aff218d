// Columns scaled by their quantiles, which a few wild values do not move.

import { BaseTransformer } from '../base-transformer.js';
import type { ClientStepResult } from '../client-step.js';
import { ParameterError } from '../errors.js';
import type { Matrix } from '../matrix.js';
import type { Table, TableInput } from '../table.js';
import { mapColumns, measureColumns, orOne, presentNumbers, quantile } from './columnwise.js';
import { requireNumbers } from './match-columns.js';
import { normalQuantile } from './normal-quantile.js';
import { isBoolean, isInterval } from './rules.js';

/** Parameters of {@link RobustScaler}. */
export type RobustScalerParams = {
  /** Whether the median is subtracted. true. */
  withCentering?: boolean;
  /** Whether to divide by the range between the quantiles. true. */
  withScaling?: boolean;
  /** Percentiles whose difference is the scale, 0 to 100. [25, 75]. */
  quantileRange?: readonly [low: number, high: number];
  /** Whether the scale is such that normally distributed columns get the variance 1. false. */
  unitVariance?: boolean;
};

interface Learned {
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

/**
 * (x − median) / (difference of two percentiles), column by column; scikit-learn's, to 1e-6.
 *
 * A column whose percentiles are the same is only centered. Missing values are left out, and stay missing.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const scaler = new RobustScaler();
 * await scaler.fitTransform([[1], [2], [3], [4], [1000]]); // → [[-1], [-0.5], [0], [0.5], [498.5]], as a Matrix
 */
export class RobustScaler extends BaseTransformer<RobustScalerParams, Learned, Matrix> {
  static override readonly defaults = {
    withCentering: true,
    withScaling: true,
    quantileRange: [25, 75],
    unitVariance: false,
  };
  static override readonly rules = {
    withCentering: isBoolean,
    withScaling: isBoolean,
    quantileRange: isInterval(0, 100),
    unitVariance: isBoolean,
  };

  /** Median of each column, null without `withCentering`. @throws NotFittedError */
  get center_(): readonly number[] | null {
    return this.#operations(this.learned('center_')).center;
  }

  /** What each column is divided by, null without `withScaling`. @throws NotFittedError */
  get scale_(): readonly number[] | null {
    return this.#operations(this.learned('scale_')).scale;
  }

  /** The numbers from before. @param X - [nRows, nColumns], as `transform` gives them. */
  async inverseTransform(X: TableInput): Promise<Matrix> {
    const { table, learned } = this.outputTable(X, 'inverseTransform');
    const { center, scale } = this.#operations(learned);
    return mapColumns(requireNumbers(table, 'RobustScaler', true), this.featureNamesIn_, (column) => {
      const [middle, factor] = [center?.[column] ?? 0, scale?.[column] ?? 1];
      return (value) => value * factor + middle;
    });
  }

  protected override async learn(table: Table): Promise<Learned> {
    const [low, high] = this.param<readonly [number, number]>('quantileRange').map(
      (percent) => percent / 100,
    );
    if (this.param('unitVariance') && (low === 0 || high === 1)) throw wholeRange();
    const unit = this.param<boolean>('unitVariance') ? normalQuantile(high!) - normalQuantile(low!) : 1;
    const columns = await measureColumns(requireNumbers(table, 'RobustScaler', true), (column, rows) => {
      const sorted = presentNumbers(column, rows).sort();
      return {
        center: quantile(sorted, 0.5),
        scale: orOne(quantile(sorted, high!) - quantile(sorted, low!)) / unit,
      };
    });
    return { center: columns.map(({ center }) => center), scale: columns.map(({ scale }) => scale) };
  }

  protected override apply(table: Table, learned: Learned): Promise<Matrix> {
    const { center, scale } = this.#operations(learned);
    return mapColumns(requireNumbers(table, 'RobustScaler', true), this.outputNames(learned), (column) => {
      const [middle, factor] = [center?.[column] ?? 0, scale?.[column] ?? 1];
      return (value) => (value - middle) / factor;
    });
  }

  protected override namesOut(names: readonly string[]): readonly string[] {
    return names;
  }

  protected override describeStep(learned: Learned): ClientStepResult {
    return { step: { kind: 'robustScaler', ...this.#operations(learned) }, reason: null };
  }

  #operations({ center, scale }: Learned) {
    return {
      center: this.param<boolean>('withCentering') ? center : null,
      scale: this.param<boolean>('withScaling') ? scale : null,
    };
  }
}

function wholeRange(): ParameterError {
  return new ParameterError('RobustScaler has unitVariance with a quantileRange that reaches 0 or 100.', {
    code: 'PARAMETER_VALUE',
    got: 'quantileRange: up to 0 or 100, with unitVariance',
    expected: 'percentiles above 0 and below 100',
    hint: 'The normal distribution has no ends to measure by; take [1, 99] or the like.',
  });
}
