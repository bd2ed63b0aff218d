import { Generator, ones, type Tensor, zeros } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { sampleValues } from '../../../tensor/test/finite-differences.js';
import { Conv2d, type Conv2dOptions } from './conv2d.js';

/** PyTorch's documented formula, element by element in double precision; pairs are [vertical, horizontal]. */
function reference(x: Tensor, layer: Conv2d, at: readonly [number, number, number, number]): number {
  const [n, filter, row, column] = at;
  const [, channels, height, width] = x.shape;
  const [kernelHeight, kernelWidth] = layer.kernelSize;
  const both = (pair: number | readonly number[]): readonly number[] =>
    typeof pair === 'number' ? [pair, pair] : pair;
  const [stride, padding, dilation] = [layer.stride, layer.padding, layer.dilation].map(both);
  const perGroup = channels / layer.groups;
  const firstChannel = Math.floor(filter / (layer.outChannels / layer.groups)) * perGroup;
  let sum = layer.bias?.data[filter] ?? 0;
  for (let c = 0; c < perGroup; c++) {
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++) {
        const y = row * stride[0] - padding[0] + i * dilation[0];
        const z = column * stride[1] - padding[1] + j * dilation[1];
        if (y < 0 || y >= height || z < 0 || z >= width) continue;
        const weight = layer.weight.data[((filter * perGroup + c) * kernelHeight + i) * kernelWidth + j];
        sum += weight * x.data[((n * channels + firstChannel + c) * height + y) * width + z];
      }
    }
  }
  return sum;
}

const variants: [Conv2dOptions, number[]][] = [
  [{}, [2, 6, 4, 5]],
  [{ bias: false, stride: 2 }, [2, 6, 2, 3]],
  [{ padding: 1 }, [2, 6, 6, 7]],
  [{ stride: [1, 2], padding: [0, 2], groups: 2 }, [2, 6, 4, 5]],
  [{ dilation: 2 }, [2, 6, 2, 3]],
];

test.each(variants)('with %j computes what its formula says', (options, shape) => {
  const x = sampleValues([2, 4, 6, 7], 1);
  const layer = new Conv2d(4, 6, 3, { generator: new Generator(2), ...options });
  const y = layer.forward(x);
  expect(y.shape).toEqual(shape);
  let index = 0;
  for (let n = 0; n < shape[0]; n++) {
    for (let filter = 0; filter < shape[1]; filter++) {
      for (let row = 0; row < shape[2]; row++) {
        for (let column = 0; column < shape[3]; column++) {
          expect(y.data[index++]).toBeCloseTo(reference(x, layer, [n, filter, row, column]), 5);
        }
      }
    }
  }
});

test('has the shapes and names of PyTorch', () => {
  const layer = new Conv2d(8, 12, [5, 3], { groups: 4 });
  expect(Object.entries(layer.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
    ['weight', [12, 2, 5, 3]],
    ['bias', [12]],
  ]);
  expect(new Conv2d(1, 1, 1, { bias: false }).bias).toBeNull();
});

test('draws weight and bias uniformly within ±1/√fanIn', () => {
  const layer = new Conv2d(4, 2000, [2, 4], { groups: 2, generator: new Generator(5) }); // fanIn 2 · 8
  for (const { data } of [layer.weight, layer.bias!]) {
    expect(data.every((value) => Math.abs(value) <= 0.25)).toBe(true);
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    // Var of the square of a uniform is 4/45 of its bound⁴; 5.5 standard deviations are left with probability 4e-8.
    expect(Math.abs(variance - 1 / 48)).toBeLessThan(
      (5.5 * 0.0625 * Math.sqrt(4 / 45)) / Math.sqrt(data.length),
    );
  }
});

test('refuses sizes out of range and images that do not fit', () => {
  expect(() => new Conv2d(0, 1, 1)).toThrow('Conv2d: inChannels');
  expect(() => new Conv2d(1, 1.5, 1)).toThrow('Conv2d: outChannels');
  expect(() => new Conv2d(1, 1, 0)).toThrow('Conv2d: kernelSize');
  expect(() => new Conv2d(1, 1, [1] as never)).toThrow('Conv2d: kernelSize');
  expect(() => new Conv2d(1, 1, 1, { stride: 0 })).toThrow('Conv2d: stride');
  expect(() => new Conv2d(1, 1, 1, { padding: -1 })).toThrow('Conv2d: padding');
  expect(() => new Conv2d(4, 6, 1, { groups: 3 })).toThrow('a divisor of the channels, 4 in and 6 out');
  const layer = new Conv2d(2, 1, 3);
  for (const shape of [
    [2, 5, 5],
    [1, 3, 5, 5],
    [1, 2, 2, 5],
  ]) {
    expect(() => layer.forward(ones(shape))).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  }
  expect(layer.forward(zeros([0, 2, 5, 5])).shape).toEqual([0, 1, 3, 3]);
});
