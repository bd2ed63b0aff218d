// The gradient of every operation against finite differences. The list of operations is whatever the files of this folder
// export, so a new operation without a case fails.

import * as tensorPackage from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { distinctValues, expectGradientsToMatch, sampleValues } from '../../test/finite-differences.js';
import { operationNames } from '../../test/operation-names.js';
import { tensor } from '../creation.js';
import type { Tensor } from '../tensor.js';
import * as activations from './activations.js';
import * as arrange from './arrange.js';
import * as batchNorms from './batch-norm.js';
import * as broadcast from './broadcast.js';
import * as convolutions from './conv.js';
import * as crossEntropies from './cross-entropy.js';
import * as elementwise from './elementwise.js';
import * as indexing from './indexing.js';
import * as matmul from './matmul.js';
import * as padding from './pad.js';
import * as pooling from './pool.js';
import * as quantization from './quantize.js';
import * as reduce from './reduce.js';
import * as softmax from './softmax.js';
import * as unary from './unary.js';

const operations = {
  ...activations,
  ...arrange,
  ...batchNorms,
  ...broadcast,
  ...convolutions,
  ...crossEntropies,
  ...elementwise,
  ...indexing,
  ...matmul,
  ...padding,
  ...pooling,
  ...quantization,
  ...reduce,
  ...softmax,
  ...unary,
};

/** Integer results; and a gradient that is not the derivative on purpose: see quantize.test.ts. */
const withoutGradient = ['argmax', 'fakeQuantize'];

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

const labels = tensor([2, 0, 1, 1], { dtype: 'int32' });

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
  erf: unaryCases(operations.erf, a()),
  logSigmoid: unaryCases(operations.logSigmoid, a()),
  sum: reductionCases(operations.sum),
  mean: reductionCases(operations.mean),
  max: reductionCases(operations.max),
  min: reductionCases(operations.min),
  matmul: [
    { name: 'matrices', f: (x, y) => operations.matmul(x, y), inputs: [a([3, 5]), b([5, 2])] },
    { name: 'batches', f: (x, y) => operations.matmul(x, y), inputs: [a([2, 2, 3]), b([2, 3, 2])] },
    { name: 'one matrix for all', f: (x, y) => operations.matmul(x, y), inputs: [a([2, 2, 3]), b([3, 2])] },
    { name: 'broadcast', f: (x, y) => operations.matmul(x, y), inputs: [a([2, 1, 2, 2]), b([3, 2, 2])] },
  ],
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
      name: 'columns',
      f: (x) => operations.indexSelect(x, [2, 0, 2], 1),
      inputs: [a([2, 3])],
    },
    {
      name: 'an integer tensor',
      f: (x) => operations.indexSelect(x, tensor([1, 1], { dtype: 'int32' })),
      inputs: [a([3])],
    },
  ],
  permute: [{ name: 'three axes', f: (x) => operations.permute(x, [2, 0, -2]), inputs: [a([2, 3, 2])] }],
  stack: [
    { name: 'in front', f: (x, y) => operations.stack([x, y]), inputs: [a(), b()] },
    { name: 'at the end', f: (x, y) => operations.stack([x, y, x], -1), inputs: [a(), b()] },
  ],
  split: [
    { name: 'equal', f: (x) => operations.split(x, 2)[1], inputs: [a([5, 2])] },
    {
      name: 'columns',
      f: (x) =>
        operations.split(x, [1, 2], 1).reduce((sum, piece) => sum.add(piece.sum(1, { keepDims: true }))),
      inputs: [a([2, 3])],
    },
  ],
  gather: [
    {
      name: 'columns, one twice',
      f: (x) =>
        operations.gather(
          x,
          tensor(
            [
              [2, 0, 2, 2],
              [1, 1, 0, 2],
            ],
            { dtype: 'int32' },
          ),
          1,
        ),
      inputs: [a([2, 3])],
    },
    {
      name: 'rows of three axes',
      f: (x) =>
        operations.gather(
          x,
          tensor(
            [
              [
                [1, 0],
                [1, 1],
              ],
            ],
            { dtype: 'int32' },
          ),
          0,
        ),
      inputs: [a([2, 2, 2])],
    },
  ],
  topk: [
    { name: 'columns', f: (x) => operations.topk(x, 2).values, inputs: [distinct([3, 4])] },
    { name: 'rows', f: (x) => operations.topk(x, 1, 0).values, inputs: [distinct([3, 4])] },
  ],
  pad: [
    {
      name: 'two axes',
      f: (x) =>
        operations.pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          3,
        ),
      inputs: [a()],
    },
    { name: 'a scalar', f: (x) => operations.pad(x, []), inputs: [a([])] },
  ],
  conv2d: [
    { name: 'alone', f: (x, w) => operations.conv2d(x, w), inputs: [a([2, 1, 4, 3]), b([2, 1, 2, 2])] },
    {
      name: 'stride, padding, bias',
      f: (x, w, c) => operations.conv2d(x, w, c, { stride: 2, padding: 1 }),
      inputs: [a([2, 2, 4, 5]), b([3, 2, 3, 3]), sampleValues([3], 6)],
    },
    {
      name: 'groups',
      f: (x, w, c) => operations.conv2d(x, w, c, { groups: 2, padding: [0, 1] }),
      inputs: [a([1, 4, 3, 2]), b([4, 2, 2, 2]), sampleValues([4], 6)],
    },
    {
      name: 'dilation, padding wider than the image',
      f: (x, w) => operations.conv2d(x, w, null, { dilation: [1, 2], padding: [0, 3], stride: [1, 3] }),
      inputs: [a([1, 1, 3, 2]), b([1, 1, 2, 3])],
    },
  ],
  maxPool2d: [
    { name: 'alone', f: (x) => operations.maxPool2d(x, 2), inputs: [distinct([1, 2, 4, 4])] },
    {
      name: 'overlapping, padded',
      f: (x) => operations.maxPool2d(x, 3, { stride: 2, padding: 1 }),
      inputs: [distinct([1, 1, 5, 4])],
    },
  ],
  avgPool2d: [
    { name: 'alone', f: (x) => operations.avgPool2d(x, [2, 1]), inputs: [a([1, 2, 4, 2])] },
    {
      name: 'overlapping, padded',
      f: (x) => operations.avgPool2d(x, 3, { stride: 2, padding: 1 }),
      inputs: [a([1, 1, 5, 4])],
    },
    {
      name: 'padding not counted',
      f: (x) => operations.avgPool2d(x, 2, { padding: 1, countIncludePad: false }),
      inputs: [a([1, 1, 3, 3])],
    },
  ],
  batchNorm: [
    { name: 'a matrix', f: (x) => operations.batchNorm(x).output, inputs: [a([4, 2])] },
    {
      name: 'images, weight and bias',
      f: (x, weight, bias) => operations.batchNorm(x, { weight, bias, eps: 0.1 }).output,
      inputs: [a([2, 2, 2, 2]), b([2]), sampleValues([2], 6)],
    },
  ],
  batchNormInference: [
    {
      name: 'images, weight and bias',
      f: (x, weight, bias) => {
        const [mean, variance] = [Float32Array.of(0.5, -1), Float32Array.of(2, 0.5)];
        return operations.batchNormInference(x, mean, variance, { weight, bias });
      },
      inputs: [a([2, 2, 2, 2]), b([2]), sampleValues([2], 6)],
    },
  ],
  softmaxCrossEntropy: (['mean', 'sum', 'none'] as const).flatMap((reduction) => [
    {
      name: `${reduction}`,
      f: (x) => operations.softmaxCrossEntropy(x, labels, { reduction }),
      inputs: [a([4, 3])],
    },
    {
      name: `${reduction}, weights and smoothing`,
      f: (x) =>
        operations.softmaxCrossEntropy(x, labels, {
          reduction,
          weight: tensor([0.5, 2, 1]),
          labelSmoothing: 0.2,
        }),
      inputs: [a([4, 3])],
    },
  ]),
  broadcastTo: [{ name: 'two axes', f: (x) => operations.broadcastTo(x, [2, 3, 2]), inputs: [a([3, 1])] }],
  softmax: unaryCases(operations.softmax, a()),
  logSoftmax: unaryCases(operations.logSoftmax, a()),
};

const names = Object.keys(operations).filter((name) => !withoutGradient.includes(name));

test('there are operations, and each has a gradient check', async () => {
  const files = (await operationNames()).filter((name) => name in tensorPackage);
  expect(files.length).toBeGreaterThan(50);
  expect(Object.keys(operations).sort()).toEqual(files.sort());
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
