// How a net sets validation rows aside.

import { Generator, IntTensor } from '@tacit/tensor';
import type { DatasetLike, SplitContext, SplitResult, Target, TrainSplit } from './components.js';
import { isDataset, Subset } from './dataset.js';
import { SplitError } from './errors.js';
import {
  type ClassCodes,
  codesByAppearance,
  consecutiveFolds,
  groupedFolds,
  shuffledSplit,
  stratifiedFolds,
  stratifiedShuffledSplit,
} from './stratify.js';
import type { Features, Targets } from './validate-input.js';
import { warn } from './warnings.js';

/** Row numbers to train on and to validate on. */
export type Fold = readonly [train: ArrayLike<number>, valid: ArrayLike<number>];

/** Options of {@link ValidSplit}. */
export type ValidSplitOptions = {
  /**
   * A whole number k ≥ 2: the first of k folds, without shuffling. A share between 0 and 1: so many rows (rounded up), at
   * random. Or folds, of which the first is taken. Default 5.
   */
  cv?: number | Iterable<Fold>;
  /** Whether validation rows have the classes in their shares. Needs class labels. Default false. */
  stratified?: boolean;
  /** Whether rows of a group stay together. Needs `groups` in `fit`. Default false. */
  grouped?: boolean;
  /** Seed of the random choice, for a share only. Default null: the net's seed. */
  randomState?: number | null;
};

/**
 * The first fold of a split as validation rows: the same rows for the same data each time, unless `cv` is a share. The rules
 * are those of skorch and scikit-learn, to the row; what is random is not their random numbers.
 *
 * @example new ValidSplit(5, { stratified: true }) // or: new ValidSplit({ cv: 5, stratified: true })
 */
export class ValidSplit implements TrainSplit {
  static readonly defaults = { cv: 5, stratified: false, grouped: false, randomState: null };
  readonly options: Readonly<Required<ValidSplitOptions>>;

  /** @param cv - as the option of this name, which may also be given among the options, all in one. */
  constructor(
    cv: NonNullable<ValidSplitOptions['cv']> | ValidSplitOptions = {},
    options: ValidSplitOptions = {},
  ) {
    const given = typeof cv === 'object' && !(Symbol.iterator in cv) ? cv : { cv };
    this.options = { ...ValidSplit.defaults, ...given, ...options };
  }

  /**
   * @throws SplitError `SPLIT_INVALID` for a `cv` that gives no split of these rows, or a `randomState` without a share;
   * `SPLIT_TARGETS` when the targets are no classes to stratify by; `SPLIT_GROUPS` when groups are to be kept together and
   * there are none, or too few of them.
   */
  split(dataset: DatasetLike, context?: Pick<SplitContext, 'generator'>): SplitResult {
    const { cv, randomState, stratified, grouped } = this.options;
    const rows = dataset.length;
    if (!Number.isFinite(rows)) throw streamSplit();
    if (randomState !== null && !isShare(cv)) throw uselessRandomState(cv);
    if (stratified && grouped) throw stratifiedGroups();
    if (typeof cv !== 'number') return firstFold(dataset, cv);
    if (isShare(cv)) {
      const generator =
        randomState === null ? (context?.generator ?? new Generator(0)) : new Generator(randomState);
      if (grouped) return groupedShare(dataset, cv, generator);
      return this.#shareSplit(dataset, Math.ceil(rows * cv), generator);
    }
    if (!Number.isInteger(cv) || cv < 2) throw invalidCv(cv);
    if (rows < cv) throw tooFewRows(rows, `${cv} folds`, `at least ${cv} rows`);
    const folds = grouped
      ? groupedFolds(checkedGroups(dataset, cv), cv)
      : stratified
        ? stratifiedFolds(checkedMembers(classCodes(dataset.y), cv), cv)
        : consecutiveFolds(rows, cv);
    return subsets(
      dataset,
      rowsWhere(folds, (fold) => fold !== 0),
      rowsWhere(folds, (fold) => fold === 0),
    );
  }

  #shareSplit(dataset: DatasetLike, validSize: number, generator: Generator): SplitResult {
    const rows = dataset.length;
    const classes = this.options.stratified ? classCodes(dataset.y) : null;
    // A part with fewer rows than there are classes cannot hold all of them.
    const needed = classes?.counts.length ?? 1;
    if (validSize < needed || rows - validSize < needed) {
      throw tooFewRows(
        rows,
        `${validSize} of ${rows} rows for validation`,
        `at least ${needed} in each part`,
      );
    }
    const { train, test } =
      classes === null
        ? shuffledSplit(rows, validSize, generator)
        : stratifiedShuffledSplit(classes, validSize, generator);
    return subsets(dataset, train, test);
  }
}

/**
 * Validates on rows of one's own choice; trains on all rows that `fit` is given.
 *
 * @param X - as in `fit`; or a data set that is used as it is.
 * @param y - as in `fit`.
 * @example new NeuralNetClassifier({ module, trainSplit: predefinedSplit(XValid, yValid) })
 */
export function predefinedSplit(X: Features | DatasetLike, y?: Targets): TrainSplit {
  return {
    split: (dataset, { prepare }) => ({
      train: dataset,
      valid: isDataset(X) && y === undefined ? X : prepare(X, y),
    }),
  };
}

function isShare(cv: unknown): cv is number {
  return typeof cv === 'number' && cv > 0 && cv < 1;
}

function subsets(dataset: DatasetLike, train: ArrayLike<number>, valid: ArrayLike<number>): SplitResult {
  return { train: new Subset(dataset, train), valid: new Subset(dataset, valid) };
}

function firstFold(dataset: DatasetLike, folds: Iterable<Fold>): SplitResult {
  for (const [train, valid] of folds) return subsets(dataset, train, valid);
  throw new SplitError('cv holds no fold.', {
    code: 'SPLIT_INVALID',
    got: 'no folds',
    expected: 'at least one pair of row numbers',
    hint: 'Pass a whole number, a share, or pairs [trainRows, validRows].',
  });
}

function rowsWhere(folds: Int32Array, isWanted: (fold: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < folds.length; row++) if (isWanted(folds[row]!)) rows.push(row);
  return Int32Array.from(rows);
}

/** A random share of the groups, rounded up, as validation rows. */
function groupedShare(dataset: DatasetLike, share: number, generator: Generator): SplitResult {
  const { codes, counts } = checkedGroups(dataset, 2);
  const { test } = shuffledSplit(counts.length, Math.ceil(counts.length * share), generator);
  if (test.length === counts.length) throw fewGroups(counts.length, test.length + 1);
  const isValid = new Set(test);
  return subsets(
    dataset,
    rowsWhere(codes, (code) => !isValid.has(code)),
    rowsWhere(codes, (code) => isValid.has(code)),
  );
}

/** Groups numbered in sorted order, as scikit-learn does. */
function checkedGroups(dataset: DatasetLike, atLeast: number): ClassCodes {
  const groups = dataset.groups ?? null;
  if (groups === null) throw noGroups();
  const list = Array.from(groups) as (string | number)[];
  const sorted = [...new Set(list)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length < atLeast) throw fewGroups(sorted.length, atLeast);
  const codeOf = new Map(sorted.map((group, code) => [group, code]));
  const codes = Int32Array.from(list, (group) => codeOf.get(group)!);
  const counts = new Array<number>(sorted.length).fill(0);
  for (const code of codes) counts[code]!++;
  return { codes, counts };
}

function classCodes(y: Target | null): ClassCodes {
  const isClasses =
    y !== null && y.shape.length === 1 && (y instanceof IntTensor || y.data.every(Number.isInteger));
  if (isClasses) return codesByAppearance(y.data);
  const got = y === null ? 'no y' : y.shape.length > 1 ? 'rows of numbers as y' : 'continuous y';
  throw new SplitError(`A stratified split got ${got}.`, {
    code: 'SPLIT_TARGETS',
    got,
    expected: 'one class label a row',
    hint: 'Leave out stratified, or pass class labels.',
  });
}

function checkedMembers(classes: ClassCodes, folds: number): ClassCodes {
  const fewest = Math.min(...classes.counts);
  const most = Math.max(...classes.counts);
  if (most < folds) {
    throw tooFewRows(
      most,
      `${folds} folds of classes with at most ${most} rows`,
      `${folds} rows of some class`,
    );
  }
  if (fewest < folds) {
    warn(
      'SMALL_CLASS',
      `A class has ${fewest} rows, fewer than the ${folds} folds: some folds will lack it.`,
    );
  }
  return classes;
}

function noGroups(): SplitError {
  return new SplitError('A grouped split got no groups.', {
    code: 'SPLIT_GROUPS',
    got: 'no groups',
    expected: 'the group of each row',
    hint: 'Pass them to fit: net.fit(X, y, { groups }).',
  });
}

function fewGroups(got: number, expected: number): SplitError {
  return new SplitError(`There are ${got} groups, too few to split.`, {
    code: 'SPLIT_GROUPS',
    got: `${got} groups`,
    expected: `at least ${expected}`,
    hint: 'Pass a smaller cv, or more groups.',
  });
}

function stratifiedGroups(): SplitError {
  return new SplitError('A split cannot keep both shares of classes and groups.', {
    code: 'SPLIT_INVALID',
    got: 'stratified and grouped',
    expected: 'one of the two',
    hint: 'For a classifier pass trainSplit__stratified: false beside trainSplit__grouped.',
  });
}

function streamSplit(): SplitError {
  return new SplitError('A stream cannot be split.', {
    code: 'SPLIT_INVALID',
    got: 'a stream, whose rows are not known before it ends',
    expected: 'rows in memory, or no split',
    hint: 'Pass trainSplit: false, or predefinedSplit(XValid, yValid).',
  });
}

function tooFewRows(rows: number, got: string, expected: string): SplitError {
  return new SplitError(`Cannot split: ${got}, expected ${expected}.`, {
    code: 'SPLIT_INVALID',
    got: `${rows} rows; ${got}`,
    expected,
    hint: 'Pass more rows, split otherwise, or train without validation by trainSplit: false.',
  });
}

function invalidCv(cv: unknown): SplitError {
  return new SplitError(`cv is ${String(cv)}.`, {
    code: 'SPLIT_INVALID',
    got: String(cv),
    expected: 'a whole number from 2, a share between 0 and 1, or folds',
    hint: 'Pass 5 for the first of five folds, 0.2 for a random fifth.',
  });
}

function uselessRandomState(cv: unknown): SplitError {
  return new SplitError('randomState has no effect unless cv is a share.', {
    code: 'SPLIT_INVALID',
    got: `randomState with cv ${typeof cv === 'number' ? cv : 'as folds'}`,
    expected: 'a cv between 0 and 1, or no randomState',
    hint: 'Folds are not shuffled: leave out randomState, or pass a share such as cv 0.2.',
  });
}
