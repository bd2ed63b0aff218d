// What a net asks of its components: the module it trains, the loss, the optimizer, the loader and the splitter. The classes
// of @tacit/nn and of this package fit, and so does anything else with these members.

import type { Module as NnModule, TrainingHooks } from '@tacit/nn';
import type { Generator, IntTensor, Tensor } from '@tacit/tensor';

/** What a net trains: a module of @tacit/nn, with the optional hooks `calibrate` and `trainingProgress`. */
export type Module = NnModule & TrainingHooks;

/** Several inputs by name, each [nRows, …]. A module takes them as one argument: `forward({ left, right })`. */
export type InputRecord = Readonly<Record<string, Tensor | IntTensor>>;

/** What a module is given: one tensor, or several by name. */
export type Inputs = Tensor | InputRecord;

/** What a module may give: one tensor, or several, of which predictions use the first. */
export type ModuleOutput = Tensor | readonly Tensor[];

/** A module of any inputs: one argument, which is a tensor or a record of them. */
export type AnyInputModule = NnModule<[never], ModuleOutput>;

/** What a module is trained towards: class codes, or numbers of the output's shape. */
export type Target = Tensor | IntTensor;

/** Some rows of a data set. */
export interface Batch<X extends Inputs = Tensor> {
  /** [size, …features], or a record of such. */
  readonly X: X;
  /** [size] or [size, nOutputs]; null where the data has no targets. */
  readonly y: Target | null;
  /** Number of rows. */
  readonly size: number;
  /** [size], how much each row counts in the loss; null or absent: all the same. */
  readonly sampleWeight?: Tensor | null;
}

/** Rows that can be taken out in batches. */
export interface DatasetLike<X extends Inputs = Inputs> {
  readonly length: number;
  /** All targets, or null. Splitters stratify by them. */
  readonly y: Target | null;
  /** The group of each row, which a grouped split keeps together; null or absent: none. */
  readonly groups?: ArrayLike<unknown> | null;
  /** The rows with these numbers, in this order. */
  rows(indices: Int32Array): Batch<X>;
  /** The rows from `start` up to but not including `end`. */
  range(start: number, end: number): Batch<X>;
}

/** What yields the batches of one pass each time it is iterated. */
export type DataLoaderLike = Iterable<Batch<Inputs>> | AsyncIterable<Batch<Inputs>>;

/** A loss: smaller is better. */
export interface Criterion {
  forward(output: Tensor, target: Target): Tensor;
}

/** What changes the parameters, given their gradients. */
export interface Optimizer {
  /** Groups with their options, `lr` among them; `setParams` writes changed ones here while a net trains. */
  readonly paramGroups: readonly { readonly params: readonly Tensor[] }[];
  /**
   * Changes the parameters by their gradients.
   *
   * @param closure - computes loss and gradients anew, for optimizers that need them at several points. At its first call the
   * gradients are there already and cost nothing.
   */
  step(closure?: () => Tensor): unknown;
  zeroGrad(): void;
}

/** Rows to train on, and rows to validate on if any. */
export interface SplitResult {
  readonly train: DatasetLike;
  readonly valid: DatasetLike | null;
}

/** What a net offers a splitter. */
export interface SplitContext {
  /** Random numbers that follow from the net's seed. */
  readonly generator: Generator;
  /** Makes data for this net out of rows that were set aside, labels encoded as those of the training rows. */
  prepare(X: unknown, y: unknown): DatasetLike;
}

/** Chooses validation rows. */
export interface TrainSplit {
  split(dataset: DatasetLike, context: SplitContext): SplitResult;
}

/** What a step of training or validation gives; other entries are handed on to `onBatchEnd`. */
export interface StepResult {
  readonly loss: Tensor;
  /** The module's output, the first one of several. */
  readonly yPred: Tensor;
  readonly [extra: string]: unknown;
}

export type Awaitable<T> = T | Promise<T>;
