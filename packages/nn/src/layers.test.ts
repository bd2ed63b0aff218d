// Layers and activations: gradients by finite differences, values, defaults. Every module class of these files needs a
// case below.

import { Generator, ones, Tensor, tensor, zeros } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import {
  distinctValues,
  expectGradientsToMatch,
  sampleValues,
} from '../../tensor/test/finite-differences.js';
import * as activations from './activations.js';
import * as dropout from './dropout.js';
import * as flatten from './flatten.js';
import * as linear from './linear.js';
import { Module } from './module.js';
import { defaultGenerator, manualSeed } from './random.js';
import * as sequential from './sequential.js';

const layers: Record<string, unknown> = { ...activations, ...dropout, ...flatten, ...linear, ...sequential };

interface Case {
  readonly make: () => Module;
  readonly input: Tensor;
  /** [inputs, outputs], from PyTorch's documented formulas evaluated by hand or with Python's math module. */
  readonly values?: readonly [number[], number[]];
}

const input = distinctValues([4, 5], 1); // ±1.2, off every multiple of 1/8

const cases: Record<string, Case> = {
  ReLU: {
    make: () => new activations.ReLU(),
    input,
    values: [
      [-1, 0, 2],
      [0, 0, 2],
    ],
  },
  LeakyReLU: {
    make: () => new activations.LeakyReLU({ negativeSlope: 0.25 }),
    input,
    values: [
      [-1, 0, 2],
      [-0.25, 0, 2],
    ],
  },
  ReLU6: {
    make: () => new activations.ReLU6(),
    input: tensor([-1.2, 0.3, 5.5, 6.5]),
    values: [
      [-1, 3, 7],
      [0, 3, 6],
    ],
  },
  Hardtanh: {
    make: () => new activations.Hardtanh(),
    input,
    values: [
      [-2, 0.5, 2],
      [-1, 0.5, 1],
    ],
  },
  Sigmoid: {
    make: () => new activations.Sigmoid(),
    input,
    values: [
      [0, 2],
      [0.5, 0.8807970779778825],
    ],
  },
  Tanh: {
    make: () => new activations.Tanh(),
    input,
    values: [
      [0, 0.5],
      [0, 0.46211715726],
    ],
  },
  Softplus: {
    make: () => new activations.Softplus(),
    input,
    values: [
      [0, -2],
      [Math.LN2, 0.1269280110429726],
    ],
  },
  GELU: {
    make: () => new activations.GELU(),
    input,
    values: [
      [1, -1, 0],
      [0.8413447460685429, -0.15865525393145707, 0],
    ],
  },
  SiLU: {
    make: () => new activations.SiLU(),
    input,
    values: [
      [1, -1],
      [0.7310585786300049, -0.2689414213699951],
    ],
  },
  ELU: {
    make: () => new activations.ELU({ alpha: 2 }),
    input,
    values: [
      [1, -1],
      [1, -1.2642411176571153],
    ],
  },
  Identity: { make: () => new sequential.Identity(), input, values: [[1], [1]] },
  Flatten: { make: () => new flatten.Flatten(), input: sampleValues([2, 3, 2], 2) },
  Linear: { make: () => new linear.Linear(5, 3, { generator: new Generator(1) }), input },
  Sequential: {
    make: () =>
      new sequential.Sequential(
        new linear.Linear(5, 4, { generator: new Generator(2) }),
        new activations.Tanh(),
        new linear.Linear(4, 2, { generator: new Generator(3) }),
      ),
    input,
  },
  // In use mode: in training mode each forward pass draws anew, see below.
  Dropout: { make: () => new dropout.Dropout().eval(), input },
};

const names = Object.keys(layers).filter((name) => {
  const exported = layers[name];
  return typeof exported === 'function' && exported.prototype instanceof Module;
});

test('there are layers, and each has a case', () => {
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(cases).sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (name) => {
  const { make, input: x, values } = cases[name];

  test('has the gradient of finite differences, for its input and its parameters', () => {
    const module = make();
    expectGradientsToMatch((value) => module.forward(value), [x.clone(), ...module.parameters()]);
  });

  test('computes what its formula says', () => {
    if (values === undefined) return;
    const [inputs, outputs] = values;
    make()
      .forward(tensor(inputs))
      .data.forEach((value, index) => {
        expect(value).toBeCloseTo(outputs[index], 6);
      });
  });

  test('does not change its input', () => {
    const before = x.clone();
    make().forward(x);
    expect(x.data).toEqual(before.data);
  });
});

describe('Linear', () => {
  test('draws weight and bias uniformly within ±1/√inFeatures', () => {
    const layer = new linear.Linear(16, 4000, { generator: new Generator(5) });
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
    const layer = new linear.Linear(3, 2, { bias: false });
    expect([layer.bias, layer.weight.shape, Object.keys(layer.stateDict())]).toEqual([
      null,
      [2, 3],
      ['weight'],
    ]);
    expect(new linear.Linear(3, 2, { bias: undefined }).bias?.shape).toEqual([2]);
  });

  test.each([0, -1, 1.5, Number.NaN, undefined])('refuses %s features', (size) => {
    expect(() => new linear.Linear(size as number, 2)).toThrow('Linear: inFeatures');
    expect(() => new linear.Linear(2, size as number)).toThrow('Linear: outFeatures');
  });

  test('names the shapes when the input does not fit', () => {
    expect(() => new linear.Linear(3, 2).forward(ones([4, 2]))).toThrow('linear: shapes [4, 2] and [2, 3]');
  });
});

describe('manualSeed', () => {
  test('makes the next modules repeatable', () => {
    const weights = (): Float32Array => new linear.Linear(3, 3).weight.data;
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
    const layer = new dropout.Dropout({ p: 0.25, generator: new Generator(1) });
    const y = layer.forward(ones([100_000]));
    const zeroed = y.data.filter((value) => value === 0).length / y.size;
    // Standard deviation of a share p of n: √(p(1 − p)/n); 5.5 of them are left with probability 4e-8.
    expect(Math.abs(zeroed - 0.25)).toBeLessThan(5.5 * Math.sqrt(0.1875 / y.size));
    expect(y.data.every((value) => value === 0 || value === Math.fround(1 / 0.75))).toBe(true);
  });

  test('passes gradients where it passed values', () => {
    const x = new Tensor(new Float32Array(100).fill(1), [100], { requiresGrad: true });
    const y = new dropout.Dropout({ generator: new Generator(2) }).forward(x);
    y.sum().backward();
    expect(x.grad?.data).toEqual(y.data);
  });

  test('draws differ between passes and between layers, and repeat with the seed', () => {
    const draw = (): string[] => {
      manualSeed(3);
      const [first, second] = [new dropout.Dropout(), new dropout.Dropout()];
      return [first, first, second].map((layer) => layer.forward(ones([64])).data.join());
    };
    expect(new Set(draw()).size).toBe(3);
    expect(draw()).toEqual(draw());
  });

  test('does nothing in use mode, or when p is 0', () => {
    const x = ones([5]);
    expect(new dropout.Dropout().eval().forward(x)).toBe(x);
    expect(new dropout.Dropout({ p: 0 }).forward(x)).toBe(x);
  });

  test.each([-0.1, 1, Number.NaN])('refuses p = %s', (p) => {
    expect(() => new dropout.Dropout({ p })).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }));
  });
});

test('Hardtanh refuses bounds in the wrong order', () => {
  expect(() => new activations.Hardtanh({ minValue: 1 })).toThrow('expected a number below maxValue, 1');
});

test('Sequential runs its modules in order, and Flatten keeps the rows', () => {
  const net = new sequential.Sequential(new flatten.Flatten(), new activations.ReLU());
  expect(net.forward(zeros([2, 3, 4])).shape).toEqual([2, 12]);
  expect(new flatten.Flatten().forward(zeros([5])).shape).toEqual([5, 1]);
  expect([net.length, net.at(-1), [...net].length]).toEqual([2, net.at(1), 2]);
  expect(new sequential.Sequential().forward(ones([1])).item()).toBe(1);
});
