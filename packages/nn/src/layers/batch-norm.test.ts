import { ones, type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectGradientsToMatch, sampleValues } from '../../../tensor/test/finite-differences.js';
import { BatchNorm1d, BatchNorm2d } from './batch-norm.js';

/** Mean and variance of a channel of [n, channels, …], in double precision; the variance divided by count − `less`. */
function moments(x: Tensor, channel: number, less: number): { mean: number; variance: number } {
  const [, channels] = x.shape;
  const inner = x.size / x.shape[0] / channels;
  const values = [...x.data].filter((_, i) => Math.floor(i / inner) % channels === channel);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - less) };
}

/** y = (x − E[x]) / √(Var[x] + eps) · weight + bias, as PyTorch documents it. */
function expectNormalized(
  y: Tensor,
  x: Tensor,
  of: (channel: number) => { mean: number; variance: number },
  layer: BatchNorm1d | BatchNorm2d,
): void {
  const inner = x.size / x.shape[0] / x.shape[1];
  y.data.forEach((value, i) => {
    const channel = Math.floor(i / inner) % x.shape[1];
    const { mean, variance } = of(channel);
    const normalized = (x.data[i] - mean) / Math.sqrt(variance + layer.eps);
    const [weight, bias] = [layer.weight?.data[channel] ?? 1, layer.bias?.data[channel] ?? 0];
    expect(value).toBeCloseTo(normalized * weight + bias, 5);
  });
}

const kinds = [
  ['BatchNorm1d of rows', () => new BatchNorm1d(3), [8, 3]],
  ['BatchNorm1d of sequences', () => new BatchNorm1d(3), [4, 3, 5]],
  ['BatchNorm2d', () => new BatchNorm2d(3), [4, 3, 2, 3]],
] as const;

describe.each(kinds)('%s', (_, make, shape) => {
  const batch = (seed: number): Tensor => sampleValues(shape, seed, { low: -3, high: 5 });

  test('in training normalizes by the batch, biased variance', () => {
    const layer = make();
    layer.weight!.data.set([0.5, 2, -1]);
    layer.bias!.data.set([1, 0, 3]);
    const x = batch(1);
    expectNormalized(layer.forward(x), x, (channel) => moments(x, channel, 0), layer);
  });

  test('keeps running averages of mean and unbiased variance, and normalizes by them in use', () => {
    const layer = make();
    const batches = [batch(1), batch(2), batch(3)];
    for (const x of batches) layer.forward(x);
    const averaged = (channel: number) => {
      let [mean, variance] = [0, 1]; // where PyTorch starts
      for (const x of batches) {
        const own = moments(x, channel, 1);
        mean = 0.9 * mean + 0.1 * own.mean;
        variance = 0.9 * variance + 0.1 * own.variance;
      }
      return { mean, variance };
    };
    [0, 1, 2].forEach((channel) => {
      expect(layer.buffer('running_mean').data[channel]).toBeCloseTo(averaged(channel).mean, 5);
      expect(layer.buffer('running_var').data[channel]).toBeCloseTo(averaged(channel).variance, 5);
    });
    expect(layer.buffer('num_batches_tracked').item()).toBe(3);
    const x = batch(4);
    expectNormalized(layer.eval().forward(x), x, averaged, layer);
    expect(layer.buffer('num_batches_tracked').item()).toBe(3); // use changes nothing
  });

  test('has the gradient of finite differences in training and in use', () => {
    const layer = make();
    layer.forward(batch(1));
    for (const mode of [true, false]) {
      layer.train(mode);
      layer.zeroGrad();
      expectGradientsToMatch((x) => layer.forward(x), [batch(2), ...layer.parameters()]);
    }
  });
});

test('a momentum of null weighs all batches alike', () => {
  const layer = new BatchNorm1d(1, { momentum: null });
  const batches = [5, 6, 7].map((seed) => sampleValues([6, 1], seed));
  for (const x of batches) layer.forward(x);
  const means = batches.map((x) => moments(x, 0, 1).mean);
  const variances = batches.map((x) => moments(x, 0, 1).variance);
  expect(layer.buffer('running_mean').item()).toBeCloseTo((means[0] + means[1] + means[2]) / 3, 6);
  expect(layer.buffer('running_var').item()).toBeCloseTo((variances[0] + variances[1] + variances[2]) / 3, 6);
});

test('without running averages the batch is normalized by itself in use too', () => {
  const layer = new BatchNorm1d(2, { trackRunningStats: false, affine: false }).eval();
  expect(layer.stateDict()).toEqual({});
  const x = sampleValues([5, 2], 8);
  expectNormalized(layer.forward(x), x, (channel) => moments(x, channel, 0), layer);
});

test('has the names of PyTorch', () => {
  expect(Object.entries(new BatchNorm2d(4).stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
    ['weight', [4]],
    ['bias', [4]],
    ['running_mean', [4]],
    ['running_var', [4]],
    ['num_batches_tracked', []],
  ]);
});

test('one row can be used but not trained on', () => {
  const layer = new BatchNorm1d(2);
  expect(() => layer.forward(tensor([[1, 2]]))).toThrow('at least 2');
  expect(layer.buffer('num_batches_tracked').item()).toBe(0);
  expect(layer.eval().forward(tensor([[1, 2]])).shape).toEqual([1, 2]);
});

test('refuses options out of range, and shapes that are none of its own', () => {
  expect(() => new BatchNorm1d(0)).toThrow('BatchNorm1d: numFeatures');
  expect(() => new BatchNorm2d(1, { eps: -1 })).toThrow('BatchNorm2d: eps');
  expect(() => new BatchNorm2d(1, { momentum: 2 })).toThrow('BatchNorm2d: momentum');
  expect(() => new BatchNorm1d(3).forward(ones([4, 2]))).toThrow(
    'BatchNorm1d: the shape [4, 2] does not fit',
  );
  expect(() => new BatchNorm1d(3).forward(ones([4, 3, 2, 2]))).toThrow('[n, channels, length]');
  expect(() => new BatchNorm2d(3).forward(ones([4, 3]))).toThrow('[n, channels, height, width]');
});
