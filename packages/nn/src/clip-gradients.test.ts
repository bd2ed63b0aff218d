import { tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { clipGradNorm, clipGradValue } from './clip-gradients.js';
import { Parameter } from './module.js';

function withGradients(...gradients: number[][]): Parameter[] {
  return gradients.map((gradient) => {
    const parameter = new Parameter(tensor(gradient.map(() => 0)));
    parameter.grad = tensor(gradient);
    return parameter;
  });
}

const gradientsOf = (parameters: Parameter[]): number[] => parameters.flatMap(({ grad }) => [...grad!.data]);

test('all gradients shrink by one factor, to the norm asked for', () => {
  const parameters = withGradients([3, 4], [12]);
  expect(clipGradNorm(parameters, 1)).toBe(13);
  // 1 / (13 + 1e-6), as PyTorch computes it.
  [3, 4, 12].forEach((gradient, i) => {
    expect(gradientsOf(parameters)[i]).toBeCloseTo(gradient / 13.000001, 7);
  });
});

test('gradients within the norm stay as they are', () => {
  const parameters = withGradients([3, 4]);
  expect(clipGradNorm(parameters, 6)).toBe(5);
  expect(gradientsOf(parameters)).toEqual([3, 4]);
});

test.each([
  [1, 19],
  [3, (27 + 64 + 1728) ** (1 / 3)],
  [Number.POSITIVE_INFINITY, 12],
])('the norm of type %d is %d', (normType, expected) => {
  const parameters = withGradients([3, -4], [12]);
  expect(clipGradNorm(parameters, 1, { normType })).toBeCloseTo(expected, 9);
  expect(gradientsOf(parameters)[2]).toBeCloseTo(12 / expected, 5);
});

test('a maximum of 0 freezes, and gradients that are missing do not count', () => {
  const parameters = [...withGradients([3, 4]), new Parameter(tensor([1]))];
  const named = parameters.map((parameter, i) => [String(i), parameter] as const);
  expect(clipGradNorm(named, 0)).toBe(5);
  expect([...parameters[0].grad!.data]).toEqual([0, 0]);
  expect(parameters[1].grad).toBeNull();
  expect(clipGradNorm([new Parameter(tensor([1]))], 1)).toBe(0);
});

test('a norm that is no number is returned and shows in the gradients', () => {
  const parameters = withGradients([Number.NaN, 1]);
  expect(clipGradNorm(parameters, 1)).toBeNaN();
  expect(gradientsOf(parameters)).toEqual([Number.NaN, Number.NaN]);
});

test('values are kept within bounds one by one', () => {
  const parameters = withGradients([3, -4], [0.5]);
  clipGradValue(parameters, 1);
  expect(gradientsOf(parameters)).toEqual([1, -1, 0.5]);
});

test('bounds below 0 and norms that are none are refused', () => {
  expect(() => clipGradNorm([], -1)).toThrow('clipGradNorm: maxNorm');
  expect(() => clipGradNorm([], 1, { normType: 0 })).toThrow('clipGradNorm: normType');
  expect(() => clipGradValue([], Number.NaN)).toThrow('clipGradValue: maxValue');
});
