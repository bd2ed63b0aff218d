// The net for numbers.

import { MSELoss, type SGD } from '@tacit/nn';
import type { NestedNumbers, Tensor } from '@tacit/tensor';
import type { DatasetLike, Inputs, ModuleOutput, Target } from './components.js';
import type { DataLoader } from './data-loader.js';
import type { Dataset } from './dataset.js';
import { DataValueError } from './errors.js';
import { r2Score } from './metrics/regression.js';
import { firstOutput, type NetCallbacks, NeuralNet } from './net/index.js';
import type { ParamRecord } from './net/parameters.js';
import type {
  CallbackRecord,
  CriterionRecipe,
  DatasetRecipe,
  IteratorRecipe,
  ModuleRecipe,
  OptimizerRecipe,
  TrainSplitRecipe,
} from './params.js';
import type { PlainRecord } from './persistence/json.js';
import type { ValidSplit } from './valid-split.js';
import { checkSameLength, type Features, type Targets, toTargets } from './validate-input.js';

/**
 * A regressor around a module that gives [nRows, nOutputs] (or [nRows]), trained on the mean squared error.
 *
 * y may be a number a row or a row of numbers; predictions have the form of y. A single column and a plain list stand for each
 * other; any other difference between the shapes of output and y is an error that names both (skorch lets them broadcast).
 * All other defaults are those of {@link NeuralNet}.
 *
 * @example
 * const net = new NeuralNetRegressor({ module: Mlp, optimizer: Adam, lr: 0.01, seed: 0 });
 * await net.fit(X, prices);
 * await net.score(X, prices); // R²
 */
export class NeuralNetRegressor<
  M extends ModuleRecipe = ModuleRecipe,
  C extends CriterionRecipe = typeof MSELoss,
  O extends OptimizerRecipe = typeof SGD,
  IT extends IteratorRecipe = typeof DataLoader,
  IV extends IteratorRecipe = typeof DataLoader,
  TS extends TrainSplitRecipe = typeof ValidSplit,
  CB extends CallbackRecord | 'disable' | null = Record<never, never>,
  Extra = Record<never, never>,
  DS extends DatasetRecipe = typeof Dataset,
> extends NeuralNet<M, C, O, IT, IV, TS, CB, NetCallbacks, Extra, DS> {
  static override readonly defaults: ParamRecord = { ...NeuralNet.defaults, criterion: MSELoss };
  /** Whether y was a number a row at the last fit; predictions follow it. */
  #isPlain: boolean | null = null;

  /** Whether y was one number a row at the last fit; null before. */
  get isPlain_(): boolean | null {
    return this.#isPlain;
  }

  /** The module's numbers for each row, in the form of y: a number, or an array. */
  override async predict(X: Features | DatasetLike): Promise<NestedNumbers[]> {
    const rows = await this.predictProba(X);
    if (this.#isPlain === null || Array.isArray(rows[0]) !== this.#isPlain) return rows;
    return this.#isPlain ? rows.map((row) => (row as number[])[0]!) : rows.map((row) => [row] as number[]);
  }

  /** R², the mean over outputs: 1 is perfect, 0 as good as always predicting the mean, below 0 worse. */
  async score(X: Features | DatasetLike, y: Targets): Promise<number> {
    const targets = toTargets(y).toArray() as (number | number[])[];
    const predicted = await this.predict(X);
    checkSameLength(predicted.length, targets.length);
    return r2Score(targets, predicted as (number | number[])[]);
  }

  /** The loss of a batch. @throws DataValueError `TARGET_SHAPE`, naming both shapes. */
  override getLoss(yPred: ModuleOutput, yTrue: Target | null, X: Inputs, training: boolean): Tensor {
    const output = firstOutput(yPred);
    if (yTrue === null || sameShape(output.shape, yTrue.shape))
      return super.getLoss(yPred, yTrue, X, training);
    if (!sameShape(withoutColumn(output.shape), withoutColumn(yTrue.shape))) throw otherShape(output, yTrue);
    return super.getLoss(output.reshape(yTrue.shape), yTrue, X, training);
  }

  protected override learned(): PlainRecord {
    return { ...super.learned(), isPlain: this.#isPlain };
  }

  protected override restoreLearned(learned: PlainRecord): void {
    super.restoreLearned(learned);
    this.#isPlain = (learned.isPlain ?? null) as boolean | null;
  }

  // Whole numbers in an Int32Array are numbers here, and no class codes.
  protected override checkTargets(y: Targets | null, isFresh: boolean): Target {
    const targets = toTargets(y instanceof Int32Array ? Float32Array.from(y) : y);
    if (isFresh || this.#isPlain === null) this.#isPlain = targets.shape.length === 1;
    return targets;
  }
}

function sameShape(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((n, axis) => n === right[axis]);
}

function withoutColumn(shape: readonly number[]): readonly number[] {
  return shape.length === 2 && shape[1] === 1 ? shape.slice(0, 1) : shape;
}

function otherShape(output: Tensor, y: Target): DataValueError {
  const [got, given] = [`[${output.shape.join(', ')}]`, `[${y.shape.join(', ')}]`];
  return new DataValueError(`The module's output has the shape ${got}, y has ${given}.`, {
    code: 'TARGET_SHAPE',
    got: `output ${got}, y ${given}`,
    expected: 'one output for each number of y',
    hint: 'Give the last layer as many outputs as y has columns.',
  });
}
