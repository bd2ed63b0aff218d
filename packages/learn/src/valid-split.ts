// How a net sets validation rows aside.

import { Generator } from '@tacit/tensor';
import type { DatasetLike, SplitContext, SplitResult, TrainSplit } from './components.js';
import { isDataset, Subset } from './dataset.js';
import { SplitError } from './errors.js';
import { GroupKFold } from './model-selection/splitters/group-k-fold.js';
import { KFold } from './model-selection/splitters/k-fold.js';
import {
  checkStratifiedSizes,
  classesOf,
  fewGroups,
  groupsOf,
  streamSplit,
} from './model-selection/splitters/split-input.js';
import { splitSizes } from './model-selection/splitters/split-sizes.js';
import { type Fold, type Groups, rowsWhere, type Splitter } from './model-selection/splitters/splitter.js';
import { StratifiedKFold } from './model-selection/splitters/stratified-k-fold.js';
import { shuffledSplit, stratifiedShuffledSplit } from './stratify.js';
import type { Features, Targets } from './validate-input.js';

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
      return this.#shareSplit(dataset, cv, generator);
    }
    if (!Number.isInteger(cv) || cv < 2) throw invalidCv(cv);
    const KindOfFold = grouped ? GroupKFold : stratified ? StratifiedKFold : KFold;
    const { y, groups } = dataset;
    const folds: Splitter = new KindOfFold({ nSplits: cv });
    return firstFold(dataset, folds.split(dataset, y as Targets, groups as Groups));
  }

  #shareSplit(dataset: DatasetLike, share: number, generator: Generator): SplitResult {
    const rows = dataset.length;
    const sizes = splitSizes(rows, { testSize: share }, share);
    const { train, test } = this.options.stratified
      ? stratifiedShuffledSplit(checkStratifiedSizes(classesOf(dataset.y, rows), sizes), sizes, generator)
      : shuffledSplit(rows, sizes, generator);
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

/** A random share of the groups, rounded up, as validation rows. */
function groupedShare(dataset: DatasetLike, share: number, generator: Generator): SplitResult {
  const { codes, counts } = groupsOf(dataset.groups as Groups | null, dataset.length, 2);
  const count = counts.length;
  const valid = Math.ceil(count * share);
  if (valid === count) throw fewGroups(count, valid + 1);
  const { test } = shuffledSplit(count, { test: valid, train: count - valid }, generator);
  const isValid = new Set(test);
  return subsets(
    dataset,
    rowsWhere(codes, (code) => !isValid.has(code)),
    rowsWhere(codes, (code) => isValid.has(code)),
  );
}

function stratifiedGroups(): SplitError {
  return new SplitError('A split cannot keep both shares of classes and groups.', {
    code: 'SPLIT_INVALID',
    got: 'stratified and grouped',
    expected: 'one of the two',
    hint: 'For a classifier pass trainSplit__stratified: false beside trainSplit__grouped.',
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
