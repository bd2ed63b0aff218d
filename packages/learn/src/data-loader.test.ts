import { Generator, IntTensor, type Tensor, tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';
import type { DatasetLike } from './components.js';
import { DataLoader, type DataLoaderOptions } from './data-loader.js';
import { Dataset, Subset } from './dataset.js';

const X = tensor(Array.from({ length: 10 }, (_, row) => [row, row * 10]));
const data = new Dataset(X, new IntTensor(Int32Array.from({ length: 10 }, (_, row) => row)));

function batches(options: DataLoaderOptions, dataset: DatasetLike<Tensor> = data): number[][] {
  return [...new DataLoader(dataset, options)].map(({ X: rows, y, size }) => {
    expect([rows.shape[0], y!.shape[0]]).toEqual([size, size]);
    expect([...rows.data.filter((_, i) => i % 2 === 1)]).toEqual([...y!.data].map((row) => row * 10));
    return [...y!.data];
  });
}

test('rows in order, the last batch smaller', () => {
  expect(batches({ batchSize: 4 })).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9],
  ]);
});

test('dropLast leaves the smaller batch out', () => {
  expect(batches({ batchSize: 4, dropLast: true })).toHaveLength(2);
  expect(new DataLoader(data, { batchSize: 4, dropLast: true }).length).toBe(2);
});

test('−1 takes all rows at once', () => expect(batches({ batchSize: -1 })).toHaveLength(1));

test('128 rows by default, in order', () => expect(batches({})).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]));

test('shuffled: each row once, in an order that follows from the generator and changes with each pass', () => {
  const loader = new DataLoader(data, { batchSize: 4, shuffle: true, generator: new Generator(1) });
  const passes = [1, 2].map(() => [...loader].flatMap(({ y }) => [...y!.data]));
  expect(passes[0]).not.toEqual(passes[1]);
  for (const pass of passes) expect([...pass].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const again = batches({ batchSize: 4, shuffle: true, generator: new Generator(1) }).flat();
  expect(again).toEqual(passes[0]);
});

test('batches of unshuffled rows are views', () => {
  const [first] = new DataLoader(data, { batchSize: 4 });
  expect(first!.X.data.buffer).toBe(X.data.buffer);
});

test('subsets of subsets keep rows and targets together', () => {
  const subset = new Subset(new Subset(data, [9, 7, 5, 3]), [3, 1, 0]);
  expect(batches({ batchSize: 2 }, subset)).toEqual([[3, 7], [9]]);
  expect([...subset.y!.data]).toEqual([3, 7, 9]);
});

test('rows with many columns are copied whole', () => {
  const wide = new Dataset(tensor(Array.from({ length: 3 }, (_, row) => new Array<number>(40).fill(row))));
  expect([...wide.rows(Int32Array.of(2, 0)).X.data].filter((_, i) => i % 40 === 39)).toEqual([2, 0]);
});

test.each([0, -2, 1.5, Number.NaN])('a batch size of %d is refused', (batchSize) => {
  expect(() => batches({ batchSize })).toThrow(expect.objectContaining({ code: 'PARAMETER_VALUE' }));
});

test('targets that do not match the rows are refused', () => {
  expect(() => new Dataset(X, tensor([1, 2]))).toThrow(expect.objectContaining({ code: 'LENGTH_MISMATCH' }));
});
