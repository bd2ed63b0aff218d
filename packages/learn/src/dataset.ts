// Rows in memory that batches are taken from.

import type { Tensor } from '@tacit/tensor';
import type { Batch, DatasetLike, Inputs, Target } from './components.js';
import { mapInputs, rowsOf } from './inputs.js';
import { gatherTensor, sliceTensor, takeRows } from './take-rows.js';
import { checkSameLength } from './validate-input.js';

/** What rows may bring along. */
export type DatasetOptions = {
  /** [length], how much each row counts in the loss. null: all the same. */
  sampleWeight?: Tensor | null;
  /** The group of each row, which a grouped split keeps together. null: none. */
  groups?: ArrayLike<unknown> | null;
};

/**
 * Features with their targets, in memory.
 *
 * A net makes one from what `fit` is given (after checking it and encoding labels); as X of `predict` or `fit` it is taken as
 * it is. Weights and groups of rows are split and batched with them.
 */
export class Dataset<X extends Inputs = Tensor> implements DatasetLike<X> {
  static readonly defaults = { sampleWeight: null, groups: null };
  /** [length, …features], or several such by name. */
  readonly X: X;
  /** [length] or [length, nOutputs]; null without targets. */
  readonly y: Target | null;
  readonly sampleWeight: Tensor | null;
  readonly groups: ArrayLike<unknown> | null;

  /** @throws DataValueError `LENGTH_MISMATCH`. */
  constructor(X: X, y: Target | null = null, options: DatasetOptions = {}) {
    this.X = X;
    this.y = y;
    this.sampleWeight = options.sampleWeight ?? null;
    this.groups = options.groups ?? null;
    for (const [name, list] of Object.entries({ y, sampleWeight: this.sampleWeight })) {
      if (list !== null) checkSameLength(this.length, list.shape[0] ?? 0, name);
    }
    if (this.groups !== null) checkSameLength(this.length, this.groups.length, 'groups');
  }

  get length(): number {
    return rowsOf(this.X);
  }

  rows(indices: Int32Array): Batch<X> {
    return this.#batch(indices.length, (tensor) => gatherTensor(tensor, indices));
  }

  /** A view: no row is copied. */
  range(start: number, end: number): Batch<X> {
    return this.#batch(end - start, (tensor) => sliceTensor(tensor, start, end));
  }

  #batch(size: number, pick: <T extends Target>(tensor: T) => T): Batch<X> {
    const { y, sampleWeight } = this;
    return {
      X: mapInputs(this.X, pick) as X,
      y: y === null ? null : pick(y),
      size,
      ...(sampleWeight === null ? null : { sampleWeight: pick(sampleWeight) }),
    };
  }
}

/** Some rows of another data set, in the order of `indices`. Holds no copy of them. */
export class Subset<X extends Inputs = Inputs> implements DatasetLike<X> {
  readonly dataset: DatasetLike<X>;
  readonly indices: Int32Array;

  constructor(dataset: DatasetLike<X>, indices: ArrayLike<number>) {
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
  }

  get length(): number {
    return this.indices.length;
  }

  get y(): Target | null {
    return this.dataset.y === null ? null : gatherTensor(this.dataset.y, this.indices);
  }

  get groups(): ArrayLike<unknown> | null {
    const groups = this.dataset.groups ?? null;
    return groups === null ? null : takeRows(Array.from(groups), this.indices);
  }

  rows(indices: Int32Array): Batch<X> {
    return this.dataset.rows(indices.map((index) => this.indices[index]!));
  }

  range(start: number, end: number): Batch<X> {
    return this.dataset.rows(this.indices.subarray(start, end));
  }
}

/**
 * A data set of the user's with targets as a net encodes them, and with weights and groups that were given beside it. Rows are
 * still taken from the data set itself, so it may load or change them as they are asked for.
 */
export class CheckedDataset implements DatasetLike {
  readonly dataset: DatasetLike;
  readonly y: Target | null;
  readonly sampleWeight: Tensor | null;
  readonly groups: ArrayLike<unknown> | null;

  constructor(dataset: DatasetLike, y: Target | null, { sampleWeight, groups }: DatasetOptions = {}) {
    this.dataset = dataset;
    this.y = y;
    this.sampleWeight = sampleWeight ?? null;
    this.groups = groups ?? null;
  }

  get length(): number {
    return this.dataset.length;
  }

  rows(indices: Int32Array): Batch<Inputs> {
    return this.#withOwn(this.dataset.rows(indices), (tensor) => gatherTensor(tensor, indices));
  }

  range(start: number, end: number): Batch<Inputs> {
    return this.#withOwn(this.dataset.range(start, end), (tensor) => sliceTensor(tensor, start, end));
  }

  #withOwn(batch: Batch<Inputs>, pick: <T extends Target>(tensor: T) => T): Batch<Inputs> {
    const { y, sampleWeight } = this;
    return {
      ...batch,
      ...(y === null ? null : { y: pick(y) }),
      ...(sampleWeight === null ? null : { sampleWeight: pick(sampleWeight) }),
    };
  }
}

/** Whether all rows of a data set lie in memory, so that all of them can be checked before work begins. */
export function isInMemory(dataset: DatasetLike): boolean {
  return dataset instanceof Dataset || (dataset instanceof Subset && isInMemory(dataset.dataset));
}

/** Whether X of a call is a data set already. */
export function isDataset(X: unknown): X is DatasetLike {
  return typeof X === 'object' && X !== null && 'rows' in X && typeof X.rows === 'function' && 'range' in X;
}
