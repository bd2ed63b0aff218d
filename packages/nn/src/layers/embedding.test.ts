import { Generator, tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { expectGradientsToMatch } from '../../../tensor/test/finite-differences.js';
import { Sequential } from '../sequential.js';
import { Embedding } from './embedding.js';
import { Flatten } from './flatten.js';
import { Linear } from './linear.js';

const make = (options = {}): Embedding => new Embedding(5, 3, { generator: new Generator(1), ...options });

test('gives each category its row, in the shape of the categories', () => {
  const layer = make();
  const y = layer.forward(
    tensor(
      [
        [4, 0],
        [1, 4],
      ],
      { dtype: 'int32' },
    ),
  );
  expect(y.shape).toEqual([2, 2, 3]);
  const rows = layer.weight.toArray() as number[][];
  expect(y.toArray()).toEqual([
    [rows[4], rows[0]],
    [rows[1], rows[4]],
  ]);
});

test('has the gradient of finite differences, summed where a category occurs twice', () => {
  const layer = make();
  const categories = tensor([4, 0, 4], { dtype: 'int32' });
  expectGradientsToMatch(() => layer.forward(categories), layer.parameters());
  layer.zeroGrad();
  layer.forward(categories).sum().backward();
  expect(layer.weight.grad?.toArray()).toEqual([
    [1, 1, 1],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [2, 2, 2],
  ]);
});

test.each([1, -4])('the padding category %d starts at 0 and is not trained', (paddingIdx) => {
  const layer = make({ paddingIdx });
  expect(layer.paddingIdx).toBe(1);
  const y = layer.forward(tensor([1, 2], { dtype: 'int32' }));
  expect([...y.data.slice(0, 3)]).toEqual([0, 0, 0]);
  y.sum().backward();
  expect((layer.weight.grad!.toArray() as number[][]).slice(1, 3)).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
});

test('takes whole numbers in float32, so that it can stand first in a Sequential', () => {
  const net = new Sequential(make(), new Flatten(), new Linear(6, 2));
  expect(net.forward(tensor([[0, 4]])).shape).toEqual([1, 2]);
  expect(Object.keys(net.stateDict())).toEqual(['0.weight', '2.weight', '2.bias']);
});

test('draws normally', () => {
  const { data } = new Embedding(100, 100, { generator: new Generator(3) }).weight;
  const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  // Standard deviation of a variance from n normal draws: √(2/n); 5.5 of them are left with probability 4e-8.
  expect(Math.abs(variance - 1)).toBeLessThan(5.5 * Math.sqrt(2 / data.length));
});

test('names a category that it does not have', () => {
  for (const category of [5, -1, 0.5, Number.NaN]) {
    expect(() => make().forward(tensor([0, category]))).toThrow(`element 1 is ${category}`);
  }
  expect(() => make({ paddingIdx: 5 })).toThrow('Embedding: paddingIdx');
  expect(() => new Embedding(0, 1)).toThrow('Embedding: numEmbeddings');
  expect(() => new Embedding(1, 0)).toThrow('Embedding: embeddingDim');
});
