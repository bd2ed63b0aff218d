import { describe, expect, test } from 'vitest';
import { arange, full, ones, tensor, zeros } from './creation.js';
import { ShapeError } from './errors.js';
import { IntTensor } from './int-tensor.js';
import type { NestedNumbers } from './nested.js';
import { Tensor } from './tensor.js';

describe('tensor', () => {
  test('takes a number, nested arrays, and typed arrays with a shape', () => {
    expect(tensor(3).shape).toEqual([]);
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3]);
    expect(tensor([[[1], [2]]]).toArray()).toEqual([[[1], [2]]]);
    expect(tensor(Float64Array.of(1, 2, 3, 4), { shape: [2, -1] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  test('copies what it is given', () => {
    const values = Float32Array.of(1, 2);
    const x = tensor(values);
    values[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });

  test('is float32 unless integers are asked for', () => {
    expect(tensor(Int32Array.of(1, 2)).dtype).toBe('float32');
    const labels = tensor([0, 2, 1], { dtype: 'int32' });
    expect(labels).toBeInstanceOf(IntTensor);
    expect([labels.dtype, labels.toArray(), labels.clone().shape]).toEqual(['int32', [0, 2, 1], [3]]);
    expect(labels.reshape([3, 1]).toArray()).toEqual([[0], [2], [1]]);
    expect(tensor(Uint8Array.of(7), { dtype: 'int32', shape: [] }).item()).toBe(7);
  });

  test.each<[string, unknown, string]>([
    ['ragged rows', [[1, 2], [3]], 'SHAPE_RAGGED'],
    ['a row that is a number', [[1, 2], 3], 'SHAPE_RAGGED'],
    ['a number that is a row', [1, [2]], 'SHAPE_RAGGED'],
    ['text', [1, '2'], 'DTYPE_MISMATCH'],
    ['null', [null], 'DTYPE_MISMATCH'],
    ['undefined', undefined, 'DTYPE_MISMATCH'],
    ['a boolean', true, 'DTYPE_MISMATCH'],
    ['a bigint', [1n], 'DTYPE_MISMATCH'],
    ['an object', { length: 2 }, 'DTYPE_MISMATCH'],
  ])('refuses %s', (_, values, code) => {
    expect(() => tensor(values as NestedNumbers)).toThrow(expect.objectContaining({ code }));
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('refuses %s as an integer', (value) => {
    expect(() => tensor([value], { dtype: 'int32' })).toThrow(
      expect.objectContaining({ code: 'DTYPE_MISMATCH' }),
    );
    expect(() => tensor(Float64Array.of(value), { dtype: 'int32' })).toThrow('Element 0');
  });

  test.each([[[3]], [[2, 3]], [[-1, 3]], [[-1, -1]], [[2.5, 2]]])(
    'refuses the shape %j for four elements',
    (shape) => {
      expect(() => tensor([1, 2, 3, 4], { shape })).toThrow();
    },
  );

  test('refuses an unknown dtype', () => {
    expect(() => tensor([1], { dtype: 'float64' as 'float32' })).toThrow("expected 'float32' or 'int32'");
  });
});

test('the constructor stores the data and checks its length', () => {
  const data = Float32Array.of(1, 2);
  expect(new Tensor(data).data).toBe(data);
  expect(() => new Tensor(data, [3])).toThrow(ShapeError);
  expect(() => new IntTensor(Int32Array.of(1), [2])).toThrow('1 elements do not fill the shape [2].');
});

test('zeros, ones and full fill a shape', () => {
  expect(zeros([2]).toArray()).toEqual([0, 0]);
  expect(ones([1, 2], { requiresGrad: true }).requiresGrad).toBe(true);
  expect(full([], 2.5).item()).toBe(2.5);
  expect(() => zeros([-1])).toThrow(expect.objectContaining({ code: 'SHAPE_INVALID' }));
});

test('arange excludes its end, also backwards', () => {
  expect(arange(3).toArray()).toEqual([0, 1, 2]);
  expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
  expect(arange(2, 0, -1).toArray()).toEqual([2, 1]);
  expect(arange(2, 0).size).toBe(0);
  for (const step of [0, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => arange(0, 1, step)).toThrow('arange: step');
  expect(() => arange(Number.POSITIVE_INFINITY)).toThrow('arange: end');
  expect(() => arange(Number.NaN, 1)).toThrow('arange: start');
});

test('item needs exactly one element', () => {
  expect(tensor([[4]]).item()).toBe(4);
  expect(() => tensor([1, 2]).item()).toThrow(ShapeError);
  expect(() => tensor([1, 2], { dtype: 'int32' }).item()).toThrow(ShapeError);
});
