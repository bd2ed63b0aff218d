import { Generator, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { Conv2d } from '../layers/index.js';
import { keepLargestWeights } from './pruning.js';
import { QuantConv2d } from './quant-conv2d.js';

function images(): Tensor {
  return new Tensor(new Generator(3).fillNormal(new Float32Array(2 * 2 * 25)), [2, 2, 5, 5]);
}

it('computes y_k = Σ_c Σ_i Σ_j w_k,c,i,j · x_c,i,j with the weights that it gives as integers and scales', () => {
  const layer = new QuantConv2d(2, 3, 2, { bits: 3, bias: false, generator: new Generator(1) });
  const { integers, scales } = layer.quantizedWeights();
  const x = images();
  const y = layer.forward(x);
  expect(y.shape).toEqual([2, 3, 4, 4]);
  for (const [sample, filter, top, left] of [
    [0, 0, 0, 0],
    [1, 2, 3, 1],
  ]) {
    let sum = 0;
    for (let c = 0; c < 2; c++) {
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 2; j++) {
          sum +=
            integers[filter * 8 + c * 4 + i * 2 + j] *
            x.data[((sample * 2 + c) * 5 + top + i) * 5 + left + j];
        }
      }
    }
    expect(y.data[((sample * 3 + filter) * 4 + top) * 4 + left]).toBeCloseTo(scales[filter] * sum, 5);
  }
});

it('is the float layer without rounding', () => {
  const options = { stride: 2, padding: 1, groups: 2 } as const;
  const plain = new Conv2d(2, 4, 3, { ...options, generator: new Generator(1) });
  const layer = new QuantConv2d(2, 4, 3, { ...options, quantize: false, generator: new Generator(1) });
  expect(layer.forward(images()).data).toEqual(plain.forward(images()).data);
});

it('passes gradients straight through the rounding, but not to pruned weights', () => {
  for (const bits of [1, 2, 4]) {
    const layer = new QuantConv2d(2, 3, 3, { bits, generator: new Generator(1) });
    const plain = new Conv2d(2, 3, 3, { generator: new Generator(1) });
    keepLargestWeights(layer, 7);
    layer.forward(images()).sum().backward();
    plain.forward(images()).sum().backward();
    for (const [i, kept] of layer.mask.entries()) {
      expect(layer.weight.grad!.data[i]).toBeCloseTo(kept * plain.weight.grad!.data[i], 5);
    }
  }
});

it('is pruned filter by filter', () => {
  const layer = new QuantConv2d(2, 3, 3, { generator: new Generator(1) });
  expect([layer.neurons, layer.fanIn]).toEqual([3, 18]);
  keepLargestWeights(layer, 5);
  for (let filter = 0; filter < 3; filter++) {
    const { integers } = layer.quantizedWeights();
    expect(
      integers.subarray(filter * 18, filter * 18 + 18).filter((value) => value !== 0).length,
    ).toBeLessThanOrEqual(5);
    expect(layer.mask.subarray(filter * 18, filter * 18 + 18).reduce((sum, kept) => sum + kept, 0)).toBe(5);
  }
});
