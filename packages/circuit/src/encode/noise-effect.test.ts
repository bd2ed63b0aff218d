import { Generator } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { noiseEffect } from './noise-effect.js';

it('counts labels that change, of several logits and of one', () => {
  const several = noiseEffect({ kind: 'classification' });
  several.add([1, 2, 0], [1, 2.5, 0]);
  several.add([1, 2, 0], [2.5, 2, 0]);
  expect(several.harm()).toBeCloseTo(0.5);
  const one = noiseEffect({ kind: 'binary', threshold: 0.5 });
  for (let i = 0; i < 3; i++) one.add([0.5], [0.6]);
  one.add([-0.5], [0.1]);
  expect(one.harm()).toBeCloseTo(0.25);
});

it('moves the threshold of one logit', () => {
  const effect = noiseEffect({ kind: 'binary', threshold: 0.9 });
  // The sigmoid of 2 is 0.88, that of 3 is 0.95.
  effect.add([2], [3]);
  expect(effect.harm()).toBe(1);
});

it('expects of rows never seen a third of what normal margins with this noise would give', () => {
  const effect = noiseEffect({ kind: 'classification' });
  const generator = new Generator(5);
  // All simulated rows keep their labels, and still 0.01 / 1 of noise has its price.
  for (let i = 0; i < 4000; i++) effect.add([1, 0], [1 + 0.01 * generator.normal(), 0]);
  expect(effect.harm()).toBeCloseTo(Math.atan(0.01) / Math.PI / 3, 4);
});

it('of regressors compares noise with the spread of the outputs, the worst of them', () => {
  const effect = noiseEffect({ kind: 'regression' });
  const generator = new Generator(7);
  for (let i = 0; i < 4000; i++) {
    const clear = [10 * generator.normal(), generator.normal()];
    effect.add(clear, [clear[0]! + 0.1 * generator.normal(), clear[1]! + 0.1 * generator.normal()]);
  }
  expect(effect.harm()).toBeGreaterThan(0.09);
  expect(effect.harm()).toBeLessThan(0.11);
});

it('without noise there is no harm, whatever the outputs', () => {
  for (const kind of [
    { kind: 'classification' },
    { kind: 'binary', threshold: 0.5 },
    { kind: 'regression' },
  ] as const) {
    const effect = noiseEffect(kind);
    expect(effect.harm()).toBe(0);
    effect.add([0, 0], [0, 0]);
    expect(effect.harm()).toBe(0);
  }
});
