// How many rows a random split trains on and tests on.

import type { SplitSizes } from '../../stratify.js';
import { invalidSplit } from './split-input.js';

/** Sizes as the user says them. */
export type SizeOptions = {
  /** A share between 0 and 1 (rounded up), or a number of rows from 1. Default null: what `trainSize` leaves. */
  testSize?: number | null;
  /** A share between 0 and 1 (rounded down), or a number of rows from 1. Default null: what `testSize` leaves. */
  trainSize?: number | null;
};

/**
 * Numbers of rows, by scikit-learn's rules.
 *
 * @param defaultTestSize - where neither size is given.
 * @throws SplitError `SPLIT_INVALID` for sizes that leave a part empty or exceed the rows.
 */
export function splitSizes(rows: number, options: SizeOptions, defaultTestSize: number): SplitSizes {
  const { trainSize = null } = options;
  const testSize = options.testSize ?? (trainSize === null ? defaultTestSize : null);
  const test = testSize === null ? null : absolute(testSize, rows, Math.ceil);
  const train = trainSize === null ? null : absolute(trainSize, rows, Math.floor);
  const sizes = { test: test ?? rows - train!, train: train ?? rows - test! };
  const isPossible = [sizes.test, sizes.train].every((size) => Number.isInteger(size) && size >= 1);
  if (isPossible && sizes.test + sizes.train <= rows) return sizes;
  const got = [
    ...(testSize === null ? [] : [`testSize ${testSize}`]),
    ...(trainSize === null ? [] : [`trainSize ${trainSize}`]),
  ].join(' and ');
  throw invalidSplit(
    `${got} of ${rows} rows`,
    'a share or a number that leaves at least one row in each part',
    'Pass a share between 0 and 1, or a number of rows.',
  );
}

function absolute(size: number, rows: number, round: (size: number) => number): number {
  return size > 0 && size < 1 ? round(size * rows) : size;
}
