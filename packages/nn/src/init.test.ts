import { Generator, type Tensor, zeros } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import * as init from './init.js';
import { Linear } from './layers/linear.js';
import { defaultGenerator, manualSeed } from './random.js';

/** [out, in, height, width]: fanIn 40 · 6 = 240, fanOut 60 · 6 = 360, 14,400 elements. */
const weights = (): Tensor => zeros([60, 40, 2, 3]);
const COUNT = 14_400;

function deviationOf(tensor: Tensor): number {
  return Math.sqrt(tensor.data.reduce((sum, value) => sum + value * value, 0) / tensor.size);
}

/** The standard deviations of Glorot & Bengio 2010 and He et al. 2015, with PyTorch's table of gains. */
const variants: [string, (tensor: Tensor, generator: Generator) => Tensor, number][] = [
  ['xavierUniform', (t, generator) => init.xavierUniform(t, { generator }), Math.sqrt(2 / 600)],
  [
    'xavierNormal with a gain',
    (t, generator) => init.xavierNormal(t, { gain: 3, generator }),
    3 * Math.sqrt(2 / 600),
  ],
  ['kaimingUniform', (t, generator) => init.kaimingUniform(t, { generator }), Math.sqrt(2 / 240)],
  [
    'kaimingUniform with a slope',
    (t, generator) => init.kaimingUniform(t, { a: Math.sqrt(5), generator }),
    Math.sqrt(1 / 3 / 240),
  ],
  [
    'kaimingNormal backward, in front of tanh',
    (t, generator) => init.kaimingNormal(t, { mode: 'fanOut', nonlinearity: 'tanh', generator }),
    5 / 3 / Math.sqrt(360),
  ],
  ['normal', (t, generator) => init.normal(t, { std: 0.5, generator }), 0.5],
  ['uniform', (t, generator) => init.uniform(t, { low: -1, high: 1, generator }), Math.sqrt(1 / 3)],
];

describe.each(variants)('%s', (name, fill, expected) => {
  test('has the standard deviation of its formula, and mean 0', () => {
    const tensor = weights();
    expect(fill(tensor, new Generator(3))).toBe(tensor);
    // The relative error of a standard deviation from n normal draws is 1/√(2n), of uniform ones less; 5.5 of them are
    // left with probability 4e-8.
    expect(Math.abs(deviationOf(tensor) / expected - 1)).toBeLessThan(5.5 / Math.sqrt(2 * COUNT));
    const mean = tensor.data.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(Math.abs(mean)).toBeLessThan((5.5 * expected) / Math.sqrt(COUNT));
    if (/niform/.test(name)) {
      const bound = Math.sqrt(3) * expected * (1 + 1e-6);
      expect(tensor.data.every((value) => Math.abs(value) <= bound)).toBe(true);
    }
  });

  test('repeats with the seed', () => {
    expect(fill(weights(), new Generator(3)).data).toEqual(fill(weights(), new Generator(3)).data);
    expect(fill(weights(), new Generator(3)).data).not.toEqual(fill(weights(), new Generator(4)).data);
  });
});

test('draws come from the generator of manualSeed unless one is given', () => {
  const seeded = init.normal(weights(), { generator: new Generator(5) });
  manualSeed(5);
  expect(init.normal(weights()).data).toEqual(seeded.data);
  expect(defaultGenerator().state).not.toEqual(new Generator(5).state);
});

test('kaimingUniform with a = √5 is what Linear starts from', () => {
  const layer = new Linear(7, 5, { bias: false, generator: new Generator(9) });
  const again = init.kaimingUniform(zeros([5, 7]), { a: Math.sqrt(5), generator: new Generator(9) });
  again.data.forEach((value, i) => {
    expect(value).toBeCloseTo(layer.weight.data[i], 6);
  });
});

test('constants fill a parameter in place', () => {
  const { weight } = new Linear(2, 2);
  expect(init.ones(weight)).toBe(weight);
  expect([...weight.data]).toEqual([1, 1, 1, 1]);
  expect([...init.constant(weight, 0.5).data]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect([...init.zeros(weight).data]).toEqual([0, 0, 0, 0]);
});

test('gains are those of PyTorch', () => {
  expect(init.gainOf('leakyRelu')).toBeCloseTo(Math.sqrt(2 / 1.0001), 12);
  expect(init.gainOf('relu')).toBe(Math.SQRT2);
  expect([init.gainOf('linear'), init.gainOf('sigmoid'), init.gainOf('selu')]).toEqual([1, 1, 0.75]);
  expect(init.fansOf(weights())).toEqual({ fanIn: 240, fanOut: 360 });
});

test('what cannot be filled is refused by name', () => {
  expect(() => init.kaimingUniform(zeros([3]))).toThrow('at least two axes');
  expect(() => init.xavierNormal(zeros([3, 3]), { gain: -1 })).toThrow('xavier: gain');
  expect(() => init.kaimingNormal(zeros([3, 3]), { mode: 'fan' as 'fanIn' })).toThrow('kaiming: mode');
  expect(() => init.kaimingNormal(zeros([3, 3]), { nonlinearity: 'x' as 'relu' })).toThrow('gainOf');
  expect(() => init.uniform(zeros([3]), { low: 1, high: 0 })).toThrow('uniform: high');
  expect(() => init.normal(zeros([3]), { std: -1 })).toThrow('normal: std');
});
