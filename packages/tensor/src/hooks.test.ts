import { expect, test } from 'vitest';
import { tensor } from './creation.js';
import type { Tensor } from './tensor.js';

test('a hook of a leaf sees the sum of all its contributions once, and what it returns is stored', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const seen: unknown[] = [];
  x.registerHook((gradient) => {
    seen.push(gradient.toArray());
    return gradient.mul(10);
  });
  x.mul(3).add(x).sum().backward();
  expect(seen).toEqual([[4, 4]]);
  expect(x.grad?.toArray()).toEqual([40, 40]);
  x.sum().backward();
  expect(x.grad?.toArray()).toEqual([50, 50]);
});

test('a hook of a result changes what goes on, and only that', () => {
  const x = tensor([1], { requiresGrad: true });
  const y = x.mul(2);
  y.registerHook((gradient) => gradient.neg());
  y.add(x).sum().backward();
  expect(x.grad?.item()).toBe(-2 + 1);
});

test('hooks run in the order of their registration, each on what the one before returned', () => {
  const x = tensor([1], { requiresGrad: true });
  x.registerHook((gradient) => gradient.add(1));
  x.registerHook((gradient) => {
    gradient.data.fill(99); // a copy: changing it changes nothing
  });
  x.registerHook((gradient) => gradient.mul(10));
  x.sum().backward();
  expect(x.grad?.item()).toBe(20);
});

test('a removed hook is not called, and the same function can be registered twice', () => {
  const x = tensor([1], { requiresGrad: true });
  const double = (gradient: Tensor): Tensor => gradient.mul(2);
  const remove = x.registerHook(double);
  x.registerHook(double);
  x.sum().backward();
  expect(x.grad?.item()).toBe(4);
  remove();
  x.grad = null;
  x.sum().backward();
  expect((x.grad as Tensor | null)?.item()).toBe(2);
});

test('a hook that returns another shape is refused, and one on a tensor without gradient too', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  x.registerHook((gradient) => gradient.sum());
  expect(() => x.sum().backward()).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  expect(() => tensor([1]).registerHook(() => undefined)).toThrow(
    expect.objectContaining({ code: 'GRADIENT_NOT_TRACKED' }),
  );
});
