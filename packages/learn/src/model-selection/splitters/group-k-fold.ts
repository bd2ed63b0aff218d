// k folds that keep groups together.

import { generatorFrom } from '../../random-state.js';
import { consecutiveFolds, groupedFolds } from '../../stratify.js';
import type { Targets } from '../../validate-input.js';
import { type KFoldOptions, kFoldDefaults } from './k-fold.js';
import { checkFolds, checkRandomState, groupsOf, rowsToSplit } from './split-input.js';
import { type Fold, foldsByNumber, type Groups, type SplitRows, type Splitter } from './splitter.js';

/**
 * k folds in which no group is in two: the largest group first, each to the fold with the fewest rows so far, as in
 * scikit-learn. Of equally large groups the later one comes first; scikit-learn's order among these depends on the processor
 * (NumPy sorts unstably), and is this one for up to 16 groups where NumPy has no vector instructions. With `shuffle` the groups,
 * whatever their sizes, are dealt out at random.
 *
 * @example const folds = [...new GroupKFold({ nSplits: 3 }).split(X, y, patients)];
 */
export class GroupKFold implements Splitter {
  static readonly defaults: Required<KFoldOptions> = kFoldDefaults;
  readonly options: Readonly<Required<KFoldOptions>>;

  constructor(options: KFoldOptions = {}) {
    this.options = { ...kFoldDefaults, ...options };
  }

  getNSplits(): number {
    return this.options.nSplits;
  }

  /**
   * @param groups - the group of each row.
   * @throws SplitError `SPLIT_GROUPS` without them, or with fewer groups than folds; `SPLIT_INVALID` as {@link KFold.split}.
   */
  split(X: SplitRows, _y?: Targets | null, groups?: Groups | null): Iterable<Fold> {
    const { nSplits, shuffle, randomState } = this.options;
    const rows = rowsToSplit(X);
    checkRandomState(shuffle, randomState);
    checkFolds(rows, nSplits);
    const known = groupsOf(groups, rows, nSplits);
    if (!shuffle) return foldsByNumber(groupedFolds(known, nSplits), nSplits);
    const count = known.counts.length;
    const order = generatorFrom(randomState).permutation(count);
    const places = consecutiveFolds(count, nSplits);
    const foldOfGroup = new Int32Array(count);
    for (let place = 0; place < count; place++) foldOfGroup[order[place]!] = places[place]!;
    return foldsByNumber(
      known.codes.map((group) => foldOfGroup[group]!),
      nSplits,
    );
  }
}
