// Convolution, pooling and batch normalization against their definitions, written as plain loops.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensor, zeros } from '../creation.js';
import { Generator } from '../generator.js';
import type { Tensor } from '../tensor.js';
import { batchNorm, batchNormInference } from './batch-norm.js';
import { type Conv2dOptions, conv2d } from './conv.js';
import { avgPool2d, maxPool2d } from './pool.js';

function normal(shape: readonly number[], seed: number): Tensor {
  const result = zeros(shape);
  new Generator(seed).fillNormal(result.data);
  return result;
}

/** Element of an image, or null outside of it. */
function pixel(x: Tensor, sample: number, channel: number, row: number, column: number): number | null {
  const [, channels, height, width] = x.shape;
  if (row < 0 || row >= height || column < 0 || column >= width) return null;
  return x.data[((sample * channels + channel) * height + row) * width + column];
}

function* positions(shape: readonly number[]): Generator4 {
  for (let s = 0; s < shape[0]; s++)
    for (let c = 0; c < shape[1]; c++)
      for (let y = 0; y < shape[2]; y++) for (let x = 0; x < shape[3]; x++) yield [s, c, y, x];
}
type Generator4 = Iterable<readonly [number, number, number, number]>;

describe('conv2d', () => {
  const small = fc.integer({ min: 1, max: 3 });
  const settings = fc.record({
    samples: small,
    groups: small,
    inGroup: small,
    filtersInGroup: small,
    size: fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 9 })),
    kernel: fc.tuple(small, small),
    stride: fc.tuple(small, small),
    padding: fc.tuple(fc.nat(2), fc.nat(2)),
    dilation: fc.tuple(fc.constantFrom(1, 1, 2), fc.constantFrom(1, 1, 2)),
    seed: fc.nat(1000),
  });

  test('equals the definition for all strides, paddings, dilations and groups', () => {
    fc.assert(
      fc.property(
        settings,
        ({ samples, groups, inGroup, filtersInGroup, size, kernel, seed, ...options }) => {
          fc.pre(
            [0, 1].every((i) => (kernel[i] - 1) * options.dilation[i] < size[i] + 2 * options.padding[i]),
          );
          const x = normal([samples, groups * inGroup, ...size], seed);
          const weight = normal([groups * filtersInGroup, inGroup, ...kernel], seed + 1);
          const bias = normal([groups * filtersInGroup], seed + 2);
          const out = conv2d(x, weight, bias, { ...options, groups });
          let i = 0;
          for (const [s, f, oy, ox] of positions(out.shape)) {
            let sum = bias.data[f];
            const first = Math.floor(f / filtersInGroup) * inGroup;
            for (const [, c, ky, kx] of positions([1, inGroup, ...kernel])) {
              const row = oy * options.stride[0] - options.padding[0] + ky * options.dilation[0];
              const column = ox * options.stride[1] - options.padding[1] + kx * options.dilation[1];
              sum += (pixel(weight, f, c, ky, kx) ?? 0) * (pixel(x, s, first + c, row, column) ?? 0);
            }
            // A few dozen float32 roundings of sums of size up to about 10.
            expect(Math.abs(out.data[i++] - sum)).toBeLessThan(1e-4);
          }
          expect(i).toBe(out.size);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  test('a sample gives the same bits alone and in a batch that is taken in several pieces', () => {
    const x = normal([70, 3, 20, 20], 1);
    const weight = normal([5, 3, 5, 5], 2);
    const whole = conv2d(x, weight);
    const size = whole.size / 70;
    for (const sample of [0, 1, 33, 69]) {
      const own = tensor(x.data.subarray(sample * 1200, (sample + 1) * 1200), { shape: [1, 3, 20, 20] });
      expect(conv2d(own, weight).data).toEqual(whole.data.subarray(sample * size, (sample + 1) * size));
    }
  });

  test('refuses channels, biases and options that do not fit', () => {
    const x = normal([1, 4, 5, 5], 1);
    const weight = normal([2, 4, 3, 3], 2);
    const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' });
    expect(() => conv2d(x, normal([2, 3, 3, 3], 2))).toThrow(mismatch);
    expect(() => conv2d(x, normal([3, 2, 3, 3], 2), null, { groups: 2 })).toThrow(mismatch);
    expect(() => conv2d(x, weight, normal([3], 1))).toThrow(mismatch);
    expect(() => conv2d(x.reshape([4, 5, 5]), weight)).toThrow(mismatch);
    expect(() => conv2d(normal([1, 4, 2, 5], 1), weight)).toThrow(mismatch);
    const wrong: Conv2dOptions[] = [
      { stride: 0 },
      { padding: -1 },
      { dilation: 1.5 },
      { groups: 0 },
      { stride: [1, 0] },
    ];
    for (const options of wrong) {
      expect(() => conv2d(x, weight, null, options)).toThrow(
        expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
      );
    }
  });
});

describe('pooling', () => {
  const settings = fc.record({
    height: fc.integer({ min: 3, max: 7 }),
    width: fc.integer({ min: 3, max: 7 }),
    size: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padded: fc.boolean(),
    seed: fc.nat(1000),
  });

  test('equals the definition for all sizes, strides and paddings', () => {
    fc.assert(
      fc.property(settings, ({ height, width, size, stride, padded, seed }) => {
        const padding = padded ? Math.floor(size / 2) : 0;
        const x = normal([2, 2, height, width], seed);
        const largest = maxPool2d(x, size, { stride, padding });
        const mean = avgPool2d(x, size, { stride, padding });
        const inside = avgPool2d(x, size, { stride, padding, countIncludePad: false });
        let i = 0;
        for (const [s, c, oy, ox] of positions(largest.shape)) {
          const seen: number[] = [];
          for (const [, , dy, dx] of positions([1, 1, size, size])) {
            const value = pixel(x, s, c, oy * stride - padding + dy, ox * stride - padding + dx);
            if (value !== null) seen.push(value);
          }
          const sum = seen.reduce((total, value) => total + value, 0);
          expect(largest.data[i]).toBe(Math.max(...seen));
          expect(mean.data[i]).toBeCloseTo(sum / size ** 2, 5);
          expect(inside.data[i++]).toBeCloseTo(sum / seen.length, 5);
        }
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test('NaN wins a maximum, and padding wider than half of the window is refused', () => {
    expect(maxPool2d(tensor([[[[1, Number.NaN, 5, 2]]]]), [1, 4]).item()).toBeNaN();
    expect(() => maxPool2d(normal([1, 1, 4, 4], 1), 2, { padding: 2 })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
    expect(() => avgPool2d(normal([4, 4], 1), 2)).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
  });
});

describe('batch normalization', () => {
  test('gives each channel mean 0 and variance 1, and reports what it had', () => {
    const x = normal([6, 3, 4, 2], 3).mul(2).add(5);
    const { output, mean, variance, count } = batchNorm(x, { eps: 0 });
    expect(count).toBe(48);
    for (let channel = 0; channel < 3; channel++) {
      const [before, after] = [x, output].map(
        (t) => t.permute([1, 0, 2, 3]).reshape([3, 48]).toArray() as number[][],
      );
      const moments = (values: number[]): [number, number] => {
        const center = values.reduce((a, b) => a + b, 0) / 48;
        return [center, values.reduce((a, b) => a + (b - center) ** 2, 0) / 48];
      };
      expect(mean[channel]).toBeCloseTo(moments(before[channel])[0], 5);
      expect(variance[channel]).toBeCloseTo(moments(before[channel])[1], 5);
      expect(moments(after[channel])[0]).toBeCloseTo(0, 5);
      expect(moments(after[channel])[1]).toBeCloseTo(1, 5);
    }
  });

  test('predicts what it trained when it is given the statistics of the batch', () => {
    const x = normal([8, 3], 4);
    const options = { weight: tensor([1, 2, -1]), bias: tensor([0, 1, 2]) };
    const { output, mean, variance } = batchNorm(x, options);
    batchNormInference(x, mean, variance, options).data.forEach((value, i) => {
      expect(value).toBeCloseTo(output.data[i], 5);
    });
  });

  test('refuses a single element a channel, a missing channel axis, and parameters of another length', () => {
    expect(() => batchNorm(normal([1, 3], 1))).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' });
    expect(() => batchNorm(normal([3], 1))).toThrow(mismatch);
    expect(() => batchNorm(normal([2, 3], 1), { weight: tensor([1]) })).toThrow(mismatch);
    expect(() => batchNormInference(normal([2, 3], 1), new Float32Array(2), new Float32Array(3))).toThrow(
      mismatch,
    );
  });
});
