import { tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { collectWarnings } from '../../warnings.js';
import {
  checkCv,
  type Fold,
  GroupKFold,
  KFold,
  PredefinedSplit,
  ShuffleSplit,
  type Splitter,
  StratifiedKFold,
  StratifiedShuffleSplit,
  TimeSeriesSplit,
} from './index.js';

const X = Array.from({ length: 60 }, (_, row) => [row]);
const y = X.map(([row]) => (row! % 4 === 0 ? 'rare' : 'common'));
const groups = X.map(([row]) => row! % 7);

const lists = (folds: Iterable<Fold>) =>
  [...folds].map(([train, tested]) => [Array.from(train), Array.from(tested)] as const);

describe('every splitter', () => {
  const splitters: readonly [string, (randomState: number | null) => Splitter][] = [
    ['KFold', (randomState) => new KFold({ shuffle: true, randomState })],
    ['StratifiedKFold', (randomState) => new StratifiedKFold({ shuffle: true, randomState })],
    ['GroupKFold', (randomState) => new GroupKFold({ shuffle: true, randomState })],
    ['ShuffleSplit', (randomState) => new ShuffleSplit({ randomState })],
    ['StratifiedShuffleSplit', (randomState) => new StratifiedShuffleSplit({ randomState })],
  ];

  test.each(splitters)(
    '%s: no row on both sides, the same rows for a seed, others for another',
    (_, make) => {
      const split = (randomState: number | null) => lists(make(randomState).split(X, y, groups));
      const folds = split(3);
      expect(folds).toHaveLength(make(3).getNSplits());
      for (const [train, tested] of folds) {
        expect(new Set([...train, ...tested]).size).toBe(X.length);
        expect(train.length + tested.length).toBe(X.length);
      }
      expect(split(3)).toEqual(folds);
      expect(split(4)).not.toEqual(folds);
      expect(split(null)).not.toEqual(split(null));
    },
  );

  test.each(splitters)('%s: walking over the folds again gives the same ones, seed or none', (_, make) => {
    const folds = make(null).split(X, y, groups);
    expect(lists(folds)).toEqual(lists(folds));
  });
});

test('shuffled folds test each row once, and keep shares of classes and groups', () => {
  const stratified = lists(new StratifiedKFold({ shuffle: true, randomState: 0 }).split(X, y));
  expect(stratified.flatMap(([, tested]) => tested).sort((a, b) => a - b)).toEqual(X.map(([row]) => row));
  for (const [, tested] of stratified) expect(tested.filter((row) => y[row] === 'rare')).toHaveLength(3);
  for (const [train, tested] of lists(
    new GroupKFold({ shuffle: true, randomState: 0 }).split(X, y, groups),
  )) {
    const tests = new Set(tested.map((row) => groups[row]));
    expect(train.filter((row) => tests.has(groups[row]!))).toEqual([]);
  }
});

test('sizes of random splits: shares and numbers, one or both', () => {
  const sizes = (options: object) => {
    const [train, tested] = lists(new ShuffleSplit({ nSplits: 1, randomState: 0, ...options }).split(X))[0]!;
    return [train.length, tested.length];
  };
  expect(sizes({})).toEqual([54, 6]);
  expect(sizes({ testSize: 0.21 })).toEqual([47, 13]);
  expect(sizes({ trainSize: 0.51 })).toEqual([30, 30]);
  expect(sizes({ trainSize: 10, testSize: 0.25 })).toEqual([10, 15]);
  const stratified = new StratifiedShuffleSplit({ nSplits: 3, trainSize: 20, testSize: 8, randomState: 0 });
  for (const [train, tested] of lists(stratified.split(X, y))) {
    expect([train.length, train.filter((row) => y[row] === 'rare').length]).toEqual([20, 5]);
    expect([tested.length, tested.filter((row) => y[row] === 'rare').length]).toEqual([8, 2]);
  }
});

test('rows in every form count', () => {
  const tested = (rows: Parameters<KFold['split']>[0]) => lists(new KFold({ nSplits: 3 }).split(rows))[0]![1];
  const expected = [0, 1];
  expect(tested(tensor([[1], [2], [3], [4], [5], [6]]))).toEqual(expected);
  expect(tested({ data: new Float32Array(12), shape: [6, 2] })).toEqual(expected);
  expect(tested({ left: X.slice(0, 6), right: X.slice(0, 6) })).toEqual(expected);
});

test('a class with fewer rows than folds is worth a warning', async () => {
  const labels = ['a', 'a', 'a', 'a', 'b'];
  const { warnings } = await collectWarnings(() => new StratifiedKFold({ nSplits: 3 }).split(labels, labels));
  expect(warnings).toMatchObject([{ code: 'SMALL_CLASS' }]);
});

describe('refused', () => {
  const few = [[1], [2], [3]];
  test.each<[string, () => unknown, string]>([
    ['more folds than rows', () => new KFold().split(few), 'SPLIT_INVALID'],
    ['one fold', () => new KFold({ nSplits: 1 }).split(few), 'SPLIT_INVALID'],
    ['half a fold', () => new KFold({ nSplits: 2.5 }).split(few), 'SPLIT_INVALID'],
    ['a seed without shuffle', () => new KFold({ nSplits: 2, randomState: 0 }).split(few), 'SPLIT_INVALID'],
    ['a stream', () => new KFold().split((async function* () {})()), 'SPLIT_INVALID'],
    ['no classes', () => new StratifiedKFold().split(X), 'SPLIT_TARGETS'],
    [
      'continuous y',
      () =>
        new StratifiedKFold().split(
          X,
          X.map(([r]) => r! / 7),
        ),
      'SPLIT_TARGETS',
    ],
    ['rows as y', () => new StratifiedKFold().split(X, X), 'SPLIT_TARGETS'],
    ['y of another length', () => new StratifiedKFold().split(X, y.slice(1)), 'LENGTH_MISMATCH'],
    [
      'folds larger than every class',
      () => new StratifiedKFold({ nSplits: 4 }).split(X.slice(0, 6), [0, 0, 1, 1, 2, 2]),
      'SPLIT_INVALID',
    ],
    ['no groups', () => new GroupKFold().split(X, y), 'SPLIT_GROUPS'],
    ['more folds than groups', () => new GroupKFold({ nSplits: 8 }).split(X, y, groups), 'SPLIT_GROUPS'],
    ['groups of another length', () => new GroupKFold().split(X, y, groups.slice(1)), 'LENGTH_MISMATCH'],
    ['no test rows', () => new ShuffleSplit({ testSize: 0 }).split(X), 'SPLIT_INVALID'],
    ['more than all rows', () => new ShuffleSplit({ testSize: 40, trainSize: 30 }).split(X), 'SPLIT_INVALID'],
    ['no splits', () => new ShuffleSplit({ nSplits: 0 }).split(X), 'SPLIT_INVALID'],
    [
      'a class of one row',
      () => new StratifiedShuffleSplit({ testSize: 0.5 }).split(few, ['a', 'a', 'b']),
      'SPLIT_INVALID',
    ],
    ['too few rows in time', () => new TimeSeriesSplit().split(few), 'SPLIT_INVALID'],
    ['a gap that leaves nothing', () => new TimeSeriesSplit({ gap: 10 }).split(X), 'SPLIT_INVALID'],
    ['test rows by shares', () => new TimeSeriesSplit({ testSize: 0.2 }).split(X), 'SPLIT_INVALID'],
    ['folds for other rows', () => new PredefinedSplit({ testFold: [0, 1] }).split(X), 'LENGTH_MISMATCH'],
    ['no fold at all', () => new PredefinedSplit({ testFold: [-1, -1, -1] }).split(few), 'SPLIT_INVALID'],
    ['a fold of −2', () => new PredefinedSplit({ testFold: [0, 1, -2] }).split(few), 'SPLIT_INVALID'],
    ['no cv', () => checkCv([]), 'SPLIT_INVALID'],
    ['a cv of text', () => checkCv('5' as never), 'SPLIT_INVALID'],
  ])('%s', (_, split, code) => {
    expect(split).toThrow(expect.objectContaining({ code }));
  });
});

test('checkCv: folds for numbers, stratified for a classifier and labels, and what is given', () => {
  expect(checkCv(3)).toBeInstanceOf(KFold);
  expect(checkCv(3, y, true)).toBeInstanceOf(StratifiedKFold);
  expect(checkCv(3, y, false)).toBeInstanceOf(KFold);
  expect(
    checkCv(
      3,
      X.map(([row]) => row! / 7),
      true,
    ),
  ).toBeInstanceOf(KFold);
  const own = new TimeSeriesSplit();
  expect(checkCv(own)).toBe(own);
  const folds: Fold[] = [[[0, 1], [2]]];
  const given = checkCv(folds.values());
  expect(given.getNSplits()).toBe(1);
  expect([...given.split(X)]).toEqual(folds);
  expect([...given.split(X)]).toEqual(folds);
});
