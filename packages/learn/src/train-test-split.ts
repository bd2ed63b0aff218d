// Rows to fit on and rows to judge by.

import { Generator } from '@tacit/tensor';
import { SplitError } from './errors.js';
import {
  type ClassCodes,
  codesByAppearance,
  type ShuffledSplit,
  shuffledSplit,
  stratifiedShuffledSplit,
} from './stratify.js';
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
  const test = testRows(testSize, rows);
  if (!shuffle) {
    if (stratify !== null) throw stratifiedInOrder();
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    return { train: order.slice(0, rows - test), test: order.slice(rows - test) };
  }
  const generator = new Generator(seed ?? Math.floor(Math.random() * 2 ** 32));
  if (stratify === null) return shuffledSplit(rows, test, generator);
  return stratifiedShuffledSplit(checkedClasses(stratify, rows, test), test, generator);
}

function testRows(testSize: number, rows: number): number {
  const test = testSize > 0 && testSize < 1 ? Math.ceil(testSize * rows) : testSize;
  if (Number.isInteger(test) && test >= 1 && test < rows) return test;
  throw invalidSplit(
    `testSize ${testSize} of ${rows} rows`,
    'a share or a number that leaves at least one row in each part',
    'Pass a share between 0 and 1, or a number of rows.',
  );
}

function checkedClasses(stratify: LabelRows, rows: number, test: number): ClassCodes {
  checkSameLength(rows, countRows(stratify));
  const classes = codesByAppearance('shape' in stratify ? stratify.data : stratify);
  const smallest = Math.min(...classes.counts);
  if (smallest < 2) {
    throw invalidSplit(
      'a class with a single row',
      'at least 2 rows of each class',
      'Leave out stratify, or the class.',
    );
  }
  const count = classes.counts.length;
  if (test < count || rows - test < count) {
    throw invalidSplit(
      `${test} test rows and ${rows - test} training rows for ${count} classes`,
      'at least a row of each class in each part',
      'Choose another testSize, or leave out stratify.',
    );
  }
  return classes;
}

function stratifiedInOrder(): SplitError {
  return invalidSplit(
    'stratify with shuffle: false',
    'a random split for stratify',
    'Leave out one of the two.',
  );
}

function invalidSplit(got: string, expected: string, hint: string): SplitError {
  return new SplitError(`Cannot split: ${got}, expected ${expected}.`, {
    code: 'SPLIT_INVALID',
    got,
    expected,
    hint,
  });
}
