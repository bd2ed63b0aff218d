import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { isGradEnabled, noGrad, recordOperation } from './autograd.js';
import { tensor } from './creation.js';
import { GradientError } from './errors.js';
import type { Tensor } from './tensor.js';

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

describe('backward', () => {
  test('adds to the gradients that are there, until they are cleared', () => {
    const x = leaf([1, 2]);
    x.mul(3).sum().backward();
    x.mul(4).sum().backward();
    expect(x.grad?.toArray()).toEqual([7, 7]);
    x.grad = null as Tensor | null;
    x.sum().backward();
    expect(x.grad?.toArray()).toEqual([1, 1]);
  });

  test('sums over all ways from a leaf to the result', () => {
    const x = leaf([3]);
    const y = x.mul(x); // x²
    const z = y.add(y).add(x).mul(y); // 2x⁴ + x³
    z.sum().backward();
    expect(x.grad?.item()).toBe(8 * 27 + 3 * 9);
  });

  test('never shares an array between the gradients of two leaves', () => {
    const x = leaf([1]);
    const y = leaf([1]);
    x.add(y).sum().backward();
    expect(x.grad?.data).not.toBe(y.grad?.data);
    x.grad!.data[0] = 5;
    expect(y.grad?.item()).toBe(1);
  });

  test('takes a seed for several elements, and leaves it unchanged', () => {
    const x = leaf([1, 2]);
    const seed = tensor([10, 100]);
    x.add(x).add(x).backward(seed);
    x.backward(seed);
    expect(x.grad?.toArray()).toEqual([40, 400]);
    expect(seed.toArray()).toEqual([10, 100]);
  });

  test('gives no gradient to results, to constants, and to what does not lead to the root', () => {
    const x = leaf([1]);
    const constant = tensor([2]);
    const other = leaf([3]);
    const y = x.mul(constant);
    y.mul(other.detach()).sum().backward();
    expect([y.grad, constant.grad, other.grad]).toEqual([null, null, null]);
    expect(x.grad?.item()).toBe(6);
  });

  test('copes with chains far longer than the call stack', () => {
    const x = leaf([1]);
    let y: Tensor = x;
    for (let i = 0; i < 50_000; i++) y = y.add(1);
    y.sum().backward();
    expect(x.grad?.item()).toBe(1);
  });

  test('refuses several elements without a seed, and a seed of another shape', () => {
    expect(() => leaf([1, 2]).mul(2).backward()).toThrow(
      expect.objectContaining({ code: 'GRADIENT_SEED_MISSING' }),
    );
    expect(() => leaf([1, 2]).backward(tensor([1]))).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
  });

  test('refuses a second pass through a graph, also through a part of it, and changes nothing then', () => {
    const x = leaf([2]);
    const shared = x.mul(x);
    const first = shared.sum();
    const second = shared.mul(leaf([3])).sum();
    first.backward();
    expect(() => first.backward()).toThrow(expect.objectContaining({ code: 'GRADIENT_GRAPH_FREED' }));
    expect(() => second.backward()).toThrow(GradientError);
    expect(x.grad?.item()).toBe(4);
  });

  test('refuses what was never recorded', () => {
    expect(() => tensor([1]).mul(2).backward()).toThrow(
      expect.objectContaining({ code: 'GRADIENT_NOT_TRACKED' }),
    );
    const y = noGrad(() => leaf([1]).mul(2));
    expect(() => y.backward()).toThrow('compute outside noGrad');
  });

  test('names a hand-written gradient of the wrong length', () => {
    const x = leaf([1, 2]);
    const y = recordOperation(Float32Array.of(3), [1], [x], (grad) => [grad]);
    expect(() => y.backward()).toThrow('gradient of input 0: length is 1, expected 2');
  });
});

describe('requiresGrad', () => {
  test('is inherited by results, and not by detached or cloned ones', () => {
    const y = leaf([1]).mul(2);
    expect([y.requiresGrad, y.detach().requiresGrad, y.clone().requiresGrad]).toEqual([true, false, false]);
    expect(y.detach().data).toBe(y.data);
    expect(y.clone().data).not.toBe(y.data);
  });

  test('can be switched on a leaf, not off on a result', () => {
    const x = tensor([1]);
    x.requiresGrad = true;
    const y = x.mul(2);
    expect(() => {
      y.requiresGrad = false;
    }).toThrow(expect.objectContaining({ code: 'GRADIENT_NOT_LEAF' }));
    x.requiresGrad = false;
    expect(x.mul(2).requiresGrad).toBe(false);
  });

  test('a leaf frozen between forward and backward gets no gradient', () => {
    const x = leaf([1]);
    const y = leaf([2]);
    const z = x.mul(y).sum();
    x.requiresGrad = false;
    z.backward();
    expect([x.grad, y.grad?.item()]).toEqual([null, 1]);
  });
});

describe('noGrad', () => {
  test('records nothing inside, also nested, and returns the result', () => {
    const x = leaf([1]);
    const y = noGrad(() => {
      noGrad(() => {});
      expect(isGradEnabled()).toBe(false);
      return x.mul(2);
    });
    expect([y.requiresGrad, y.node, isGradEnabled()]).toEqual([false, null, true]);
  });

  test('ends when the function throws', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
  });

  test('lasts until an asynchronous function settles', async () => {
    const during: boolean[] = [];
    const result = noGrad(async () => {
      await Promise.resolve();
      during.push(isGradEnabled());
      return 5;
    });
    expect(isGradEnabled()).toBe(false);
    expect(await result).toBe(5);
    expect([during, isGradEnabled()]).toEqual([[false], true]);
    await expect(noGrad(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
    expect(isGradEnabled()).toBe(true);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  async function isCollected(make: () => { kept: unknown; watched: WeakRef<object> }): Promise<boolean> {
    const { kept, watched } = make();
    // A WeakRef lives at least until the end of the current task.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(kept).toBeDefined();
    return watched.deref() === undefined;
  }

  test('under noGrad a result does not keep what it was computed from', async () => {
    const x = leaf([1, 2]);
    const collected = await isCollected(() => {
      const middle = noGrad(() => x.mul(2));
      return { kept: noGrad(() => middle.exp()), watched: new WeakRef(middle) };
    });
    expect(collected).toBe(true);
  });

  test('with gradients it does, until backward frees the graph', async () => {
    const x = leaf([1, 2]);
    const make = (run: (loss: Tensor) => void) => () => {
      const middle = x.mul(2);
      const loss = middle.exp().sum();
      run(loss);
      return { kept: loss, watched: new WeakRef(middle) };
    };
    expect(await isCollected(make(() => {}))).toBe(false);
    expect(await isCollected(make((loss) => loss.backward()))).toBe(true);
  });
});
