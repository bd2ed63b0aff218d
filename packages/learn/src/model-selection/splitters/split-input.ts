// Checks of what splitters are given: numbers of rows and folds, classes to stratify by, groups to keep together.

import { IntTensor, Tensor } from '@tacit/tensor';
import { isArrowTable } from '../../arrow.js';
import { SplitError } from '../../errors.js';
import { sortedClasses } from '../../label-encoder.js';
import { type ClassCodes, codesByAppearance, type SplitSizes } from '../../stratify.js';
import { isStream } from '../../stream.js';
import { countRows, type RowData } from '../../take-rows.js';
import { checkSameLength, toLabels } from '../../validate-input.js';
import { warn } from '../../warnings.js';
import type { Groups, SplitRows } from './splitter.js';

/** Number of rows. @throws SplitError `SPLIT_INVALID` for a stream. */
export function rowsToSplit(X: SplitRows): number {
  if (isStream(X)) throw streamSplit();
  return isArrowTable(X) ? X.numRows : countRows(X as RowData);
}

/** @throws SplitError `SPLIT_INVALID` unless there are two folds or more (`atLeast`), and no more than rows. */
export function checkFolds(rows: number, nSplits: number, atLeast = 2): void {
  if (!Number.isInteger(nSplits) || nSplits < atLeast) {
    throw invalidSplit(`nSplits ${nSplits}`, `a whole number from ${atLeast}`, 'Pass { nSplits: 5 }.');
  }
  if (rows < nSplits) throw tooFewRows(rows, `${nSplits} folds`, `at least ${nSplits} rows`);
}

/** @throws SplitError `SPLIT_INVALID` for a seed where nothing is random. */
export function checkRandomState(shuffle: boolean, randomState: number | null): void {
  if (shuffle || randomState === null) return;
  throw invalidSplit(
    'randomState without shuffle',
    'a seed only where rows are shuffled',
    'Leave it out, or pass shuffle: true.',
  );
}

/**
 * The class of each row.
 *
 * @param rows - how many there have to be; null: any number.
 * @throws SplitError `SPLIT_TARGETS` unless y is a label a row; DataValueError `LENGTH_MISMATCH`.
 */
export function classesOf(y: unknown, rows: number | null): ClassCodes {
  if (y === null || y === undefined) throw noClasses('no y');
  const isTensor = y instanceof Tensor || y instanceof IntTensor;
  if (isTensor ? y.shape.length > 1 : Array.isArray(y) && Array.isArray(y[0])) {
    throw noClasses('rows of numbers as y');
  }
  const labels = toLabels(y);
  if (rows !== null) checkSameLength(rows, labels.length);
  if (typeof labels[0] === 'number' && !labels.every(Number.isInteger)) throw noClasses('continuous y');
  return codesByAppearance(labels);
}

/** Warns of a class with fewer rows than folds. @throws SplitError `SPLIT_INVALID` when that is so of all classes. */
export function checkMembers(classes: ClassCodes, nSplits: number): ClassCodes {
  const most = classes.counts.reduce((max, count) => Math.max(max, count), 0);
  const fewest = classes.counts.reduce((min, count) => Math.min(min, count), most);
  if (most < nSplits) {
    throw tooFewRows(
      most,
      `${nSplits} folds of classes with at most ${most} rows`,
      `${nSplits} rows of some class`,
    );
  }
  if (fewest < nSplits) {
    warn(
      'SMALL_CLASS',
      `A class has ${fewest} rows, fewer than the ${nSplits} folds: some folds will lack it.`,
    );
  }
  return classes;
}

/**
 * @throws SplitError `SPLIT_INVALID` when a class has a single row, or a part has fewer rows than there are classes: neither
 * can give both parts a row of each.
 */
export function checkStratifiedSizes(classes: ClassCodes, { test, train }: SplitSizes): ClassCodes {
  const count = classes.counts.length;
  if (classes.counts.some((members) => members < 2)) {
    throw invalidSplit(
      'a class with a single row',
      'at least 2 rows of each class',
      'Split without regard to classes, or leave the class out.',
    );
  }
  if (test < count || train < count) {
    throw invalidSplit(
      `${test} test rows and ${train} training rows for ${count} classes`,
      'at least a row of each class in each part',
      'Choose another size, or split without regard to classes.',
    );
  }
  return classes;
}

/**
 * The group of each row, numbered in sorted order, as scikit-learn does.
 *
 * @throws SplitError `SPLIT_GROUPS` without groups, or with fewer than `atLeast`; DataValueError `LENGTH_MISMATCH`.
 */
export function groupsOf(groups: Groups | null | undefined, rows: number, atLeast: number): ClassCodes {
  if (groups === null || groups === undefined) throw noGroups();
  checkSameLength(rows, groups.length, 'groups');
  const list = Array.from(groups);
  const sorted = sortedClasses(list);
  if (sorted.length < atLeast) throw fewGroups(sorted.length, atLeast);
  const codeOf = new Map(sorted.map((group, code) => [group, code]));
  const codes = Int32Array.from(list, (group) => codeOf.get(group)!);
  const counts = new Array<number>(sorted.length).fill(0);
  for (const code of codes) counts[code]!++;
  return { codes, counts };
}

/** A split that cannot be made. */
export function invalidSplit(got: string, expected: string, hint: string): SplitError {
  return new SplitError(`Cannot split: ${got}, expected ${expected}.`, {
    code: 'SPLIT_INVALID',
    got,
    expected,
    hint,
  });
}

/** A split that needs more rows. */
export function tooFewRows(rows: number, got: string, expected: string): SplitError {
  return new SplitError(`Cannot split: ${got}, expected ${expected}.`, {
    code: 'SPLIT_INVALID',
    got: `${rows} rows; ${got}`,
    expected,
    hint: 'Pass more rows or split otherwise; a net trains without validation rows by trainSplit: false.',
  });
}

/** Too few groups to give each side one. */
export function fewGroups(got: number, expected: number): SplitError {
  return new SplitError(`There are ${got} groups, too few to split.`, {
    code: 'SPLIT_GROUPS',
    got: `${got} groups`,
    expected: `at least ${expected}`,
    hint: 'Split into fewer folds, or pass more groups.',
  });
}

/** Rows whose number is not known. */
export function streamSplit(): SplitError {
  return new SplitError('A stream cannot be split.', {
    code: 'SPLIT_INVALID',
    got: 'a stream, whose rows are not known before it ends',
    expected: 'rows in memory, or no split',
    hint: 'For a net pass trainSplit: false, or predefinedSplit(XValid, yValid).',
  });
}

function noClasses(got: string): SplitError {
  return new SplitError(`A stratified split got ${got}.`, {
    code: 'SPLIT_TARGETS',
    got,
    expected: 'one class label a row',
    hint: 'Split without regard to classes, or pass class labels.',
  });
}

function noGroups(): SplitError {
  return new SplitError('A grouped split got no groups.', {
    code: 'SPLIT_GROUPS',
    got: 'no groups',
    expected: 'the group of each row',
    hint: 'Pass them: net.fit(X, y, { groups }), or splitter.split(X, y, groups).',
  });
}
