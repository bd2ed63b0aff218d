import { expectTypeOf, test } from 'vitest';
import { makeClassification, makeMoons, makeRegression } from './index.js';

test('one target is a number a row, several are rows of numbers', () => {
  expectTypeOf(makeRegression().y).toEqualTypeOf<number[]>();
  expectTypeOf(makeRegression({ nTargets: 1 }).coef).toEqualTypeOf<number[]>();
  expectTypeOf(makeRegression({ nTargets: 3 }).y).toEqualTypeOf<number[][]>();
  const nTargets = 2 as number;
  expectTypeOf(makeRegression({ nTargets }).y).toEqualTypeOf<number[] | number[][]>();
});

test('unknown options and wrong values are errors', () => {
  expectTypeOf(makeMoons({ seed: 0 }).X).toEqualTypeOf<number[][]>();
  // @ts-expect-error it is nSamples
  makeMoons({ nSample: 3 });
  // @ts-expect-error a share for each class
  makeClassification({ weights: 0.5 });
});
