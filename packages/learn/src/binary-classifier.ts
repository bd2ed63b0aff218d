// The net for two labels, with one output.

import { BCELoss, BCEWithLogitsLoss, type SGD } from '@tacit/nn';
import { sigmoid, Tensor } from '@tacit/tensor';
import type { Callback } from './callbacks/callback.js';
import { EpochScoring } from './callbacks/epoch-scoring.js';
import type { ClassifierCallbacks } from './classifier.js';
import type { DatasetLike, Inputs, ModuleOutput, Target } from './components.js';
import type { DataLoader } from './data-loader.js';
import type { Dataset } from './dataset.js';
import { ComponentError, DataValueError, NotFittedError } from './errors.js';
import { checkSeveralClasses, encodeLabels, sortedClasses } from './label-encoder.js';
import { accuracyScore } from './metrics/accuracy.js';
import { type FitOptions, firstOutput, NeuralNet, noAndYes } from './net/index.js';
import type { ParamRecord } from './net/parameters.js';
import type { ValueRule } from './parameter-values.js';
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
import { checkSameLength, type Features, type Label, type Labels, toLabels } from './validate-input.js';

/** What {@link NeuralNetBinaryClassifier} adds to the parameters of every net. */
export type BinaryClassifierParams = {
  /** The two labels, for when the first rows do not show both. null takes those of y. */
  classes?: readonly Label[] | null;
  /** `predict` says yes above this probability of yes, 0 to 1. 0.5. */
  threshold?: number;
};

/**
 * A classifier for two labels around a module that gives one logit: `forward(X)` is [nRows] or [nRows, 1].
 *
 * Labels may be numbers, strings or booleans (skorch: 0 and 1 only); the second one in sorted order is yes. Trains with binary
 * cross-entropy on logits, and validates on the first stratified fifth. With `BCELoss` the module gives the probability itself.
 *
 * @example
 * const net = new NeuralNetBinaryClassifier({ module: Churn, threshold: 0.3, seed: 0 });
 * await net.fit(X, ['stays', 'leaves', …]);
 */
export class NeuralNetBinaryClassifier<
  M extends ModuleRecipe = ModuleRecipe,
  C extends CriterionRecipe = typeof BCEWithLogitsLoss,
  O extends OptimizerRecipe = typeof SGD,
  IT extends IteratorRecipe = typeof DataLoader,
  IV extends IteratorRecipe = typeof DataLoader,
  TS extends TrainSplitRecipe = typeof ValidSplit,
  CB extends CallbackRecord | 'disable' | null = Record<never, never>,
  Extra = Record<never, never>,
  DS extends DatasetRecipe = typeof Dataset,
> extends NeuralNet<M, C, O, IT, IV, TS, CB, ClassifierCallbacks, BinaryClassifierParams & Extra, DS> {
  static override readonly defaults: ParamRecord = {
    ...NeuralNet.defaults,
    criterion: BCEWithLogitsLoss,
    trainSplit__stratified: true,
    classes: null,
    threshold: 0.5,
  };
  #classes: readonly Label[] | null = null;

  /** No and yes. @throws NotFittedError before `fit`. */
  get classes_(): readonly Label[] {
    if (this.#classes === null) throw new NotFittedError(this.constructor.name, 'classes_');
    return this.#classes;
  }

  override getDefaultCallbacks(): Readonly<Record<string, Callback<object>>> {
    const { printLog, ...others } = super.getDefaultCallbacks();
    const validAcc = new EpochScoring({ scoring: 'accuracy', name: 'valid_acc', lowerIsBetter: false });
    return { ...others, validAcc, printLog: printLog! };
  }

  /**
   * Trains on labelled rows, from the start unless `warmStart` is set.
   *
   * @param y - [nRows] labels of one type: exactly two different ones, or `classes` names them.
   * @throws as {@link NeuralNet.fit}; `SINGLE_CLASS`, `NOT_BINARY`, `UNKNOWN_LABEL`; `Y_TYPE` for rows of labels.
   */
  override async fit(X: Features | DatasetLike, y?: Labels | null, options: FitOptions = {}): Promise<this> {
    return super.fit(X, y, options);
  }

  override async partialFit(
    X: Features | DatasetLike,
    y?: Labels | null,
    options: FitOptions = {},
  ): Promise<this> {
    return super.partialFit(X, y, options);
  }

  /** Yes where its probability is above `threshold`, not at it. */
  override async predict(X: Features | DatasetLike): Promise<Label[]> {
    const [no, yes] = this.#knownClasses();
    const threshold = this.param<number>('threshold');
    return (await this.predictProba(X)).map(([, p]) => (p! > threshold ? yes! : no!));
  }

  /** The probabilities of no and of yes, [nRows][2]. */
  override async predictProba(X: Features | DatasetLike): Promise<number[][]> {
    return (await super.predictProba(X)) as number[][];
  }

  /** The share of rows whose label is predicted. */
  async score(X: Features | DatasetLike, y: Labels): Promise<number> {
    const labels = toLabels(y);
    const predicted = await this.predict(X);
    checkSameLength(predicted.length, labels.length);
    return accuracyScore(labels, predicted);
  }

  /** The loss of a batch, of one output a row: [nRows] or [nRows, 1]. */
  override getLoss(yPred: ModuleOutput, yTrue: Target | null, X: Inputs, training: boolean): Tensor {
    return super.getLoss(oneOutput(firstOutput(yPred)), yTrue, X, training);
  }

  override decodeTargets(y: Target): readonly Label[] {
    const classes = this.#knownClasses();
    return Array.from(y.data, (code) => classes[code]!);
  }

  protected override nonlinearity(): (output: Tensor) => Tensor {
    const toProbability = super.nonlinearity();
    return (output) => {
      const result = toProbability(oneOutput(output));
      return result.shape.length === 2 && result.shape[1] === 2 ? result : noAndYes(result);
    };
  }

  // A loss of the user's own on logits is the usual case; only BCELoss has a module that gives probabilities.
  protected override autoNonlinearity(): (output: Tensor) => Tensor {
    const criterion: unknown = this.criterion_;
    return criterion instanceof BCELoss ? (output) => output : sigmoid;
  }

  protected override learned(): PlainRecord {
    return { ...super.learned(), classes: this.#classes };
  }

  protected override restoreLearned(learned: PlainRecord): void {
    super.restoreLearned(learned);
    this.#classes = (learned.classes ?? null) as readonly Label[] | null;
  }

  protected override checkTargets(y: Labels | null, isFresh: boolean): Target {
    const labels = toLabels(y);
    const named = this.param<readonly Label[] | null>('classes');
    const classes = (isFresh ? null : this.#classes) ?? sortedClasses(named ?? labels);
    checkSeveralClasses(classes);
    if (classes.length > 2) throw notBinary(classes);
    const codes = encodeLabels(labels, classes);
    this.#classes = classes;
    return new Tensor(Float32Array.from(codes), [codes.length]);
  }

  protected override outputDimFor(): number {
    return 1;
  }

  protected override get valueRules(): Readonly<Record<string, ValueRule>> {
    const isPair = (value: unknown) => value === null || (Array.isArray(value) && value.length === 2);
    const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
    return {
      ...super.valueRules,
      classes: { expected: 'an array of 2 labels, or null', isValid: isPair },
      threshold: { expected: 'a number from 0 to 1', isValid: isShare },
    };
  }

  #knownClasses(): readonly Label[] {
    const named = this.param<readonly Label[] | null>('classes');
    return this.#classes ?? (named === null ? this.classes_ : sortedClasses(named));
  }
}

/** [n] from [n] or [n, 1]. */
function oneOutput(output: Tensor): Tensor {
  const { shape } = output;
  if (shape.length === 1) return output;
  if (shape.length === 2 && shape[1] === 1) return output.reshape([shape[0]!]);
  const got = `(${shape.join(', ')})`;
  throw new ComponentError(`The module's output has the shape ${got}.`, {
    code: 'OUTPUT_SHAPE',
    got,
    expected: '(nRows) or (nRows, 1), one logit a row',
    hint: 'Give the last layer a single output, or use NeuralNetClassifier, which takes one for each class.',
  });
}

function notBinary(classes: readonly Label[]): DataValueError {
  const shown = classes.slice(0, 5).map(String).join(', ');
  return new DataValueError(
    `y holds ${classes.length} classes: ${shown}${classes.length > 5 ? ', …' : ''}.`,
    {
      code: 'NOT_BINARY',
      got: `${classes.length} classes`,
      expected: '2 classes',
      hint: 'Use NeuralNetClassifier for more than two.',
    },
  );
}
