// Checks a gradient against central differences: for tests of this package and of those that build on it.

import { Generator, type Tensor, tensor } from '@tacit/tensor';
import { expect } from 'vitest';

/**
 * Steps are powers of two, so that x ± h is exact in float32. Outputs are rounded to 2⁻²⁴ of their size, which a division
 * by 2h = 2⁻⁶ turns into at most 2⁻¹⁸ a term; sums of some dozen terms of size ≤ 4 stay below the tolerance by a factor
 * of about four. The truncation error of the extrapolated difference is of order h⁴, below that.
 */
const STEP = 2 ** -7;
const TOLERANCE = 1e-3;

/**
 * Asserts that `backward` of `Σ w·f(inputs)` with fixed weights w equals the derivative, for every element of every input.
 * Differences are taken at two steps and extrapolated; the two must agree roughly, otherwise an input lies on a kink and
 * the test itself is wrong.
 */
export function expectGradientsToMatch(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): void {
  for (const input of inputs) {
    input.requiresGrad = true;
    input.grad = null;
  }
  const output = f(...inputs);
  const weights = new Generator(7).fillUniform(new Float32Array(output.size), { low: 0.5, high: 1.5 });
  output.backward(tensor(weights, { shape: output.shape }));
  inputs.forEach((input, position) => {
    for (let index = 0; index < input.size; index++) {
      const where = `input ${position}, element ${index}`;
      const wide = centralDifference(f, inputs, input, index, weights, STEP);
      const narrow = centralDifference(f, inputs, input, index, weights, STEP / 2);
      expect(Math.abs(wide - narrow), `${where}: kink?`).toBeLessThan(0.02 * (1 + Math.abs(narrow)));
      const expected = (4 * narrow - wide) / 3;
      const got = input.grad === null ? 0 : input.grad.data[index];
      expect(Math.abs(got - expected), `${where}: got ${got}, expected ${expected}`).toBeLessThan(
        TOLERANCE * (1 + Math.abs(expected)),
      );
    }
  });
}

function centralDifference(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  input: Tensor,
  index: number,
  weights: Float32Array,
  step: number,
): number {
  const center = input.data[index];
  input.data[index] = center + step;
  const above = weightedSum(f(...inputs), weights);
  input.data[index] = center - step;
  const below = weightedSum(f(...inputs), weights);
  input.data[index] = center;
  return (above - below) / (2 * step);
}

function weightedSum(output: Tensor, weights: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] * output.data[index];
  return sum;
}

/** Repeatable values of a shape, uniform in the range and multiples of 2⁻¹⁰, so that steps from them are exact. */
export function sampleValues(
  shape: readonly number[],
  seed: number,
  range: { readonly low?: number; readonly high?: number } = {},
): Tensor {
  const { low = -2, high = 2 } = range;
  const generator = new Generator(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, () => {
    return Math.round((low + (high - low) * generator.uniform()) * 1024) / 1024;
  });
  return tensor(values, { shape });
}

/**
 * Repeatable values of a shape, pairwise at least 1/8 apart and at least 1/16 off every multiple of 1/8: a step cannot change their order, and
 * cannot cross a kink at such a multiple.
 */
export function distinctValues(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const order = new Generator(seed).permutation(size);
  return tensor(
    Array.from(order, (rank) => (rank - size / 2) / 8 + (size % 2 === 0 ? 1 / 16 : 0)),
    { shape },
  );
}
