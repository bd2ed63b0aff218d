// A regressor of a transformed target: it is trained towards scaled or logarithmic numbers, and predicts in the units of y.

import { Tensor } from '@tacit/tensor';
import { BaseEstimator } from '../base-estimator.js';
import { clone } from '../clone.js';
import { DataValueError, NotFittedError, ParameterError } from '../errors.js';
import {
  type Estimator,
  isParametrized,
  isTransformer,
  type Parametrized,
  type Transformed,
  type Transformer,
} from '../estimator.js';
import { Matrix } from '../matrix.js';
import { r2Score } from '../metrics/regression.js';
import type { Prefixed } from '../params.js';
import { type TableInput, toTable } from '../table.js';
import { type Features, type Labels, type Targets, toTargets } from '../validate-input.js';
import { warn } from '../warnings.js';
import { columnsOut } from './columns-out.js';
import { isBoolean } from './rules.js';
import type { ParamsOf } from './step-types.js';

/** A function of each number of y. */
export type TargetFunction = (y: number) => number;

/** Parameters of {@link TransformedTargetRegressor}. */
export type TransformedTargetRegressorParams<
  R extends Parametrized = Parametrized,
  T extends Transformer = Transformer,
> = {
  /** What is trained, of y as it is transformed. */
  regressor: R;
  /** What y goes through first; its `inverseTransform` leads predictions back. null. */
  transformer?: T | null;
  /** Instead of a transformer: a function of each number of y, with its inverse in `inverseFunc`. null. */
  func?: TargetFunction | null;
  /** The inverse of `func`. null. */
  inverseFunc?: TargetFunction | null;
  /** Whether `fit` warns (`TARGET_INVERSE`) if the way back does not lead back. true. */
  checkInverse?: boolean;
};

/** What a fit leaves behind. */
export interface FittedTarget {
  readonly regressor: Estimator;
  /** null where y stays as it is, or goes through functions. */
  readonly transformer: Transformer | null;
  /** Whether y was a number a row; predictions have the same form. */
  readonly isPlain: boolean;
}

const isFunction = {
  expected: 'a function or null',
  isValid: (value: unknown) => value === null || typeof value === 'function',
};

/**
 * Trains a regressor towards transformed numbers, and predicts in the units of y; scikit-learn's.
 *
 * `fit` fits copies of regressor and transformer, which are in `regressor_` and `transformer_` then. `score` is R² in the units of y.
 *
 * @example
 * const regressor = new NeuralNetRegressor({ module: makeRegressor(), seed: 0 });
 * const model = new TransformedTargetRegressor({ regressor, transformer: new StandardScaler() });
 * await model.fit(X, prices);
 * await model.predict(X); // prices again
 */
export class TransformedTargetRegressor<
  R extends Parametrized = Parametrized,
  T extends Transformer = Transformer,
> extends BaseEstimator<
  TransformedTargetRegressorParams<R, T>,
  Prefixed<'regressor', ParamsOf<R>> & Prefixed<'transformer', ParamsOf<T>>
> {
  static override readonly defaults = {
    regressor: null,
    transformer: null,
    func: null,
    inverseFunc: null,
    checkInverse: true,
  };
  static override readonly rules = {
    regressor: {
      expected: 'an estimator with fit and predict',
      isValid: (value: unknown) =>
        isParametrized(value) && typeof (value as Partial<Estimator>).predict === 'function',
    },
    transformer: {
      expected: 'a transformer with inverseTransform, or null',
      isValid: (value: unknown) =>
        value === null || (isTransformer(value) && value.inverseTransform !== undefined),
    },
    func: isFunction,
    inverseFunc: isFunction,
    checkInverse: isBoolean,
  };
  #fitted: FittedTarget | null = null;

  constructor(params: TransformedTargetRegressorParams<R, T>) {
    super(params);
  }

  /** The fitted regressor. @throws NotFittedError */
  get regressor_(): R {
    return this.#require('regressor_').regressor as unknown as R;
  }

  /** The fitted transformer, null where there is none. @throws NotFittedError */
  get transformer_(): T | null {
    return this.#require('transformer_').transformer as T | null;
  }

  /** Columns at the fit. @throws NotFittedError */
  get nFeaturesIn_(): number {
    return (this.#require('nFeaturesIn_').regressor as unknown as Transformer).nFeaturesIn_;
  }

  /** Names of the columns at the fit, null where they had none. @throws NotFittedError */
  get featureNamesIn_(): readonly string[] | null {
    return (this.#require('featureNamesIn_').regressor as unknown as Transformer).featureNamesIn_;
  }

  /**
   * Transforms y, and trains the regressor.
   *
   * @param y - [nRows] numbers, or rows of numbers.
   * @param options - what the regressor's `fit` takes besides, such as `{ signal }` of a net.
   * @throws ParameterError `PARAMETER_VALUE`; whatever transformer and regressor throw; DataValueError `Y_NOT_FINITE` if a transformed
   * number is not finite.
   */
  async fit(X: TableInput | Features, y: Targets, options?: object): Promise<this> {
    this.checkValues();
    this.#checkPair();
    const targets = readTargets(y);
    const given = this.param<T | null>('transformer');
    const transformer = given === null ? null : clone(given as Transformer);
    await transformer?.fit(targets.matrix);
    const transformed = await this.#forward(transformer, targets.matrix);
    checkTransformed(transformed);
    if (this.param('checkInverse')) await this.#checkWayBack(transformer, targets.matrix, transformed);
    const regressor = clone(this.param<Estimator>('regressor'));
    const trainWith = listOf(transformed, targets.isPlain) as Labels;
    await regressor.fit(X as Features, ...([trainWith, options] as unknown as [Labels]));
    this.#fitted = { regressor, transformer, isPlain: targets.isPlain };
    return this;
  }

  /** Numbers in the units and the form of y. @throws NotFittedError; whatever the regressor throws. */
  async predict(X: TableInput | Features): Promise<(number | number[])[]> {
    const { regressor, transformer, isPlain } = this.#require('predict');
    const predicted = (await regressor.predict(X as Features)) as readonly (number | readonly number[])[];
    const rows = predicted.map((row) => (typeof row === 'number' ? [row] : row));
    return listOf(await this.#back(transformer, toMatrix(rows)), isPlain);
  }

  /** R² of the predictions in the units of y. */
  async score(X: TableInput | Features, y: Targets): Promise<number> {
    const { matrix, isPlain } = readTargets(y);
    return r2Score(listOf(matrix, isPlain), await this.predict(X));
  }

  /** What the fit left behind, which {@link TransformedTargetRegressor.restoreLearned} takes. @throws NotFittedError */
  saveLearned(): FittedTarget {
    return this.#require('saveLearned');
  }

  /** Makes this regressor the one that this is of. */
  restoreLearned(saved: FittedTarget): this {
    this.#fitted = saved;
    return this;
  }

  async #forward(transformer: Transformer | null, matrix: Matrix): Promise<Matrix> {
    if (transformer !== null) return asMatrix(await transformer.transform(matrix));
    return mapMatrix(matrix, this.param<TargetFunction | null>('func'));
  }

  async #back(transformer: Transformer | null, matrix: Matrix): Promise<Matrix> {
    if (transformer !== null) return asMatrix(await transformer.inverseTransform!(matrix));
    return mapMatrix(matrix, this.param<TargetFunction | null>('inverseFunc'));
  }

  #checkPair(): void {
    const [func, inverse] = [this.param('func'), this.param('inverseFunc')];
    const isPair = (func === null) === (inverse === null);
    if (isPair && (func === null || this.param('transformer') === null)) return;
    const got = isPair
      ? 'both a transformer and func'
      : func === null
        ? 'inverseFunc without func'
        : 'func without inverseFunc';
    throw new ParameterError(`The TransformedTargetRegressor has ${got}.`, {
      code: 'PARAMETER_VALUE',
      got,
      expected: 'a transformer, or func and inverseFunc, or none of them',
      hint: 'Predictions have to find back to the units of y.',
    });
  }

  // As scikit-learn, on every tenth row or so: the mistake, if there is one, is in the functions and not in a row.
  async #checkWayBack(transformer: Transformer | null, matrix: Matrix, transformed: Matrix): Promise<void> {
    const back = await this.#back(transformer, transformed);
    const step = Math.max(1, Math.floor(matrix.data.length / 10));
    for (let index = 0; index < matrix.data.length; index += step) {
      const [before, after] = [matrix.data[index]!, back.data[index]!];
      if (Math.abs(after - before) <= 1e-8 + 1e-5 * Math.abs(before)) continue;
      warn(
        'TARGET_INVERSE',
        `The way back from transformed targets of this ${this.constructor.name} does not lead back: ${before} became ${after}. If that is meant, set checkInverse: false.`,
      );
      return;
    }
  }

  #require(asked: string): FittedTarget {
    if (this.#fitted === null) throw new NotFittedError(this.constructor.name, asked);
    return this.#fitted;
  }
}

function readTargets(y: Targets): { readonly matrix: Matrix; readonly isPlain: boolean } {
  const { shape } = toTargets(y);
  const isPlain = shape.length === 1;
  const data = y instanceof Tensor ? y.data : y;
  return { matrix: asMatrix(isPlain ? { y: data } : y), isPlain };
}

function asMatrix(numbers: unknown): Matrix {
  if (numbers instanceof Matrix) return numbers;
  const table = toTable(numbers);
  const out: Transformed = columnsOut(table.columns, table.rows, null);
  if (out instanceof Matrix) return out;
  throw new DataValueError('The transformed targets are no numbers.', {
    code: 'Y_TYPE',
    got: 'text among the transformed targets',
    expected: 'numbers',
    hint: 'Use a transformer that gives numbers.',
  });
}

function toMatrix(rows: readonly (readonly number[])[]): Matrix {
  return new Matrix(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]);
}

function mapMatrix(matrix: Matrix, func: TargetFunction | null): Matrix {
  return func === null
    ? matrix
    : new Matrix(
        matrix.data.map((value) => func(value)),
        matrix.shape,
      );
}

function listOf(matrix: Matrix, isPlain: boolean): (number | number[])[] {
  return isPlain && matrix.shape[1] === 1 ? Array.from(matrix.data) : matrix.toArray();
}

function checkTransformed({ data, shape }: Matrix): void {
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  const got = `${data[wrong]} in row ${Math.floor(wrong / shape[1])} of the transformed y`;
  throw new DataValueError(`There is ${got}.`, {
    code: 'Y_NOT_FINITE',
    got,
    expected: 'finite numbers',
    hint: 'Use a function that is defined for every number of y; log1p takes 0, log does not.',
  });
}
