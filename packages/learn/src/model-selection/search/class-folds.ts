// A check that scikit-learn leaves at a warning: a class with fewer rows than there are folds.

import { SplitError } from '../../errors.js';

/**
 * With a number as `cv`, each fold has to get a row of each class: otherwise a score is about classes that its fit never saw, or
 * leaves one out. Who wants that passes a splitter.
 *
 * @throws SplitError `SPLIT_INVALID`, naming the smallest class.
 */
export function checkClassesFillFolds(folds: number, y: unknown): void {
  const counts = new Map<unknown, number>();
  for (const label of labelsOf(y)) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if (count >= folds) continue;
    throw new SplitError(`Class ${String(label)} has ${count} rows, fewer than the ${folds} folds.`, {
      code: 'SPLIT_INVALID',
      got: `${count} rows of class ${String(label)}`,
      expected: `at least ${folds} rows of each class`,
      hint: `Pass cv: ${Math.max(2, count)} or less, more rows of the class, or a splitter such as KFold that leaves classes out of account.`,
    });
  }
}

function labelsOf(y: unknown): Iterable<unknown> {
  const list = (y as { readonly data?: unknown }).data ?? y;
  return list as Iterable<unknown>;
}
