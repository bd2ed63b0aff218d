import { Generator, Tensor } from '@tacit/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputQuantizer } from './input-quantizer.js';

function calibrated(rows: number[][], options = {}): InputQuantizer {
  const quantizer = new InputQuantizer(rows[0].length, options);
  quantizer.calibrate(matrix(rows));
  return quantizer;
}

function matrix(rows: number[][]): Tensor {
  return new Tensor(Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
}

it('maps the range of each feature, whatever its unit, to [−1, 1]', () => {
  const quantizer = calibrated([
    [0, 1000],
    [1, 3000],
    [0.5, 2000],
  ]);
  const { data } = quantizer.forward(
    matrix([
      [0, 1000],
      [1, 3000],
    ]),
  );
  expect([...data]).toEqual([-1, -1, 1, 1]);
});

it('is off by at most half a level inside the range, and clamps outside', () => {
  const quantizer = calibrated([[-1], [1]]);
  fc.assert(
    fc.property(fc.float({ min: -3, max: 3, noNaN: true }), (value) => {
      const scaled = quantizer.forward(matrix([[value]])).data[0];
      expect(Math.abs(scaled)).toBeLessThanOrEqual(1);
      if (Math.abs(value) <= 1) expect(Math.abs(scaled - value)).toBeLessThanOrEqual(1 / 15 + 1e-6);
    }),
  );
});

it('does not let one outlier use up the levels', () => {
  const rows = Array.from({ length: 200 }, (_, i) => [i === 0 ? 1000 : i / 200]);
  const quantizer = calibrated(rows);
  const step = quantizer.buffer('step').data[0];
  expect(step * 15).toBeLessThan(300);
  expect(quantizer.buffer('maximum').data[0]).toBe(1000);
});

it('makes a feature that never varied a constant, whatever comes later', () => {
  const quantizer = calibrated([
    [7, 0],
    [7, 1],
  ]);
  const { data } = quantizer.forward(
    matrix([
      [7, 0],
      [-9, 0],
    ]),
  );
  expect([data[0], data[2]]).toEqual([-1, -1]);
});

it('scales without rounding or clipping for the float twin', () => {
  const quantizer = calibrated([[0], [10]], { quantize: false });
  const { data } = quantizer.forward(matrix([[2.5], [20]]));
  expect(data[0]).toBeCloseTo(-0.5, 6);
  expect(data[1]).toBeCloseTo(3, 6);
});

it('takes quantiles for heavy tails, which stretch the standard deviation too', () => {
  const rows = Array.from({ length: 1000 }, (_, i) => [i < 10 ? 1e6 * (i + 1) : i / 1000]);
  const byQuantile = calibrated(rows, { clipQuantile: 0.02 });
  expect(byQuantile.buffer('step').data[0] * 15).toBeLessThan(1.1);
  expect(calibrated(rows).buffer('step').data[0] * 15).toBeGreaterThan(1e5);
});

it('falls back on the whole range where nothing lies between the quantiles', () => {
  const rows = Array.from({ length: 100 }, (_, i) => [i === 0 ? 3 : 0]);
  expect(calibrated(rows, { clipQuantile: 0.1 }).buffer('step').data[0]).toBeCloseTo(3 / 15, 6);
});

it('clips nothing when asked not to', () => {
  const rows = Array.from({ length: 100 }, (_, i) => [i === 0 ? 100 : 0.01 * i]);
  expect(calibrated(rows, { clipDeviations: null }).buffer('step').data[0] * 15).toBeCloseTo(99.99, 3);
});

it('gives all features one range when asked, and still sees which never varied', () => {
  const rows = [
    [0, 4, 7],
    [16, 5, 7],
  ];
  const quantizer = calibrated(rows, { scalePer: 'tensor', clipDeviations: null });
  const steps = [...quantizer.buffer('step').data];
  expect(steps[0]).toBeCloseTo(16 / 15, 6);
  expect(steps).toEqual([steps[0], steps[0], 0]);
});

it('warns when most inputs fall on one level, with what to do', () => {
  const generator = new Generator(4);
  // As after a standard scaler on pixels: all but one value near 0, and no clipping.
  const rows = Array.from({ length: 400 }, (_, i) => [i === 0 ? 40 : 0.1 * generator.normal()]);
  const [warning] = calibrated(rows, { bits: 2, clipDeviations: null }).calibrationWarnings();
  expect(warning.code).toBe('INPUTS_CROWDED');
  expect(warning.message).toMatch(/9\d %.*inputClipQuantile/s);
  expect(calibrated(rows, { bits: 2, clipQuantile: 0.01 }).calibrationWarnings()).toEqual([]);
});

it('does not warn of values that are equal anyway', () => {
  const rows = Array.from({ length: 400 }, (_, i) => [i % 10 === 0 ? i / 400 : 0]);
  expect(calibrated(rows).calibrationWarnings()).toEqual([]);
});

it.each([
  [{ bits: 0 }, 'BITS_INVALID'],
  [{ clipDeviations: 0 }, 'PARAMETER_INVALID'],
  [{ clipQuantile: 0.5 }, 'PARAMETER_INVALID'],
  [{ scalePer: 'row' }, 'PARAMETER_INVALID'],
])('refuses %o', (options, code) => {
  expect(() => new InputQuantizer(2, options as object)).toThrow(expect.objectContaining({ code }));
});
