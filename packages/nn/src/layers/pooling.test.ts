import { ones, tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { sampleValues } from '../../../tensor/test/finite-differences.js';
import { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from './pooling.js';

const image = tensor([
  [
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
      [13, 14, 15, 16],
    ],
  ],
]);

test('MaxPool2d takes the largest value of each window, which by default do not overlap', () => {
  expect(new MaxPool2d(2).forward(image).toArray()).toEqual([
    [
      [
        [6, 8],
        [14, 16],
      ],
    ],
  ]);
  expect(new MaxPool2d([1, 3], { stride: [2, 1] }).forward(image).toArray()).toEqual([
    [
      [
        [3, 4],
        [11, 12],
      ],
    ],
  ]);
  // Padding never wins, not even against negative values.
  expect(new MaxPool2d(2, { padding: 1 }).forward(image.neg()).data[0]).toBe(-1);
});

test('AvgPool2d takes the mean, with padding as zeros or without', () => {
  expect([...new AvgPool2d(2).forward(image).data]).toEqual([3.5, 5.5, 11.5, 13.5]);
  expect(new AvgPool2d(2, { padding: 1 }).forward(image).data[0]).toBe(0.25);
  expect(new AvgPool2d(2, { padding: 1, countIncludePad: false }).forward(image).data[0]).toBe(1);
});

test('AdaptiveAvgPool2d(1) is the mean of each channel, whatever the size', () => {
  const x = sampleValues([2, 3, 5, 7], 1);
  const y = new AdaptiveAvgPool2d(1).forward(x);
  expect(y.shape).toEqual([2, 3, 1, 1]);
  x.mean([2, 3]).data.forEach((mean, i) => {
    expect(y.data[i]).toBeCloseTo(mean, 6);
  });
});

test('AdaptiveAvgPool2d shares borders where the parts do not divide the size, as PyTorch does', () => {
  // Rows 4 → 3: [0, 2), [1, 3), [2, 4); columns 4 → 2: halves.
  expect([...new AdaptiveAvgPool2d([3, 2]).forward(image).data]).toEqual([3.5, 5.5, 7.5, 9.5, 11.5, 13.5]);
  expect(new AdaptiveAvgPool2d(4).forward(image).data).toEqual(image.data);
});

test('sizes out of range, and what is no image, are refused', () => {
  expect(() => new MaxPool2d(0)).toThrow('MaxPool2d: kernelSize');
  expect(() => new MaxPool2d(2, { stride: 0 })).toThrow('MaxPool2d: stride');
  expect(() => new AvgPool2d(2, { padding: -1 })).toThrow('AvgPool2d: padding');
  expect(() => new AdaptiveAvgPool2d([1, 0])).toThrow('AdaptiveAvgPool2d: outputSize');
  for (const layer of [new MaxPool2d(2), new AvgPool2d(2), new AdaptiveAvgPool2d(1)]) {
    expect(() => layer.forward(ones([4, 4]))).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  }
});
