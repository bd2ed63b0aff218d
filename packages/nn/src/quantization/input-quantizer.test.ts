import { Tensor } from '@tacit/tensor';
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
