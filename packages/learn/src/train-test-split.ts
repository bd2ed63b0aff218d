// Rows to fit on and rows to judge by.

import type { SplitError } from './errors.js';
import { checkStratifiedSizes, invalidSplit } from './model-selection/splitters/split-input.js';
import { splitSizes } from './model-selection/splitters/split-sizes.js';
import { rowRange } from './model-selection/splitters/splitter.js';
import { generatorFrom } from './random-state.js';
import { codesByAppearance, type ShuffledSplit, shuffledSplit, stratifiedShuffledSplit } from './stratify.js';
import { countRows, type RowData, takeRows } from './take-rows.js';
import { checkSameLength } from './validate-input.js';

/** Labels in any form that rows have, but for records. */
type LabelRows = Exclude<RowData, { readonly [name: string]: RowData }>;

/** Options of {@link trainTestSplit}. */
export interface TrainTestSplitOptions {
  /** A share between 0 and 1 (rounded up), or a number of rows from 1. Default 0.25, scikit-learn's. */
  readonly testSize?: number;
  /** Labels whose shares both parts keep, usually y. Default null: none. */
  readonly stratify?: LabelRows | null;
  /** Seed of the random choice. Default null: another one at each call. */
  readonly seed?: number | null;
  /** false takes the last rows for the test, in their order; true is the default. */
  readonly shuffle?: boolean;
}

/** What {@link trainTestSplit} gives: rows in the form they came in, and which they were. */
export interface TrainTestSplit<X, Y> {
  readonly XTrain: X;
  readonly XTest: X;
  readonly yTrain: Y;
  readonly yTest: Y;
  readonly trainIndices: Int32Array;
  readonly testIndices: Int32Array;
}

/**
 * Splits rows and their targets at random into a part to train on and a part to test on.
 *
 * With `stratify`, each class gets its share of the test rows: whole parts first, the rest to the largest remainders, as in
 * scikit-learn. The random numbers are this project's own, so a seed does not give the rows that it gives there.
 *
 * @param X - rows in any form that `fit` takes.
 * @param y - as many targets.
 * @throws DataValueError `LENGTH_MISMATCH`; SplitError `SPLIT_INVALID`, also for a class of a single row with `stratify`.
 * @example const { XTrain, XTest, yTrain, yTest } = trainTestSplit(X, y, { stratify: y, seed: 0 });
 */
export function trainTestSplit<X extends RowData, Y extends RowData>(
  X: X,
  y: Y,
  options: TrainTestSplitOptions = {},
): TrainTestSplit<X, Y> {
  const rows = countRows(X);
  checkSameLength(rows, countRows(y));
  const { train, test } = splitIndices(rows, options);
  return {
    XTrain: takeRows(X, train),
    XTest: takeRows(X, test),
    yTrain: takeRows(y, train),
    yTest: takeRows(y, test),
    trainIndices: train,
    testIndices: test,
  };
}

function splitIndices(rows: number, options: TrainTestSplitOptions): ShuffledSplit {
  const { testSize = 0.25, stratify = null, seed = null, shuffle = true } = options;
  const sizes = splitSizes(rows, { testSize }, testSize);
  if (!shuffle) {
    if (stratify !== null) throw stratifiedInOrder();
    return { train: rowRange(0, sizes.train), test: rowRange(sizes.train, rows) };
  }
  const generator = generatorFrom(seed);
  if (stratify === null) return shuffledSplit(rows, sizes, generator);
  checkSameLength(rows, countRows(stratify));
  const classes = codesByAppearance('shape' in stratify ? stratify.data : stratify);
  return stratifiedShuffledSplit(checkStratifiedSizes(classes, sizes), sizes, generator);
}

function stratifiedInOrder(): SplitError {
  return invalidSplit(
    'stratify with shuffle: false',
    'a random split for stratify',
    'Leave out one of the two.',
  );
}
