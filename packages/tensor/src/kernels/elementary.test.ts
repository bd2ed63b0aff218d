// Accuracy is measured against Math.*, whose own error (an ulp or two of a double) is far below the bound: 1e-11 of the
// result. Half a unit of float32 is 3e-8 of it, so rounding such a value is off by at most one unit.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as elementary from './elementary.js';

const RELATIVE_BOUND = 1e-11;

const float32 = (min: number, max: number) =>
  fc.float({ min: Math.fround(min), max: Math.fround(max), noNaN: true });
const runs = { numRuns: 20_000, seed: 1 };

const functions: [string, (x: number) => number, (x: number) => number, fc.Arbitrary<number>][] = [
  ['exp', elementary.exp, Math.exp, float32(-103, 89)],
  ['expm1', elementary.expm1, Math.expm1, float32(-20, 20)],
  ['log', elementary.log, Math.log, float32(1e-45, 3.4e38)],
  ['log near 1', elementary.log, Math.log, float32(0.9, 1.1)],
  ['log1p', elementary.log1p, Math.log1p, float32(-0.99, 10)],
  ['tanh', elementary.tanh, Math.tanh, float32(-30, 30)],
  ['sigmoid', elementary.sigmoid, (x) => 1 / (1 + Math.exp(-x)), float32(-87, 87)],
  [
    'softplus',
    elementary.softplus,
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    float32(-80, 80),
  ],
  ['sin', elementary.sin, Math.sin, float32(-100, 100)],
  ['cos', elementary.cos, Math.cos, float32(-100, 100)],
  ['sin of large angles', elementary.sin, Math.sin, float32(-3.4e38, 3.4e38)],
  ['cos of large angles', elementary.cos, Math.cos, float32(-3.4e38, 3.4e38)],
];

describe.each(functions)('%s', (_, ours, reference, inputs) => {
  test('is within 1e-11 of the result, and within one unit of float32', () => {
    fc.assert(
      fc.property(inputs, (x) => {
        const expected = reference(x);
        const got = ours(x);
        // Below 1e-300 a double has no relative accuracy left to compare.
        expect(Math.abs(got - expected)).toBeLessThanOrEqual(RELATIVE_BOUND * Math.abs(expected) + 1e-300);
        expect(unitsApart(got, expected)).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });
});

test('sin and cos keep their accuracy next to multiples of π/2', () => {
  for (let quarters = 1; quarters < 2 ** 23; quarters = quarters * 3 + 1) {
    const angle = Math.fround((quarters * Math.PI) / 2);
    expect(Math.abs(elementary.sin(angle) / Math.sin(angle) - 1)).toBeLessThan(RELATIVE_BOUND);
    expect(Math.abs(elementary.cos(angle) / Math.cos(angle) - 1)).toBeLessThan(RELATIVE_BOUND);
  }
});

test.each([2, 3, -1, -2, 10, 0, 1.5, 0.5, -0.5, 1 / 3, 2.4, 5000, -5000])(
  'pow with exponent %d is within 1e-11',
  (exponent) => {
    fc.assert(
      fc.property(float32(1e-3, 1e3), (x) => {
        const expected = x ** exponent;
        const got = elementary.pow(x, exponent);
        if (Math.abs(expected) > 1e39 || Math.abs(expected) < 1e-46) return; // no float32
        expect(Math.abs(got - expected)).toBeLessThanOrEqual(RELATIVE_BOUND * Math.abs(expected));
      }),
      { numRuns: 2000, seed: 2 },
    );
  },
);

test('pow of special values follows Math.pow', () => {
  const values = [-2, -1, -0.5, 0, 0.5, 1, 2, Number.NaN, Number.POSITIVE_INFINITY];
  for (const x of values) {
    for (const exponent of [0, 1, 2, 3, -1, -2, -3, 0.5, 2.5]) {
      const [got, expected] = [elementary.pow(x, exponent), x ** exponent];
      const isClose = Object.is(got, expected) || Math.abs(got - expected) < 1e-12;
      expect(isClose, `${x} ** ${exponent}: got ${got}, expected ${expected}`).toBe(true);
    }
  }
  expect(elementary.pow(-1.0001, 4097)).toBeCloseTo((-1.0001) ** 4097, 10);
  expect(elementary.pow(-1.0001, 4098)).toBeCloseTo((-1.0001) ** 4098, 10);
});

test('exp and log end where doubles do', () => {
  expect(elementary.exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(elementary.exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(elementary.exp(Number.NaN)).toBeNaN();
  expect(elementary.exp(0)).toBe(1);
  expect(elementary.exp(709.7) / Math.exp(709.7)).toBeCloseTo(1, 12);
  expect(elementary.exp(-744.5)).toBe(Math.exp(-744.5));
  expect(elementary.log(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(elementary.log(-1)).toBeNaN();
  expect(elementary.log(Number.NaN)).toBeNaN();
  expect(elementary.log(1)).toBe(0);
  expect(elementary.log(5e-324)).toBeCloseTo(Math.log(5e-324), 10);
  expect(elementary.log(Number.MAX_VALUE)).toBeCloseTo(Math.log(Number.MAX_VALUE), 10);
});

test('tanh, sigmoid and softplus saturate, and odd functions are odd', () => {
  expect([elementary.tanh(50), elementary.tanh(-50)]).toEqual([1, -1]);
  expect([elementary.sigmoid(800), elementary.sigmoid(-800)]).toEqual([1, 0]);
  expect([elementary.softplus(1000), elementary.softplus(-1000)]).toEqual([1000, 0]);
  for (const x of [1e-20, 0.05, 0.5, 3]) {
    expect(elementary.tanh(-x)).toBe(-elementary.tanh(x));
    expect(elementary.sin(-x)).toBe(-elementary.sin(x));
    expect(elementary.cos(-x)).toBe(elementary.cos(x));
  }
  expect(elementary.sin(Number.POSITIVE_INFINITY)).toBeNaN();
  expect(elementary.cos(Number.NaN)).toBeNaN();
});

// Source: Python 3 math.erfc, which is the C library's.
test.each([
  [-3, 1.9999779095030015],
  [-0.3, 1.3286267594591274],
  [0, 1],
  [0.3, 0.6713732405408726],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [3, 2.2090496998585438e-5],
  [6.2, 1.816675617238127e-18],
  [6.3, 5.124221687395715e-19],
  [10, 2.088487583762545e-45],
])('erfc(%d) agrees with the C library', (x, expected) => {
  expect(Math.abs(elementary.erfc(x) / expected - 1)).toBeLessThan(RELATIVE_BOUND);
});

test('the normal distribution function rises from 0 to 1 and its density is its slope', () => {
  expect(elementary.normalCdf(0)).toBe(0.5);
  for (let x = -5; x <= 5; x += 0.25) {
    expect(elementary.normalCdf(x) + elementary.normalCdf(-x)).toBeCloseTo(1, 12);
    const slope = (elementary.normalCdf(x + 1e-4) - elementary.normalCdf(x - 1e-4)) / 2e-4;
    expect(elementary.normalPdf(x)).toBeCloseTo(slope, 6);
  }
});

test('results are the same bits everywhere', () => {
  // Source: this implementation on Node 20.20, x86-64. It uses only operations that IEEE 754 fixes, so any other engine
  // that gives other digits is at fault.
  expect([
    elementary.exp(1.5),
    elementary.log(1.5),
    elementary.tanh(0.75),
    elementary.sin(1e6),
    elementary.cos(1e30),
    elementary.pow(1.7, 2.3),
    elementary.erfc(0.9),
  ]).toEqual([
    4.4816890703380645, 0.4054651081081644, 0.6351489523872873, -0.34999350217129294, -0.9999564608959665,
    3.388695291147646, 0.20309178757716775,
  ]);
});

/** How many float32 numbers lie between two values after rounding. */
function unitsApart(left: number, right: number): number {
  return Math.abs(ordinal(left) - ordinal(right));
}

function ordinal(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer)[0];
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}
