// Predictions for every row by an estimator that was not fitted to it.

import { invalidParameter } from './fit-failure.js';
import type { RowSplit } from './fit-task.js';
import { FitRun, type OutcomeTable, resolveEstimator, rowSplits } from './run-fits.js';
import type { CrossValOptions, ModuleReference, PredictMethod, SearchEstimator } from './search-types.js';

/** Options of {@link crossValPredict}. A fit that fails always throws: its rows would have no prediction. */
export interface CrossValPredictOptions extends Omit<CrossValOptions, 'errorScore'> {
  /** 'predictProba' gives the probabilities of classes, columns in the sorted order of all labels. 'predict'. */
  readonly method?: PredictMethod;
}

/**
 * The prediction of each row, in the order of the rows, from the fold in which it is a test row.
 *
 * @returns [nRows] labels or numbers; [nRows][nClasses] for 'predictProba', 0 for a class that the fit of a fold never saw.
 * @throws as {@link crossValidate}; ParameterError `PARAMETER_VALUE` for a `cv` in which a row is not a test row exactly once.
 * @example const labels = await crossValPredict(net, X, y, { cv: 3 });
 */
export async function crossValPredict(
  estimator: SearchEstimator | ModuleReference,
  X: unknown,
  y: unknown,
  options: CrossValPredictOptions = {},
): Promise<readonly unknown[]> {
  const { method = 'predict' } = options;
  const splits = rowSplits(options.cv ?? 5, await resolveEstimator(estimator), X, y, options.groups);
  checkPartition(splits);
  const plan = { estimator, X, y, scoring: [], predictMethod: method, sampleWeight: options.sampleWeight };
  const run = await FitRun.open(plan, { ...options, errorScore: 'raise' }, splits.length, options.signal);
  try {
    const [outcomes] = (await run.round([{}], splits)) as OutcomeTable;
    const classes =
      method === 'predictProba' ? allClasses(outcomes!.map((outcome) => outcome.classes)) : null;
    const predicted: unknown[] = [];
    for (const [fold, [, test]] of splits.entries()) {
      const { predictions, classes: own } = outcomes![fold]!;
      const list = inColumns(predictions as readonly unknown[], own, classes);
      for (const [place, row] of test.entries()) predicted[row] = list[place];
    }
    return predicted;
  } finally {
    await run.close();
  }
}

function checkPartition(splits: readonly RowSplit[]): void {
  const times = new Map<number, number>();
  for (const [, test] of splits) for (const row of test) times.set(row, (times.get(row) ?? 0) + 1);
  const isOnce = [...times.values()].every((count) => count === 1) && !times.has(-1);
  const last = [...times.keys()].reduce((max, row) => Math.max(max, row), -1);
  const rows = splits[0] === undefined ? 0 : splits[0][0].length + splits[0][1].length;
  if (isOnce && times.size === last + 1 && times.size >= rows) return;
  throw invalidParameter(
    'cv',
    'folds in which some rows are test rows never, or several times',
    'each row as a test row exactly once',
    'Use KFold, StratifiedKFold or GroupKFold.',
  );
}

/** All classes that some fold knows, sorted; null where estimators name none. */
function allClasses(lists: readonly (readonly unknown[] | null)[]): readonly unknown[] | null {
  if (lists.some((list) => list === null)) return null;
  const all = [...new Set(lists.flat())] as (string | number | boolean)[];
  return all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function inColumns(
  rows: readonly unknown[],
  own: readonly unknown[] | null,
  all: readonly unknown[] | null,
): readonly unknown[] {
  if (all === null || own === null || own.length === all.length) return rows;
  const places = all.map((label) => own.indexOf(label));
  return (rows as readonly (readonly number[])[]).map((row) => places.map((place) => row[place] ?? 0));
}
