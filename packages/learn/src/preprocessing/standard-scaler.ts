// Columns of mean 0 and variance 1.

import { BaseTransformer } from '../base-transformer.js';
import type { ClientStepResult } from '../client-step.js';
import type { Matrix } from '../matrix.js';
import type { Table, TableInput } from '../table.js';
import { mapColumns, meanAndVariance, measureColumns, presentNumbers } from './columnwise.js';
import { requireNumbers } from './match-columns.js';
import { isBoolean } from './rules.js';

/** Parameters of {@link StandardScaler}. */
export type StandardScalerParams = {
  /** Whether the mean is subtracted. true. */
  withMean?: boolean;
  /** Whether to divide by the standard deviation. true. */
  withStd?: boolean;
};

interface Learned {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly scale: readonly number[];
  readonly nSamplesSeen: readonly number[];
}

/**
 * (x − mean) / standard deviation, column by column; scikit-learn's, to 1e-6.
 *
 * The variance is that of the population (divided by n). A column whose numbers are all the same, but for rounding, is only centered.
 * Missing values are left out of mean and variance, and stay missing.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const scaler = new StandardScaler();
 * await scaler.fitTransform([[1], [3]]); // → [[-1], [1]], as a Matrix
 */
export class StandardScaler extends BaseTransformer<StandardScalerParams, Learned, Matrix> {
  static override readonly defaults = { withMean: true, withStd: true };
  static override readonly rules = { withMean: isBoolean, withStd: isBoolean };

  /** Mean of each column; NaN for one without values. @throws NotFittedError */
  get mean_(): readonly number[] {
    return this.learned('mean_').mean;
  }

  /** Variance of each column. null without `withStd`. @throws NotFittedError */
  get var_(): readonly number[] | null {
    const { variance } = this.learned('var_');
    return this.param('withStd') ? variance : null;
  }

  /** What each column is divided by: its standard deviation, or 1 if it has none. null without `withStd`. @throws NotFittedError */
  get scale_(): readonly number[] | null {
    const { scale } = this.learned('scale_');
    return this.param('withStd') ? scale : null;
  }

  /** Values of each column that were not missing. @throws NotFittedError */
  get nSamplesSeen_(): readonly number[] {
    return this.learned('nSamplesSeen_').nSamplesSeen;
  }

  /** The numbers from before. @param X - [nRows, nColumns], as `transform` gives them. */
  async inverseTransform(X: TableInput): Promise<Matrix> {
    const { table, learned } = this.outputTable(X, 'inverseTransform');
    const { mean, scale } = this.#operations(learned);
    return mapColumns(requireNumbers(table, 'StandardScaler', true), this.featureNamesIn_, (column) => {
      const [center, factor] = [mean?.[column] ?? 0, scale?.[column] ?? 1];
      return (value) => value * factor + center;
    });
  }

  protected override async learn(table: Table): Promise<Learned> {
    const numbers = requireNumbers(table, 'StandardScaler', true);
    const columns = await measureColumns(numbers, (column, rows) => {
      const present = presentNumbers(column, rows);
      const { mean, variance } = meanAndVariance(present);
      return { mean, variance, count: present.length };
    });
    return {
      mean: columns.map(({ mean }) => mean),
      variance: columns.map(({ variance }) => variance),
      scale: columns.map((column) => (isConstant(column) ? 1 : Math.sqrt(column.variance))),
      nSamplesSeen: columns.map(({ count }) => count),
    };
  }

  protected override apply(table: Table, learned: Learned): Promise<Matrix> {
    const { mean, scale } = this.#operations(learned);
    return mapColumns(requireNumbers(table, 'StandardScaler', true), this.outputNames(learned), (column) => {
      const [center, factor] = [mean?.[column] ?? 0, scale?.[column] ?? 1];
      return (value) => (value - center) / factor;
    });
  }

  protected override namesOut(names: readonly string[]): readonly string[] {
    return names;
  }

  protected override describeStep(learned: Learned): ClientStepResult {
    return { step: { kind: 'standardScaler', ...this.#operations(learned) }, reason: null };
  }

  #operations({ mean, scale }: Learned) {
    return {
      mean: this.param<boolean>('withMean') ? mean : null,
      scale: this.param<boolean>('withStd') ? scale : null,
    };
  }
}

// A variance within what rounding alone gives, by the error bound of the two-pass sum (Chan, Golub and LeVeque 1983).
function isConstant({ mean, variance, count }: { mean: number; variance: number; count: number }): boolean {
  const bound = count * Number.EPSILON * variance + (count * mean * Number.EPSILON) ** 2;
  return variance <= bound;
}
