// Columns stretched to a range.

import { BaseTransformer } from '../base-transformer.js';
import type { ClientStepResult } from '../client-step.js';
import type { Matrix } from '../matrix.js';
import type { Table, TableInput } from '../table.js';
import { mapColumns, measureColumns, orOne, presentNumbers } from './columnwise.js';
import { requireNumbers } from './match-columns.js';
import { isBoolean, isInterval } from './rules.js';

/** Parameters of {@link MinMaxScaler}. */
export type MinMaxScalerParams = {
  /** What the smallest and the largest number of a column become. [0, 1]. */
  featureRange?: readonly [low: number, high: number];
  /** Whether later numbers beyond those of the fit are cut to the range. false. */
  clip?: boolean;
};

interface Learned {
  readonly dataMin: readonly number[];
  readonly dataMax: readonly number[];
  readonly scale: readonly number[];
  readonly min: readonly number[];
}

/**
 * x · scale + min, so that each column spans a range; scikit-learn's, to 1e-6.
 *
 * A column whose numbers are all the same becomes the lower end of the range. Missing values stay missing.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const scaler = new MinMaxScaler({ featureRange: [-1, 1] });
 * await scaler.fitTransform([[0], [5], [10]]); // → [[-1], [0], [1]], as a Matrix
 */
export class MinMaxScaler extends BaseTransformer<MinMaxScalerParams, Learned, Matrix> {
  static override readonly defaults = { featureRange: [0, 1], clip: false };
  static override readonly rules = {
    featureRange: isInterval(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    clip: isBoolean,
  };

  /** Smallest number of each column; NaN for one without values. @throws NotFittedError */
  get dataMin_(): readonly number[] {
    return this.learned('dataMin_').dataMin;
  }

  /** Largest number of each column. @throws NotFittedError */
  get dataMax_(): readonly number[] {
    return this.learned('dataMax_').dataMax;
  }

  /** Largest minus smallest number. @throws NotFittedError */
  get dataRange_(): readonly number[] {
    const { dataMin, dataMax } = this.learned('dataRange_');
    return dataMax.map((high, column) => high - dataMin[column]!);
  }

  /** What each column is multiplied with. @throws NotFittedError */
  get scale_(): readonly number[] {
    return this.learned('scale_').scale;
  }

  /** What is added to each column then. @throws NotFittedError */
  get min_(): readonly number[] {
    return this.learned('min_').min;
  }

  /** The numbers from before, but for what was cut. @param X - [nRows, nColumns], as `transform` gives them. */
  async inverseTransform(X: TableInput): Promise<Matrix> {
    const { table, learned } = this.outputTable(X, 'inverseTransform');
    const { scale, min } = learned;
    return mapColumns(requireNumbers(table, 'MinMaxScaler', true), this.featureNamesIn_, (column) => {
      const [factor, shift] = [scale[column]!, min[column]!];
      return (value) => (value - shift) / factor;
    });
  }

  protected override async learn(table: Table): Promise<Learned> {
    const [low, high] = this.param<readonly [number, number]>('featureRange');
    const limits = await measureColumns(requireNumbers(table, 'MinMaxScaler', true), (column, rows) =>
      limitsOf(presentNumbers(column, rows)),
    );
    const scale = limits.map(([least, most]) => (high - low) / orOne(most - least));
    return {
      dataMin: limits.map(([least]) => least),
      dataMax: limits.map(([, most]) => most),
      scale,
      min: limits.map(([least], column) => low - least * scale[column]!),
    };
  }

  protected override apply(table: Table, learned: Learned): Promise<Matrix> {
    const { scale, min } = learned;
    const [low, high] = this.#clip() ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return mapColumns(requireNumbers(table, 'MinMaxScaler', true), this.outputNames(learned), (column) => {
      const [factor, shift] = [scale[column]!, min[column]!];
      return (value) => Math.min(Math.max(value * factor + shift, low), high);
    });
  }

  protected override namesOut(names: readonly string[]): readonly string[] {
    return names;
  }

  protected override describeStep({ scale, min }: Learned): ClientStepResult {
    return { step: { kind: 'minMaxScaler', scale, min, clip: this.#clip() }, reason: null };
  }

  #clip(): readonly [number, number] | null {
    return this.param<boolean>('clip') ? this.param<readonly [number, number]>('featureRange') : null;
  }
}

function limitsOf(values: Float64Array): readonly [least: number, most: number] {
  if (values.length === 0) return [Number.NaN, Number.NaN];
  let [least, most] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
