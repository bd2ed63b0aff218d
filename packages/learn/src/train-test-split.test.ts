import { tensor } from '@tacit/tensor';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { trainTestSplit } from './train-test-split.js';

const X = Array.from({ length: 100 }, (_, row) => [row, -row]);
const y = X.map(([row]) => (row! % 4 === 0 ? 'rare' : 'common'));

test('a quarter of the rows for the test by default, each row in one part, with its target', () => {
  const split = trainTestSplit(X, y, { seed: 0 });
  expect([split.XTrain.length, split.XTest.length, split.yTrain.length, split.yTest.length]).toEqual([
    75, 25, 75, 25,
  ]);
  const indices = [...split.trainIndices, ...split.testIndices];
  expect([...indices].sort((a, b) => a - b)).toEqual(X.map((_, row) => row));
  expect(split.XTest).toEqual([...split.testIndices].map((row) => X[row]));
  expect(split.yTrain).toEqual([...split.trainIndices].map((row) => y[row]));
});

test('the rows follow from the seed; without one they differ from call to call', () => {
  const rows = (seed: number | null) => [...trainTestSplit(X, y, { seed }).testIndices];
  expect(rows(3)).toEqual(rows(3));
  expect(rows(3)).not.toEqual(rows(4));
  expect(rows(null)).not.toEqual(rows(null));
});

test('stratified: each class has its share, up to rounding, whatever the classes and the size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 2, maxLength: 6 }),
      fc.double({ min: 0.15, max: 0.85, noNaN: true }),
      fc.nat(1000),
      (counts, testSize, seed) => {
        const labels = counts.flatMap((count, code) => new Array<number>(count).fill(code));
        const size = Math.ceil(testSize * labels.length);
        fc.pre(size >= counts.length && labels.length - size >= counts.length);
        const { yTest } = trainTestSplit(labels, labels, { testSize, stratify: labels, seed });
        expect(yTest).toHaveLength(size);
        for (const [code, count] of counts.entries()) {
          const got = yTest.filter((label) => label === code).length;
          expect(Math.abs(got - (count * size) / labels.length)).toBeLessThan(1);
        }
      },
    ),
  );
});

test('without shuffling the last rows are the test, in order', () => {
  const split = trainTestSplit(X, y, { shuffle: false, testSize: 3 });
  expect([...split.testIndices]).toEqual([97, 98, 99]);
  expect(split.XTrain).toEqual(X.slice(0, 97));
});

test('every form of rows comes back in its form', () => {
  const data = Float32Array.from(X.flat());
  const shaped = trainTestSplit(
    { data, shape: [100, 2] },
    Int32Array.from(X, ([row]) => row!),
    { seed: 1 },
  );
  expect(shaped.XTest.shape).toEqual([25, 2]);
  expect([...shaped.XTest.data.filter((_, i) => i % 2 === 0)]).toEqual([...shaped.yTest]);
  expectTypeOf(shaped.yTest).toExtend<Int32Array>();
  const tensors = trainTestSplit(tensor(X), y, { seed: 1 });
  expect(tensors.XTest.toArray()).toEqual([...shaped.yTest].map((row) => X[row]));
});

describe('refused', () => {
  test.each([
    ['a share of 1.5', { testSize: 1.5 }],
    ['no rows', { testSize: 0 }],
    ['a negative share', { testSize: -0.5 }],
    ['all rows', { testSize: 100 }],
    ['NaN', { testSize: Number.NaN }],
    ['stratify in order', { stratify: y, shuffle: false }],
    ['a class of one row', { stratify: y.map((label, row) => (row === 0 ? 'only' : label)) }],
    ['fewer test rows than classes', { stratify: y, testSize: 1 }],
  ])('%s', (_, options) => {
    expect(() => trainTestSplit(X, y, options)).toThrow(expect.objectContaining({ code: 'SPLIT_INVALID' }));
  });

  test('unequal lengths', () => {
    expect(() => trainTestSplit(X, y.slice(1))).toThrow(expect.objectContaining({ code: 'LENGTH_MISMATCH' }));
    expect(() => trainTestSplit(X, y, { stratify: y.slice(1) })).toThrow(
      expect.objectContaining({ code: 'LENGTH_MISMATCH' }),
    );
  });
});
