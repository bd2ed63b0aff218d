// What a `cv` parameter means: a number of folds, a splitter, or folds.

import type { Targets } from '../../validate-input.js';
import { KFold } from './k-fold.js';
import { classesOf, invalidSplit } from './split-input.js';
import type { Fold, Splitter } from './splitter.js';
import { StratifiedKFold } from './stratified-k-fold.js';

/** A number of folds, a splitter, or the folds themselves. */
export type Cv = number | Splitter | Iterable<Fold>;

/**
 * The splitter that `cv` means. A number stands for that many folds without shuffling: stratified ones for a classifier whose
 * y holds class labels, else plain ones; the rule is scikit-learn's.
 *
 * @param y - what will be split; asked only whether it holds labels.
 * @throws SplitError `SPLIT_INVALID` for anything else, or no folds.
 */
export function checkCv(cv: Cv, y: Targets | null = null, isClassifier = false): Splitter {
  if (typeof cv === 'number') {
    const isStratified = isClassifier && holdsClasses(y);
    return isStratified ? new StratifiedKFold({ nSplits: cv }) : new KFold({ nSplits: cv });
  }
  if (isSplitter(cv)) return cv;
  const isFolds = typeof cv === 'object' && cv !== null && Symbol.iterator in cv;
  const folds = isFolds ? [...cv] : [];
  if (folds.length === 0) {
    throw invalidSplit(
      isFolds ? 'cv without any fold' : `cv ${String(cv)}`,
      'a whole number from 2, a splitter, or pairs [trainRows, testRows]',
      'Pass 5 for five folds.',
    );
  }
  return { getNSplits: () => folds.length, split: () => folds };
}

function isSplitter(cv: unknown): cv is Splitter {
  const { split, getNSplits } = (cv ?? {}) as Partial<Splitter>;
  return typeof split === 'function' && typeof getNSplits === 'function';
}

function holdsClasses(y: Targets | null): boolean {
  if (y === null) return false;
  try {
    classesOf(y, null);
    return true;
  } catch {
    return false;
  }
}
