// Folds that the user has assigned to the rows.

import { checkSameLength } from '../../validate-input.js';
import { invalidSplit, rowsToSplit } from './split-input.js';
import { type Fold, lazyFolds, rowsWhere, type SplitRows, type Splitter } from './splitter.js';

/** Options of {@link PredefinedSplit}. */
export type PredefinedSplitOptions = {
  /** The fold in which each row is tested, a whole number; −1 for a row that is always trained on. */
  testFold: ArrayLike<number>;
};

/**
 * The folds that a list names, in ascending order. For rows to validate a net on, see `predefinedSplit`.
 *
 * @example new PredefinedSplit({ testFold: [0, 0, 1, 1, -1] })
 */
export class PredefinedSplit implements Splitter {
  readonly options: Readonly<PredefinedSplitOptions>;

  constructor(options: PredefinedSplitOptions) {
    this.options = options;
  }

  getNSplits(): number {
    return this.#folds().length;
  }

  /** @throws SplitError `SPLIT_INVALID` without any fold; DataValueError `LENGTH_MISMATCH` unless each row has its fold. */
  split(X: SplitRows): Iterable<Fold> {
    const { testFold } = this.options;
    checkSameLength(rowsToSplit(X), testFold.length, 'testFold');
    const folds = this.#folds();
    return lazyFolds(folds.length, (index) => [
      rowsWhere(testFold, (fold) => fold !== folds[index]),
      rowsWhere(testFold, (fold) => fold === folds[index]),
    ]);
  }

  #folds(): number[] {
    const { testFold } = this.options;
    const wrong = Array.prototype.find.call(testFold, (fold) => !Number.isInteger(fold) || fold < -1);
    if (wrong !== undefined) throw notAFold(String(wrong));
    const folds = [...new Set(Array.from(testFold))].filter((fold) => fold !== -1).sort((a, b) => a - b);
    if (folds.length === 0) throw notAFold('only −1');
    return folds;
  }
}

function notAFold(got: string): Error {
  return invalidSplit(
    `testFold holds ${got}`,
    'whole numbers from 0, and −1 for rows that are always trained on',
    'Number the folds from 0.',
  );
}
