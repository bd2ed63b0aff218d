import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tensor, zeros } from '../creation.js';
import { Generator } from '../generator.js';
import type { Tensor } from '../tensor.js';
import { fakeQuantize } from './quantize.js';

function normal(shape: readonly number[], seed = 1): Tensor {
  const result = zeros(shape, { requiresGrad: true });
  new Generator(seed).fillNormal(result.data);
  return result;
}

test('gives the nearest level, ties to the even one, within half a step inside of the range', () => {
  const x = tensor([-2.5, -0.75, -0.25, 0.25, 0.75, 1.25, 9, Number.NaN]);
  const quantized = fakeQuantize(x, 0.5, { low: -4, high: 3 }).toArray();
  expect(quantized).toEqual([-2, -1, 0, 0, 1, 1, 1.5, Number.NaN]);
  fc.assert(
    fc.property(
      fc.float({ min: -4, max: 4, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (v, scale) => {
        const x = Math.fround(v);
        const q = fakeQuantize(tensor([x]), scale, { low: -1000, high: 1000 }).item();
        expect(Math.abs(q - x)).toBeLessThanOrEqual(scale / 2 + 1e-6);
      },
    ),
    { seed: 1 },
  );
});

test('has the same bits for every length, which decides between the SIMD and the scalar loop', () => {
  const x = normal([4103]);
  const options = { low: -3, high: 3 };
  const whole = fakeQuantize(x, 0.3, options);
  whole.sum().backward();
  for (let i = 0; i < x.size; i += 13) {
    const one = tensor([x.data[i]], { requiresGrad: true });
    const alone = fakeQuantize(one, 0.3, options);
    alone.sum().backward();
    expect(alone.item()).toBe(whole.data[i]);
    expect(one.grad?.item()).toBe(x.grad?.data[i]);
  }
});

test('has the same bits for rows of every length, which go through SIMD several at once', () => {
  const options = { low: -3, high: 3 };
  for (const columns of [1, 3, 4, 7, 64, 65, 1500, 2049, 5000]) {
    const x = normal([5, columns]);
    const scales = Float64Array.of(0.3, 0.7, 0.11, 1.3, 0.45);
    const whole = fakeQuantize(x, scales, options).data;
    for (let row = 0; row < 5; row++) {
      for (let column = 0; column < columns; column += columns > 100 ? 13 : 1) {
        const i = row * columns + column;
        expect(whole[i]).toBe(fakeQuantize(tensor([x.data[i]]), scales[row], options).item());
      }
    }
  }
});

test('passes the gradient straight through inside of the range, or everywhere', () => {
  const values = [-3, -2.4, 0.3, 1.4, 1.6];
  const gradientOf = (gradient: 'inside' | 'everywhere'): unknown => {
    const x = tensor(values, { requiresGrad: true });
    fakeQuantize(x, 1, { low: -2, high: 1, gradient }).backward(tensor([1, 2, 3, 4, 5]));
    return x.grad?.toArray();
  };
  expect(gradientOf('inside')).toEqual([0, 2, 3, 4, 0]);
  expect(gradientOf('everywhere')).toEqual([1, 2, 3, 4, 5]);
});

test('learns its scale by what rounding moved, or by the clipped level (LSQ, eq. 3)', () => {
  const x = tensor([-3, 0.3, 1.4, 1.6]);
  const scale = tensor(1, { requiresGrad: true });
  fakeQuantize(x, scale, { low: -2, high: 1 }).backward(tensor([1, 10, 100, 1000]));
  expect(scale.grad?.item()).toBeCloseTo(-2 + 10 * (0 - 0.3) + 100 * (1 - 1.4) + 1000, 3);
});

test('takes one scale a row, as numbers or learned, and drops masked elements with their gradients', () => {
  const x = normal([3, 100]);
  const mask = Float32Array.from({ length: 300 }, (_, i) => i % 3 && 1);
  const scales = Float64Array.of(0.25, 0.5, 1);
  const learned = tensor(scales, { requiresGrad: true });
  const options = { low: -8, high: 7, mask };
  const rows = fakeQuantize(x, scales, options);
  const learnedRows = fakeQuantize(x, learned, options);
  expect(learnedRows.data).toEqual(rows.data);
  learnedRows.sum().backward();
  for (let row = 0; row < 3; row++) {
    const own = tensor(x.data.subarray(100 * row, 100 * row + 100), { requiresGrad: true });
    const scale = tensor(scales[row], { requiresGrad: true });
    const ownMask = mask.subarray(100 * row, 100 * row + 100);
    const alone = fakeQuantize(own, scale, { ...options, mask: ownMask });
    alone.sum().backward();
    expect(alone.data).toEqual(rows.data.subarray(100 * row, 100 * row + 100));
    expect(own.grad?.data).toEqual(x.grad?.data.subarray(100 * row, 100 * row + 100));
    expect(scale.grad?.item()).toBe(learned.grad?.data[row]);
  }
  expect(rows.data.every((value, i) => mask[i] !== 0 || value === 0)).toBe(true);
});

test('refuses scales that are not positive, other numbers of scales, and masks of another size', () => {
  const x = tensor([1, 2, 3]);
  const options = { low: 0, high: 3 };
  const invalid = expect.objectContaining({ code: 'ARGUMENT_INVALID' });
  for (const scale of [0, -1, Number.NaN]) expect(() => fakeQuantize(x, scale, options)).toThrow(invalid);
  expect(() => fakeQuantize(x, 1, { low: 2, high: 1 })).toThrow(invalid);
  expect(() => fakeQuantize(x, 1, { low: 0.5, high: 1 })).toThrow(invalid);
  const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' });
  expect(() => fakeQuantize(x, tensor([1, 1]), options)).toThrow(mismatch);
  expect(() => fakeQuantize(x, tensor([[1], [1], [1]]), options)).toThrow(mismatch);
  expect(() => fakeQuantize(x, 1, { ...options, mask: new Float32Array(2) })).toThrow(mismatch);
});
