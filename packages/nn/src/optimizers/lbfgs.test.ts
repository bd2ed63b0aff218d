import { Generator, type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Linear } from '../layers/linear.js';
import { MSELoss } from '../losses/index.js';
import { Parameter } from '../module.js';
import { LBFGS, type LBFGSOptions } from './lbfgs.js';

/** A closure for a loss of some parameters, which counts its calls. */
function closureOf(optimizer: LBFGS, loss: () => Tensor): { closure: () => Tensor; calls: () => number } {
  let calls = 0;
  const closure = (): Tensor => {
    calls++;
    optimizer.zeroGrad();
    const value = loss();
    value.backward();
    return value;
  };
  return { closure, calls: () => calls };
}

/** Rosenbrock's valley, minimum 0 at (1, 1, …). */
function rosenbrock(x: Parameter, y: Parameter): Tensor {
  return y.sub(x.mul(x)).pow(2).mul(100).add(x.neg().add(1).pow(2)).sum();
}

function startInTheValley(options: Partial<LBFGSOptions>) {
  const x = new Parameter(tensor([-1.2, 0.5]));
  const y = new Parameter(tensor([1, -0.5]));
  const optimizer = new LBFGS([x, y], options);
  return { x, y, optimizer, ...closureOf(optimizer, () => rosenbrock(x, y)) };
}

test('fits a line as PyTorch does: 33 before, below 1e-11 after, five calls of the closure in the first step', () => {
  // skorch 1.4.0 on torch 1.13.1: Linear(1, 1) from 0, X = 0 … 4, y = 2X + 1, one batch, lr 1, two epochs.
  const layer = new Linear(1, 1);
  layer.weight.data.fill(0);
  layer.bias!.data.fill(0);
  const X = tensor([[0], [1], [2], [3], [4]]);
  const y = tensor([[1], [3], [5], [7], [9]]);
  const optimizer = new LBFGS(layer.parameters(), { lr: 1 });
  const { closure, calls } = closureOf(optimizer, () => new MSELoss().forward(layer.forward(X), y));
  expect(optimizer.step(closure).item()).toBe(33);
  expect(calls()).toBe(5);
  expect(optimizer.step(closure).item()).toBeLessThan(1e-11);
  expect(layer.weight.item()).toBeCloseTo(2, 5);
  expect(layer.bias!.item()).toBeCloseTo(1, 5);
});

test('with a line search follows a curved valley to its end, from far away', () => {
  const { x, y, optimizer, closure } = startInTheValley({ lineSearch: 'strongWolfe', maxIter: 10 });
  let last = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 8; i++) {
    const loss = optimizer.step(closure).item();
    expect(loss).toBeLessThanOrEqual(last); // each step ends no higher than it began
    last = loss;
  }
  for (const value of [...x.data, ...y.data]) expect(value).toBeCloseTo(1, 3);
});

test('needs few steps where gradient descent needs hundreds', () => {
  // A quadratic bowl of ten axes whose curvatures differ by a factor of a thousand: exact curvature ends in few steps.
  const curvature = tensor(Array.from({ length: 10 }, (_, i) => 10 ** (i / 3)));
  const parameter = new Parameter(tensor(new Generator(1).fillNormal(new Float32Array(10))));
  const optimizer = new LBFGS([parameter], { lineSearch: 'strongWolfe', maxIter: 40 });
  const { closure, calls } = closureOf(optimizer, () => parameter.mul(parameter).mul(curvature).sum());
  optimizer.step(closure);
  expect(closure().item()).toBeLessThan(1e-8);
  expect(calls()).toBeLessThan(60);
});

test('remembers no more steps than asked, and still descends', () => {
  const { optimizer, closure } = startInTheValley({ lineSearch: 'strongWolfe', historySize: 3, maxIter: 50 });
  const first = optimizer.step(closure).item();
  expect(closure().item()).toBeLessThan(1e-3 * first);
  expect((optimizer.stateDict().state[0].oldSteps as Tensor).shape).toEqual([3, 4]);
});

test.each([{ maxIter: 7, maxEval: 3 }, { maxIter: 3 }])('ends within %j', (options) => {
  const { optimizer, closure, calls } = startInTheValley({ lr: 0.1, ...options });
  optimizer.step(closure);
  expect(calls()).toBe(3);
});

test('stays where the gradient is 0', () => {
  const parameter = new Parameter(tensor([0, 0]));
  const optimizer = new LBFGS([parameter]);
  const { closure, calls } = closureOf(optimizer, () => parameter.mul(parameter).sum());
  optimizer.step(closure);
  expect([calls(), ...parameter.data]).toEqual([1, 0, 0]);
});

test('shortens a first trial that leaves the domain of the loss', () => {
  // x − log x has its minimum at 1 and no value up to 0, where the first trial of length 30 goes.
  const parameter = new Parameter(tensor([5]));
  const optimizer = new LBFGS([parameter], { lr: 30, lineSearch: 'strongWolfe' });
  const { closure } = closureOf(optimizer, () => parameter.sub(parameter.log()).sum());
  for (let i = 0; i < 3; i++) optimizer.step(closure);
  expect(parameter.item()).toBeCloseTo(1, 3);
});

describe.each([null, 'strongWolfe'] as const)('the state (line search: %s)', (lineSearch) => {
  const options = { lineSearch, maxIter: 4, lr: lineSearch === null ? 0.05 : 1 };

  test('continues a run to the same bits', () => {
    const whole = startInTheValley(options);
    for (let i = 0; i < 6; i++) whole.optimizer.step(whole.closure);
    const first = startInTheValley(options);
    for (let i = 0; i < 3; i++) first.optimizer.step(first.closure);
    const saved = first.optimizer.stateDict();
    const second = startInTheValley(options);
    second.x.data.set(first.x.data);
    second.y.data.set(first.y.data);
    first.optimizer.step(first.closure); // what is saved does not change any more
    second.optimizer.loadStateDict(saved);
    for (let i = 0; i < 3; i++) second.optimizer.step(second.closure);
    expect([second.x.data, second.y.data]).toEqual([whole.x.data, whole.y.data]);
    expect(second.optimizer.stateDict()).toEqual(whole.optimizer.stateDict());
  });

  test('is refused for parameters of another size, and empty before the first step', () => {
    const { optimizer, closure } = startInTheValley(options);
    expect(optimizer.stateDict().state).toEqual({});
    optimizer.step(closure);
    const other = new LBFGS([new Parameter(tensor([1])), new Parameter(tensor([1, 2]))], options);
    expect(() => other.loadStateDict(optimizer.stateDict())).toThrow(
      expect.objectContaining({ code: 'STATE_SHAPE' }),
    );
    const fresh = startInTheValley(options).optimizer.stateDict();
    optimizer.loadStateDict(fresh);
    expect(optimizer.stateDict().state).toEqual({});
  });
});

test('refuses several groups, a step without closure, and options out of range', () => {
  const [a, b] = [new Parameter(tensor([1])), new Parameter(tensor([1]))];
  expect(() => new LBFGS([{ params: [a] }, { params: [b] }])).toThrow(
    expect.objectContaining({ code: 'OPTIMIZER_GROUPS' }),
  );
  expect(() => new LBFGS([a]).step()).toThrow(expect.objectContaining({ code: 'CLOSURE_MISSING' }));
  expect(() => new LBFGS([a], { maxIter: 0 })).toThrow('LBFGS: maxIter');
  expect(() => new LBFGS([a], { maxEval: 0.5 })).toThrow('LBFGS: maxEval');
  expect(() => new LBFGS([a], { historySize: 0 })).toThrow('LBFGS: historySize');
  expect(() => new LBFGS([a], { toleranceGrad: -1 })).toThrow('LBFGS: toleranceGrad');
  expect(() => new LBFGS([a], { lineSearch: 'armijo' as 'strongWolfe' })).toThrow('LBFGS: lineSearch');
});
