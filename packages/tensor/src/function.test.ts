import { describe, expect, test } from 'vitest';
import { isGradEnabled } from './autograd.js';
import { tensor } from './creation.js';
import { DifferentiableFunction, type FunctionContext } from './function.js';
import { Tensor } from './tensor.js';

class RoundStraightThrough extends DifferentiableFunction {
  forward(_context: FunctionContext, x: Tensor): Tensor {
    return new Tensor(x.data.map(Math.round), x.shape);
  }

  backward(_context: FunctionContext, gradOutput: Tensor): Tensor[] {
    return [gradOutput];
  }
}

/** x·y with a factor on the gradient; records what it sees. */
class ScaledProduct extends DifferentiableFunction {
  readonly seen: (readonly boolean[])[] = [];
  readonly factor: number;

  constructor(factor: number) {
    super();
    this.factor = factor;
  }

  forward(context: FunctionContext, x: Tensor, y: Tensor): Tensor {
    context.save(x, y);
    this.seen.push(context.needsInputGrad, [isGradEnabled()]);
    return x.mul(y);
  }

  backward(context: FunctionContext, gradOutput: Tensor): (Tensor | null)[] {
    const [x, y] = context.saved;
    this.seen.push([isGradEnabled()]);
    const scaled = gradOutput.mul(this.factor);
    return [
      context.needsInputGrad[0] ? scaled.mul(y) : null,
      context.needsInputGrad[1] ? scaled.mul(x) : null,
    ];
  }
}

describe('DifferentiableFunction', () => {
  test('lets gradients straight through a rounding', () => {
    const x = tensor([0.4, 1.6], { requiresGrad: true });
    const y = new RoundStraightThrough().apply(x.mul(2));
    expect(y.toArray()).toEqual([1, 3]);
    y.mul(tensor([10, 100]))
      .sum()
      .backward();
    expect(x.grad?.toArray()).toEqual([20, 200]);
  });

  test('saves tensors for each application apart, and records nothing inside', () => {
    const product = new ScaledProduct(2);
    const x = tensor([3], { requiresGrad: true });
    const y = tensor([5]);
    const first = product.apply(x, y);
    const second = product.apply(x, tensor([7]));
    first.add(second).sum().backward();
    expect(x.grad?.item()).toBe(2 * 5 + 2 * 7);
    expect(y.grad).toBeNull();
    expect(product.seen.slice(0, 2)).toEqual([[true, false], [false]]);
    expect(product.seen.at(-1)).toEqual([false]);
  });

  test('does not let the graph write into tensors that backward returns', () => {
    const kept = tensor([1]);
    class Constant extends DifferentiableFunction {
      forward(_context: FunctionContext, x: Tensor): Tensor {
        return x.clone();
      }
      backward(): Tensor[] {
        return [kept];
      }
    }
    const x = tensor([1], { requiresGrad: true });
    const constant = new Constant();
    constant.apply(x).add(constant.apply(x)).sum().backward();
    expect([x.grad?.item(), kept.item()]).toEqual([2, 1]);
  });

  test('names the class when backward returns too few gradients or a wrong shape', () => {
    class TooFew extends RoundStraightThrough {
      override backward(): Tensor[] {
        return [];
      }
    }
    class WrongShape extends RoundStraightThrough {
      override backward(): Tensor[] {
        return [tensor([1, 2, 3])];
      }
    }
    const x = tensor([1], { requiresGrad: true });
    expect(() => new TooFew().apply(x).backward()).toThrow('TooFew: backward returned 0 gradients.');
    expect(() => new WrongShape().apply(x).backward()).toThrow('WrongShape.backward: shapes [3] and [1]');
  });
});
