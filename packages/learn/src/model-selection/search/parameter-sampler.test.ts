import { Generator } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { collectWarnings } from '../../warnings.js';
import { choice, type Distribution, logUniform, normal, randint, uniform } from './distributions.js';
import { type DistributionValues, ParameterSampler } from './parameter-sampler.js';

const draws = <T>(distribution: Distribution<T>, count = 20_000): T[] => {
  const generator = new Generator(0);
  return Array.from({ length: count }, () => distribution.sample(generator));
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

// The draws are those of one seed, so the statistics are constants; the bounds are five standard errors, which a distribution
// that is right exceeds with a probability below 10⁻⁶.
test('each distribution has its range and its mean', () => {
  const within = (values: readonly number[], expected: number, deviation: number) =>
    expect(Math.abs(mean(values) - expected)).toBeLessThan((5 * deviation) / Math.sqrt(values.length));
  const flat = draws(uniform(-1, 3));
  expect(Math.min(...flat)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...flat)).toBeLessThan(3);
  within(flat, 1, 4 / Math.sqrt(12));
  const scales = draws(logUniform(1e-4, 1));
  expect(Math.min(...scales)).toBeGreaterThanOrEqual(1e-4);
  expect(Math.max(...scales)).toBeLessThanOrEqual(1);
  within(scales.map(Math.log10), -2, 4 / Math.sqrt(12));
  const whole = draws(randint(2, 5));
  expect(new Set(whole)).toEqual(new Set([2, 3, 4]));
  within(whole, 3, Math.sqrt(2 / 3));
  within(draws(normal(10, 2)), 10, 2);
  const weighted = draws(choice(['rare', 'often', 'never'], [1, 3, 0]));
  expect(new Set(weighted)).toEqual(new Set(['rare', 'often']));
  within(
    weighted.map((value) => (value === 'often' ? 1 : 0)),
    0.75,
    Math.sqrt(0.1875),
  );
  within(draws(choice([0, 1])), 0.5, 0.5);
});

test.each([
  ['uniform(1, 1)', () => uniform(1, 1)],
  ['logUniform(0, 1)', () => logUniform(0, 1)],
  ['randint(0.5, 2)', () => randint(0.5, 2)],
  ['choice([])', () => choice([])],
  ['choice([1], [0])', () => choice([1], [0])],
  ['choice([1], [1, 1])', () => choice([1], [1, 1])],
  ['normal(0, 0)', () => normal(0, 0)],
  ['uniform(0, Infinity)', () => uniform(0, Infinity)],
])('%s is refused', (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'DISTRIBUTION_INVALID' }));
});

test('a seed gives the same candidates, whatever the order in which parameters are written', () => {
  const sample = (paramDistributions: Record<string, Distribution>) => [
    ...new ParameterSampler({ paramDistributions, nIter: 5, seed: 4 }),
  ];
  const [a, b] = [uniform(0, 1), randint(0, 100)];
  const first = sample({ a, b });
  expect(first).toHaveLength(5);
  expect(sample({ b, a })).toEqual(first);
  expect(new Set(first.map(({ a }) => a)).size).toBe(5);
});

test('from lists alone no candidate comes twice, of few as of very many', () => {
  const unique = (size: number, nIter: number) => {
    const values = Array.from({ length: size }, (_, i) => i);
    const sampler = new ParameterSampler({ paramDistributions: { a: values, b: values }, nIter, seed: 0 });
    return new Set([...sampler].map((candidate) => JSON.stringify(candidate))).size;
  };
  expect(unique(3, 9)).toBe(9);
  expect(unique(1000, 300)).toBe(300);
});

test('more candidates than the lists have are all that there are, with a warning', async () => {
  const { result, warnings } = await collectWarnings(() => [
    ...new ParameterSampler({ paramDistributions: { a: [1, 2] }, nIter: 10, seed: 0 }),
  ]);
  expect(result.map(({ a }) => a).sort()).toEqual([1, 2]);
  expect(warnings.map(({ code }) => code)).toEqual(['GRID_SMALL']);
});

test('of several records each candidate comes from one', () => {
  const paramDistributions: DistributionValues[] = [{ a: uniform(0, 1) }, { b: [1, 2, 3] }];
  const all = [...new ParameterSampler({ paramDistributions, nIter: 50, seed: 0 })];
  expect(all.every((candidate) => Object.keys(candidate).length === 1)).toBe(true);
  expect(new Set(all.flatMap(Object.keys))).toEqual(new Set(['a', 'b']));
});

test.each([0, -1, 1.5, Number.NaN])('nIter %s is refused', (nIter) => {
  expect(() => new ParameterSampler({ paramDistributions: { a: [1] }, nIter })).toThrow(
    expect.objectContaining({ code: 'PARAMETER_VALUE' }),
  );
});
