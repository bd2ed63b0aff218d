// Splits of rows in the order of time: what is tested always comes after what was trained on.

import { checkFolds, invalidSplit, rowsToSplit } from './split-input.js';
import { type Fold, lazyFolds, rowRange, type SplitRows, type Splitter } from './splitter.js';

/** Options of {@link TimeSeriesSplit}. */
export type TimeSeriesSplitOptions = {
  /** Number of splits, at least 2. Default 5. */
  nSplits?: number;
  /** Most training rows; the latest ones are taken. Default null: all rows before the gap. */
  maxTrainSize?: number | null;
  /** Test rows of each split. Default null: rows ÷ (nSplits + 1), rounded down. */
  testSize?: number | null;
  /** Rows left out between training and test rows, so that what they share leaks less. Default 0. */
  gap?: number;
};

/**
 * Tests on consecutive stretches at the end of the rows, each with all earlier rows, less the gap, to train on.
 *
 * @example new TimeSeriesSplit({ nSplits: 3, gap: 2 })
 */
export class TimeSeriesSplit implements Splitter {
  static readonly defaults: Required<TimeSeriesSplitOptions> = {
    nSplits: 5,
    maxTrainSize: null,
    testSize: null,
    gap: 0,
  };
  readonly options: Readonly<Required<TimeSeriesSplitOptions>>;

  constructor(options: TimeSeriesSplitOptions = {}) {
    this.options = { ...TimeSeriesSplit.defaults, ...options };
  }

  getNSplits(): number {
    return this.options.nSplits;
  }

  /** @throws SplitError `SPLIT_INVALID` when rows do not suffice for each split to train on one, or a size is no whole number. */
  split(X: SplitRows): Iterable<Fold> {
    const { nSplits, maxTrainSize, gap } = this.options;
    const rows = rowsToSplit(X);
    checkFolds(rows - 1, nSplits);
    const testSize = this.options.testSize ?? Math.floor(rows / (nSplits + 1));
    checkSize('testSize', testSize, 1);
    checkSize('maxTrainSize', maxTrainSize ?? 1, 1);
    checkSize('gap', gap, 0);
    if (rows - gap - testSize * nSplits < 1) {
      throw invalidSplit(
        `${nSplits} splits of ${testSize} test rows with a gap of ${gap} in ${rows} rows`,
        'at least one row to train on in the first split',
        'Pass fewer splits, a smaller testSize or gap, or more rows.',
      );
    }
    const firstTest = rows - nSplits * testSize;
    return lazyFolds(nSplits, (index) => {
      const start = firstTest + index * testSize;
      const end = start - gap;
      return [rowRange(Math.max(0, end - (maxTrainSize ?? end)), end), rowRange(start, start + testSize)];
    });
  }
}

function checkSize(name: string, size: number, least: number): void {
  if (Number.isInteger(size) && size >= least) return;
  throw invalidSplit(`${name} ${size}`, `a whole number from ${least}`, 'Pass a number of rows.');
}
