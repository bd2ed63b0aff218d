// Random splits, drawn anew each time: rows may be tested several times or never.

import type { Generator } from '@tacit/tensor';
import { generatorFrom } from '../../random-state.js';
import { type ShuffledSplit, shuffledSplit, stratifiedShuffledSplit } from '../../stratify.js';
import type { Targets } from '../../validate-input.js';
import { checkFolds, checkStratifiedSizes, classesOf, rowsToSplit } from './split-input.js';
import { type SizeOptions, splitSizes } from './split-sizes.js';
import type { Fold, SplitRows, Splitter } from './splitter.js';

/** Options of {@link ShuffleSplit} and {@link StratifiedShuffleSplit}. */
export type ShuffleSplitOptions = SizeOptions & {
  /** Number of splits, at least 1. Default 10. */
  nSplits?: number;
  /** Seed of the random choice. Default null: another one at each call. */
  randomState?: number | null;
};

const defaults: Required<ShuffleSplitOptions> = {
  nSplits: 10,
  testSize: null,
  trainSize: null,
  randomState: null,
};

/** A tenth of the rows, as in scikit-learn, where neither size is given. */
const defaultTestSize = 0.1;

/**
 * Random splits of the rows; both parts in random order.
 *
 * @example new ShuffleSplit({ nSplits: 5, testSize: 0.25, randomState: 0 })
 */
export class ShuffleSplit implements Splitter {
  static readonly defaults = defaults;
  readonly options: Readonly<Required<ShuffleSplitOptions>>;

  constructor(options: ShuffleSplitOptions = {}) {
    this.options = { ...defaults, ...options };
  }

  getNSplits(): number {
    return this.options.nSplits;
  }

  /** @throws SplitError `SPLIT_INVALID` for sizes that leave a part empty or exceed the rows. */
  split(X: SplitRows): Iterable<Fold> {
    const rows = rowsToSplit(X);
    checkFolds(Number.POSITIVE_INFINITY, this.options.nSplits, 1);
    const sizes = splitSizes(rows, this.options, defaultTestSize);
    return randomFolds(this.options, (generator) => shuffledSplit(rows, sizes, generator));
  }
}

/**
 * Random splits in which each class has its share of either part, up to rounding.
 *
 * @example new StratifiedShuffleSplit({ nSplits: 5, testSize: 0.25, randomState: 0 })
 */
export class StratifiedShuffleSplit implements Splitter {
  static readonly defaults = defaults;
  readonly options: Readonly<Required<ShuffleSplitOptions>>;

  constructor(options: ShuffleSplitOptions = {}) {
    this.options = { ...defaults, ...options };
  }

  getNSplits(): number {
    return this.options.nSplits;
  }

  /**
   * @param y - a class label a row.
   * @throws SplitError `SPLIT_TARGETS` without class labels; `SPLIT_INVALID` for a class of a single row, for parts with fewer
   * rows than there are classes, and as {@link ShuffleSplit.split}.
   */
  split(X: SplitRows, y?: Targets | null): Iterable<Fold> {
    const rows = rowsToSplit(X);
    checkFolds(Number.POSITIVE_INFINITY, this.options.nSplits, 1);
    const sizes = splitSizes(rows, this.options, defaultTestSize);
    const classes = checkStratifiedSizes(classesOf(y, rows), sizes);
    return randomFolds(this.options, (generator) => stratifiedShuffledSplit(classes, sizes, generator));
  }
}

function randomFolds(
  { nSplits, randomState }: Readonly<Required<ShuffleSplitOptions>>,
  draw: (generator: Generator) => ShuffledSplit,
): Iterable<Fold> {
  // Drawn once for all walks over the folds, which are to see the same ones.
  const seed = randomState ?? generatorFrom(null).nextUint32();
  return {
    *[Symbol.iterator]() {
      const generator = generatorFrom(seed);
      for (let index = 0; index < nSplits; index++) {
        const { train, test } = draw(generator);
        yield [train, test] as const;
      }
    },
  };
}
