import { Generator, tensor, zeros } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Linear } from '../layers/linear.js';
import { MSELoss } from '../losses/index.js';
import { Parameter } from '../module.js';
import { Adagrad, type AdagradOptions } from './adagrad.js';
import { Adam, type AdamOptions, AdamW } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { RMSprop, type RMSpropOptions } from './rmsprop.js';
import { SGD, type SGDOptions } from './sgd.js';

const STEPS = 50;

/** Gradients of 50 steps for 6 elements: with trends, noise, sign changes and some exact zeros. */
const gradients = Array.from({ length: STEPS }, (_, step) => {
  const noise = new Generator(step).fillNormal(new Float32Array(6));
  return noise.map((value, i) => (i === 5 && step % 3 === 0 ? 0 : 0.3 * value + Math.cos(step / 7 + i)));
});
const start = [0.5, -1.25, 2, 0, 3.5, -0.75];

/**
 * What the papers say, in double precision, written element by element and step by step without any folding of terms:
 * momentum as PyTorch documents it, Kingma & Ba 2015 algorithm 1, Loshchilov & Hutter 2019 algorithm 2 (with the schedule
 * multiplier 1 and the decay multiplied by lr, as PyTorch has it).
 */
function referenceSgd(
  { lr, momentum, dampening, weightDecay, nesterov }: SGDOptions,
  p0: number,
  index: number,
): number {
  let p = p0;
  let buffer: number | null = null;
  for (const step of gradients) {
    let g = step[index];
    g = g + weightDecay * p;
    if (momentum !== 0) {
      buffer = buffer === null ? g : momentum * buffer + (1 - dampening) * g;
      g = nesterov ? g + momentum * buffer : buffer;
    }
    p = p - lr * g;
  }
  return p;
}

function referenceAdam(
  { lr, betas: [beta1, beta2], eps, weightDecay }: AdamOptions,
  p0: number,
  index: number,
  isDecoupled: boolean,
): number {
  let p = p0;
  let m = 0;
  let v = 0;
  gradients.forEach((step, t) => {
    const g = isDecoupled ? step[index] : step[index] + weightDecay * p;
    if (isDecoupled) p = p - lr * weightDecay * p;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g ** 2;
    const mHat = m / (1 - beta1 ** (t + 1));
    const vHat = v / (1 - beta2 ** (t + 1));
    p = p - (lr * mHat) / (Math.sqrt(vHat) + eps);
  });
  return p;
}

/** Hinton's lecture 6e; centering and momentum as PyTorch documents them. */
function referenceRmsprop(
  { lr, alpha, eps, weightDecay, momentum, centered }: RMSpropOptions,
  p0: number,
  index: number,
): number {
  let [p, v, mean, buffer] = [p0, 0, 0, 0];
  for (const step of gradients) {
    const g = step[index] + weightDecay * p;
    v = alpha * v + (1 - alpha) * g ** 2;
    if (centered) mean = alpha * mean + (1 - alpha) * g;
    const scaled = g / (Math.sqrt(v - mean ** 2) + eps);
    buffer = momentum * buffer + scaled;
    p = p - lr * (momentum > 0 ? buffer : scaled);
  }
  return p;
}

/** Duchi et al. 2011, figure 1 (the diagonal form); lrDecay as PyTorch documents it. */
function referenceAdagrad(
  { lr, lrDecay, weightDecay, initialAccumulatorValue, eps }: AdagradOptions,
  p0: number,
  index: number,
): number {
  let [p, sum] = [p0, initialAccumulatorValue];
  gradients.forEach((step, t) => {
    const g = step[index] + weightDecay * p;
    sum = sum + g ** 2;
    p = p - ((lr / (1 + t * lrDecay)) * g) / (Math.sqrt(sum) + eps);
  });
  return p;
}

function run(optimizer: Optimizer, parameter: Parameter, steps = gradients): void {
  for (const gradient of steps) {
    parameter.grad = tensor(gradient);
    optimizer.step();
  }
}

/**
 * Parameters and running averages are rounded to float32 at each step: 50 roundings of values up to 8 are at most
 * 50 · 2⁻²² = 1.2e-5 apart. A wrong formula differs by the size of a step, 1e-2 and more.
 */
const DIGITS = 4;

const sgdVariants: Partial<SGDOptions>[] = [
  { lr: 0.1 },
  { lr: 0.05, weightDecay: 0.1 },
  { lr: 0.05, momentum: 0.9 },
  { lr: 0.05, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 },
  { lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
];

describe.each(sgdVariants)('SGD with %j', (options) => {
  test('follows its definition for 50 steps', () => {
    const parameter = new Parameter(tensor(start));
    run(new SGD([parameter], options), parameter);
    parameter.data.forEach((value, index) => {
      expect(value).toBeCloseTo(referenceSgd({ ...SGD.defaults, ...options }, start[index], index), DIGITS);
    });
  });
});

const adamVariants: Partial<AdamOptions>[] = [
  {},
  { lr: 0.05 },
  { lr: 0.05, betas: [0.8, 0.95], eps: 1e-3 },
  { lr: 0.05, weightDecay: 0.1 },
];

describe.each(adamVariants)('Adam and AdamW with %j', (options) => {
  test.each([
    ['Adam', Adam, false],
    ['AdamW', AdamW, true],
  ] as const)('%s follows its paper for 50 steps', (_, Class, isDecoupled) => {
    const parameter = new Parameter(tensor(start));
    run(new Class([parameter], options), parameter);
    parameter.data.forEach((value, index) => {
      const expected = referenceAdam({ ...Class.defaults, ...options }, start[index], index, isDecoupled);
      expect(value).toBeCloseTo(expected, DIGITS);
    });
  });
});

const rmspropVariants: Partial<RMSpropOptions>[] = [
  {},
  { lr: 0.05, weightDecay: 0.1 },
  { lr: 0.05, alpha: 0.9, eps: 1e-3, momentum: 0.9 },
  { lr: 0.02, centered: true },
  { lr: 0.02, alpha: 0.9, centered: true, momentum: 0.5, weightDecay: 0.01 },
];

describe.each(rmspropVariants)('RMSprop with %j', (options) => {
  test('follows its definition for 50 steps', () => {
    const parameter = new Parameter(tensor(start));
    run(new RMSprop([parameter], options), parameter);
    parameter.data.forEach((value, index) => {
      const expected = referenceRmsprop({ ...RMSprop.defaults, ...options }, start[index], index);
      expect(value).toBeCloseTo(expected, DIGITS);
    });
  });
});

const adagradVariants: Partial<AdagradOptions>[] = [
  {},
  { lr: 0.1, lrDecay: 0.05, weightDecay: 0.1 },
  { lr: 0.1, initialAccumulatorValue: 0.5, eps: 1e-3 },
];

describe.each(adagradVariants)('Adagrad with %j', (options) => {
  test('follows its paper for 50 steps', () => {
    const parameter = new Parameter(tensor(start));
    run(new Adagrad([parameter], options), parameter);
    parameter.data.forEach((value, index) => {
      const expected = referenceAdagrad({ ...Adagrad.defaults, ...options }, start[index], index);
      expect(value).toBeCloseTo(expected, DIGITS);
    });
  });
});

test('a gradient that never changes keeps centered RMSprop finite', () => {
  const parameter = new Parameter(tensor([1]));
  const constant = Array.from({ length: 3000 }, () => Float32Array.of(0.1));
  run(new RMSprop([parameter], { lr: 1e-9, centered: true, alpha: 0.5, eps: 1e-3 }), parameter, constant);
  expect(parameter.item()).toBeGreaterThan(0);
  expect(parameter.item()).toBeLessThanOrEqual(1);
});

test('Adagrad leaves alone what has never had a gradient', () => {
  const parameter = new Parameter(tensor([1, 2]));
  run(new Adagrad([parameter], { eps: 0 }), parameter, [Float32Array.of(0, 1)]);
  expect(parameter.data[0]).toBe(1);
  expect(parameter.data[1]).toBeLessThan(2);
});

test('defaults are those of PyTorch', () => {
  expect(SGD.defaults).toEqual({ lr: 0.001, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false });
  expect(Adam.defaults).toEqual({ lr: 0.001, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 });
  expect(AdamW.defaults).toEqual({ lr: 0.001, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 });
  expect(RMSprop.defaults).toEqual({
    lr: 0.01,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
  });
  expect(Adagrad.defaults).toEqual({
    lr: 0.01,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
  });
  expect(new SGD([new Parameter(zeros([1]))], { lr: undefined }).paramGroups[0].lr).toBe(0.001);
});

const classes = [
  ['SGD', (...args: ConstructorParameters<typeof SGD>) => new SGD(...args)],
  ['Adam', (...args: ConstructorParameters<typeof SGD>) => new Adam(args[0], { lr: args[1]?.lr })],
  ['AdamW', (...args: ConstructorParameters<typeof SGD>) => new AdamW(args[0], { lr: args[1]?.lr })],
  ['RMSprop', (...args: ConstructorParameters<typeof SGD>) => new RMSprop(args[0], { lr: args[1]?.lr })],
  ['Adagrad', (...args: ConstructorParameters<typeof SGD>) => new Adagrad(args[0], { lr: args[1]?.lr })],
] as const;

describe.each(classes)('%s', (_, make) => {
  test('lowers a loss', () => {
    const layer = new Linear(2, 1, { generator: new Generator(1) });
    const optimizer = make(layer.namedParameters(), { lr: 0.05 });
    const x = tensor([
      [1, 2],
      [3, -1],
      [0, 1],
    ]);
    const y = tensor([[1], [2], [3]]);
    const closure = () => {
      optimizer.zeroGrad();
      const loss = new MSELoss().forward(layer.forward(x), y);
      loss.backward();
      return loss;
    };
    const first = optimizer.step(closure).item();
    for (let i = 0; i < 100; i++) optimizer.step(closure);
    expect(optimizer.step(closure).item()).toBeLessThan(0.5 * first);
    expect(optimizer.step()).toBeUndefined();
  });

  test('leaves parameters without gradient alone', () => {
    const parameter = new Parameter(tensor([1]));
    make([parameter], { lr: 1 }).step();
    expect(parameter.item()).toBe(1);
  });

  test('takes parameters, named ones, and groups with options of their own', () => {
    const [a, b, c] = [1, 2, 3].map((value) => new Parameter(tensor([value])));
    const optimizer = make([{ params: [a] }, { params: [['b', b], c], lr: 0.5 }], { lr: 0.1 });
    expect(
      optimizer.paramGroups.map(({ lr, names, params }) => ({ lr, names, count: params.length })),
    ).toEqual([
      { lr: 0.1, names: ['0'], count: 1 },
      { lr: 0.5, names: ['b', '1'], count: 2 },
    ]);
    optimizer.paramGroups[0].lr = 0;
    for (const parameter of [a, b, c]) parameter.grad = tensor([1]);
    optimizer.step();
    expect(a.item()).toBe(1);
    expect(b.item()).toBeLessThan(2);
    optimizer.zeroGrad();
    expect([a.grad, b.grad]).toEqual([null, null]);
  });

  test('refuses no parameters, one given twice, and options out of range', () => {
    const parameter = new Parameter(zeros([1]));
    expect(() => make([], {})).toThrow(expect.objectContaining({ code: 'OPTIMIZER_EMPTY' }));
    expect(() => make([{ params: [parameter] }, { params: [parameter] }], {})).toThrow(
      expect.objectContaining({ code: 'OPTIMIZER_DUPLICATE' }),
    );
    for (const lr of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => make([parameter], { lr })).toThrow(`lr is ${lr}, expected a finite number, at least 0.`);
      expect(() => make([{ params: [parameter], lr }], {})).toThrow(`lr is ${lr}`);
    }
  });
});

const stateful: [string, (parameter: Parameter) => Optimizer][] = [
  ['SGD', (parameter) => new SGD([parameter], { lr: 0.05, momentum: 0.9 })],
  ['Adam', (parameter) => new Adam([parameter], { lr: 0.05 })],
  ['RMSprop', (parameter) => new RMSprop([parameter], { lr: 0.05, momentum: 0.9, centered: true })],
  ['Adagrad', (parameter) => new Adagrad([parameter], { lr: 0.05, lrDecay: 0.1 })],
];

describe.each(stateful)('the state of %s', (_, make) => {
  test('continues a run to the same bits', () => {
    const whole = new Parameter(tensor(start));
    run(make(whole), whole);
    const first = new Parameter(tensor(start));
    const interrupted = make(first);
    run(interrupted, first, gradients.slice(0, 20));
    const saved = interrupted.stateDict();
    run(interrupted, first, gradients.slice(20, 25)); // what is saved does not change any more
    const second = new Parameter(tensor(start));
    run(make(second), second, gradients.slice(0, 20));
    const resumed = make(second);
    resumed.loadStateDict(saved);
    run(resumed, second, gradients.slice(20));
    expect(second.data).toEqual(whole.data);
  });

  test('carries the options of the groups', () => {
    const parameter = new Parameter(tensor(start));
    const source = make(parameter);
    source.paramGroups[0].lr = 0.123;
    const target = make(parameter);
    target.loadStateDict(source.stateDict());
    expect(target.paramGroups[0].lr).toBe(0.123);
    expect(source.stateDict().paramGroups[0].params).toEqual([0]);
  });

  test('is refused by an optimizer of other parameters', () => {
    const parameter = new Parameter(tensor(start));
    const source = make(parameter);
    run(source, parameter);
    const saved = source.stateDict();
    const target = make(new Parameter(zeros([2])));
    expect(() => target.loadStateDict(saved)).toThrow(expect.objectContaining({ code: 'STATE_SHAPE' }));
    const two: Optimizer = new SGD([new Parameter(zeros([6])), new Parameter(zeros([6]))]);
    expect(() => two.loadStateDict(saved)).toThrow("The saved groups have 1 parameters, this optimizer's 2.");
  });
});

test('optimizers name an option out of range', () => {
  const parameter = new Parameter(zeros([1]));
  expect(() => new SGD([parameter], { momentum: -1 })).toThrow('SGD: momentum');
  expect(() => new SGD([parameter], { weightDecay: -1 })).toThrow('SGD: weightDecay');
  expect(() => new SGD([parameter], { nesterov: true })).toThrow('a momentum above 0 with dampening 0');
  expect(() => new Adam([parameter], { betas: [1, 0.9] })).toThrow('Adam: betas[0]');
  expect(() => new AdamW([parameter], { betas: [0.9, -0.1] })).toThrow('AdamW: betas[1]');
  expect(() => new AdamW([parameter], { eps: -1 })).toThrow('AdamW: eps');
  expect(() => new RMSprop([parameter], { alpha: 1 })).toThrow('RMSprop: alpha');
  expect(() => new RMSprop([parameter], { momentum: -1 })).toThrow('RMSprop: momentum');
  expect(() => new Adagrad([parameter], { lrDecay: -1 })).toThrow('Adagrad: lrDecay');
  expect(() => new Adagrad([parameter], { initialAccumulatorValue: -1 })).toThrow('initialAccumulatorValue');
});
