// Unshuffled splitters against scikit-learn's, row by row: golden/splitters.json, whose `source` says how it was made.

import { readFileSync } from 'node:fs';
import { loadBreastCancer, loadDiabetes, loadDigits, loadIris, loadWine } from '@tacit/datasets';
import {
  collectWarnings,
  type Fold,
  GroupKFold,
  KFold,
  PredefinedSplit,
  StratifiedKFold,
  TimeSeriesSplit,
} from '@tacit/learn';
import { expect, test } from 'vitest';

interface FoldCase {
  readonly splitter: 'KFold' | 'StratifiedKFold' | 'GroupKFold';
  readonly data: string;
  readonly n_splits: number;
  readonly folds: string;
}

interface TimeCase {
  readonly splitter: 'TimeSeriesSplit';
  readonly rows: number;
  readonly options: Readonly<Record<string, number>>;
  readonly ranges: readonly (readonly [number, number, number, number])[];
}

interface PredefinedCase {
  readonly splitter: 'PredefinedSplit';
  readonly test_fold: readonly number[];
  readonly tests: readonly (readonly number[])[];
}

interface Rows {
  readonly y?: readonly (number | string)[];
  readonly groups?: readonly (number | string)[];
}

const golden = JSON.parse(readFileSync(new URL('golden/splitters.json', import.meta.url), 'utf8')) as {
  readonly data: Readonly<Record<string, Rows>>;
  readonly cases: readonly (FoldCase | TimeCase | PredefinedCase)[];
};

const loaders: Readonly<Record<string, () => Promise<{ readonly target: readonly (number | string)[] }>>> = {
  iris: loadIris,
  wine: loadWine,
  breast_cancer: loadBreastCancer,
  digits: loadDigits,
  diabetes: loadDiabetes,
};

// As the script does.
const uneven = (rows: number) => Array.from({ length: rows }, (_, row) => (row * row + 3 * row) % 13);

async function rowsOf(name: string): Promise<Rows> {
  const made = golden.data[name];
  if (made !== undefined) return made;
  const { target } = await loaders[name]!();
  return { y: target, groups: uneven(target.length) };
}

const splitters = { KFold, StratifiedKFold, GroupKFold };

/** Folds as a digit a row, once training rows are seen to be all others in ascending order. */
function asDigits(folds: Iterable<Fold>, rows: number): string {
  const digits = new Array<string>(rows).fill('-');
  for (const [fold, [train, tested]] of [...folds].entries()) {
    const isTested = new Set(Array.from(tested));
    const others = Array.from({ length: rows }, (_, row) => row).filter((row) => !isTested.has(row));
    expect(Array.from(train)).toEqual(others);
    expect(Array.from(tested)).toEqual([...isTested].sort((a, b) => a - b));
    for (const row of isTested) digits[row] = fold.toString(36);
  }
  return digits.join('');
}

const foldCases = golden.cases.filter((one): one is FoldCase => 'folds' in one);
const timeCases = golden.cases.filter((one): one is TimeCase => 'ranges' in one);
const predefined = golden.cases.filter((one): one is PredefinedCase => 'tests' in one);

test('there are cases of every splitter and data set', () => {
  expect(new Set(golden.cases.map(({ splitter }) => splitter)).size).toBe(5);
  expect(new Set(foldCases.map(({ data }) => data)).size).toBe(9);
});

test.each(foldCases)('$splitter of $data into $n_splits', async ({ splitter, data, n_splits, folds }) => {
  const { y, groups } = await rowsOf(data);
  const rows = (y ?? groups)!;
  const splits = await collectWarnings(() =>
    new splitters[splitter]({ nSplits: n_splits }).split(rows, y as string[], groups),
  );
  expect(asDigits(splits.result, rows.length)).toBe(folds);
});

test.each(timeCases)('TimeSeriesSplit of $rows rows, $options', ({ rows, options, ranges }) => {
  const named = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
  const folds = [...new TimeSeriesSplit(named).split(new Array(rows).fill(0))];
  const range = ([start, end]: readonly [number, number]) =>
    Array.from({ length: end - start }, (_, index) => start + index);
  expect(folds.map(([train, tested]) => [Array.from(train), Array.from(tested)])).toEqual(
    ranges.map(([trainStart, trainEnd, start, end]) => [range([trainStart, trainEnd]), range([start, end])]),
  );
});

test('PredefinedSplit', () => {
  expect(predefined).toHaveLength(1);
  const { test_fold: testFold, tests } = predefined[0]!;
  const folds = [...new PredefinedSplit({ testFold }).split(testFold)];
  expect(folds.map(([, tested]) => Array.from(tested))).toEqual(tests);
});
