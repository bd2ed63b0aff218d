// Rows in memory that batches are taken from.

import type { Tensor } from '@tacit/tensor';
import type { Batch, DatasetLike, Target } from './components.js';
import { gatherTensor, sliceTensor } from './take-rows.js';
import { checkSameLength } from './validate-input.js';

/**
 * Features with their targets, in memory.
 *
 * A net makes one from what `fit` is given (after checking it and encoding labels); as X of `predict` or `fit` it is taken as
 * it is.
 */
export class Dataset implements DatasetLike {
  /** [length, …features] */
  readonly X: Tensor;
  /** [length] or [length, nOutputs]; null without targets. */
  readonly y: Target | null;

  /** @throws DataValueError `LENGTH_MISMATCH`. */
  constructor(X: Tensor, y: Target | null = null) {
    this.X = X;
    this.y = y;
    if (y !== null) checkSameLength(this.length, y.shape[0] ?? 0);
  }

  get length(): number {
    return this.X.shape[0] ?? 0;
  }

  rows(indices: Int32Array): Batch {
    return {
      X: gatherTensor(this.X, indices),
      y: this.y === null ? null : gatherTensor(this.y, indices),
      size: indices.length,
    };
  }

  /** A view: no row is copied. */
  range(start: number, end: number): Batch {
    return {
      X: sliceTensor(this.X, start, end),
      y: this.y === null ? null : sliceTensor(this.y, start, end),
      size: end - start,
    };
  }
}

/** Some rows of another data set, in the order of `indices`. Holds no copy of them. */
export class Subset implements DatasetLike {
  readonly dataset: DatasetLike;
  readonly indices: Int32Array;

  constructor(dataset: DatasetLike, indices: ArrayLike<number>) {
    this.dataset = dataset;
    this.indices = Int32Array.from(indices);
  }

  get length(): number {
    return this.indices.length;
  }

  get y(): Target | null {
    return this.dataset.y === null ? null : gatherTensor(this.dataset.y, this.indices);
  }

  rows(indices: Int32Array): Batch {
    return this.dataset.rows(indices.map((index) => this.indices[index]!));
  }

  range(start: number, end: number): Batch {
    return this.dataset.rows(this.indices.subarray(start, end));
  }
}

/** Whether X of a call is a data set already. */
export function isDataset(X: unknown): X is DatasetLike {
  return typeof X === 'object' && X !== null && 'rows' in X && typeof X.rows === 'function' && 'range' in X;
}
