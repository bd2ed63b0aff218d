import { IntTensor, Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Clf, clfRows } from '../test/support/modules.js';
import { NeuralNetClassifier } from './classifier.js';
import { isLearnError, type LearnErrorCode } from './errors.js';
import { toFeatures, toLabels, toTargets } from './validate-input.js';

const nan = Number.NaN;

describe('features', () => {
  test.each([
    [
      'rows',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['rows of typed arrays', [Float32Array.of(1, 2), Float64Array.of(3, 4)]],
    ['float32 with a shape', { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }],
    ['float64 with a shape', { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] }],
    [
      'a tensor',
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ],
  ])('%s become a float32 tensor', (_, X) => {
    const features = toFeatures(X);
    expect(features.shape).toEqual([2, 2]);
    expect([...features.data]).toEqual([1, 2, 3, 4]);
  });

  test('images keep their shape', () => {
    expect(toFeatures({ data: new Float32Array(24), shape: [2, 1, 3, 4] }).shape).toEqual([2, 1, 3, 4]);
  });

  const hostile: [string, unknown, LearnErrorCode, RegExp][] = [
    ['nothing', undefined, 'X_TYPE', /X is undefined/],
    ['null', null, 'X_TYPE', /X is null/],
    ['a number', 3, 'X_TYPE', /X is a number/],
    ['text', 'abc', 'X_TYPE', /X is a string/],
    ['a flat list', [1, 2], 'X_TYPE', /Row 0 of X is a number.*\[\[1\], \[2\]\]/],
    ['a typed array without a shape', new Float32Array(3), 'X_TYPE', /Float32Array/],
    [
      '64-bit integers with a shape',
      { data: new BigInt64Array(2), shape: [2, 1] },
      'X_TYPE',
      /BigInt64Array/,
    ],
    ['rows that are deeper', [[[1]], [[2]]], 'X_NOT_NUMERIC', /row 0, column 0/],
    [
      'text among numbers',
      [
        [1, 2],
        [3, '4'],
      ],
      'X_NOT_NUMERIC',
      /a string in row 1, column 1/,
    ],
    ['a missing value', [[1, null]], 'X_NOT_NUMERIC', /null in row 0, column 1/],
    ['a hole', [[1, undefined]], 'X_NOT_NUMERIC', /undefined in row 0, column 1/],
    [
      'NaN',
      [
        [1, 2],
        [nan, 4],
      ],
      'X_NOT_FINITE',
      /NaN in row 1, column 0/,
    ],
    ['−∞', [[-1 / 0]], 'X_NOT_FINITE', /-Infinity in row 0, column 0/],
    ['more than float32 holds', [[1e39]], 'X_NOT_FINITE', /beyond the range of float32 in row 0, column 0/],
    [
      'NaN in a typed array',
      { data: Float64Array.of(1, nan), shape: [1, 2] },
      'X_NOT_FINITE',
      /row 0, column 1/,
    ],
    [
      'NaN in an image',
      { data: Float32Array.of(1, 2, 3, nan), shape: [1, 2, 2] },
      'X_NOT_FINITE',
      /row 0, position \[1, 1\]/,
    ],
    ['NaN in a tensor', tensor([[1, nan]]), 'X_NOT_FINITE', /row 0, column 1/],
    ['ragged rows', [[1, 2], [3]], 'X_RAGGED', /Row 1 of X has 1 columns, row 0 has 2/],
    ['no rows', [], 'X_EMPTY', /no rows/],
    ['no columns', [[]], 'X_EMPTY', /no columns/],
    ['an empty typed array', { data: new Float32Array(0), shape: [0, 3] }, 'X_EMPTY', /\[0, 3\]/],
    [
      'a shape that does not fit',
      { data: new Float32Array(5), shape: [2, 2] },
      'X_SHAPE',
      /5 numbers and the shape \[2, 2\]/,
    ],
    ['a shape of one axis', { data: new Float32Array(5), shape: [5] }, 'X_SHAPE', /at least two|\[5\]/],
    ['a broken shape', { data: new Float32Array(5), shape: [-5, -1] }, 'X_SHAPE', /\[-5, -1\]/],
  ];

  test.each(hostile)('%s: refused', (_, X, code, message) => {
    expect(() => toFeatures(X)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test('nothing of the data appears in a message but numbers that are not finite', () => {
    expect(() => toFeatures([['secret']])).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/secret/) }),
    );
  });
});

describe('labels and targets', () => {
  test('labels of one type, in arrays and typed arrays', () => {
    expect(toLabels(['a', 'b'])).toEqual(['a', 'b']);
    expect(toLabels([true, false])).toEqual([true, false]);
    expect([...toLabels(Uint8Array.of(1, 2))]).toEqual([1, 2]);
    expect([...toLabels(new IntTensor(Int32Array.of(3)))]).toEqual([3]);
  });

  test('integers stay integers, numbers become float32, rows a matrix', () => {
    expect(toTargets(Int32Array.of(1, 2))).toBeInstanceOf(IntTensor);
    expect(toTargets([1, 2])).toBeInstanceOf(Tensor);
    expect(
      toTargets([
        [1, 2],
        [3, 4],
        [5, 6],
      ]).shape,
    ).toEqual([3, 2]);
    expect(toTargets(Uint8Array.of(1, 2))).toBeInstanceOf(Tensor);
  });

  test.each<[string, unknown, LearnErrorCode]>([
    ['missing', undefined, 'Y_MISSING'],
    ['an object', {}, 'Y_TYPE'],
    ['of two types', [1, 'a'], 'Y_TYPE'],
    ['with holes', [null, 1], 'Y_TYPE'],
    ['rows', [[1], [2]], 'Y_TYPE'],
    ['NaN', [1, nan], 'Y_NOT_FINITE'],
    ['bigints', new BigInt64Array(2), 'Y_TYPE'],
  ])('labels that are %s: refused', (_, y, code) => {
    expect(() => toLabels(y)).toThrow(expect.objectContaining({ code }));
  });

  test.each<[string, unknown, LearnErrorCode]>([
    ['missing', null, 'Y_MISSING'],
    ['text', ['a'], 'Y_TYPE'],
    ['ragged', [[1, 2], [3]], 'Y_RAGGED'],
    ['infinite', [1, 1 / 0], 'Y_NOT_FINITE'],
    ['NaN in a row', [[1], [nan]], 'Y_NOT_FINITE'],
    ['NaN in a tensor', tensor([nan]), 'Y_NOT_FINITE'],
    ['a number among rows', [[1], 2], 'Y_TYPE'],
  ])('targets that are %s: refused', (_, y, code) => {
    expect(() => toTargets(y)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a classifier', () => {
  const { X, y } = clfRows;
  const make = () => new NeuralNetClassifier({ module: Clf, verbose: 0, trainSplit: null, maxEpochs: 1 });

  test.each<[string, unknown, unknown, LearnErrorCode]>([
    ['NaN', [[nan, 1], ...X.slice(1)], y, 'X_NOT_FINITE'],
    ['unequal lengths', X, y.slice(1), 'LENGTH_MISMATCH'],
    ['a single class', X, y.map(() => 'a'), 'SINGLE_CLASS'],
    ['no y', X, undefined, 'Y_MISSING'],
    ['y that is a scalar', X, 3, 'Y_TYPE'],
    ['labels of two types', X, y.map((label) => (label === 1 ? 'one' : label)), 'Y_TYPE'],
  ])('refuses %s before any work', async (_, rows, labels, code) => {
    const net = make();
    const error = await net.fit(rows as number[][], labels as number[]).catch((caught: unknown) => caught);
    expect(isLearnError(error)).toBe(true);
    expect(error).toMatchObject({ code });
    expect(net.initialized_).toBe(false);
  });

  test('data that is refused leaves the last fit as it was', async () => {
    const net = await make().fit(
      X,
      y.map((label) => `class ${label}`),
    );
    const before = await net.predictProba(X);
    await expect(net.fit(X, y.slice(1))).rejects.toMatchObject({ code: 'LENGTH_MISMATCH' });
    await expect(
      net.fit(
        X,
        y.map(() => 1),
      ),
    ).rejects.toMatchObject({ code: 'SINGLE_CLASS' });
    expect(await net.predictProba(X)).toEqual(before);
    expect(net.classes_).toEqual(['class 0', 'class 1', 'class 2']);
  });

  test('another number of columns at predict says both numbers and what to do', async () => {
    const net = await make().fit(X, y);
    await expect(net.predict([[1, 2, 3]])).rejects.toThrow(
      'X has 3 columns, the net was fitted on 2. Pass the same columns in the same order, or fit again.',
    );
    await expect(net.partialFit([[1], [2], [3]], [0, 1, 2])).rejects.toMatchObject({ code: 'X_FEATURES' });
    await expect(net.predict({ data: new Float32Array(4), shape: [1, 2, 2] })).rejects.toThrow(
      /rows of shape \[2, 2\]/,
    );
  });

  test('no rows to predict for: refused', async () => {
    await expect((await make().fit(X, y)).predict([])).rejects.toMatchObject({ code: 'X_EMPTY' });
  });

  test('an input is never changed', async () => {
    const data = Float32Array.from(X.flat());
    const kept = data.slice();
    const labels = Object.freeze([...y]);
    const net = await make().fit({ data, shape: [10, 2] }, labels);
    await net.predict({ data, shape: [10, 2] });
    expect(data).toEqual(kept);
  });
});
