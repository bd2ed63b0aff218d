// Cuts a data set into batches, in order or shuffled.

import { Generator } from '@tacit/tensor';
import type { Batch, DatasetLike, Inputs } from './components.js';
import { ParameterError } from './errors.js';

/** Options of {@link DataLoader}. */
export type DataLoaderOptions = {
  /** Rows of a batch, at least 1, or −1 for all rows at once. 128, skorch's default. */
  batchSize?: number;
  /** Whether each pass takes the rows in a new random order. false; nets pass true for training. */
  shuffle?: boolean;
  /** Whether a last batch with fewer rows is left out. false. */
  dropLast?: boolean;
  /** Where random orders come from. null: a generator with seed 0; nets pass one that follows from their seed. */
  generator?: Generator | null;
};

/**
 * The batches of a data set. Each iteration is one pass over the rows; with `shuffle`, each in another order.
 *
 * Batches of unshuffled data in memory are views and cost nothing; shuffled ones are copied into one new array each.
 */
export class DataLoader<X extends Inputs = Inputs> implements Iterable<Batch<X>> {
  static readonly defaults = { batchSize: 128, shuffle: false, dropLast: false, generator: null };
  readonly dataset: DatasetLike<X>;
  readonly options: Readonly<Required<DataLoaderOptions>>;
  #generator: Generator | null;

  constructor(dataset: DatasetLike<X>, options: DataLoaderOptions = {}) {
    this.dataset = dataset;
    this.options = { ...DataLoader.defaults, ...options };
    this.#generator = options.generator ?? null;
  }

  /** Number of batches of one pass. */
  get length(): number {
    const batches = this.dataset.length / this.#batchSize();
    return this.options.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /** @throws ParameterError `PARAMETER_VALUE` for a batch size that is neither a whole number from 1 nor −1. */
  *[Symbol.iterator](): Iterator<Batch<X>> {
    const size = this.#batchSize();
    const rows = this.dataset.length;
    const order = this.options.shuffle ? this.#order(rows) : null;
    for (let batch = 0, count = this.length; batch < count; batch++) {
      const start = batch * size;
      const end = Math.min(start + size, rows);
      yield order === null ? this.dataset.range(start, end) : this.dataset.rows(order.subarray(start, end));
    }
  }

  #order(rows: number): Int32Array {
    this.#generator ??= new Generator(0);
    return this.#generator.permutation(rows);
  }

  #batchSize(): number {
    const { batchSize } = this.options;
    if (batchSize === -1) return Math.max(1, this.dataset.length);
    if (Number.isInteger(batchSize) && batchSize >= 1) return batchSize;
    throw new ParameterError(`batchSize is ${batchSize}, expected a whole number from 1, or −1.`, {
      code: 'PARAMETER_VALUE',
      got: String(batchSize),
      expected: 'a whole number from 1, or −1 for all rows in one batch',
      hint: 'Pass −1 for all rows in one batch.',
    });
  }
}
