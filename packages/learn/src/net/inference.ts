// Third layer of a net: from rows to outputs.

import { BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, type StateDict } from '@tacit/nn';
import { IntTensor, type NestedNumbers, noGrad, sigmoid, softmax, Tensor } from '@tacit/tensor';
import type {
  Awaitable,
  Batch,
  DataLoaderLike,
  DatasetLike,
  Inputs,
  ModuleOutput,
  Target,
} from '../components.js';
import { isDataset } from '../dataset.js';
import { ComponentError } from '../errors.js';
import { Breather } from '../event-loop.js';
import { checkSameInputs, toInputs } from '../inputs.js';
import { isPlainObject } from '../plain-object.js';
import { isStream, StreamDataset } from '../stream.js';
import type { Features, Label } from '../validate-input.js';
import { NetComponents } from './components.js';

/** What `predict` gives for one row: a label of a classifier; else a number, or an array of them. */
export type Prediction = Label | NestedNumbers;

export abstract class NetInference extends NetComponents {
  /** Whether the module has been given its last epoch; set by fitting. */
  protected isTrained = false;
  #cache: { readonly dataset: Features | DatasetLike; readonly outputs: readonly ModuleOutput[] } | null =
    null;

  /** The module's output for a batch: override it to call the module in another way. Several inputs are one record. */
  infer(X: Inputs): ModuleOutput {
    return this.live.module.forward(X as Tensor) as ModuleOutput;
  }

  /** The output for a batch: in evaluation mode without gradients, or as in training. */
  evaluationStep(batch: Batch<Inputs>, training = false): Awaitable<ModuleOutput> {
    this.setTraining(training);
    return training ? this.infer(batch.X) : noGrad(() => this.infer(batch.X));
  }

  /**
   * The module's outputs, a batch at a time.
   *
   * @param options - `training: true` takes the batches of the training loader and leaves Dropout and its like on.
   * @throws NotFittedError before the net is initialized; what `fit` throws for X, `X_FEATURES` besides.
   */
  async *forwardIter(
    X: Features | DatasetLike,
    { training = false }: ForwardOptions = {},
  ): AsyncGenerator<ModuleOutput, void, undefined> {
    if (this.#cache !== null && this.#cache.dataset === X && !training) {
      yield* this.#cache.outputs;
      return;
    }
    const loader = this.getIterator(this.toDataset(X), training);
    const breather = new Breather();
    for await (const batch of loader) {
      if (breather.isDue()) await breather.pause();
      yield await this.evaluationStep(checkedBatch(batch), training);
    }
  }

  /** The module's outputs for all rows, as one tensor (or several, if it gives several): logits for a classifier. */
  async forward(X: Features | DatasetLike, options: ForwardOptions = {}): Promise<ModuleOutput> {
    const outputs: ModuleOutput[] = [];
    for await (const output of this.forwardIter(X, options)) outputs.push(output);
    return concatenateOutputs(outputs);
  }

  /** Outputs after the nonlinearity of `predictNonlinearity`, one entry a row; the first output of several. */
  async predictProba(X: Features | DatasetLike): Promise<NestedNumbers[]> {
    const nonlinearity = this.nonlinearity();
    const rows: NestedNumbers[] = [];
    for await (const output of this.forwardIter(X)) {
      const values = noGrad(() => nonlinearity(firstOutput(output))).toArray() as NestedNumbers[];
      // Not push(...rows): a batch may hold more rows than a call can take arguments.
      for (const row of values) rows.push(row);
    }
    return rows;
  }

  /** One prediction a row. Here the same as `predictProba`; classifiers give labels. */
  async predict(X: Features | DatasetLike): Promise<Prediction[]> {
    return this.predictProba(X);
  }

  /** Runs `task` while `forwardIter(dataset)`, and all that builds on it, gives `outputs` without computing them again. */
  async withCachedOutputs<T>(
    dataset: Features | DatasetLike,
    outputs: readonly Tensor[],
    task: () => Promise<T>,
  ): Promise<T> {
    this.#cache = { dataset, outputs };
    try {
      return await task();
    } finally {
      this.#cache = null;
    }
  }

  /** Targets of a batch as the user gave them. */
  decodeTargets(y: Target): readonly unknown[] {
    return y.toArray() as readonly unknown[];
  }

  /** Gives the module earlier weights. After training it also hears once more that training is over, so that what pruning removed stays removed. */
  restoreWeights(state: StateDict): void {
    const { module } = this.live;
    module.loadStateDict(state);
    if (this.isTrained) module.trainingProgress?.(1);
  }

  /** Turns outputs into what `predictProba` gives: as `predictNonlinearity` says. */
  protected nonlinearity(): (output: Tensor) => Tensor {
    const given = this.param<'auto' | null | ((output: Tensor) => Tensor)>('predictNonlinearity');
    if (typeof given === 'function') return given;
    return given === null ? identity : this.autoNonlinearity();
  }

  /**
   * What 'auto' means: softmax where the only criterion takes logits of classes, the probabilities of no and yes where it
   * takes a logit or a probability of yes, else nothing.
   */
  protected autoNonlinearity(): (output: Tensor) => Tensor {
    const criteria = Object.values(this.criteria_);
    if (criteria.length !== 1) return identity;
    if (criteria[0] instanceof CrossEntropyLoss) return softmaxRows;
    if (criteria[0] instanceof BCEWithLogitsLoss) return (output) => noAndYes(sigmoid(output));
    return criteria[0] instanceof BCELoss ? noAndYes : identity;
  }

  /** Rows to predict for, checked against those of the fit. */
  protected toDataset(X: Features | DatasetLike): DatasetLike {
    // Asked for first: "not fitted" is more to the point than any fault of X.
    void this.live;
    if (isDataset(X)) return X;
    if (isStream(X)) return new StreamDataset(X, (chunk) => ({ X: this.#checkedInputs(chunk.X), y: null }));
    return this.getDataset(this.#checkedInputs(X), null);
  }

  #checkedInputs(X: unknown): Inputs {
    const { inputs, names } = toInputs(X);
    if (this.inputShapes_ !== null) checkSameInputs(inputs, names, this.inputShapes_, this.featureNamesIn_);
    return inputs;
  }

  /** Switches modules and criteria between training and evaluation; free when nothing changes. */
  protected setTraining(mode: boolean): void {
    switchAll(this.modules_, mode);
    switchAll(this.criteria_, mode);
  }
}

/** Options of `forward` and `forwardIter`. */
export interface ForwardOptions {
  /** Whether the module works as in training, on the batches of the training loader. false. */
  readonly training?: boolean;
}

function switchAll(components: Readonly<Record<string, object>>, mode: boolean): void {
  for (const name in components) {
    const component = components[name] as { readonly training?: boolean; train?(mode: boolean): unknown };
    if (component.training !== undefined && component.training !== mode) component.train?.(mode);
  }
}

/** Visits each batch until `visit` resolves to false. */
export async function eachBatch(
  loader: DataLoaderLike,
  visit: (batch: Batch<Inputs>) => Promise<boolean>,
): Promise<void> {
  // Not `for await` for both: over a plain iterable it costs three more turns of the microtask queue a batch.
  if (Symbol.asyncIterator in loader) {
    for await (const batch of loader) if (!(await visit(checkedBatch(batch)))) return;
  } else {
    for (const batch of loader) if (!(await visit(checkedBatch(batch)))) return;
  }
}

// Asked of every batch: a tensor that happens to have two rows must never pass as a pair of X and y.
function checkedBatch(batch: Batch<Inputs>): Batch<Inputs> {
  if (isInputs(batch?.X) && Number.isInteger(batch.size)) return batch;
  throw new ComponentError('The iterator gave something that is no batch.', {
    code: 'BATCH_INVALID',
    got: batch === null || typeof batch !== 'object' ? String(batch) : `{ ${Object.keys(batch).join(', ')} }`,
    expected: '{ X: Tensor or a record of them, y: Tensor | IntTensor | null, size: number }',
    hint: 'Yield what dataset.rows(indices) or dataset.range(start, end) gives.',
  });
}

function isInputs(X: unknown): X is Inputs {
  if (X instanceof Tensor) return true;
  if (!isPlainObject(X)) return false;
  const tensors = Object.values(X);
  return tensors.length > 0 && tensors.every((one) => one instanceof Tensor || one instanceof IntTensor);
}

function identity(output: Tensor): Tensor {
  return output;
}

export function softmaxRows(output: Tensor): Tensor {
  return softmax(output);
}

/** [n] or [n, 1] probabilities of yes as [n, 2]: of no, of yes. */
export function noAndYes(yes: Tensor): Tensor {
  const data = new Float32Array(2 * yes.size);
  for (let row = 0; row < yes.size; row++) {
    data[2 * row] = 1 - yes.data[row]!;
    data[2 * row + 1] = yes.data[row]!;
  }
  return new Tensor(data, [yes.size, 2]);
}

/** The output, or the first of several. */
export function firstOutput(output: ModuleOutput): Tensor {
  return output instanceof Tensor ? output : output[0]!;
}

function concatenateOutputs(outputs: readonly ModuleOutput[]): ModuleOutput {
  const first = outputs[0] ?? new Tensor(new Float32Array(0));
  if (outputs.length <= 1) return first;
  if (first instanceof Tensor) return concatenateRows(outputs as readonly Tensor[]);
  return first.map((_, index) =>
    concatenateRows(outputs.map((output) => (output as readonly Tensor[])[index]!)),
  );
}

function concatenateRows(outputs: readonly Tensor[]): Tensor {
  const data = new Float32Array(outputs.reduce((size, output) => size + output.size, 0));
  let position = 0;
  let rows = 0;
  for (const output of outputs) {
    data.set(output.data, position);
    position += output.size;
    rows += output.shape[0] ?? 0;
  }
  return new Tensor(data, [rows, ...outputs[0]!.shape.slice(1)]);
}
