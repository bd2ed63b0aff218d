import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InputFeature } from './client-spec.js';
import { quantizeRows } from './quantize-inputs.js';

const feature: InputFeature = { low: -1, step: 0.5, levels: 7, minimum: -1, maximum: 2.5 };
const constant: InputFeature = { low: 4, step: 0, levels: 0, minimum: 4, maximum: 4 };

const anyFeature = fc
  .record({
    low: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    step: fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
    levels: fc.integer({ min: 1, max: 255 }),
  })
  .map((f): InputFeature => ({ ...f, minimum: f.low, maximum: f.low + f.step * f.levels }));

it('rounds to the nearest level and a half up', () => {
  expect([...quantizeRows([feature], [[-1], [-0.76], [-0.75], [0], [2.5]]).levels]).toEqual([0, 0, 1, 2, 7]);
});

it('clamps what lies outside, however far', () => {
  const rows = [[-1e308], [1e308], [-Number.MAX_VALUE], [-0]];
  expect([...quantizeRows([feature], rows).levels]).toEqual([0, 7, 0, 2]);
});

it('makes 0 of a constant feature and never counts it as far outside', () => {
  const { levels, farOutside } = quantizeRows(
    [constant, feature],
    [
      [4, 0],
      [-9, 0],
      [1e9, 0],
    ],
  );
  expect([...levels]).toEqual([0, 2, 0, 2, 0, 2]);
  expect(farOutside).toBe(0);
});

it('counts a row once when it is outside by more than half of the training width', () => {
  const rows = [
    [4.25, 0],
    [4.26, 0],
    [-2.76, 9],
    [0, 0],
  ];
  expect(quantizeRows([feature, feature], rows).farOutside).toBe(2);
});

it('stays within half a step of every value inside the range', () => {
  fc.assert(
    fc.property(anyFeature, fc.double({ min: 0, max: 1, noNaN: true }), (f, at) => {
      const value = f.minimum + (f.maximum - f.minimum) * at;
      const level = quantizeRows([f], [[value]]).levels[0]!;
      expect(Math.abs(f.low + f.step * level - value)).toBeLessThanOrEqual(f.step * (0.5 + 1e-3));
    }),
  );
});

it('gives levels within 0 and the largest, in the order of the values', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(anyFeature, value, value, (f, a, b) => {
      const [low, high] = quantizeRows([f], [[Math.min(a, b)], [Math.max(a, b)]]).levels;
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(high!);
      expect(high).toBeLessThanOrEqual(f.levels);
    }),
  );
});

it('reads typed arrays and leaves its input as it was', () => {
  const rows = [Float32Array.of(0, 1), Float32Array.of(2, 3)];
  expect([...quantizeRows([feature, feature], rows).levels]).toEqual([2, 4, 6, 7]);
  expect(rows).toEqual([Float32Array.of(0, 1), Float32Array.of(2, 3)]);
});

const hostile: [string, unknown, string, RegExp][] = [
  ['nothing', undefined, 'INPUT_INVALID', /undefined/],
  ['null', null, 'INPUT_INVALID', /null/],
  ['text', '12', 'INPUT_INVALID', /a string/],
  ['an object', {}, 'INPUT_INVALID', /an object/],
  ['no rows', [], 'INPUT_INVALID', /empty array/],
  ['a flat array', [0, 0], 'INPUT_INVALID', /Row 0 is a number/],
  ['a flat typed array', new Float64Array(2), 'INPUT_INVALID', /Row 0 is a number/],
  ['a missing row', [[0, 0], undefined], 'INPUT_INVALID', /Row 1 is undefined/],
  ['text as a row', [[0, 0], '12'], 'INPUT_INVALID', /Row 1 is a string/],
  ['a short row', [[0, 0], [0]], 'FEATURE_COUNT', /Row 1 has 1 features.*for 2/],
  ['a long row', [[0, 0, 0]], 'FEATURE_COUNT', /Row 0 has 3 features/],
  [
    'NaN',
    [
      [0, 0],
      [0, Number.NaN],
    ],
    'INPUT_INVALID',
    /Row 1, column 1 .*NaN/,
  ],
  ['infinity', [[Number.POSITIVE_INFINITY, 0]], 'INPUT_INVALID', /Row 0, column 0 .*Infinity/],
  ['minus infinity', [[0, Number.NEGATIVE_INFINITY]], 'INPUT_INVALID', /column 1 .*-Infinity/],
  ['a number in a string', [[0, '5172']], 'INPUT_INVALID', /column 1 .*a string/],
  ['a hole', [[0, undefined]], 'INPUT_INVALID', /column 1 .*undefined/],
  ['a bigint', [[5172n, 0]], 'INPUT_INVALID', /column 0 .*a bigint/],
  ['a boolean', [[true, 0]], 'INPUT_INVALID', /column 0 .*a boolean/],
];

it.each(hostile)('refuses %s, says where, and keeps the value to itself', (_, rows, code, words) => {
  const attempt = () => quantizeRows([feature, feature], rows as number[][]);
  expect(attempt).toThrow(expect.objectContaining({ code }));
  expect(attempt).toThrow(words);
  expect(attempt).not.toThrow(/5172/);
});
