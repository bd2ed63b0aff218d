import { expect, test } from 'vitest';
import { ParameterGrid } from './parameter-grid.js';

test('candidates come with names sorted and the last one changing fastest, as in scikit-learn', () => {
  const grid = new ParameterGrid({ b: [1, 2], a: ['x', 'y'] });
  expect(grid.length).toBe(4);
  expect([...grid]).toEqual([
    { a: 'x', b: 1 },
    { a: 'x', b: 2 },
    { a: 'y', b: 1 },
    { a: 'y', b: 2 },
  ]);
});

test('several grids are tried one after the other; an empty one is the estimator as it is', () => {
  expect([...new ParameterGrid([{}, { a: [1] }, { b: Float64Array.of(2, 3) as never }])]).toEqual([
    {},
    { a: 1 },
    { b: 2 },
    { b: 3 },
  ]);
});

test('a candidate is found by its number without making the others', () => {
  const values = Array.from({ length: 1000 }, (_, i) => i);
  const grid = new ParameterGrid({ a: values, b: values, c: values, d: values });
  expect(grid.length).toBe(1e12);
  expect(grid.at(123_456_789_012)).toEqual({ a: 123, b: 456, c: 789, d: 12 });
  expect(() => grid.at(1e12)).toThrow(RangeError);
});

test.each([
  [[], 'GRID_EMPTY', /without any grid/],
  [{ lr: [] }, 'GRID_EMPTY', /no values for lr/],
  [{ lr: 0.1 }, 'GRID_INVALID', /lr: \[0\.1\]/],
  [{ name: 'adam' }, 'GRID_INVALID', /name: \['adam'\]/],
  [null, 'GRID_INVALID', /null/],
])('%o is refused', (grid, code, message) => {
  expect(() => new ParameterGrid(grid as never)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
