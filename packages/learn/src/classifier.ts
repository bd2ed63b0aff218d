// The net for labels.

import { CrossEntropyLoss, NLLLoss, type SGD } from '@tacit/nn';
import { IntTensor, type Tensor } from '@tacit/tensor';
import type { Callback } from './callbacks/callback.js';
import { EpochScoring } from './callbacks/epoch-scoring.js';
import { EpochTimer } from './callbacks/epoch-timer.js';
import { PassthroughScoring } from './callbacks/passthrough-scoring.js';
import { PrintLog } from './callbacks/print-log.js';
import type { DatasetLike, Inputs, ModuleOutput, Target } from './components.js';
import type { DataLoader } from './data-loader.js';
import type { Dataset } from './dataset.js';
import { ComponentError, NotFittedError } from './errors.js';
import { checkSeveralClasses, encodeLabels, sortedClasses } from './label-encoder.js';
import { accuracyScore } from './metrics/accuracy.js';
import { type FitOptions, firstOutput, type NetCallbacks, NeuralNet, softmaxRows } from './net/index.js';
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

/** The default callbacks of {@link NeuralNetClassifier}. */
export type ClassifierCallbacks = NetCallbacks & { readonly validAcc: EpochScoring };

/** What {@link NeuralNetClassifier} adds to the parameters of every net. */
export type ClassifierParams = {
  /** All labels there are, for when the first rows do not show all of them. null takes those of y. */
  classes?: readonly Label[] | null;
};

/**
 * A classifier around a module that gives one logit a class: `forward(X)` is [nRows, nClasses], before softmax.
 *
 * Labels may be numbers, strings or booleans; they are encoded for training, and `predict` gives them back. Trains with
 * cross-entropy on logits (skorch: the log-likelihood of probabilities), and validates on the first stratified fifth.
 * The other defaults are those of {@link NeuralNet}.
 *
 * @example
 * const net = new NeuralNetClassifier({ module: SparseQuantNeuralNet, module__nWBits: 3, optimizer: Adam, seed: 0 });
 * await net.fit(X, ['cat', 'dog', …]);
 * await net.predict(X); // ['cat', 'dog', …]
 */
export class NeuralNetClassifier<
  M extends ModuleRecipe = ModuleRecipe,
  C extends CriterionRecipe = typeof CrossEntropyLoss,
  O extends OptimizerRecipe = typeof SGD,
  IT extends IteratorRecipe = typeof DataLoader,
  IV extends IteratorRecipe = typeof DataLoader,
  TS extends TrainSplitRecipe = typeof ValidSplit,
  CB extends CallbackRecord | 'disable' | null = Record<never, never>,
  Extra = Record<never, never>,
  DS extends DatasetRecipe = typeof Dataset,
> extends NeuralNet<M, C, O, IT, IV, TS, CB, ClassifierCallbacks, ClassifierParams & Extra, DS> {
  static override readonly defaults: ParamRecord = {
    ...NeuralNet.defaults,
    criterion: CrossEntropyLoss,
    trainSplit__stratified: true,
    classes: null,
  };
  #classes: readonly Label[] | null = null;

  /** The labels in sorted order; column k of `predictProba` belongs to `classes_[k]`. @throws NotFittedError before `fit`. */
  get classes_(): readonly Label[] {
    if (this.#classes === null) throw new NotFittedError(this.constructor.name, 'classes_');
    return this.#classes;
  }

  override getDefaultCallbacks(): Readonly<Record<string, Callback<object>>> {
    return {
      epochTimer: new EpochTimer(),
      trainLoss: new PassthroughScoring({ name: 'train_loss', onTrain: true }),
      validLoss: new PassthroughScoring({ name: 'valid_loss' }),
      validAcc: new EpochScoring({ scoring: 'accuracy', name: 'valid_acc', lowerIsBetter: false }),
      printLog: new PrintLog(),
    };
  }

  /**
   * Trains on labelled rows, from the start unless `warmStart` is set.
   *
   * @param X - [nRows, nFeatures] or more axes; checked before any work, never changed.
   * @param y - [nRows] labels of one type, at least two different ones (or `classes` names them).
   * @throws as {@link NeuralNet.fit}; `SINGLE_CLASS`; `UNKNOWN_LABEL` for a label that `classes`, or the fit that goes on,
   * does not have.
   */
  override async fit(X: Features | DatasetLike, y?: Labels | null, options: FitOptions = {}): Promise<this> {
    return super.fit(X, y, options);
  }

  /** Trains on. The classes are those of the first fit, so later rows may hold only some of them. */
  override async partialFit(
    X: Features | DatasetLike,
    y?: Labels | null,
    options: FitOptions = {},
  ): Promise<this> {
    return super.partialFit(X, y, options);
  }

  /** The likeliest label of each row; of equally likely ones the first in `classes_`. */
  override async predict(X: Features | DatasetLike): Promise<Label[]> {
    const classes = this.#knownClasses();
    const labels: Label[] = [];
    for await (const outputs of this.forwardIter(X)) {
      const output = firstOutput(outputs);
      checkLogits(output, classes.length);
      for (let row = 0; row < output.shape[0]!; row++) labels.push(classes[largestOfRow(output, row)]!);
    }
    return labels;
  }

  /** The probability of each class, [nRows][nClasses], columns as in `classes_`. */
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

  /**
   * The loss of a batch; refuses outputs that are not one number a class. `NLLLoss` is given the logarithm of the module's
   * probabilities, as in skorch.
   */
  override getLoss(yPred: ModuleOutput, yTrue: Target | null, X: Inputs, training: boolean): Tensor {
    const output = firstOutput(yPred);
    checkLogits(output, this.classes_.length);
    const criterion: unknown = this.criterion_;
    if (!(criterion instanceof NLLLoss)) return super.getLoss(yPred, yTrue, X, training);
    checkProbabilities(output);
    return super.getLoss(output.add(FLOAT32_EPSILON).log(), yTrue, X, training);
  }

  override decodeTargets(y: Target): readonly Label[] {
    const classes = this.#knownClasses();
    return Array.from(y.data, (code) => classes[code]!);
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
    const known = isFresh ? null : this.#classes;
    const classes = known ?? sortedClasses(named ?? labels);
    checkSeveralClasses(classes);
    const codes = encodeLabels(labels, classes);
    this.#classes = classes;
    return new IntTensor(codes);
  }

  protected override outputDimFor(): number {
    return this.classes_.length;
  }

  // A loss of the user's own on logits is the usual case; only NLLLoss has a module that gives probabilities.
  protected override autoNonlinearity(): (output: Tensor) => Tensor {
    const criterion: unknown = this.criterion_;
    return criterion instanceof NLLLoss ? (output) => output : softmaxRows;
  }

  protected override get valueRules(): Readonly<Record<string, ValueRule>> {
    const isClasses = (value: unknown) => value === null || (Array.isArray(value) && value.length >= 2);
    return {
      ...super.valueRules,
      classes: { expected: 'an array of at least 2 labels, or null', isValid: isClasses },
    };
  }

  // Initialized without a fit, as with weights loaded by hand, the labels may still be named by the parameter.
  #knownClasses(): readonly Label[] {
    const named = this.param<readonly Label[] | null>('classes');
    return this.#classes ?? (named === null ? this.classes_ : sortedClasses(named));
  }
}

/** Keeps the logarithm of a probability of 0 finite; skorch adds the same. */
const FLOAT32_EPSILON = 1.1920929e-7;

function checkProbabilities(output: Tensor): void {
  const wrong = output.data.find((p) => p < 0 || p > 1.0001);
  if (wrong === undefined) return;
  throw new ComponentError(`With NLLLoss the module's output has to be probabilities; it holds ${wrong}.`, {
    code: 'OUTPUT_PROBABILITY',
    got: String(wrong),
    expected: 'probabilities, 0 to 1',
    hint: 'End the module in Softmax (not LogSoftmax), or give logits and leave the criterion out.',
  });
}

function largestOfRow(output: Tensor, row: number): number {
  const columns = output.shape[1]!;
  const start = row * columns;
  let best = 0;
  for (let column = 1; column < columns; column++) {
    if (output.data[start + column]! > output.data[start + best]!) best = column;
  }
  return best;
}

function checkLogits(output: Tensor, classes: number): void {
  if (output.shape.length === 2 && output.shape[1] === classes) return;
  const got = `[${output.shape.join(', ')}]`;
  throw new ComponentError(`The module's output has the shape ${got}.`, {
    code: 'OUTPUT_SHAPE',
    got,
    expected: `[nRows, ${classes}], one logit a class`,
    hint: 'Give the last layer one output for each class.',
  });
}
