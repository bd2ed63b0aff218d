import { Generator, slice, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { BatchNorm1d, BatchNorm2d } from '../layers/index.js';
import { setExactStatistics } from './exact-statistics.js';

function images(samples: number, inner: number): Tensor {
  const data = new Generator(2).fillNormal(new Float32Array(samples * 3 * inner), { mean: 1000 });
  for (let i = 0; i < data.length; i++) data[i] *= 1 + (Math.floor(i / inner) % 3);
  return new Tensor(data, [samples, 3, inner, 1]);
}

it('is the mean and the variance of all rows, in however many parts they come', () => {
  const x = images(50, 4);
  const norms = [[x], [slice(x, 0, 1), slice(x, 1, 30), slice(x, 30, 50)]].map((parts) => {
    const norm = new BatchNorm2d(3);
    setExactStatistics(norm, parts);
    return norm;
  });
  for (let channel = 0; channel < 3; channel++) {
    const values = [...x.data].filter((_, i) => Math.floor(i / 4) % 3 === channel);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    for (const norm of norms) {
      expect(norm.buffer('running_mean').data[channel]).toBeCloseTo(mean, 2);
      expect(norm.buffer('running_var').data[channel] / variance).toBeCloseTo(1, 5);
    }
  }
});

it('makes a norm in use give what it gives for the same rows in training', () => {
  const data = new Generator(5).fillNormal(new Float32Array(60), { mean: 3, standardDeviation: 2 });
  const x = new Tensor(data, [20, 3]);
  const norm = new BatchNorm1d(3);
  const training = norm.forward(x).data;
  setExactStatistics(norm, [x]);
  norm
    .eval()
    .forward(x)
    .data.forEach((value, i) => {
      expect(value).toBeCloseTo(training[i], 5);
    });
});
