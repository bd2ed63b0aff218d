// What the operations compute; their gradients are in gradients.test.ts.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arange, ones, tensor, zeros } from '../creation.js';
import { IndexError, ShapeError } from '../errors.js';
import { Generator } from '../generator.js';
import { IntTensor } from '../int-tensor.js';
import { broadcastShapes } from '../shape.js';
import { Tensor } from '../tensor.js';
import { concat, reshape, slice, transpose } from './arrange.js';
import { broadcastTo } from './broadcast.js';
import { add, div, maximum, minimum, mul, sub, where } from './elementwise.js';
import { indexSelect } from './indexing.js';
import { linear, matmul } from './matmul.js';
import { argmax, max, mean, sum } from './reduce.js';
import { logSoftmax, softmax } from './softmax.js';
import { clip, neg, pow } from './unary.js';

const smallShape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });

function random(shape: readonly number[], seed: number): Tensor {
  const result = zeros(shape);
  new Generator(seed).fillNormal(result.data);
  return result;
}

describe('arithmetic', () => {
  const pairs = fc.tuple(smallShape, smallShape).map(([left, right]): [number[], number[]] => {
    // Make the aligned lengths compatible by turning unequal ones into 1 on the right.
    const fitted = right.map((length, index) => {
      const other = left[left.length - (right.length - index)];
      return other === undefined || other === 1 || other === length ? length : 1;
    });
    return [left, fitted];
  });

  test('broadcasts as if both operands had been repeated first', () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ([left, right], seed) => {
        const [x, y] = [random(left, seed), random(right, seed + 1)];
        const shape = broadcastShapes('test', left, right);
        const [wideX, wideY] = [broadcastTo(x, shape), broadcastTo(y, shape)];
        for (const f of [add, sub, mul, div, maximum, minimum]) {
          expect(f(x, y).shape).toEqual(shape);
          expect(f(x, y).data).toEqual(f(wideX, wideY).data);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('addition and multiplication commute, subtraction and addition cancel exactly where floats allow', () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ([left, right], seed) => {
        const [x, y] = [random(left, seed), random(right, seed + 1)];
        expect(add(x, y).data).toEqual(add(y, x).data);
        expect(mul(x, y).data).toEqual(mul(y, x).data);
        expect(sub(x, y).data).toEqual(neg(sub(y, x)).data);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test('numbers stand on either side', () => {
    const x = tensor([1, 2]);
    expect([sub(10, x).toArray(), sub(x, 10).toArray()]).toEqual([
      [9, 8],
      [-9, -8],
    ]);
    expect(div(1, tensor([2, 4])).toArray()).toEqual([0.5, 0.25]);
  });

  test('repeats nothing when an operand has no elements', () => {
    expect(add(zeros([0, 3]), ones([3])).shape).toEqual([0, 3]);
    expect(add(zeros([2, 0]), ones([2, 1])).size).toBe(0);
  });

  test('NaN stays NaN', () => {
    const x = tensor([Number.NaN]);
    for (const y of [
      x.relu(),
      clip(x, { min: 0, max: 1 }),
      maximum(x, 1),
      minimum(1, x),
      x.abs(),
      x.exp(),
      x.tanh(),
    ]) {
      expect(y.item()).toBeNaN();
    }
  });

  test('shapes that do not fit name the operation', () => {
    expect(() => mul(ones([2, 3]), ones([2]))).toThrow('mul: shapes [2, 3] and [2] do not fit together.');
    expect(() => broadcastTo(ones([2, 3]), [3])).toThrow(ShapeError);
  });

  test('where takes integers or numbers as its condition', () => {
    expect(where(tensor([1, 0, -2], { dtype: 'int32' }), 1, tensor([5, 6, 7])).toArray()).toEqual([1, 6, 1]);
    expect(where(tensor([[0.5], [0]]), tensor([1, 2]), 0).toArray()).toEqual([
      [1, 2],
      [0, 0],
    ]);
  });

  test('clip refuses bounds in the wrong order', () => {
    expect(() => clip(ones([1]), { min: 2, max: 1 })).toThrow(
      'clip: min is 2, expected a number up to max, which is 1.',
    );
    expect(() => clip(ones([1]), { min: Number.NaN })).toThrow(/clip: min is NaN/);
  });

  test('pow matches known values', () => {
    expect(pow(tensor([2, -3, 0]), 3).toArray()).toEqual([8, -27, 0]);
    expect(pow(tensor([4, 9]), 0.5).toArray()).toEqual([2, 3]);
    expect(pow(tensor([-1]), 0.3).item()).toBeNaN();
  });
});

describe('reductions', () => {
  const x = tensor([
    [1, 5, 3],
    [4, 2, 5],
  ]);

  test('sum, mean and max over all, one, or several axes', () => {
    expect([sum(x).item(), mean(x).item(), max(x).item()]).toEqual([20, Math.fround(20 / 6), 5]);
    expect([sum(x, 0).toArray(), mean(x, 1).toArray(), max(x, -1).toArray()]).toEqual([
      [5, 7, 8],
      [3, Math.fround(11 / 3)],
      [5, 5],
    ]);
    expect(sum(x, [0, 1]).shape).toEqual([]);
    expect(sum(x, [], { keepDims: true }).toArray()).toEqual(x.toArray());
    expect([max(x, 0, { keepDims: true }).shape, mean(x, undefined, { keepDims: true }).shape]).toEqual([
      [1, 3],
      [1, 1],
    ]);
  });

  test('sums over axes one after another equal the sum over both', () => {
    const y = random([2, 3, 4], 5);
    const both = sum(y, [0, 2]);
    sum(sum(y, 2), 0).data.forEach((value, index) => {
      expect(value).toBeCloseTo(both.data[index], 5);
    });
  });

  test('a long sum keeps float32 accuracy', () => {
    expect(sum(tensor(new Float32Array(10_000_000).fill(0.1))).item() / 1e6).toBeCloseTo(1, 6);
  });

  test('argmax gives the first of equals, along any axis', () => {
    expect(argmax(x)).toBeInstanceOf(IntTensor);
    expect(argmax(x).toArray()).toEqual([1, 2]);
    expect(argmax(x, 0).toArray()).toEqual([1, 0, 1]);
    expect(argmax(tensor([[2, 2]])).toArray()).toEqual([0]);
    expect(argmax(random([2, 3, 4], 1), 1).shape).toEqual([2, 4]);
    expect(argmax(tensor([1, Number.NaN, 3, Number.NaN])).item()).toBe(1);
    expect(max(tensor([1, Number.NaN, 3])).item()).toBeNaN();
  });

  test('no elements have a sum, no maximum', () => {
    expect(sum(zeros([0])).item()).toBe(0);
    expect(mean(zeros([0])).item()).toBeNaN();
    expect(() => max(zeros([0]))).toThrow('A maximum needs at least one element.');
    expect(max(zeros([0, 3]), 1).shape).toEqual([0]);
    expect(() => sum(x, 2)).toThrow(IndexError);
  });
});

describe('arranging', () => {
  const x = reshape(arange(24), [2, 3, 4]);

  test('reshape shares the data and infers one length', () => {
    expect(reshape(x, [4, -1]).shape).toEqual([4, 6]);
    expect(reshape(x, [-1]).data).toBe(x.data);
    for (const shape of [[5, -1], [7], [-1, -1], [0, -1]]) expect(() => reshape(x, shape)).toThrow();
  });

  test('transpose twice is the identity, and elements land at exchanged indices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), (first, second) => {
        const y = transpose(x, first, second);
        expect(transpose(y, first, second).data).toEqual(x.data);
        const index = [1, 2, 3];
        const swapped = [...index];
        swapped[first] = index[second];
        swapped[second] = index[first];
        expect(at(y, swapped)).toBe(at(x, index));
      }),
    );
    expect(transpose(tensor([[1, 2, 3]])).toArray()).toEqual([[1], [2], [3]]);
    expect(() => transpose(x)).toThrow('Name the two axes');
    expect(() => transpose(x, 0, 3)).toThrow(IndexError);
  });

  test('concat undoes slice along every axis', () => {
    for (const axis of [0, 1, 2, -1]) {
      const cut = 1;
      expect(concat([slice(x, 0, cut, axis), slice(x, cut, undefined, axis)], axis).toArray()).toEqual(
        x.toArray(),
      );
    }
    expect(slice(tensor([1, 2, 3]), -2, -1).toArray()).toEqual([2]);
    expect(slice(tensor([1, 2, 3]), 1, 1).shape).toEqual([0]);
  });

  test('slice and concat refuse what does not fit', () => {
    for (const [start, end] of [
      [0, 4],
      [-4, 2],
      [2, 1],
      [0.5, 1],
      [Number.NaN, 1],
    ]) {
      expect(() => slice(tensor([1, 2, 3]), start, end)).toThrow(
        expect.objectContaining({ code: 'INDEX_OUT_OF_RANGE' }),
      );
    }
    expect(() => concat([])).toThrow('at least one tensor');
    expect(() => concat([ones([2, 3]), ones([2, 2])])).toThrow('concat: shapes [2, 3] and [2, 2]');
    expect(() => concat([ones([2]), ones([2, 1])])).toThrow(ShapeError);
  });

  test('indexSelect picks rows from arrays and integer tensors', () => {
    const rows = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(indexSelect(rows, [2, 0, 2]).toArray()).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ]);
    expect(indexSelect(rows, Int32Array.of(1)).toArray()).toEqual([[3, 4]]);
    expect(indexSelect(rows, tensor([1], { dtype: 'int32' })).toArray()).toEqual([[3, 4]]);
    expect(indexSelect(rows, []).shape).toEqual([0, 2]);
    for (const index of [3, -1, 0.5, Number.NaN])
      expect(() => indexSelect(rows, [index])).toThrow(IndexError);
  });
});

describe('products', () => {
  test('matmul multiplies matrices and refuses others', () => {
    expect(
      matmul(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([[5], [6]]),
      ).toArray(),
    ).toEqual([[17], [39]]);
    expect(() => matmul(ones([2, 3]), ones([2, 3]))).toThrow('matmul: shapes [2, 3] and [2, 3] do not fit');
    expect(() => matmul(ones([3]), ones([3, 1]))).toThrow(ShapeError);
  });

  test('linear is x · weightᵀ + bias, for any leading axes', () => {
    const weight = random([2, 3], 1);
    const bias = tensor([10, 20]);
    const x = random([4, 3], 2);
    const y = linear(x, weight, bias);
    add(matmul(x, transpose(weight)), bias).data.forEach((value, index) => {
      expect(y.data[index]).toBeCloseTo(value, 5);
    });
    expect(linear(reshape(x, [2, 2, 3]), weight, bias).shape).toEqual([2, 2, 2]);
    expect(linear(reshape(x, [2, 2, 3]), weight, bias).data).toEqual(y.data);
    expect(linear(zeros([0, 3]), weight, bias).shape).toEqual([0, 2]);
    expect(linear(slice(x, 0, 1), weight, null).shape).toEqual([1, 2]);
  });

  test('linear names the shapes that do not fit', () => {
    expect(() => linear(ones([4, 2]), ones([2, 3]))).toThrow('linear: shapes [4, 2] and [2, 3]');
    expect(() => linear(ones([4, 3]), ones([2, 3]), ones([3]))).toThrow('The bias must have the shape [2].');
    expect(() => linear(ones([]), ones([2, 3]))).toThrow(ShapeError);
  });
});

describe('softmax', () => {
  test('rows sum to 1, and shifting a row changes nothing', () => {
    const x = random([4, 3], 3);
    softmax(x)
      .sum(1)
      .data.forEach((total) => {
        expect(total).toBeCloseTo(1, 6);
      });
    softmax(add(x, 100)).data.forEach((value, index) => {
      expect(value).toBeCloseTo(softmax(x).data[index], 5);
    });
  });

  test('neither overflows nor loses small probabilities', () => {
    expect(softmax(tensor([1000, 0])).toArray()).toEqual([1, 0]);
    expect(logSoftmax(tensor([1000, 0])).toArray()).toEqual([0, -1000]);
    expect(softmax(tensor([Number.NEGATIVE_INFINITY, 0])).toArray()).toEqual([0, 1]);
    expect(() => softmax(tensor(1))).toThrow('softmax: a scalar has no last axis.');
  });

  test('logSoftmax is the logarithm of softmax', () => {
    const x = random([2, 5], 4);
    softmax(x)
      .log()
      .data.forEach((value, index) => {
        expect(logSoftmax(x).data[index]).toBeCloseTo(value, 5);
      });
  });
});

test('every method of a tensor does what the function of its name does', () => {
  const x = tensor([
    [0.5, 1.5],
    [2.5, 0.25],
  ]);
  const methods: [Tensor, Tensor][] = [
    [x.add(1), add(x, 1)],
    [x.sub(x), sub(x, x)],
    [x.mul(2), mul(x, 2)],
    [x.div(3), div(x, 3)],
    [x.maximum(1), maximum(x, 1)],
    [x.minimum(1), minimum(x, 1)],
    [x.neg(), neg(x)],
    [x.pow(2), mul(x, x)],
    [x.sqrt(), pow(x, 0.5)],
    [x.log().exp(), new Tensor(x.log().data.map(Math.exp), x.shape)],
    [
      x.sigmoid(),
      tensor(
        x.data.map((v) => 1 / (1 + Math.exp(-v))),
        { shape: x.shape },
      ),
    ],
    [x.relu(), maximum(x, 0)],
    [x.clip({ max: 1 }), minimum(x, 1)],
    [x.sum(0), sum(x, 0)],
    [x.mean(1), mean(x, 1)],
    [x.max(1), max(x, 1)],
    [x.matmul(x), matmul(x, x)],
    [x.reshape([4]), reshape(x, [4])],
    [x.transpose(), transpose(x)],
    [x.softmax(), softmax(x)],
    [x.logSoftmax(), logSoftmax(x)],
  ];
  for (const [method, f] of methods) {
    expect(method.shape).toEqual(f.shape);
    method.data.forEach((value, index) => {
      expect(value).toBeCloseTo(f.data[index], 6);
    });
  }
});

function at(x: Tensor, indices: readonly number[]): number {
  return x.data[indices.reduce((position, index, axis) => position * x.shape[axis] + index, 0)];
}
