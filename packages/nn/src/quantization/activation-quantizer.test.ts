import { Tensor, tensor } from '@tacit/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ActivationQuantizer } from './activation-quantizer.js';

function quantizerWithScale(scale: number, options = {}): ActivationQuantizer {
  const quantizer = new ActivationQuantizer(options);
  quantizer.buffer('initialScale').data[0] = scale;
  return quantizer;
}

it.each([
  [{ bits: 3, signed: true }, [-4, 3]],
  [{ bits: 3, signed: true, narrow: true }, [-3, 3]],
  [{ bits: 3 }, [0, 7]],
  [{ bits: 3, narrow: true }, [0, 6]],
  [{ bits: 1 }, [0, 1]],
])('%o has the levels %o', (options, levels) => {
  expect(new ActivationQuantizer(options).levels).toEqual(levels);
});

it('is off by at most half a step inside its range and stays inside it', () => {
  const quantizer = quantizerWithScale(0.25);
  fc.assert(
    fc.property(fc.float({ min: -20, max: 20, noNaN: true }), (value) => {
      const rounded = quantizer.forward(tensor([value])).data[0];
      expect(rounded).toBeGreaterThanOrEqual(0);
      expect(rounded).toBeLessThanOrEqual(0.25 * 15);
      if (value >= 0 && value <= 0.25 * 15) expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.125);
    }),
  );
});

it('gives the same values in training and in evaluation, from the first batch on', () => {
  const quantizer = new ActivationQuantizer();
  quantizer.calibrate(tensor([0, 1, 2, 3]));
  const values = tensor([0.3, 1.7, 9]);
  const training = quantizer.train().forward(values).toArray();
  expect(quantizer.eval().forward(values).toArray()).toEqual(training);
});

it('passes the gradient straight through inside its range and stops it outside', () => {
  const quantizer = quantizerWithScale(1, { bits: 2 });
  const values = new Tensor(Float32Array.of(-2, 0.4, 1.6, 7), [4], { requiresGrad: true });
  quantizer.forward(values).sum().backward();
  expect([...values.grad!.data]).toEqual([0, 1, 1, 0]);
});

it('has the scale gradient of LSQ: rounding error inside, the clipped level outside', () => {
  // Esser et al. 2020, eq. 3: (⌊v/s⌉ − v/s) inside, the level outside; times 1/√(elements · largest level).
  const quantizer = quantizerWithScale(1, { bits: 2 });
  quantizer
    .forward(tensor([-2, 0.4, 1.6, 7]))
    .sum()
    .backward();
  const expected = (0 - 0.4 + 0.4 + 3) / Math.sqrt(4 * 3);
  expect(quantizer.factor!.grad!.data[0]).toBeCloseTo(expected, 6);
});

it('calibrates to the scale of least squared error', () => {
  const values = new Tensor(
    Float32Array.from({ length: 500 }, (_, i) => (i === 0 ? 100 : i / 250)),
    [500],
  );
  const error = (quantizer: ActivationQuantizer) =>
    quantizer
      .forward(values)
      .sub(values)
      .data.reduce((sum, value) => sum + value * value, 0);
  const calibrated = new ActivationQuantizer();
  calibrated.calibrate(values);
  for (const scale of [100 / 15, 50 / 15, 10 / 15])
    expect(error(calibrated)).toBeLessThanOrEqual(error(quantizerWithScale(scale)));
});

it('rounds its scale up to a power of two when asked', () => {
  expect(quantizerWithScale(0.3, { powerOfTwo: true }).scale).toBe(0.5);
});

it('passes everything through when it does not quantize', () => {
  expect(new ActivationQuantizer({ quantize: false }).forward(tensor([0.123])).data[0]).toBeCloseTo(0.123, 6);
});

it('refuses 0 and 9 bits', () => {
  for (const bits of [0, 9, 1.5]) {
    expect(() => new ActivationQuantizer({ bits })).toThrow(
      expect.objectContaining({ code: 'BITS_INVALID' }),
    );
  }
});

it('leaves values as they are with null bits, and has nothing to learn', () => {
  const quantizer = new ActivationQuantizer({ bits: null });
  quantizer.calibrate(tensor([5]));
  const values = tensor([-0.3, 1e6]);
  expect(quantizer.forward(values)).toBe(values);
  expect([quantizer.level(0.3), quantizer.scale, quantizer.factor]).toEqual([0.3, 1, null]);
  expect(quantizer.stateDict()).toEqual({});
});
