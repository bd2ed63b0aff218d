import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgumentError } from './errors.js';
import { Generator, type GeneratorState } from './generator.js';

interface Golden {
  readonly streams: readonly { readonly seed: number; readonly uint32: readonly number[] }[];
  readonly uniform: { readonly seed: number; readonly values: readonly number[] };
}

const golden = JSON.parse(
  readFileSync(new URL('../test/golden/generator.json', import.meta.url), 'utf8'),
) as Golden;

/**
 * A statistic that is normal by the central limit theorem leaves ±5.5 standard deviations with probability 4e-8; there are
 * fewer than 20 here. Seeds are fixed, so the outcome is too: the bound says how suspicious a failure after a change is.
 */
const DEVIATIONS = 5.5;

function draws(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

describe('streams', () => {
  test.each(golden.streams)('seed $seed gives the numbers of the reference', ({ seed, uint32 }) => {
    const generator = new Generator(seed);
    expect(draws(uint32.length, () => generator.nextUint32())).toEqual(uint32);
  });

  test('uniform has 53 bits of two draws', () => {
    const generator = new Generator(golden.uniform.seed);
    expect(draws(4, () => generator.uniform())).toEqual(golden.uniform.values);
  });

  test('a saved state continues exactly, also through JSON', () => {
    const generator = new Generator(5);
    draws(10, () => generator.normal());
    const state = JSON.parse(JSON.stringify(generator.state)) as GeneratorState;
    const next = draws(10, () => generator.normal());
    const other = new Generator(0);
    other.state = state;
    expect(draws(10, () => other.normal())).toEqual(next);
    expect(other.fork('a').nextUint32()).toBe(generator.fork('a').nextUint32());
  });
});

describe('fork', () => {
  test('depends on the seed and the label, not on the numbers drawn so far', () => {
    const early = new Generator(3);
    const late = new Generator(3);
    draws(100, () => late.uniform());
    expect(early.fork('split').state).toEqual(late.fork('split').state);
  });

  test('gives different streams for different labels, text and number included', () => {
    const generator = new Generator(3);
    const labels = ['', 'a', 'b', 'ab', 'ba', 'a\0', '1', 1, -1, 2, '#1', '$1', '-1'];
    const firsts = labels.map((label) => generator.fork(label).nextUint32());
    firsts.push(
      generator.nextUint32(),
      generator.fork('a').fork('b').nextUint32(),
      new Generator(4).fork('a').nextUint32(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('children of successive numbers are uncorrelated', () => {
    const generator = new Generator(1);
    const values = Array.from({ length: 20_000 }, (_, index) => generator.fork(index).uniform() - 0.5);
    const lagged = mean(values.slice(1).map((value, index) => value * values[index]));
    // The product of two independent uniforms around 0 has the standard deviation 1/12.
    expect(Math.abs(lagged)).toBeLessThan(DEVIATIONS / 12 / Math.sqrt(20_000));
  });
});

describe('distributions', () => {
  const count = 200_000;

  test('uniform has mean ½, variance 1/12, and even counts in 64 cells', () => {
    const generator = new Generator(11);
    const values = draws(count, () => generator.uniform());
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(DEVIATIONS / Math.sqrt(12 * count));
    // The square of a centered uniform has mean 1/12 and variance 1/180.
    expect(Math.abs(mean(values.map((v) => (v - 0.5) ** 2)) - 1 / 12)).toBeLessThan(
      DEVIATIONS / Math.sqrt(180 * count),
    );
    expect(
      chiSquareDeviations(
        values.map((v) => Math.floor(v * 64)),
        64,
      ),
    ).toBeLessThan(DEVIATIONS);
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 1000))).toBeLessThan(1);
  });

  test('normal has mean 0, variance 1, skewness 0, fourth moment 3', () => {
    const generator = new Generator(12);
    const values = draws(count, () => generator.normal());
    // Variances of xⁿ for a standard normal x: 1, 2, 15, 96.
    const moments: [number, number, number][] = [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ];
    for (const [power, expected, variance] of moments) {
      const got = mean(values.map((v) => v ** power));
      expect(Math.abs(got - expected), `moment ${power}`).toBeLessThan(
        DEVIATIONS * Math.sqrt(variance / count),
      );
    }
  });

  test.each([3, 10, 64])('integer below %d gives every number equally often', (bound) => {
    const generator = new Generator(13);
    const values = draws(count, () => generator.integer(bound));
    expect(values.every((v) => Number.isInteger(v) && v >= 0 && v < bound)).toBe(true);
    expect(chiSquareDeviations(values, bound)).toBeLessThan(DEVIATIONS);
  });

  test('integer repeats draws that would favor small numbers', () => {
    // A plain remainder would give numbers below 2³⁰ twice as often as the others: ⅔ instead of ½ of all draws for bound 2³¹ + 2³⁰.
    const generator = new Generator(14);
    const bound = 2 ** 31 + 2 ** 30;
    const low = mean(draws(20_000, () => (generator.integer(bound) < 2 ** 30 ? 1 : 0)));
    expect(Math.abs(low - 1 / 3)).toBeLessThan(DEVIATIONS * Math.sqrt(2 / 9 / 20_000));
    expect(generator.integer(1)).toBe(0);
  });

  test('all orders of four are equally likely', () => {
    const generator = new Generator(15);
    const orders = new Map<string, number>();
    const values = draws(48_000, () => {
      const key = generator.permutation(4).join('');
      if (!orders.has(key)) orders.set(key, orders.size);
      return orders.get(key)!;
    });
    expect(orders.size).toBe(24);
    expect(chiSquareDeviations(values, 24)).toBeLessThan(DEVIATIONS);
  });

  test('a permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(), (size, seed) => {
        const order = new Generator(seed).permutation(size);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('fillUniform and fillNormal return the array they filled', () => {
    const target = new Float32Array(50_000);
    expect(new Generator(1).fillUniform(target, { low: -3, high: 1 })).toBe(target);
    expect(Math.abs(mean(target) + 1)).toBeLessThan((DEVIATIONS * 4) / Math.sqrt(12 * target.length));
    expect(target.every((v) => v >= -3 && v <= 1)).toBe(true);
    expect(new Generator(1).fillNormal(target, { mean: 2, standardDeviation: 0.5 })).toBe(target);
    expect(Math.abs(mean(target) - 2)).toBeLessThan((DEVIATIONS * 0.5) / Math.sqrt(target.length));
  });
});

describe('refusals', () => {
  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, undefined])(
    'the seed %s',
    (seed) => {
      expect(() => new Generator(seed as number)).toThrow(expect.objectContaining({ code: 'SEED_INVALID' }));
    },
  );

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('integer below %s', (bound) => {
    expect(() => new Generator(0).integer(bound)).toThrow(ArgumentError);
  });

  test.each([-1, 1.5, Number.NaN])('a permutation of %s', (count) => {
    expect(() => new Generator(0).permutation(count)).toThrow(ArgumentError);
  });

  test('a fork by a fraction', () => {
    expect(() => new Generator(0).fork(0.5)).toThrow(ArgumentError);
  });

  test.each([
    ['null', null],
    ['no words', { key: [1, 2, 3, 4] }],
    ['all zero', { key: [1, 2, 3, 4], words: [0, 0, 0, 0] }],
    ['a word too large', { key: [1, 2, 3, 2 ** 32], words: [1, 0, 0, 0] }],
    ['too short', { key: [1, 2, 3], words: [1, 2, 3] }],
  ])('a state: %s', (_, state) => {
    const generator = new Generator(0);
    const before = generator.state;
    expect(() => {
      generator.state = state as GeneratorState;
    }).toThrow(expect.objectContaining({ code: 'GENERATOR_STATE_INVALID' }));
    expect(generator.state).toEqual(before);
  });
});

/** How far χ² of the counts lies from its mean, in standard deviations: it has mean c − 1 and variance 2(c − 1). */
function chiSquareDeviations(cells: readonly number[], count: number): number {
  const counts = new Array<number>(count).fill(0);
  for (const cell of cells) counts[cell]++;
  const expected = cells.length / count;
  const chiSquare = counts.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  return Math.abs(chiSquare - (count - 1)) / Math.sqrt(2 * (count - 1));
}
