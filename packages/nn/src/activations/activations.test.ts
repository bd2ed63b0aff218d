// Activations: gradients by finite differences, values, defaults. Every class of this folder needs a case below.

import { tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { distinctValues, sampleValues } from '../../../tensor/test/finite-differences.js';
import { checkModules, type ModuleCase } from '../../test/module-checks.js';
import * as activations from './index.js';

const input = distinctValues([4, 5], 1); // ±1.2, off every multiple of 1/8
const wide = tensor(input.data.map((value) => 4 * value)); // ±4.8, off every multiple of 1/2

const points = [-4, -1, -0.25, 0, 0.75, 2, 3.5];

const cases: Record<string, ModuleCase> = {
  ReLU: { make: () => new activations.ReLU(), input, values: [points, [0, 0, 0, 0, 0.75, 2, 3.5]] },
  ReLU6: {
    make: () => new activations.ReLU6(),
    input: tensor([-1.2, 0.3, 5.5, 6.5]),
    values: [
      [-1, 3, 7],
      [0, 3, 6],
    ],
  },
  LeakyReLU: {
    make: () => new activations.LeakyReLU({ negativeSlope: 0.25 }),
    input,
    values: [points, [-1, -0.25, -0.0625, 0, 0.75, 2, 3.5]],
  },
  PReLU: {
    make: () => new activations.PReLU(),
    input,
    values: [points, [-1, -0.25, -0.0625, 0, 0.75, 2, 3.5]],
  },
  Threshold: {
    make: () => new activations.Threshold({ threshold: 0.5, value: -2 }),
    input,
    values: [
      [-4, 0.5, 0.75, 2],
      [-2, -2, 0.75, 2],
    ],
  },
  Hardtanh: {
    make: () => new activations.Hardtanh(),
    input,
    values: [points, [-1, -1, -0.25, 0, 0.75, 1, 1]],
  },
  Sigmoid: {
    make: () => new activations.Sigmoid(),
    input,
    values: [
      [0, 2],
      [0.5, 0.8807970779778825],
    ],
  },
  LogSigmoid: {
    make: () => new activations.LogSigmoid(),
    input,
    values: [
      [-4, -1, -0.25, 0, 0.75, 2],
      [-4.01814993, -1.31326169, -0.82593942, -Math.LN2, -0.386871006, -0.126928011],
    ],
  },
  Hardsigmoid: {
    make: () => new activations.Hardsigmoid(),
    input: wide,
    values: [points, [0, 1 / 3, 0.458333333, 0.5, 0.625, 0.833333333, 1]],
  },
  Tanh: {
    make: () => new activations.Tanh(),
    input,
    values: [
      [0, 0.5],
      [0, 0.46211715726],
    ],
  },
  Softsign: {
    make: () => new activations.Softsign(),
    input,
    values: [points, [-0.8, -0.5, -0.2, 0, 0.428571429, 2 / 3, 7 / 9]],
  },
  Sine: {
    make: () => new activations.Sine(),
    input,
    values: [
      points,
      [0.756802495308, -0.841470984808, -0.247403959255, 0, 0.681638760023, 0.909297426826, -0.35078322769],
    ],
  },
  LearnedTable: {
    // Points at multiples of ¼, where the inputs do not come near.
    make: () => {
      const table = new activations.LearnedTable(5, { knots: 25 });
      table.values.data.set(sampleValues([5, 25], 3).data);
      return table;
    },
    input,
  },
  Softplus: {
    make: () => new activations.Softplus({ beta: 3 }),
    input,
    values: [
      [-4, -1, -0.25, 0, 0.75, 2],
      [2.04806449e-6, 0.0161957839, 0.128957002, 0.23104906, 0.783402186, 2.00082523],
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
  Mish: {
    make: () => new activations.Mish(),
    input,
    values: [
      [-4, -1, -0.25, 0, 0.75, 2],
      [-0.0725917408, -0.303401461, -0.129926964, 0, 0.610018335, 1.94395896],
    ],
  },
  Hardswish: {
    make: () => new activations.Hardswish(),
    input: wide,
    values: [points, [0, -1 / 3, -0.114583333, 0, 0.46875, 5 / 3, 3.5]],
  },
  ELU: {
    make: () => new activations.ELU({ alpha: 2 }),
    input,
    values: [
      [1, -1],
      [1, -1.2642411176571153],
    ],
  },
  CELU: {
    make: () => new activations.CELU({ alpha: 2 }),
    input,
    values: [points, [-1.72932943, -0.786938681, -0.235006195, 0, 0.75, 2, 3.5]],
  },
  SELU: {
    make: () => new activations.SELU(),
    input,
    values: [
      [-4, -1, -0.25, 0, 0.75, 2],
      [-1.72589863, -1.11133074, -0.388890197, 0, 0.788025741, 2.10140197],
    ],
  },
  Hardshrink: {
    make: () => new activations.Hardshrink(),
    input,
    values: [
      [-4, -0.5, 0.5, 0.75],
      [-4, 0, 0, 0.75],
    ],
  },
  Softshrink: {
    make: () => new activations.Softshrink(),
    input,
    values: [points, [-3.5, -0.5, 0, 0, 0.25, 1.5, 3]],
  },
  Tanhshrink: {
    make: () => new activations.Tanhshrink(),
    input,
    values: [
      [-4, -1, -0.25, 0, 0.75, 2],
      [-3.0006707, -0.238405844, -0.0050813376, 0, 0.114851048, 1.03597242],
    ],
  },
  Softmax: {
    make: () => new activations.Softmax(),
    input: sampleValues([3, 4], 3),
    values: [
      [1, 2, 3],
      [0.0900305732, 0.2447284711, 0.6652409558],
    ],
  },
  Softmin: {
    make: () => new activations.Softmin({ dim: 0 }),
    input: sampleValues([3, 4], 4),
    values: [
      [3, 2, 1],
      [0.0900305732, 0.2447284711, 0.6652409558],
    ],
  },
  LogSoftmax: {
    make: () => new activations.LogSoftmax({ dim: -2 }),
    input: sampleValues([3, 2, 4], 5),
  },
};

checkModules(activations, cases);

test('options have the defaults of PyTorch', () => {
  const { defaults } = activations.Hardtanh;
  expect(defaults).toEqual({ minValue: -1, maxValue: 1 });
  expect(activations.LeakyReLU.defaults).toEqual({ negativeSlope: 0.01 });
  expect(activations.PReLU.defaults).toEqual({ numParameters: 1, init: 0.25 });
  expect(activations.Softshrink.defaults).toEqual({ lambda: 0.5 });
  expect(activations.ELU.defaults).toEqual(activations.CELU.defaults);
});

test('GELU has the tanh approximation', () => {
  const gelu = new activations.GELU({ approximate: 'tanh' });
  const expected = [-7.02459482e-5, -0.158808009, -0.100324649, 0, 0.579960555, 1.95459769];
  gelu.forward(tensor(points.slice(0, 6))).data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 6);
  });
});

test('PReLU has a slope for each channel if asked, and the slope below at 0', () => {
  const prelu = new activations.PReLU({ numParameters: 2 });
  prelu.weight.data.set([0.5, 2]);
  const x = tensor(
    [
      [
        [-1, 0],
        [-1, 3],
      ],
    ],
    { requiresGrad: true },
  );
  const y = prelu.forward(x);
  expect(y.toArray()).toEqual([
    [
      [-0.5, 0],
      [-2, 3],
    ],
  ]);
  y.sum().backward();
  expect(x.grad?.toArray()).toEqual([
    [
      [0.5, 0.5],
      [2, 1],
    ],
  ]);
  expect(prelu.weight.grad?.toArray()).toEqual([-1, -1]);
  expect(Object.keys(prelu.stateDict())).toEqual(['weight']);
});

test.each([
  ['Softmax', new activations.Softmax({ dim: 1 })],
  ['Softmin', new activations.Softmin({ dim: 1 })],
])('%s sums to 1 along any axis', (_, module) => {
  const y = module.forward(sampleValues([2, 3, 4], 6));
  for (const sum of y.sum(1).data) expect(sum).toBeCloseTo(1, 6);
});

test('LogSigmoid and LogSoftmax stay finite far from 0', () => {
  expect(new activations.LogSigmoid().forward(tensor([-1000, 1000])).toArray()).toEqual([-1000, -0]);
  expect(new activations.LogSoftmax().forward(tensor([[0, 1000]])).toArray()).toEqual([[-1000, 0]]);
});

test('NaN stays NaN', () => {
  const x = tensor([Number.NaN, Number.NaN]);
  for (const { make } of Object.values(cases)) {
    const module = make();
    if (module instanceof activations.LogSoftmax) continue; // its case runs along an axis that x has not
    expect([...module.forward(x).data], module.constructor.name).toEqual([Number.NaN, Number.NaN]);
  }
});

test('options out of range are refused by name', () => {
  const refused: [() => unknown, string][] = [
    [() => new activations.Hardtanh({ minValue: 1 }), 'expected a number below maxValue, 1'],
    [() => new activations.PReLU({ numParameters: 0 }), 'PReLU: numParameters'],
    [() => new activations.PReLU({ init: Number.NaN }), 'PReLU: init'],
    [() => new activations.Threshold({ threshold: Number.NaN }), 'Threshold: threshold'],
    [() => new activations.CELU({ alpha: 0 }), 'CELU: alpha'],
    [() => new activations.Softplus({ beta: 0 }), 'Softplus: beta'],
    [() => new activations.GELU({ approximate: 'fast' as 'tanh' }), "'none' or 'tanh'"],
    [() => new activations.Hardshrink({ lambda: -1 }), 'Hardshrink: lambda'],
    [() => new activations.Softshrink({ lambda: -1 }), 'Softshrink: lambda'],
  ];
  for (const [make, message] of refused) expect(make).toThrow(message);
  expect(() => new activations.Softmax({ dim: 2 }).forward(tensor([[1]]))).toThrow(
    expect.objectContaining({ code: 'AXIS_OUT_OF_RANGE' }),
  );
});
