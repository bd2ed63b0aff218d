// Layers: gradients by finite differences, values, defaults. Every layer needs a case below.

import { Generator, ones, Tensor, zeros } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { distinctValues, sampleValues } from '../../../tensor/test/finite-differences.js';
import { checkModules, type ModuleCase } from '../../test/module-checks.js';
import { ReLU, Tanh } from '../activations/index.js';
import { defaultGenerator, manualSeed } from '../random.js';
import * as sequential from '../sequential.js';
import * as layers from './index.js';

const input = distinctValues([4, 5], 1); // ±1.2, off every multiple of 1/8

const cases: Record<string, ModuleCase> = {
  Identity: { make: () => new sequential.Identity(), input, values: [[1], [1]] },
  Flatten: { make: () => new layers.Flatten(), input: sampleValues([2, 3, 2], 2) },
  Conv2d: {
    make: () =>
      new layers.Conv2d(4, 6, [3, 2], {
        ...{ stride: [2, 1], padding: [1, 0], groups: 2 },
        generator: new Generator(4),
      }),
    input: sampleValues([2, 4, 5, 4], 5),
  },
  BatchNorm1d: { make: () => new layers.BatchNorm1d(3), input: sampleValues([4, 3], 6) },
  BatchNorm2d: {
    make: () => new layers.BatchNorm2d(2, { affine: false }).eval(),
    input: sampleValues([2, 2, 3, 2], 7),
  },
  MaxPool2d: {
    make: () => new layers.MaxPool2d(3, { stride: 2, padding: 1 }),
    input: distinctValues([1, 2, 4, 4], 8),
  },
  AvgPool2d: {
    make: () => new layers.AvgPool2d([2, 3], { stride: 1, padding: [1, 0] }),
    input: sampleValues([2, 1, 3, 4], 9),
  },
  AdaptiveAvgPool2d: {
    make: () => new layers.AdaptiveAvgPool2d([2, 3]),
    input: sampleValues([2, 2, 3, 4], 10),
  },
  Linear: { make: () => new layers.Linear(5, 3, { generator: new Generator(1) }), input },
  Sequential: {
    make: () =>
      new sequential.Sequential(
        new layers.Linear(5, 4, { generator: new Generator(2) }),
        new Tanh(),
        new layers.Linear(4, 2, { generator: new Generator(3) }),
      ),
    input,
  },
  // In use mode: in training mode each forward pass draws anew, see below.
  Dropout: { make: () => new layers.Dropout().eval(), input },
};

const { Embedding: _, ...ofNumbers } = layers; // takes categories: has tests of its own

checkModules({ ...ofNumbers, ...sequential }, cases);

describe('Linear', () => {
  test('draws weight and bias uniformly within ±1/√inFeatures', () => {
    const layer = new layers.Linear(16, 4000, { generator: new Generator(5) });
    for (const { data } of [layer.weight, layer.bias!]) {
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
      // Standard deviation of the mean of n uniforms of width ½: 1/√(48·n); 5.5 of them are left with probability 4e-8.
      expect(Math.abs(mean)).toBeLessThan(5.5 / Math.sqrt(48 * data.length));
      expect(Math.abs(variance - 1 / 48)).toBeLessThan(
        (5.5 * 0.0625 * Math.sqrt(4 / 45)) / Math.sqrt(data.length),
      );
      expect(data.every((value) => Math.abs(value) <= 0.25)).toBe(true);
    }
  });

  test('without bias has none, and keeps the shapes of PyTorch', () => {
    const layer = new layers.Linear(3, 2, { bias: false });
    expect([layer.bias, layer.weight.shape, Object.keys(layer.stateDict())]).toEqual([
      null,
      [2, 3],
      ['weight'],
    ]);
    expect(new layers.Linear(3, 2, { bias: undefined }).bias?.shape).toEqual([2]);
  });

  test.each([0, -1, 1.5, Number.NaN, undefined])('refuses %s features', (size) => {
    expect(() => new layers.Linear(size as number, 2)).toThrow('Linear: inFeatures');
    expect(() => new layers.Linear(2, size as number)).toThrow('Linear: outFeatures');
  });

  test('names the shapes when the input does not fit', () => {
    expect(() => new layers.Linear(3, 2).forward(ones([4, 2]))).toThrow('linear: shapes [4, 2] and [2, 3]');
  });
});

describe('manualSeed', () => {
  test('makes the next modules repeatable', () => {
    const weights = (): Float32Array => new layers.Linear(3, 3).weight.data;
    manualSeed(7);
    const first = [weights(), weights()];
    const again = manualSeed(7);
    expect(again).toBe(defaultGenerator());
    expect([weights(), weights()]).toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
    manualSeed(8);
    expect(weights()).not.toEqual(first[0]);
    expect(() => manualSeed(-1)).toThrow(expect.objectContaining({ code: 'SEED_INVALID' }));
  });
});

describe('Dropout', () => {
  test('sets the given share to 0 and keeps the mean', () => {
    const layer = new layers.Dropout({ p: 0.25, generator: new Generator(1) });
    const y = layer.forward(ones([100_000]));
    const zeroed = y.data.filter((value) => value === 0).length / y.size;
    // Standard deviation of a share p of n: √(p(1 − p)/n); 5.5 of them are left with probability 4e-8.
    expect(Math.abs(zeroed - 0.25)).toBeLessThan(5.5 * Math.sqrt(0.1875 / y.size));
    expect(y.data.every((value) => value === 0 || value === Math.fround(1 / 0.75))).toBe(true);
  });

  test('passes gradients where it passed values', () => {
    const x = new Tensor(new Float32Array(100).fill(1), [100], { requiresGrad: true });
    const y = new layers.Dropout({ generator: new Generator(2) }).forward(x);
    y.sum().backward();
    expect(x.grad?.data).toEqual(y.data);
  });

  test('draws differ between passes and between layers, and repeat with the seed', () => {
    const draw = (): string[] => {
      manualSeed(3);
      const [first, second] = [new layers.Dropout(), new layers.Dropout()];
      return [first, first, second].map((layer) => layer.forward(ones([64])).data.join());
    };
    expect(new Set(draw()).size).toBe(3);
    expect(draw()).toEqual(draw());
  });

  test('does nothing in use mode, or when p is 0', () => {
    const x = ones([5]);
    expect(new layers.Dropout().eval().forward(x)).toBe(x);
    expect(new layers.Dropout({ p: 0 }).forward(x)).toBe(x);
  });

  test.each([-0.1, 1, Number.NaN])('refuses p = %s', (p) => {
    expect(() => new layers.Dropout({ p })).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }));
  });
});

test('Sequential runs its modules in order, and Flatten keeps the rows', () => {
  const net = new sequential.Sequential(new layers.Flatten(), new ReLU());
  expect(net.forward(zeros([2, 3, 4])).shape).toEqual([2, 12]);
  expect(new layers.Flatten().forward(zeros([5])).shape).toEqual([5, 1]);
  expect([net.length, net.at(-1), [...net].length]).toEqual([2, net.at(1), 2]);
  expect(new sequential.Sequential().forward(ones([1])).item()).toBe(1);
});
