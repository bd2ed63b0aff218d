import { type IntTensor, type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectGradientsToMatch, sampleValues } from '../../tensor/test/finite-differences.js';
import { CrossEntropyLoss, type CrossEntropyLossOptions, MSELoss } from './losses.js';

const targets = tensor([2, 0, 1, 1], { dtype: 'int32' });
const logits = (): Tensor => sampleValues([4, 3], 1);

/** The definition, with PyTorch's conventions: smoothing spreads over all classes, a weighted mean divides by the targets' weights. */
function referenceLosses(
  x: Tensor,
  classes: IntTensor,
  { weight, labelSmoothing = 0 }: CrossEntropyLossOptions,
): number[] {
  const columns = x.shape[1];
  const weights = weight
    ? [...('data' in weight ? weight.data : weight)]
    : new Array<number>(columns).fill(1);
  return Array.from(classes.data, (target, row) => {
    const scores = [...x.data.slice(row * columns, (row + 1) * columns)];
    const logTotal = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    return scores.reduce((loss, score, c) => {
      const share = labelSmoothing / columns + (c === target ? 1 - labelSmoothing : 0);
      return loss - weights[c] * share * (score - logTotal);
    }, 0);
  });
}

const variants: { name: string; options: CrossEntropyLossOptions }[] = [
  { name: 'plain', options: {} },
  { name: 'weights', options: { weight: [0.5, 2, 1] } },
  { name: 'a tensor of weights', options: { weight: tensor([0.5, 2, 0]) } },
  { name: 'smoothing', options: { labelSmoothing: 0.1 } },
  { name: 'weights and smoothing', options: { weight: [0.5, 2, 1], labelSmoothing: 0.2 } },
];

describe.each(variants)('CrossEntropyLoss with $name', ({ options }) => {
  test.each(['mean', 'sum', 'none'] as const)('has the gradient of finite differences (%s)', (reduction) => {
    const loss = new CrossEntropyLoss({ ...options, reduction });
    expectGradientsToMatch((x) => loss.forward(x, targets), [logits()]);
  });

  test('agrees with the definition', () => {
    const losses = referenceLosses(logits(), targets, options);
    const weights = options.weight
      ? [...('data' in options.weight ? options.weight.data : options.weight)]
      : [1, 1, 1];
    const total = losses.reduce((sum, loss) => sum + loss, 0);
    const divisor = targets.data.reduce((sum, target) => sum + weights[target], 0);
    new CrossEntropyLoss({ ...options, reduction: 'none' })
      .forward(logits(), targets)
      .data.forEach((loss, row) => {
        expect(loss).toBeCloseTo(losses[row], 5);
      });
    expect(
      new CrossEntropyLoss({ ...options, reduction: 'sum' }).forward(logits(), targets).item(),
    ).toBeCloseTo(total, 5);
    expect(new CrossEntropyLoss(options).forward(logits(), targets).item()).toBeCloseTo(total / divisor, 5);
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
    expect(() => new CrossEntropyLoss({ reduction: 'max' as 'sum' })).toThrow("'mean', 'sum' or 'none'");
  });
});

describe('MSELoss', () => {
  const target = sampleValues([4, 3], 9);

  test.each(['mean', 'sum', 'none'] as const)('has the gradient of finite differences (%s)', (reduction) => {
    const loss = new MSELoss({ reduction });
    expectGradientsToMatch((x) => loss.forward(x, target), [logits()]);
  });

  test('is the mean of squared differences, and keeps the shape without reduction', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const y = tensor([
      [1, 0],
      [0, 4],
    ]);
    expect(new MSELoss().forward(x, y).item()).toBe(13 / 4);
    expect(new MSELoss({ reduction: 'sum' }).forward(x, y).item()).toBe(13);
    expect(new MSELoss({ reduction: 'none' }).forward(x, y).toArray()).toEqual([
      [0, 4],
      [9, 0],
    ]);
  });

  test('refuses unequal shapes instead of broadcasting them', () => {
    expect(() => new MSELoss().forward(tensor([[1], [2]]), tensor([1, 2]))).toThrow('[2, 1] and [2]');
    expect(() => new MSELoss({ reduction: 'max' as 'sum' })).toThrow('MSELoss: reduction');
  });
});
