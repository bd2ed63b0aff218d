// k folds of rows, by scikit-learn's rules to the row unless shuffled.

import { generatorFrom } from '../../random-state.js';
import { consecutiveFolds } from '../../stratify.js';
import { checkFolds, checkRandomState, rowsToSplit } from './split-input.js';
import { type Fold, foldsByNumber, type SplitRows, type Splitter } from './splitter.js';

/** Options of the splitters into k folds. */
export type KFoldOptions = {
  /** Number of folds, at least 2. Default 5. */
  nSplits?: number;
  /** Whether rows are dealt to the folds at random. Default false: neighbors stay together. */
  shuffle?: boolean;
  /** Seed of the random choice, only with `shuffle`. Default null: another one at each call. */
  randomState?: number | null;
};

/** Defaults of {@link KFoldOptions}. */
export const kFoldDefaults = { nSplits: 5, shuffle: false, randomState: null } as const;

/**
 * k folds of neighboring rows; the first n mod k folds have one row more. Test rows come in ascending order, shuffled or not.
 *
 * @example for (const [train, test] of new KFold({ nSplits: 3 }).split(X)) console.log(test.length);
 */
export class KFold implements Splitter {
  static readonly defaults: Required<KFoldOptions> = kFoldDefaults;
  readonly options: Readonly<Required<KFoldOptions>>;

  constructor(options: KFoldOptions = {}) {
    this.options = { ...kFoldDefaults, ...options };
  }

  getNSplits(): number {
    return this.options.nSplits;
  }

  /** @throws SplitError `SPLIT_INVALID` for fewer than 2 folds, more folds than rows, or a seed without `shuffle`. */
  split(X: SplitRows): Iterable<Fold> {
    const { nSplits, shuffle, randomState } = this.options;
    const rows = rowsToSplit(X);
    checkRandomState(shuffle, randomState);
    checkFolds(rows, nSplits);
    const folds = consecutiveFolds(rows, nSplits);
    if (!shuffle) return foldsByNumber(folds, nSplits);
    const order = generatorFrom(randomState).permutation(rows);
    const shuffled = new Int32Array(rows);
    for (let place = 0; place < rows; place++) shuffled[order[place]!] = folds[place]!;
    return foldsByNumber(shuffled, nSplits);
  }
}
