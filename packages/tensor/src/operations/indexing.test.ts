import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arange, tensor, zeros } from '../creation.js';
import { Generator } from '../generator.js';
import { permute, split, stack, transpose } from './arrange.js';
import { gather, indexSelect, topk } from './indexing.js';
import { matmul } from './matmul.js';
import { pad } from './pad.js';

test('indexSelect picks along any axis', () => {
  const x = arange(6).reshape([2, 3]);
  expect(indexSelect(x, [1]).toArray()).toEqual([[3, 4, 5]]);
  expect(indexSelect(x, [2, 2, 0], -1).toArray()).toEqual([
    [2, 2, 0],
    [5, 5, 3],
  ]);
});

test('gather picks one element per index', () => {
  const x = arange(6).reshape([2, 3]);
  const index = tensor([[2], [0]], { dtype: 'int32' });
  expect(gather(x, index, 1).toArray()).toEqual([[2], [3]]);
  expect(gather(x, tensor([[1, 0, 1]], { dtype: 'int32' }), 0).toArray()).toEqual([[3, 1, 5]]);
});

test('topk gives the sorted beginning, equal values in their order, NaN first', () => {
  const { values, indices } = topk(tensor([1, 3, 3, 2]), 3);
  expect([values.toArray(), indices.toArray()]).toEqual([
    [3, 3, 2],
    [1, 2, 3],
  ]);
  expect(topk(tensor([1, Number.NaN, 2]), 2).indices.toArray()).toEqual([1, 2]);
  expect(
    topk(
      tensor([
        [1, 5],
        [2, 4],
      ]),
      1,
      0,
    ).indices.toArray(),
  ).toEqual([[1, 0]]);
  expect(() => topk(tensor([1, 2]), 3)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});

test('bad indices are named, and float tensors refused as indices', () => {
  const x = arange(6).reshape([2, 3]);
  const outside = expect.objectContaining({
    code: 'INDEX_OUT_OF_RANGE',
    message: expect.stringContaining('[2, 3]'),
  });
  for (const index of [-1, 2, 0.5, Number.NaN]) expect(() => indexSelect(x, [index])).toThrow(outside);
  expect(() => gather(x, tensor([[3], [0]], { dtype: 'int32' }), 1)).toThrow(outside);
  const dtype = expect.objectContaining({ code: 'DTYPE_MISMATCH' });
  expect(() => indexSelect(x, tensor([0, 1]) as never)).toThrow(dtype);
  expect(() => gather(x, tensor([[0], [0]]) as never, 1)).toThrow(dtype);
  expect(() => gather(x, tensor([0], { dtype: 'int32' }), 1)).toThrow(
    expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
  );
});

test('an integer tensor is refused where numbers are computed', () => {
  const integers = tensor([1, 2], { dtype: 'int32' });
  const dtype = expect.objectContaining({ code: 'DTYPE_MISMATCH' });
  expect(() => tensor([1, 2]).add(integers as never)).toThrow(dtype);
  expect(() => matmul(tensor([[1, 2]]), integers.reshape([2, 1]) as never)).toThrow(dtype);
});

test('permute of any axes undoes itself, and agrees with transpose', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.nat(99),
      (shape, seed) => {
        const x = zeros(shape);
        new Generator(seed).fillNormal(x.data);
        const axes = [...new Generator(seed).permutation(shape.length)];
        const inverse = axes.map((_, axis) => axes.indexOf(axis));
        const there = permute(x, axes);
        expect(there.shape).toEqual(axes.map((axis) => shape[axis]));
        expect(permute(there, inverse).data).toEqual(x.data);
        const swapped = shape.map((_, axis) =>
          axis === 0 ? shape.length - 1 : axis === shape.length - 1 ? 0 : axis,
        );
        expect(transpose(x, 0, -1).data).toEqual(permute(x, swapped).data);
      },
    ),
    { seed: 1 },
  );
  expect(() => permute(arange(4).reshape([2, 2]), [0, 0])).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});

test('stack and split undo each other', () => {
  const x = arange(12).reshape([3, 4]);
  const rows = split(x, 1).map((row) => row.reshape([4]));
  expect(stack(rows).data).toEqual(x.data);
  expect(stack(rows, 1).data).toEqual(transpose(x).data);
  expect(split(x, 3, 1).map((piece) => piece.shape)).toEqual([
    [3, 3],
    [3, 1],
  ]);
  const invalid = expect.objectContaining({ code: 'ARGUMENT_INVALID' });
  for (const lengths of [0, -1, [1, 1], [4, -1], [1.5, 1.5]])
    expect(() => split(x, lengths)).toThrow(invalid);
  expect(() => stack([x, arange(4)])).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
});

test('pad adds a border of one value', () => {
  expect(
    pad(
      tensor([[1, 2]]),
      [
        [1, 0],
        [0, 2],
      ],
      9,
    ).toArray(),
  ).toEqual([
    [9, 9, 9, 9],
    [1, 2, 9, 9],
  ]);
  const invalid = expect.objectContaining({ code: 'ARGUMENT_INVALID' });
  expect(() => pad(tensor([1]), [])).toThrow(invalid);
  expect(() => pad(tensor([1]), [[-1, 0]])).toThrow(invalid);
});

test('matmul multiplies batches as it multiplies their matrices, and names shapes that do not fit', () => {
  const a = zeros([2, 1, 3, 4]);
  const b = zeros([5, 4, 2]);
  new Generator(1).fillNormal(a.data);
  new Generator(2).fillNormal(b.data);
  const product = matmul(a, b);
  expect(product.shape).toEqual([2, 5, 3, 2]);
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 5; j++) {
      const left = tensor(a.data.subarray(12 * i, 12 * i + 12), { shape: [3, 4] });
      const right = tensor(b.data.subarray(8 * j, 8 * j + 8), { shape: [4, 2] });
      const start = (i * 5 + j) * 6;
      expect(matmul(left, right).data).toEqual(product.data.subarray(start, start + 6));
    }
  }
  expect(() => matmul(zeros([2, 3, 4]), zeros([3, 4, 2]))).toThrow(/matmul.*\[2, 3, 4\] and \[3, 4, 2\]/);
  expect(() => matmul(zeros([3, 4]), zeros([3, 2]))).toThrow(/matmul.*\[3, 4\] and \[3, 2\]/);
});
