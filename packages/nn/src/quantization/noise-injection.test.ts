import { Generator, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { manualSeed } from '../random.js';
import { NoiseInjection, type NoiseInjectionOptions } from './noise-injection.js';

const samples = 20_000;

/** [samples, 2]: ranges 1 and 10. */
function values(): Tensor {
  const data = Float32Array.from({ length: 2 * samples }, (_, i) => {
    const part = Math.floor(i / 2) / (samples - 1);
    return i % 2 === 0 ? part : 10 * part;
  });
  return new Tensor(data, [samples, 2], { requiresGrad: true });
}

/** Deviation of what is added to one of the two columns. */
function addedDeviation(options: NoiseInjectionOptions, column: 0 | 1): number {
  const x = values();
  const { data } = new NoiseInjection({ generator: new Generator(1), ...options }).forward(x);
  let squares = 0;
  for (let i = column; i < data.length; i += 2) squares += (data[i] - x.data[i]) ** 2;
  return Math.sqrt(squares / samples);
}

// The sample deviation of n = 20,000 draws is within 1 ± 5/√(2n) = 1 ± 0.025 but for 6e-7 of the seeds; this seed is fixed.
it.each([
  [0, 0.02],
  [1, 0.2],
] as const)('adds a fraction of the range of each neuron: column %i', (column, deviation) => {
  expect(addedDeviation({ fraction: 0.02 }, column) / deviation).toBeCloseTo(1, 1);
  expect(Math.abs(addedDeviation({ fraction: 0.02 }, column) / deviation - 1)).toBeLessThan(0.025);
});

it('adds a fraction of half the period, whatever the values, where an activation repeats itself', () => {
  for (const column of [0, 1] as const) {
    const deviation = addedDeviation({ fraction: 0.02, period: 2 * Math.PI }, column);
    expect(Math.abs(deviation / (0.02 * Math.PI) - 1)).toBeLessThan(0.025);
  }
});

it('takes the range of a channel over all places of an image', () => {
  const data = Float32Array.from({ length: 2 * 2 * 400 }, (_, i) => (i % 400 === 0 ? 100 : 0));
  const x = new Tensor(data, [2, 2, 20, 20]);
  const { data: noisy } = new NoiseInjection({ fraction: 0.01, generator: new Generator(1) }).forward(x);
  const squares = noisy.reduce((sum, value, i) => sum + (value - data[i]) ** 2, 0);
  expect(Math.sqrt(squares / data.length)).toBeGreaterThan(0.9);
  expect(Math.sqrt(squares / data.length)).toBeLessThan(1.1);
});

it('lets the gradient through as if it were not there', () => {
  const x = values();
  new NoiseInjection({ fraction: 0.1 }).forward(x).sum().backward();
  expect(x.grad!.data.every((value) => value === 1)).toBe(true);
});

it('does nothing in use, nor with fraction 0', () => {
  const x = values();
  const noise = new NoiseInjection({ fraction: 0.1 });
  expect(noise.eval().forward(x)).toBe(x);
  noise.train().fraction = 0;
  expect(noise.forward(x)).toBe(x);
});

it('repeats itself from the same seed', () => {
  const draw = () => {
    manualSeed(3);
    return new NoiseInjection({ fraction: 0.1 }).forward(values()).data;
  };
  expect(draw()).toEqual(draw());
});

it('refuses negative fractions, at first and later', () => {
  const refused = expect.objectContaining({ code: 'PARAMETER_INVALID' });
  expect(() => new NoiseInjection({ fraction: -0.1 })).toThrow(refused);
  const noise = new NoiseInjection();
  expect(() => {
    noise.fraction = Number.NaN;
  }).toThrow(refused);
});

it('is normal: a part of 0.3173, 0.0455 and 0.0027 lies beyond 1, 2 and 3 deviations', () => {
  const x = new Tensor(new Float32Array(2 * samples), [1, 2 * samples]);
  const { data } = new NoiseInjection({ fraction: 1, period: 2, generator: new Generator(1) }).forward(x);
  for (const [deviations, part] of [
    [1, 0.3173],
    [2, 0.0455],
    [3, 0.0027],
  ]) {
    const beyond = data.filter((value) => Math.abs(value) > deviations).length / data.length;
    // Five standard errors of a share of 40,000 draws: missed by chance in 6e-7 of the seeds.
    const error = 5 * Math.sqrt((part * (1 - part)) / data.length);
    expect(Math.abs(beyond - part)).toBeLessThan(error);
  }
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(data.length));
});

it('draws for an odd number of values', () => {
  const noise = new NoiseInjection({ fraction: 1, period: 2, generator: new Generator(1) });
  expect(noise.forward(new Tensor(new Float32Array(3), [1, 3])).data.every((value) => value !== 0)).toBe(
    true,
  );
});
