import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError } from './errors.js';
import {
  broadcastShapes,
  checkShape,
  normalizeAxis,
  planBroadcast,
  reducedAxes,
  type Shape,
  sizeOf,
} from './shape.js';

/** Two shapes that broadcast, made from a common one by dropping leading axes and setting some lengths to 1. */
const compatibleShapes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('both', 'left', 'right', 'neither')), {
    maxLength: 4,
  })
  .chain((axes) =>
    fc.record({
      left: fc
        .nat(axes.length)
        .map((drop) => axes.map(([n, who]) => (who === 'right' || who === 'neither' ? 1 : n)).slice(drop)),
      right: fc.constant(axes.map(([n, who]) => (who === 'left' || who === 'neither' ? 1 : n))),
    }),
  );

/** Position in the data of the element that a broadcast shape shows at `indices` of the common shape. */
function positionOf(indices: readonly number[], shape: Shape): number {
  const own = indices.slice(indices.length - shape.length);
  return shape.reduce((position, length, axis) => position * length + (length === 1 ? 0 : own[axis]), 0);
}

function allIndices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (rows, length) => rows.flatMap((row) => Array.from({ length }, (_, index) => [...row, index])),
    [[]],
  );
}

describe('broadcasting', () => {
  test('is symmetric, and leaves a shape alone when the other is a scalar or the same', () => {
    fc.assert(
      fc.property(compatibleShapes, ({ left, right }) => {
        const shape = broadcastShapes('add', left, right);
        expect(broadcastShapes('add', right, left)).toEqual(shape);
        expect(broadcastShapes('add', left, left)).toEqual(left);
        expect(broadcastShapes('add', left, [])).toEqual(left);
        expect(broadcastShapes('add', shape, left)).toEqual(shape);
      }),
      { seed: 1 },
    );
  });

  test('a plan visits the elements that index arithmetic names', () => {
    fc.assert(
      fc.property(compatibleShapes, ({ left, right }) => {
        const shape = broadcastShapes('add', left, right);
        const plan = planBroadcast(left, right, shape);
        const visited: [number, number][] = [];
        for (let block = 0; block < plan.blocks; block++) {
          for (let i = 0; i < plan.inner; i++) {
            visited.push([
              plan.leftOffsets[block] + i * plan.leftStep,
              plan.rightOffsets[block] + i * plan.rightStep,
            ]);
          }
        }
        const expected = allIndices(shape).map((indices) => [
          positionOf(indices, left),
          positionOf(indices, right),
        ]);
        expect(visited).toEqual(expected);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test('of no elements visits none', () => {
    const plan = planBroadcast([2, 0], [2, 1], [2, 0]);
    expect(plan.blocks * plan.inner).toBe(0);
  });

  test('names the operation and both shapes when they do not fit', () => {
    expect(() => broadcastShapes('add', [2, 3], [4])).toThrow(
      'add: shapes [2, 3] and [4] do not fit together.',
    );
    expect(() => broadcastShapes('add', [2, 3], [3, 3])).toThrow(ShapeError);
  });
});

test('axes count from the end when negative, and are refused outside the shape', () => {
  expect([normalizeAxis('sum', -1, [2, 3]), normalizeAxis('sum', 0, [2, 3])]).toEqual([1, 0]);
  for (const axis of [2, -3, 0.5, Number.NaN]) {
    expect(() => normalizeAxis('sum', axis, [2, 3])).toThrow(
      expect.objectContaining({ code: 'AXIS_OUT_OF_RANGE' }),
    );
  }
  expect(() => normalizeAxis('sum', 0, [])).toThrow('A scalar has no axes.');
});

test('a reduction refuses an axis named twice', () => {
  expect(reducedAxes('sum', [0, -1], [2, 3, 4])).toEqual([true, false, true]);
  expect(() => reducedAxes('sum', [1, -1], [2, 3])).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});

test.each([[[-1]], [[1.5]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])(
  'the shape %j is refused',
  (shape) => {
    expect(() => checkShape(shape)).toThrow(expect.objectContaining({ code: 'SHAPE_INVALID' }));
  },
);

test('a scalar has one element', () => {
  expect([sizeOf([]), sizeOf([2, 3]), sizeOf([2, 0])]).toEqual([1, 6, 0]);
});
