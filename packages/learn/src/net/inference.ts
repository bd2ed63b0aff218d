// Third layer of a net: from rows to outputs.

import { CrossEntropyLoss, type StateDict } from '@tacit/nn';
import { type NestedNumbers, noGrad, softmax, Tensor } from '@tacit/tensor';
import type { Awaitable, Batch, DataLoaderLike, DatasetLike, Target } from '../components.js';
import { Dataset, isDataset } from '../dataset.js';
import { ComponentError } from '../errors.js';
import { Breather } from '../event-loop.js';
import { checkSameFeatures, type Features, type Label, toFeatures } from '../validate-input.js';
import { NetComponents } from './components.js';

/** What `predict` gives for one row: a label of a classifier; else a number, or an array of them. */
export type Prediction = Label | NestedNumbers;

export abstract class NetInference extends NetComponents {
  /** Whether the module has been given its last epoch; set by fitting. */
  protected isTrained = false;
  #cache: { readonly dataset: DatasetLike; readonly outputs: readonly Tensor[] } | null = null;

  /** The module's output for a batch: override it to call the module in another way. */
  infer(X: Tensor): Tensor {
    return this.live.module.forward(X);
  }

  /** The output for a batch in evaluation mode, without gradients. */
  evaluationStep(batch: Batch): Awaitable<Tensor> {
    this.setTraining(false);
    return noGrad(() => this.infer(batch.X));
  }

  /**
   * The module's outputs, a batch at a time.
   *
   * @throws NotFittedError before the net is initialized; what `fit` throws for X, `X_FEATURES` besides.
   */
  async *forwardIter(X: Features | DatasetLike): AsyncGenerator<Tensor, void, undefined> {
    if (this.#cache !== null && this.#cache.dataset === X) {
      yield* this.#cache.outputs;
      return;
    }
    const loader = this.getIterator(this.toDataset(X), false);
    const breather = new Breather();
    for await (const batch of loader) {
      if (breather.isDue()) await breather.pause();
      yield await this.evaluationStep(checkedBatch(batch));
    }
  }

  /** The module's outputs for all rows, as one tensor: logits for a classifier. */
  async forward(X: Features | DatasetLike): Promise<Tensor> {
    const outputs: Tensor[] = [];
    for await (const output of this.forwardIter(X)) outputs.push(output);
    return concatenateRows(outputs);
  }

  /** Outputs after the nonlinearity of `predictNonlinearity`, one entry a row. */
  async predictProba(X: Features | DatasetLike): Promise<NestedNumbers[]> {
    const nonlinearity = this.nonlinearity();
    const rows: NestedNumbers[] = [];
    for await (const output of this.forwardIter(X)) {
      // Not push(...rows): a batch may hold more rows than a call can take arguments.
      for (const row of noGrad(() => nonlinearity(output)).toArray() as NestedNumbers[]) rows.push(row);
    }
    return rows;
  }

  /** One prediction a row. Here the same as `predictProba`; classifiers give labels. */
  async predict(X: Features | DatasetLike): Promise<Prediction[]> {
    return this.predictProba(X);
  }

  /** Runs `task` while `forwardIter(dataset)`, and all that builds on it, gives `outputs` without computing them again. */
  async withCachedOutputs<T>(
    dataset: DatasetLike,
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

  /** Checked rows as data that batches can be taken from; override it for data in another form. */
  getDataset(X: Tensor, y: Target | null): DatasetLike {
    return new Dataset(X, y);
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

  /** What 'auto' means: softmax where the criterion takes logits of classes, else nothing. */
  protected autoNonlinearity(): (output: Tensor) => Tensor {
    return this.live.criterion instanceof CrossEntropyLoss ? softmaxRows : identity;
  }

  /** Rows to predict for, checked against those of the fit. */
  protected toDataset(X: Features | DatasetLike): DatasetLike {
    // Asked for first: "not fitted" is more to the point than any fault of X.
    void this.live;
    if (isDataset(X)) return X;
    const features = toFeatures(X);
    if (this.featureShape_ !== null) checkSameFeatures(features, this.featureShape_);
    return this.getDataset(features, null);
  }

  /** Switches module and criterion between training and evaluation; free when nothing changes. */
  protected setTraining(mode: boolean): void {
    const { module, criterion } = this.live;
    if (module.training !== mode) module.train(mode);
    const switchable = criterion as { readonly training?: boolean; train?(mode: boolean): unknown };
    if (switchable.training !== undefined && switchable.training !== mode) switchable.train?.(mode);
  }
}

/** Visits each batch until `visit` resolves to false. */
export async function eachBatch(
  loader: DataLoaderLike,
  visit: (batch: Batch) => Promise<boolean>,
): Promise<void> {
  // Not `for await` for both: over a plain iterable it costs three more turns of the microtask queue a batch.
  if (Symbol.asyncIterator in loader) {
    for await (const batch of loader) if (!(await visit(checkedBatch(batch)))) return;
  } else {
    for (const batch of loader) if (!(await visit(checkedBatch(batch)))) return;
  }
}

function checkedBatch(batch: Batch): Batch {
  if (batch?.X instanceof Tensor && Number.isInteger(batch.size)) return batch;
  throw new ComponentError('The iterator gave something that is no batch.', {
    code: 'BATCH_INVALID',
    got: batch === null || typeof batch !== 'object' ? String(batch) : `{ ${Object.keys(batch).join(', ')} }`,
    expected: '{ X: Tensor, y: Tensor | IntTensor | null, size: number }',
    hint: 'Yield what dataset.rows(indices) or dataset.range(start, end) gives.',
  });
}

function identity(output: Tensor): Tensor {
  return output;
}

export function softmaxRows(output: Tensor): Tensor {
  return softmax(output);
}

function concatenateRows(outputs: readonly Tensor[]): Tensor {
  const first = outputs[0];
  if (first === undefined || outputs.length === 1) return first ?? new Tensor(new Float32Array(0));
  const data = new Float32Array(outputs.reduce((size, output) => size + output.size, 0));
  let position = 0;
  let rows = 0;
  for (const output of outputs) {
    data.set(output.data, position);
    position += output.size;
    rows += output.shape[0] ?? 0;
  }
  return new Tensor(data, [rows, ...first.shape.slice(1)]);
}
