import { Generator, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { keepLargestNeurons, keepLargestWeights, pruningProgress } from './pruning.js';
import { QuantLinear } from './quant-linear.js';

const generator = () => new Generator(7);

function inputs(rows: number, columns: number): Tensor {
  const data = new Float32Array(rows * columns);
  new Generator(3).fillNormal(data);
  return new Tensor(data, [rows, columns]);
}

it('computes with integers times a scale a neuron', () => {
  const layer = new QuantLinear(5, 3, { bits: 3, generator: generator() });
  const { integers, scales } = layer.quantizedWeights();
  const x = inputs(2, 5);
  const y = layer.forward(x);
  for (let sample = 0; sample < 2; sample++) {
    for (let row = 0; row < 3; row++) {
      let sum = 0;
      for (let i = 0; i < 5; i++) sum += integers[row * 5 + i] * x.data[sample * 5 + i];
      expect(y.data[sample * 3 + row]).toBeCloseTo(scales[row] * sum + layer.bias!.data[row], 5);
    }
  }
});

it('passes gradients through the rounding as if there were none', () => {
  const layer = new QuantLinear(4, 2, { bits: 2, generator: generator() });
  const x = inputs(3, 4);
  layer.forward(x).sum().backward();
  const columnSums = [0, 1, 2, 3].map((i) => x.data[i] + x.data[4 + i] + x.data[8 + i]);
  for (const [i, gradient] of layer.weight.grad!.data.entries())
    expect(gradient).toBeCloseTo(columnSums[i % 4], 5);
});

it('neither uses nor trains pruned weights', () => {
  const layer = new QuantLinear(4, 2, { generator: generator() });
  keepLargestWeights(layer, 2);
  layer.forward(inputs(3, 4)).sum().backward();
  const { integers } = layer.quantizedWeights();
  for (const [i, kept] of layer.mask.entries()) {
    if (kept !== 0) continue;
    expect(integers[i]).toBe(0);
    expect(layer.weight.grad!.data[i]).toBeCloseTo(0, 12);
  }
});

it('keeps in each row its own largest weights, and never gives one back', () => {
  const layer = new QuantLinear(10, 6, { generator: generator() });
  for (const keep of [8, 5, 3]) {
    keepLargestWeights(layer, keep);
    for (let row = 0; row < 6; row++) {
      const entries = [...layer.mask.subarray(row * 10, row * 10 + 10)].map((kept, i) => ({
        kept: kept !== 0,
        size: Math.abs(layer.weight.data[row * 10 + i]),
      }));
      const kept = entries.filter((entry) => entry.kept);
      expect(kept).toHaveLength(keep);
      const smallestKept = Math.min(...kept.map((entry) => entry.size));
      for (const entry of entries) if (!entry.kept) expect(entry.size).toBeLessThanOrEqual(smallestKept);
    }
  }
  layer.weight.data.fill(1);
  keepLargestWeights(layer, 10);
  expect(layer.mask.reduce((sum, kept) => sum + kept, 0)).toBe(18);
});

it('removes the neurons of the smallest norm', () => {
  const layer = new QuantLinear(3, 4, { generator: generator() });
  layer.weight.data.set([1, 1, 1, 0.1, 0.1, 0.1, 2, 2, 2, 0.2, 0.2, 0.2]);
  keepLargestNeurons(layer, 2);
  expect([0, 1, 2, 3].map((row) => layer.mask[row * 3])).toEqual([1, 0, 1, 0]);
});

it('runs dense for a tenth of the training and is done after six tenths', () => {
  expect([0, 0.1, 0.6, 1].map(pruningProgress)).toEqual([0, 0, 1, 1]);
  expect(pruningProgress(0.35)).toBeCloseTo(1 - 0.5 ** 3, 12);
});

it('uses its float weights for the float twin', () => {
  const layer = new QuantLinear(2, 1, { bias: false, quantize: false, generator: generator() });
  layer.weight.data.set([0.123, -0.456]);
  expect(layer.forward(new Tensor(Float32Array.of(1, 1), [1, 2])).data[0]).toBeCloseTo(-0.333, 6);
});

it('refuses 0 and 9 weight bits', () => {
  for (const bits of [0, 9]) {
    expect(() => new QuantLinear(2, 2, { bits })).toThrow(expect.objectContaining({ code: 'BITS_INVALID' }));
  }
});

it.each([
  { bits: 2 },
  { bits: 3 },
  { bits: 5, narrow: true },
  { bits: 8, powerOfTwo: true },
  { bits: 2, powerOfTwo: true },
  { bits: 1 },
  { bits: 2, scaling: 'max' },
  { bits: 4, scalePer: 'tensor' },
  { bits: 2, scalePer: 'tensor' },
  { bits: 4, scaling: 'learned' },
  { bits: 2, scaling: 'learned', narrow: true, powerOfTwo: true },
  { bits: 3, scaling: 'learned', scalePer: 'tensor' },
] as const)('trains with the very weights that it gives as integers and scales: %o', (options) => {
  const layer = new QuantLinear(20, 7, { ...options, bias: false, generator: generator() });
  const eye = new Tensor(
    Float32Array.from({ length: 400 }, (_, i) => (i % 21 === 0 ? 1 : 0)),
    [20, 20],
  );
  for (const keep of [20, 11]) {
    keepLargestWeights(layer, keep);
    const { integers, scales } = layer.quantizedWeights();
    const used = layer.forward(eye).transpose().data; // x = I: [outFeatures, inFeatures]
    used.forEach((weight, i) => {
      expect(weight).toBeCloseTo(Math.fround(integers[i] * scales[Math.floor(i / 20)]), 12);
    });
  }
});

it('gives pruned weights no gradient, ternary ones included', () => {
  for (const options of [{ bits: 2 }, { bits: 4 }, { quantize: false }]) {
    const layer = new QuantLinear(4, 2, { ...options, generator: generator() });
    layer.mask[1] = 0;
    layer.forward(inputs(3, 4)).sum().backward();
    const gradients = [...layer.weight.grad!.data];
    expect(gradients.map((gradient) => gradient === 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => i === 1));
  }
});

it('learns its scales as LSQ does: the rounding error inside, the level outside', () => {
  // Esser et al. 2020, eq. 3, times 1/√(weights of the scale · largest level); the factor stands for scale/initialScale.
  const layer = new QuantLinear(3, 1, { bits: 3, narrow: true, scaling: 'learned', bias: false });
  layer.weight.data.set([0.6, -1.2, 9]);
  layer.buffer('initialScale').data[0] = 0.5;
  const x = new Tensor(Float32Array.of(1, 1, 1), [1, 3]);
  layer.forward(x).sum().backward();
  const perScale = 1 - 1.2 + (-2 + 2.4) + 3;
  expect(layer.factor!.grad!.data[0]).toBeCloseTo((perScale * 0.5) / Math.sqrt(3 * 3), 5);
  // Clipped weights receive nothing.
  expect([...layer.weight.grad!.data]).toEqual([1, 1, 0]);
});

it('calls what it learns of scales a factor, and has none otherwise', () => {
  const names = (layer: QuantLinear) => layer.namedParameters().map(([name]) => name);
  expect(names(new QuantLinear(3, 2, { scaling: 'learned' }))).toEqual(['weight', 'bias', 'factor']);
  expect(names(new QuantLinear(3, 2))).toEqual(['weight', 'bias']);
  expect(new QuantLinear(3, 2, { scaling: 'learned' }).factor!.size).toBe(2);
  expect(new QuantLinear(3, 2, { scaling: 'learned', scalePer: 'tensor' }).factor!.size).toBe(1);
});

it.each([{ scaling: 'median' }, { scalePer: 'row' }])('refuses %o', (options) => {
  expect(() => new QuantLinear(2, 2, options as object)).toThrow(
    expect.objectContaining({ code: 'PARAMETER_INVALID' }),
  );
});

it.each([1, 2, 4, 8])('shows weights that are no numbers in its outputs, with %i bits', (bits) => {
  const layer = new QuantLinear(2, 1, { bits });
  layer.weight.data.set([Number.NaN, 1]);
  expect(layer.forward(new Tensor(Float32Array.of(1, 1), [1, 2])).data[0]).toBeNaN();
});
