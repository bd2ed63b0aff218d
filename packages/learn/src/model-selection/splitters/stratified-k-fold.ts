// k folds that keep the shares of the classes.

import { generatorFrom } from '../../random-state.js';
import { type ClassCodes, stratifiedFolds } from '../../stratify.js';
import type { Targets } from '../../validate-input.js';
import { type KFoldOptions, kFoldDefaults } from './k-fold.js';
import { checkFolds, checkMembers, checkRandomState, classesOf, rowsToSplit } from './split-input.js';
import { type Fold, foldsByNumber, type SplitRows, type Splitter } from './splitter.js';

/**
 * k folds in which each class has its share of the rows, up to one. Unshuffled ones are scikit-learn's to the row.
 *
 * @example const folds = [...new StratifiedKFold({ nSplits: 3 }).split(X, y)];
 */
export class StratifiedKFold implements Splitter {
  static readonly defaults: Required<KFoldOptions> = kFoldDefaults;
  readonly options: Readonly<Required<KFoldOptions>>;

  constructor(options: KFoldOptions = {}) {
    this.options = { ...kFoldDefaults, ...options };
  }

  getNSplits(): number {
    return this.options.nSplits;
  }

  /**
   * Warns `SMALL_CLASS` when a class has fewer rows than there are folds.
   *
   * @param y - a class label a row; whole numbers, strings or booleans.
   * @throws SplitError `SPLIT_TARGETS` for anything else; `SPLIT_INVALID` when no class has a row for each fold, and as
   * {@link KFold.split}.
   */
  split(X: SplitRows, y?: Targets | null): Iterable<Fold> {
    const { nSplits, shuffle, randomState } = this.options;
    const rows = rowsToSplit(X);
    checkRandomState(shuffle, randomState);
    checkFolds(rows, nSplits);
    const classes = checkMembers(classesOf(y, rows), nSplits);
    const folds = stratifiedFolds(classes, nSplits);
    return foldsByNumber(shuffle ? shuffledWithinClasses(folds, classes, randomState) : folds, nSplits);
  }
}

function shuffledWithinClasses(
  folds: Int32Array,
  { codes, counts }: ClassCodes,
  randomState: number | null,
): Int32Array {
  const generator = generatorFrom(randomState);
  const rowsOfClass: number[][] = counts.map(() => []);
  for (const [row, code] of codes.entries()) rowsOfClass[code]!.push(row);
  const shuffled = new Int32Array(folds.length);
  for (const rows of rowsOfClass) {
    const order = generator.permutation(rows.length);
    for (const [place, row] of rows.entries()) shuffled[row] = folds[rows[order[place]!]!]!;
  }
  return shuffled;
}
