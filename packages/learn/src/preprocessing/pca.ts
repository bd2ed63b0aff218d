// Principal components. The decompositions are ml-matrix's; everything around them, signs included, is as in scikit-learn.

import { EigenvalueDecomposition, Matrix as MlMatrix, SingularValueDecomposition } from 'ml-matrix';
import { BaseTransformer } from '../base-transformer.js';
import type { ClientStepResult } from '../client-step.js';
import { DataValueError, ParameterError } from '../errors.js';
import { Breather } from '../event-loop.js';
import { Matrix } from '../matrix.js';
import type { Table, TableInput } from '../table.js';
import { meanAndVariance, measureColumns, presentNumbers } from './columnwise.js';
import { type NumberTable, requireNumbers } from './match-columns.js';
import { isBoolean, isOneOf } from './rules.js';

/** Parameters of {@link PCA}. */
export type PCAParams = {
  /**
   * Components to keep: a whole number; or between 0 and 1, as few as explain more than that share of the variance. null, as many as
   * there are rows or columns, whichever are fewer.
   */
  nComponents?: number | null;
  /** Whether each component is divided by its standard deviation. false. */
  whiten?: boolean;
  /**
   * How: from the singular values of the rows, or the eigenvalues of the covariance, which is faster for many rows. 'auto' takes the
   * latter from ten rows a column on, up to 1000 columns.
   */
  svdSolver?: 'auto' | 'full' | 'covarianceEigh';
};

interface Learned {
  readonly mean: readonly number[];
  readonly components: readonly (readonly number[])[];
  readonly explainedVariance: readonly number[];
  readonly explainedVarianceRatio: readonly number[];
  readonly noiseVariance: number;
  readonly nSamples: number;
}

/**
 * The directions of largest variance, and the rows in their coordinates; scikit-learn's, to 1e-6 where components are determined (those of
 * equal variance are not).
 *
 * Signs: the largest entry of each component is positive. Missing values are refused.
 *
 * Runs on the client of an encrypted circuit.
 *
 * @example
 * const pca = new PCA({ nComponents: 1 });
 * await pca.fitTransform([[0, 0], [1, 1], [2, 2]]); // → [[-√2], [0], [√2]], as a Matrix
 */
export class PCA extends BaseTransformer<PCAParams, Learned, Matrix> {
  static override readonly defaults = { nComponents: null, whiten: false, svdSolver: 'auto' };
  static override readonly rules = {
    nComponents: {
      expected: 'a whole number from 1, a share between 0 and 1, or null',
      isValid: (value: unknown) =>
        value === null ||
        (typeof value === 'number' && value > 0 && (value < 1 || Number.isSafeInteger(value))),
    },
    whiten: isBoolean,
    svdSolver: isOneOf('auto', 'full', 'covarianceEigh'),
  };

  /** [nComponents][nColumns], unit vectors, the largest variance first. @throws NotFittedError */
  get components_(): readonly (readonly number[])[] {
    return this.learned('components_').components;
  }

  /** Variance of each component, divided by nRows − 1. @throws NotFittedError */
  get explainedVariance_(): readonly number[] {
    return this.learned('explainedVariance_').explainedVariance;
  }

  /** Share of each component in the variance of all columns. @throws NotFittedError */
  get explainedVarianceRatio_(): readonly number[] {
    return this.learned('explainedVarianceRatio_').explainedVarianceRatio;
  }

  /** Lengths of the centered rows along each component. @throws NotFittedError */
  get singularValues_(): readonly number[] {
    const { explainedVariance, nSamples } = this.learned('singularValues_');
    return explainedVariance.map((variance) => Math.sqrt(variance * (nSamples - 1)));
  }

  /** Mean of each column. @throws NotFittedError */
  get mean_(): readonly number[] {
    return this.learned('mean_').mean;
  }

  /** Components that were kept. @throws NotFittedError */
  get nComponents_(): number {
    return this.learned('nComponents_').components.length;
  }

  /** Mean variance of the components that were left out, 0 if none were. @throws NotFittedError */
  get noiseVariance_(): number {
    return this.learned('noiseVariance_').noiseVariance;
  }

  /** The columns from before, as far as the components that were kept tell. @param X - [nRows, nComponents] */
  async inverseTransform(X: TableInput): Promise<Matrix> {
    const { table, learned } = this.outputTable(X, 'inverseTransform');
    const { mean, components } = learned;
    const scale = this.#scale(learned);
    const rows = requireNumbers(table, 'PCA', false);
    return combine(rows, mean.length, this.featureNamesIn_, (values, column) => {
      let sum = mean[column]!;
      for (let k = 0; k < components.length; k++)
        sum += values[k]! * (scale?.[k] ?? 1) * components[k]![column]!;
      return sum;
    });
  }

  protected override async learn(table: Table): Promise<Learned> {
    if (table.rows < 2) throw tooFewRows();
    const numbers = requireNumbers(table, 'PCA', false);
    const limit = Math.min(table.rows, table.columns.length);
    this.#checkCount(limit);
    const columns = await measureColumns(numbers, presentNumbers);
    const mean = columns.map((values) => meanAndVariance(values).mean);
    for (const [index, values] of columns.entries())
      for (let row = 0; row < table.rows; row++) values[row]! -= mean[index]!;
    const { variances, vectors } = await this.#decompose(columns, limit);
    const total = variances.reduce((sum, variance) => sum + variance, 0);
    const ratios = variances.map((variance) => variance / total);
    const kept = countFor(this.param<number | null>('nComponents'), ratios, limit);
    const left = variances.slice(kept);
    return {
      mean,
      components: vectors.slice(0, kept).map(withPositiveLargest),
      explainedVariance: variances.slice(0, kept),
      explainedVarianceRatio: ratios.slice(0, kept),
      noiseVariance: left.length === 0 ? 0 : left.reduce((sum, variance) => sum + variance, 0) / left.length,
      nSamples: table.rows,
    };
  }

  protected override apply(table: Table, learned: Learned): Promise<Matrix> {
    const { mean, components } = learned;
    const scale = this.#scale(learned);
    const rows = requireNumbers(table, 'PCA', false);
    return combine(rows, components.length, this.outputNames(learned), (values, k) => {
      const component = components[k]!;
      let sum = 0;
      for (let i = 0; i < component.length; i++) sum += (values[i]! - mean[i]!) * component[i]!;
      return scale === null ? sum : sum / scale[k]!;
    });
  }

  protected override namesOut(_: readonly string[], { components }: Learned): readonly string[] {
    return components.map((_component, k) => `pca${k}`);
  }

  protected override describeStep(learned: Learned): ClientStepResult {
    const { mean, components } = learned;
    return { step: { kind: 'pca', mean, components, scale: this.#scale(learned) }, reason: null };
  }

  // A component without variance is divided by next to nothing instead of 0, as in scikit-learn.
  #scale({ explainedVariance }: Learned): readonly number[] | null {
    if (!this.param('whiten')) return null;
    return explainedVariance.map((variance) => Math.max(Math.sqrt(variance), Number.EPSILON));
  }

  async #decompose(columns: readonly Float64Array[], limit: number) {
    const rows = columns[0]!.length;
    const solver = this.param<PCAParams['svdSolver']>('svdSolver');
    const isTall = columns.length <= 1000 && rows >= 10 * columns.length;
    const { variances, vectors } =
      solver === 'covarianceEigh' || (solver === 'auto' && isTall)
        ? eigenvaluesOf(await covariance(columns))
        : singularValuesOf(columns);
    return { variances: variances.slice(0, limit), vectors: vectors.slice(0, limit) };
  }

  #checkCount(limit: number): void {
    const count = this.param<number | null>('nComponents');
    if (count === null || count < 1 || count <= limit) return;
    throw new ParameterError(`Parameter nComponents of PCA is ${count}, but X has room for ${limit}.`, {
      code: 'PARAMETER_VALUE',
      got: `nComponents: ${count}`,
      expected: `at most ${limit}, the fewer of rows and columns`,
      hint: 'Ask for fewer, or for a share such as 0.95.',
    });
  }
}

interface Decomposition {
  readonly variances: readonly number[];
  /** One row a component. */
  readonly vectors: readonly (readonly number[])[];
}

async function covariance(columns: readonly Float64Array[]): Promise<MlMatrix> {
  const rows = columns[0]!.length;
  const result = new MlMatrix(columns.length, columns.length);
  const breather = new Breather();
  for (const [i, left] of columns.entries()) {
    for (let j = 0; j <= i; j++) {
      const right = columns[j]!;
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += left[row]! * right[row]!;
      result.set(i, j, sum / (rows - 1));
      result.set(j, i, sum / (rows - 1));
    }
    if (breather.isDue()) await breather.pause();
  }
  return result;
}

function eigenvaluesOf(matrix: MlMatrix): Decomposition {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, index) => index)
    .sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return {
    // Rounding may leave a variance of 0 just below it.
    variances: order.map((index) => Math.max(realEigenvalues[index]!, 0)),
    vectors: order.map((index) => eigenvectorMatrix.getColumn(index)),
  };
}

function singularValuesOf(columns: readonly Float64Array[]): Decomposition {
  const rows = columns[0]!.length;
  const matrix = new MlMatrix(columns.map((values) => Array.from(values))).transpose();
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(matrix, {
    computeLeftSingularVectors: rows < columns.length,
    computeRightSingularVectors: true,
    autoTranspose: true,
  });
  const order = diagonal.map((_, index) => index).sort((a, b) => diagonal[b]! - diagonal[a]!);
  return {
    variances: order.map((index) => diagonal[index]! ** 2 / (rows - 1)),
    vectors: order.map((index) => rightSingularVectors.getColumn(index)),
  };
}

function withPositiveLargest(component: readonly number[]): readonly number[] {
  const largest = component.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? component.map((value) => -value) : component;
}

function countFor(nComponents: number | null, ratios: readonly number[], limit: number): number {
  if (nComponents === null) return limit;
  if (nComponents >= 1) return nComponents;
  let [sum, count] = [0, 0];
  while (count < limit && sum <= nComponents) sum += ratios[count++]!;
  return count;
}

/** A matrix of `width` columns whose entries come from a row of numbers at a time. */
async function combine(
  { rows, columns }: NumberTable,
  width: number,
  names: readonly string[] | null,
  entry: (values: Float64Array, column: number) => number,
): Promise<Matrix> {
  const data = new Float64Array(rows * width);
  const values = new Float64Array(columns.length);
  const breather = new Breather();
  for (let row = 0; row < rows; row++) {
    for (const [index, { data: source, offset, stride }] of columns.entries())
      values[index] = source[offset + row * stride]!;
    for (let column = 0; column < width; column++) data[row * width + column] = entry(values, column);
    if (breather.isDue()) await breather.pause();
  }
  return new Matrix(data, [rows, width], names);
}

function tooFewRows(): DataValueError {
  return new DataValueError('X has a single row; PCA needs at least two.', {
    code: 'X_TOO_FEW_ROWS',
    got: '1 row',
    expected: 'at least 2 rows',
    hint: 'Pass more rows.',
  });
}
