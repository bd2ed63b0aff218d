import { Generator, IntTensor, type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import type { DatasetLike, Target } from './components.js';
import { Dataset, type Subset } from './dataset.js';
import { predefinedSplit, ValidSplit, type ValidSplitOptions } from './valid-split.js';
import { collectWarnings } from './warnings.js';

function dataset(y: readonly number[] | number, isInteger = true): Dataset {
  const n = typeof y === 'number' ? y : y.length;
  const X = tensor(Array.from({ length: n }, (_, row) => [row]));
  const targets: Target | null =
    typeof y === 'number' ? null : isInteger ? new IntTensor(Int32Array.from(y)) : tensor(y as number[]);
  return new Dataset(X, targets);
}

function validRows(data: DatasetLike, options: ValidSplitOptions): number[] {
  const { train, valid } = new ValidSplit(options).split(data);
  const rows = [...(valid as Subset).indices];
  const all = [...(train as Subset).indices, ...rows].sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: data.length }, (_, row) => row));
  return rows;
}

const quarters = Array.from({ length: 100 }, (_, row) => (row % 4 === 0 ? 1 : 0));

describe('folds', () => {
  // From runs of skorch 1.4.0 on scikit-learn 1.2.1, section 5 of the project's inventory.
  test.each([
    [10, 5, [0, 1]],
    [7, 5, [0, 1]],
    [5, 5, [0]],
  ])('%i rows, cv %i: rows %j', (n, cv, rows) => expect(validRows(dataset(n), { cv })).toEqual(rows));

  test.each([
    [[...new Array(15).fill(0), ...new Array(5).fill(1)], 5, [0, 1, 2, 15]],
    [[0, 1, 2, 0, 1, 2, 0, 1, 0, 2], 3, [0, 1, 2, 3]],
  ])('stratified %j, cv %i: rows %j', (y, cv, rows) => {
    expect(validRows(dataset(y as number[]), { cv, stratified: true })).toEqual(rows);
  });

  test.each([
    [2, 50],
    [4, 25],
    [5, 20],
    [10, 10],
  ])('A23 100 rows, cv %i: %i for validation', (cv, size) => {
    expect(validRows(dataset(100), { cv })).toHaveLength(size);
  });

  test('A23 stratified folds of 75/25 labels: 20 of class 1 to train on, 5 to validate on', () => {
    const rows = validRows(dataset(quarters), { cv: 5, stratified: true });
    expect(rows.filter((row) => quarters[row] === 1)).toHaveLength(5);
    expect(rows).toHaveLength(20);
  });

  test('given folds: the first one is taken', () => {
    expect(
      validRows(dataset(4), {
        cv: [
          [
            [3, 0],
            [1, 2],
          ],
          [[1], [0]],
        ],
      }),
    ).toEqual([1, 2]);
  });

  test('a class with fewer rows than folds is worth a warning, as long as another has enough', async () => {
    const y = [0, 0, 0, 0, 0, 1];
    const { warnings } = await collectWarnings(() => validRows(dataset(y), { cv: 3, stratified: true }));
    expect(warnings).toMatchObject([{ code: 'SMALL_CLASS' }]);
  });
});

describe('shares', () => {
  test.each([
    [0.1, 10],
    [0.2, 20],
    [0.5, 50],
    [0.75, 75],
  ])('A23 %d of 100 rows: %i for validation', (cv, size) => {
    expect(validRows(dataset(100), { cv })).toHaveLength(size);
  });

  test('sizes are rounded up', () => expect(validRows(dataset(10), { cv: 0.25 })).toHaveLength(3));

  test('A23 stratified .2 of 75/25 labels: 5 of class 1', () => {
    const rows = validRows(dataset(quarters), { cv: 0.2, stratified: true, randomState: 1 });
    expect(rows.filter((row) => quarters[row] === 1)).toHaveLength(5);
    expect(rows).toHaveLength(20);
  });

  test('the rows follow from randomState, or else from the generator of the net', () => {
    const data = dataset(100);
    const by = (randomState: number | null, seed: number) => [
      ...(
        new ValidSplit(0.2, { randomState }).split(data, { generator: new Generator(seed) }).valid as Subset
      ).indices,
    ];
    expect(by(1, 1)).toEqual(by(1, 2));
    expect(by(null, 1)).toEqual(by(null, 1));
    expect(by(null, 1)).not.toEqual(by(null, 2));
    expect(by(1, 1)).not.toEqual(by(2, 1));
  });
});

describe('refused', () => {
  test.each<[string, ValidSplitOptions, DatasetLike, string]>([
    ['more folds than rows', { cv: 5 }, dataset(4), 'SPLIT_INVALID'],
    ['cv 0', { cv: 0 }, dataset(10), 'SPLIT_INVALID'],
    ['cv 1', { cv: 1 }, dataset(10), 'SPLIT_INVALID'],
    ['cv −3', { cv: -3 }, dataset(10), 'SPLIT_INVALID'],
    ['cv −0.2', { cv: -0.2 }, dataset(10), 'SPLIT_INVALID'],
    ['cv 1.5', { cv: 1.5 }, dataset(10), 'SPLIT_INVALID'],
    ['cv NaN', { cv: Number.NaN }, dataset(10), 'SPLIT_INVALID'],
    ['no folds', { cv: [] }, dataset(10), 'SPLIT_INVALID'],
    ['a share that leaves nothing to train on', { cv: 0.99 }, dataset(2), 'SPLIT_INVALID'],
    ['randomState with folds', { cv: 5, randomState: 1 }, dataset(10), 'SPLIT_INVALID'],
    ['stratified without y', { stratified: true }, dataset(10), 'SPLIT_TARGETS'],
    [
      'stratified with continuous y',
      { stratified: true },
      dataset([0.5, 1, 1, 1, 1, 0], false),
      'SPLIT_TARGETS',
    ],
    [
      'every class smaller than the folds',
      { cv: 3, stratified: true },
      dataset([0, 0, 1, 1, 2, 2]),
      'SPLIT_INVALID',
    ],
    [
      'a stratified share without room for each class',
      { cv: 0.1, stratified: true },
      dataset([0, 0, 0, 1, 1, 1]),
      'SPLIT_INVALID',
    ],
  ])('%s', (_, options, data, code) => {
    expect(() => new ValidSplit(options).split(data)).toThrow(expect.objectContaining({ code }));
  });
});

test('both ways to write it mean the same', () => {
  expect(new ValidSplit(3, { stratified: true }).options).toEqual(
    new ValidSplit({ cv: 3, stratified: true }).options,
  );
  expect(new ValidSplit().options).toEqual({ cv: 5, stratified: false, grouped: false, randomState: null });
});

test('predefinedSplit trains on all rows and validates on the given ones', () => {
  const data = dataset(10);
  const valid = dataset(3);
  expect(predefinedSplit(valid).split(data, {} as never)).toEqual({ train: data, valid });
  const prepare = (X: unknown) => dataset((X as Tensor[]).length);
  const split = predefinedSplit([[1], [2]], [0, 1]).split(data, { prepare } as never);
  expect([split.train, split.valid!.length]).toEqual([data, 2]);
});
