// The gradient of every operation against finite differences. The list of operations is whatever the files of this folder
// export, so a new operation without a case fails.

import { describe, expect, test } from 'vitest';
import { distinctValues, expectGradientsToMatch, sampleValues } from '../../test/finite-differences.js';
import { tensor } from '../creation.js';
import type { Tensor } from '../tensor.js';
import * as activations from './activations.js';
import * as arrange from './arrange.js';
import * as broadcast from './broadcast.js';
import * as elementwise from './elementwise.js';
import * as matmul from './matmul.js';
import * as reduce from './reduce.js';
import * as softmax from './softmax.js';
import * as unary from './unary.js';

const operations = {
  ...activations,
  ...arrange,
  ...broadcast,
  ...elementwise,
  ...matmul,
  ...reduce,
  ...softmax,
  ...unary,
};

/** Operations with integer results. */
const withoutGradient = ['argmax'];

interface Case {
  readonly name: string;
  readonly f: (...inputs: Tensor[]) => Tensor;
  readonly inputs: readonly Tensor[];
}

const a = (shape: readonly number[] = [2, 3]): Tensor => sampleValues(shape, 1);
const b = (shape: readonly number[] = [2, 3]): Tensor => sampleValues(shape, 2);
const positive = (shape: readonly number[] = [2, 3]): Tensor =>
  sampleValues(shape, 3, { low: 0.5, high: 2.5 });
const distinct = (shape: readonly number[] = [2, 3]): Tensor => distinctValues(shape, 4);
/** Halfway between the values of `distinct`. */
const between = (shape: readonly number[]): Tensor =>
  tensor(
    distinctValues(shape, 5).data.map((v) => v + 1 / 16),
    { shape },
  );

type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum';

function binaryCases(name: BinaryName, left = a, right = b): Case[] {
  const f = operations[name];
  return [
    { name: 'equal shapes', f: (x, y) => f(x, y), inputs: [left(), right()] },
    { name: 'a row', f: (x, y) => f(x, y), inputs: [left(), right([3])] },
    { name: 'a column on the left', f: (x, y) => f(x, y), inputs: [left([2, 1]), right()] },
    { name: 'both broadcast', f: (x, y) => f(x, y), inputs: [left([2, 1, 2]), right([3, 1])] },
    { name: 'a number on the right', f: (x) => f(x, 1.53), inputs: [left()] },
    { name: 'a number on the left', f: (x) => f(1.53, x), inputs: [right()] },
    { name: 'scalars', f: (x, y) => f(x, y), inputs: [left([]), right([])] },
    { name: 'the same tensor twice', f: (x) => f(x, f(x, 0.5)), inputs: [right([4])] },
  ];
}

function unaryCases(f: (x: Tensor) => Tensor, input: Tensor): Case[] {
  return [
    { name: 'alone', f, inputs: [input] },
    { name: 'within a chain', f: (x) => f(x.mul(0.75)).mul(2), inputs: [input] },
  ];
}

const extremumCases = (f: (x: Tensor, y: Tensor) => Tensor): Case[] => [
  { name: 'equal shapes', f, inputs: [distinct(), between([2, 3])] },
  { name: 'broadcast', f, inputs: [distinct([2, 1, 3]), between([4, 1])] },
];

const reductionCases = (f: typeof reduce.sum): Case[] => [
  { name: 'all', f: (x) => f(x), inputs: [distinct()] },
  { name: 'rows', f: (x) => f(x, 0), inputs: [distinct()] },
  { name: 'columns', f: (x) => f(x, -1), inputs: [distinct()] },
  { name: 'a middle axis, kept', f: (x) => f(x, 1, { keepDims: true }), inputs: [distinct([2, 3, 2])] },
  { name: 'two axes', f: (x) => f(x, [0, 2]), inputs: [distinct([2, 3, 2])] },
];

const cases: Record<string, Case[]> = {
  add: binaryCases('add'),
  sub: binaryCases('sub'),
  mul: binaryCases('mul'),
  div: binaryCases('div', a, positive),
  maximum: extremumCases((x, y) => operations.maximum(x, y)),
  minimum: extremumCases((x, y) => operations.minimum(x, y)),
  where: [
    {
      name: 'all broadcast',
      f: (x, y) => operations.where(tensor([[1], [0]], { dtype: 'int32' }), x, y),
      inputs: [a([2, 3]), b([3])],
    },
    { name: 'a number', f: (x) => operations.where(tensor([1, 0, 1]), 2, x), inputs: [a()] },
  ],
  neg: unaryCases(operations.neg, a()),
  exp: unaryCases(operations.exp, a()),
  log: unaryCases(operations.log, positive()),
  sqrt: unaryCases(operations.sqrt, positive()),
  abs: unaryCases(operations.abs, distinct()),
  sin: unaryCases(operations.sin, a()),
  cos: unaryCases(operations.cos, a()),
  tanh: unaryCases(operations.tanh, a()),
  sigmoid: unaryCases(operations.sigmoid, a()),
  pow: [3, 2, 1, 0, -1, 0.5, -1.5].flatMap((exponent) =>
    unaryCases((x) => operations.pow(x, exponent), positive()),
  ),
  clip: [
    {
      name: 'both bounds',
      f: (x) => operations.clip(x, { min: -0.125, max: 0.25 }),
      inputs: [distinct([9, 2])],
    },
    { name: 'one bound', f: (x) => operations.clip(x, { min: -0.125 }), inputs: [distinct([9, 2])] },
  ],
  relu: unaryCases(operations.relu, distinct()),
  leakyRelu: unaryCases((x) => operations.leakyRelu(x, 0.2), distinct()),
  elu: unaryCases((x) => operations.elu(x, 1.3), distinct()),
  softplus: unaryCases(operations.softplus, a()),
  gelu: unaryCases(operations.gelu, a()),
  silu: unaryCases(operations.silu, a()),
  sum: reductionCases(operations.sum),
  mean: reductionCases(operations.mean),
  max: reductionCases(operations.max),
  matmul: [{ name: 'matrices', f: (x, y) => operations.matmul(x, y), inputs: [a([3, 5]), b([5, 2])] }],
  linear: [
    { name: 'without bias', f: (x, w) => operations.linear(x, w), inputs: [a([3, 4]), b([2, 4])] },
    {
      name: 'with bias',
      f: (x, w, c) => operations.linear(x, w, c),
      inputs: [a([3, 4]), b([2, 4]), sampleValues([2], 6)],
    },
    { name: 'one row', f: (x, w) => operations.linear(x, w), inputs: [a([4]), b([2, 4])] },
    { name: 'three axes', f: (x, w) => operations.linear(x, w), inputs: [a([2, 3, 4]), b([2, 4])] },
  ],
  transpose: [
    { name: 'a matrix', f: (x) => operations.transpose(x), inputs: [a()] },
    { name: 'outer axes of three', f: (x) => operations.transpose(x, 0, 2), inputs: [a([2, 3, 2])] },
    { name: 'an axis with itself', f: (x) => operations.transpose(x, 1, 1), inputs: [a([2, 3, 2])] },
  ],
  reshape: [{ name: 'to one axis', f: (x) => operations.reshape(x, [-1]), inputs: [a()] }],
  concat: [
    { name: 'rows', f: (x, y) => operations.concat([x, y]), inputs: [a([2, 3]), b([1, 3])] },
    { name: 'columns', f: (x, y) => operations.concat([x, y, x], -1), inputs: [a([2, 3]), b([2, 1])] },
  ],
  slice: [
    { name: 'rows', f: (x) => operations.slice(x, 1, 3), inputs: [a([4, 2])] },
    { name: 'columns to the end', f: (x) => operations.slice(x, -2, undefined, 1), inputs: [a([2, 3])] },
  ],
  indexSelect: [
    { name: 'repeated rows', f: (x) => operations.indexSelect(x, [2, 0, 2]), inputs: [a([4, 2])] },
    {
      name: 'an integer tensor',
      f: (x) => operations.indexSelect(x, tensor([1, 1], { dtype: 'int32' })),
      inputs: [a([3])],
    },
  ],
  broadcastTo: [{ name: 'two axes', f: (x) => operations.broadcastTo(x, [2, 3, 2]), inputs: [a([3, 1])] }],
  softmax: unaryCases(operations.softmax, a()),
  logSoftmax: unaryCases(operations.logSoftmax, a()),
};

const names = Object.keys(operations).filter((name) => !withoutGradient.includes(name));

test('there are operations, and each has a gradient check', () => {
  expect(names.length).toBeGreaterThan(30);
  expect(Object.keys(cases).sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (name) => {
  test.each(cases[name] ?? [])('has the gradient of finite differences: $name', ({ f, inputs }) => {
    expectGradientsToMatch(f, inputs);
  });
});

test('maximum and minimum share the gradient of equal values', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = tensor([1, 3], { requiresGrad: true });
  elementwise.maximum(x, y).sum().backward();
  expect([x.grad?.toArray(), y.grad?.toArray()]).toEqual([
    [0.5, 0],
    [0.5, 1],
  ]);
});

test('gradients at kinks are those of PyTorch: 0 for relu and abs at 0, 1 for clip on its bounds', () => {
  const gradientAt = (f: (x: Tensor) => Tensor, value: number): number | undefined => {
    const x = tensor([value], { requiresGrad: true });
    f(x).sum().backward();
    return x.grad?.item();
  };
  expect(gradientAt(activations.relu, 0)).toBe(0);
  expect(gradientAt(unary.abs, 0)).toBe(0);
  expect(gradientAt((x) => unary.clip(x, { min: -1, max: 1 }), 1)).toBe(1);
  expect(gradientAt((x) => unary.clip(x, { min: -1, max: 1 }), -1)).toBe(1);
});
