// Losses against their definitions, written out in double precision, and gradients by finite differences.

import { type IntTensor, type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import {
  distinctValues,
  expectGradientsToMatch,
  sampleValues,
} from '../../../tensor/test/finite-differences.js';
import { LogSoftmax, Sigmoid } from '../activations/index.js';
import {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  type CrossEntropyLossOptions,
  HuberLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  type Reduction,
  SmoothL1Loss,
} from './index.js';

const reductions = ['mean', 'sum', 'none'] as const;
const targets = tensor([2, 0, 1, 1], { dtype: 'int32' });
const logits = (): Tensor => sampleValues([4, 3], 1);

function factorsOf(weight: CrossEntropyLossOptions['weight'], classes: number): number[] {
  if (!weight) return new Array<number>(classes).fill(1);
  return [...('data' in weight ? weight.data : weight)];
}

/**
 * The definition, with PyTorch's conventions: smoothing spreads over all classes, a weighted mean divides by the targets'
 * weights, an ignored target adds to neither.
 */
function referenceLosses(
  x: Tensor,
  classes: IntTensor,
  { weight, labelSmoothing = 0, ignoreIndex = -100 }: CrossEntropyLossOptions,
): { losses: number[]; divisor: number } {
  const columns = x.shape[1];
  const weights = factorsOf(weight, columns);
  const losses = Array.from(classes.data, (target, row) => {
    if (target === ignoreIndex) return 0;
    const scores = [...x.data.slice(row * columns, (row + 1) * columns)];
    const logTotal = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    return scores.reduce((loss, score, c) => {
      const share = labelSmoothing / columns + (c === target ? 1 - labelSmoothing : 0);
      return loss - weights[c] * share * (score - logTotal);
    }, 0);
  });
  const divisor = classes.data.reduce(
    (sum, target) => (target === ignoreIndex ? sum : sum + weights[target]),
    0,
  );
  return { losses, divisor };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function expectReduced(
  make: (reduction: Reduction) => Tensor,
  losses: readonly number[],
  divisor: number,
): void {
  const single = make('none').data;
  expect(single).toHaveLength(losses.length);
  single.forEach((loss, index) => {
    expect(loss).toBeCloseTo(losses[index], 5);
  });
  expect(make('sum').item()).toBeCloseTo(sumOf(losses), 5);
  expect(make('mean').item()).toBeCloseTo(sumOf(losses) / divisor, 5);
}

const variants: { name: string; options: CrossEntropyLossOptions }[] = [
  { name: 'plain', options: {} },
  { name: 'weights', options: { weight: [0.5, 2, 1] } },
  { name: 'a tensor of weights', options: { weight: tensor([0.5, 2, 0]) } },
  { name: 'smoothing', options: { labelSmoothing: 0.1 } },
  { name: 'weights and smoothing', options: { weight: [0.5, 2, 1], labelSmoothing: 0.2 } },
  { name: 'a class ignored', options: { ignoreIndex: 1, weight: [0.5, 2, 1], labelSmoothing: 0.2 } },
];

describe.each(variants)('CrossEntropyLoss with $name', ({ options }) => {
  test.each(reductions)('has the gradient of finite differences (%s)', (reduction) => {
    const loss = new CrossEntropyLoss({ ...options, reduction });
    expectGradientsToMatch((x) => loss.forward(x, targets), [logits()]);
  });

  test('agrees with the definition', () => {
    const { losses, divisor } = referenceLosses(logits(), targets, options);
    expectReduced(
      (reduction) => new CrossEntropyLoss({ ...options, reduction }).forward(logits(), targets),
      losses,
      divisor,
    );
  });
});

describe('CrossEntropyLoss', () => {
  test('stays finite for scores far apart, and is 0 for certainty', () => {
    const x = tensor(
      [
        [1000, 0],
        [1000, 0],
      ],
      { requiresGrad: true },
    );
    const loss = new CrossEntropyLoss({ reduction: 'none' }).forward(x, tensor([0, 1], { dtype: 'int32' }));
    expect(loss.toArray()).toEqual([0, 1000]);
    loss.sum().backward();
    expect(x.grad?.toArray()).toEqual([
      [0, 0],
      [1, -1],
    ]);
  });

  test('leaves out targets of −100 by default, from the mean and from the gradient', () => {
    const padded = tensor([2, -100, 1, -100], { dtype: 'int32' });
    const x = logits();
    x.requiresGrad = true;
    const loss = new CrossEntropyLoss().forward(x, padded);
    const { losses } = referenceLosses(x, padded, {});
    expect(loss.item()).toBeCloseTo(sumOf(losses) / 2, 6);
    loss.backward();
    expect([...x.grad!.data.slice(3, 6)].every((gradient) => gradient === 0)).toBe(true);
  });

  test.each([3, -1])('refuses the class %d of three', (target) => {
    const wrong = tensor([0, target, 0, 0], { dtype: 'int32' });
    expect(() => new CrossEntropyLoss().forward(logits(), wrong)).toThrow(
      `Target 1 is class ${target}, but there are 3 columns of logits.`,
    );
  });

  test('refuses shapes and options that do not fit', () => {
    expect(() => new CrossEntropyLoss().forward(logits(), tensor([0], { dtype: 'int32' }))).toThrow(
      '[4, 3] and [1]',
    );
    expect(() => new CrossEntropyLoss().forward(tensor([1, 2]), tensor([0, 1], { dtype: 'int32' }))).toThrow(
      '[2] and [2]',
    );
    expect(() => new CrossEntropyLoss({ weight: [1, 1] }).forward(logits(), targets)).toThrow('2 factors');
    expect(() => new CrossEntropyLoss({ weight: [1, -1] })).toThrow('CrossEntropyLoss: weight');
    expect(() => new CrossEntropyLoss({ labelSmoothing: 1 })).toThrow('labelSmoothing');
    expect(() => new CrossEntropyLoss({ ignoreIndex: 0.5 })).toThrow('CrossEntropyLoss: ignoreIndex');
    expect(() => new CrossEntropyLoss({ reduction: 'max' as 'sum' })).toThrow("'mean', 'sum' or 'none'");
  });
});

describe.each([{}, { weight: [0.5, 2, 1] }, { weight: [0.5, 2, 1], ignoreIndex: 2 }])(
  'NLLLoss with %j',
  (options) => {
    test.each(reductions)('has the gradient of finite differences (%s)', (reduction) => {
      const loss = new NLLLoss({ ...options, reduction });
      expectGradientsToMatch((x) => loss.forward(x, targets), [logits()]);
    });

    test('of LogSoftmax is CrossEntropyLoss', () => {
      const { losses, divisor } = referenceLosses(logits(), targets, options);
      expectReduced(
        (reduction) =>
          new NLLLoss({ ...options, reduction }).forward(new LogSoftmax().forward(logits()), targets),
        losses,
        divisor,
      );
    });
  },
);

test('NLLLoss refuses shapes, classes and weights that do not fit', () => {
  expect(() => new NLLLoss().forward(logits(), tensor([0], { dtype: 'int32' }))).toThrow(
    'log-probabilities [n, classes]',
  );
  expect(() => new NLLLoss().forward(logits(), tensor([0, 0, 0, 7], { dtype: 'int32' }))).toThrow('class 7');
  expect(() => new NLLLoss({ weight: [Number.NaN] })).toThrow('NLLLoss: weight');
});

/** PyTorch's definition: −w·(p_c·y·log σ(x) + (1 − y)·log(1 − σ(x))), the mean over all elements whatever the weights. */
function referenceBinary(
  x: readonly number[],
  y: readonly number[],
  weight: (i: number) => number,
  posWeight: (i: number) => number,
): number[] {
  return x.map((value, i) => {
    const p = 1 / (1 + Math.exp(-value));
    return -weight(i) * (posWeight(i) * y[i] * Math.log(p) + (1 - y[i]) * Math.log(1 - p));
  });
}

describe('binary cross-entropy', () => {
  const x = sampleValues([4, 3], 2);
  const y = tensor([1, 0, 0.25, 1, 1, 0, 0, 0.5, 1, 0, 1, 1], { shape: [4, 3] });
  const weight = [1, 0.5, 2];
  const posWeight = [3, 1, 0.25];

  test.each(reductions)('of logits has the gradient of finite differences (%s)', (reduction) => {
    const loss = new BCEWithLogitsLoss({ weight, posWeight, reduction });
    expectGradientsToMatch((value) => loss.forward(value, y), [x.clone()]);
    const plain = new BCEWithLogitsLoss({ reduction });
    expectGradientsToMatch((value) => plain.forward(value, y), [x.clone()]);
  });

  test.each(reductions)('of probabilities has the gradient of finite differences (%s)', (reduction) => {
    const loss = new BCELoss({ weight, reduction });
    expectGradientsToMatch(
      (value) => loss.forward(value, y),
      [sampleValues([4, 3], 3, { low: 0.2, high: 0.8 })],
    );
  });

  test('of logits agrees with the definition, with weights of elements and of the yes of each output', () => {
    const flat = [...x.data];
    const losses = referenceBinary(
      flat,
      [...y.data],
      (i) => weight[i % 3],
      (i) => posWeight[i % 3],
    );
    expectReduced(
      (reduction) => new BCEWithLogitsLoss({ weight, posWeight, reduction }).forward(x, y),
      losses,
      12,
    );
    const single = referenceBinary(
      flat,
      [...y.data],
      () => 1,
      () => 2,
    );
    expectReduced(
      (reduction) => new BCEWithLogitsLoss({ posWeight: 2, reduction }).forward(x, y),
      single,
      12,
    );
  });

  test('of probabilities agrees with the definition', () => {
    const losses = referenceBinary(
      [...x.data],
      [...y.data],
      (i) => weight[i % 3],
      () => 1,
    );
    expectReduced(
      (reduction) => new BCELoss({ weight, reduction }).forward(new Sigmoid().forward(x), y),
      losses,
      12,
    );
  });

  test('takes integer labels', () => {
    const labels = tensor([1, 0], { dtype: 'int32' });
    const scores = tensor([0, 0]);
    expect(new BCEWithLogitsLoss().forward(scores, labels).item()).toBeCloseTo(Math.LN2, 6);
    expect(new BCELoss().forward(tensor([0.5, 0.5]), labels).item()).toBeCloseTo(Math.LN2, 6);
  });

  test('keeps the shape without reduction', () => {
    expect(new BCEWithLogitsLoss({ reduction: 'none' }).forward(x, y).shape).toEqual([4, 3]);
  });

  test('stays finite for certain and wrong predictions', () => {
    const far = tensor([1000, -1000], { requiresGrad: true });
    const wrong = tensor([0, 1]);
    const loss = new BCEWithLogitsLoss({ reduction: 'sum' }).forward(far, wrong);
    expect(loss.item()).toBe(2000);
    loss.backward();
    expect(far.grad?.toArray()).toEqual([1, -1]);
    // PyTorch cuts logarithms off at −100, and divides by at least 1e-12.
    const certain = tensor([1, 0], { requiresGrad: true });
    const bounded = new BCELoss({ reduction: 'sum' }).forward(certain, wrong);
    expect(bounded.item()).toBe(200);
    bounded.backward();
    expect([...certain.grad!.data]).toEqual([Math.fround(1e12), Math.fround(-1e12)]);
  });

  test('refuses what is no probability, shapes and weights that do not fit', () => {
    expect(() => new BCELoss().forward(tensor([0.5, 1.5]), tensor([0, 1]))).toThrow(
      expect.objectContaining({ code: 'PROBABILITY_INVALID' }),
    );
    expect(() => new BCELoss().forward(tensor([0.5]), tensor([[0.5]]))).toThrow(
      'BCELoss: shapes [1] and [1, 1]',
    );
    expect(() => new BCEWithLogitsLoss().forward(tensor([0.5]), tensor([0, 1]))).toThrow(
      'BCEWithLogitsLoss: shapes',
    );
    expect(() => new BCEWithLogitsLoss({ posWeight: [1, 2] }).forward(x, y)).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
    expect(() => new BCEWithLogitsLoss({ posWeight: -1 })).toThrow('BCEWithLogitsLoss: posWeight');
    expect(() => new BCELoss({ weight: [Number.NaN] })).toThrow('BCELoss: weight');
    expect(() => new BCELoss({ reduction: 'max' as 'sum' })).toThrow('BCELoss: reduction');
  });
});

const target = sampleValues([4, 3], 9);
/** Predictions whose differences to the target are off 0, ±½ and ±1, where some losses bend. */
const predictions = (): Tensor => distinctValues([4, 3], 4).add(target).detach();

const distances = [
  ['MSELoss', (reduction: Reduction) => new MSELoss({ reduction }), (d: number) => d * d],
  ['L1Loss', (reduction: Reduction) => new L1Loss({ reduction }), (d: number) => Math.abs(d)],
  [
    'HuberLoss',
    (reduction: Reduction) => new HuberLoss({ delta: 0.5, reduction }),
    (d: number) => (Math.abs(d) <= 0.5 ? 0.5 * d * d : 0.5 * (Math.abs(d) - 0.25)),
  ],
  [
    'SmoothL1Loss',
    (reduction: Reduction) => new SmoothL1Loss({ beta: 0.5, reduction }),
    (d: number) => (Math.abs(d) < 0.5 ? (0.5 * d * d) / 0.5 : Math.abs(d) - 0.25),
  ],
  [
    'SmoothL1Loss with beta 0',
    (reduction: Reduction) => new SmoothL1Loss({ beta: 0, reduction }),
    (d: number) => Math.abs(d),
  ],
] as const;

describe.each(distances)('%s', (_, make, definition) => {
  test.each(reductions)('has the gradient of finite differences (%s)', (reduction) => {
    const loss = make(reduction);
    expectGradientsToMatch((x) => loss.forward(x, target), [predictions()]);
  });

  test('agrees with the definition', () => {
    const prediction = predictions();
    const losses = Array.from(prediction.data, (value, i) => definition(value - target.data[i]));
    expect(new Set(losses.map((loss) => loss > 0.2)).size).toBe(2); // both sides of the bends
    expectReduced((reduction) => make(reduction).forward(prediction, target), losses, 12);
  });

  test('keeps the shape without reduction, and has no gradient where there is no difference', () => {
    const x = target.clone();
    x.requiresGrad = true;
    const loss = make('none').forward(x, target);
    expect(loss.shape).toEqual([4, 3]);
    loss.sum().backward();
    expect(x.grad?.data.every((value) => value === 0)).toBe(true);
  });

  test('refuses unequal shapes instead of broadcasting them', () => {
    expect(() => make('mean').forward(tensor([[1], [2]]), tensor([1, 2]))).toThrow('[2, 1] and [2]');
    expect(() => make('max' as 'sum')).toThrow('Loss: reduction');
  });
});

test('losses have the defaults of PyTorch', () => {
  expect(HuberLoss.defaults).toEqual({ delta: 1, reduction: 'mean' });
  expect(SmoothL1Loss.defaults).toEqual({ beta: 1, reduction: 'mean' });
  expect(NLLLoss.defaults).toEqual({ weight: null, ignoreIndex: -100, reduction: 'mean' });
  expect(CrossEntropyLoss.defaults).toEqual({ ...NLLLoss.defaults, labelSmoothing: 0 });
  expect(() => new HuberLoss({ delta: 0 })).toThrow('HuberLoss: delta');
  expect(() => new SmoothL1Loss({ beta: -1 })).toThrow('SmoothL1Loss: beta');
});
