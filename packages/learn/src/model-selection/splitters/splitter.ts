// What every splitter is, and folds as an iterable that can be walked again.

import type { DatasetLike } from '../../components.js';
import type { RowData } from '../../take-rows.js';
import type { Features, Targets } from '../../validate-input.js';

/** Row numbers to train on and to test on (a net: to validate on). */
export type Fold = readonly [train: ArrayLike<number>, test: ArrayLike<number>];

/** Rows to split, in any form that `fit` takes but for streams. Only their number matters. */
export type SplitRows = Features | RowData | DatasetLike;

/** The group of each row. */
export type Groups = ArrayLike<string | number | boolean>;

/** Divides rows into training rows and test rows, several times over. */
export interface Splitter {
  /** Number of folds that `split` gives. */
  getNSplits(X?: SplitRows, y?: Targets | null, groups?: Groups | null): number;
  /**
   * Row numbers of each fold, training rows first. All checks are made at the call; rows are computed as folds are asked for.
   *
   * @throws SplitError `SPLIT_INVALID`, `SPLIT_TARGETS`, `SPLIT_GROUPS`; DataValueError `LENGTH_MISMATCH`.
   */
  split(X: SplitRows, y?: Targets | null, groups?: Groups | null): Iterable<Fold>;
}

/** Folds made on demand; each walk over them gives the same ones. */
export function lazyFolds(count: number, foldAt: (index: number) => Fold): Iterable<Fold> {
  return {
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) yield foldAt(index);
    },
  };
}

/** Each fold in turn as test rows, all others as training rows; in the order of the rows. */
export function foldsByNumber(foldOfRow: ArrayLike<number>, count: number): Iterable<Fold> {
  return lazyFolds(count, (index) => [
    rowsWhere(foldOfRow, (fold) => fold !== index),
    rowsWhere(foldOfRow, (fold) => fold === index),
  ]);
}

/** Numbers of the rows whose fold is wanted. */
export function rowsWhere(foldOfRow: ArrayLike<number>, isWanted: (fold: number) => boolean): Int32Array {
  const rows = new Int32Array(foldOfRow.length);
  let count = 0;
  for (let row = 0; row < foldOfRow.length; row++) if (isWanted(foldOfRow[row]!)) rows[count++] = row;
  return rows.slice(0, count);
}

/** Row numbers from `start` up to but not including `end`. */
export function rowRange(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, index) => start + index);
}
