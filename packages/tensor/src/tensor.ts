// The tensor: float32 data, a shape, and the place where its gradient arrives. Methods are short names for the functions
// under operations/, where the mathematics is.

import { type GradientHook, type GraphNode, runBackward, setTensorFactory } from './autograd.js';
import { formatShape, GradientError, shapeMismatch } from './errors.js';
import { wrongLength } from './int-tensor.js';
import { type NestedNumbers, unflatten } from './nested.js';
import { relu } from './operations/activations.js';
import { permute, reshape, transpose } from './operations/arrange.js';
import { add, div, maximum, minimum, mul, sub } from './operations/elementwise.js';
import { matmul } from './operations/matmul.js';
import { max, mean, min, type ReduceOptions, sum } from './operations/reduce.js';
import { logSoftmax, softmax } from './operations/softmax.js';
import { abs, clip, exp, log, neg, pow, sigmoid, sqrt, tanh } from './operations/unary.js';
import { checkShape, type Shape, sameShape, sizeOf } from './shape.js';

/** Options of the constructor of {@link Tensor}. */
export interface TensorOptions {
  /** Whether operations on the tensor are recorded, so that `backward` fills its `grad`. Default false. */
  readonly requiresGrad?: boolean;
}

/** Numbers in float32 with a shape, which remember how they were computed if gradients are wanted. */
export class Tensor {
  readonly dtype = 'float32';
  /** Row-major elements. Changing them in place is not recorded: do it on leaves only, between backward and forward. */
  readonly data: Float32Array;
  readonly shape: Shape;
  readonly size: number;
  /** Sum of all gradients that `backward` has brought here since it was last null; stays null on results of operations. */
  grad: Tensor | null = null;
  /** The operation that made this tensor, while its graph lives; null on a leaf. @internal */
  node: GraphNode | null = null;
  /** Hooks of a leaf; those of a result belong to its node. @internal */
  hooks: Set<GradientHook> | null = null;
  #requiresGrad: boolean;

  static {
    setTensorFactory((data, shape, node) => {
      const result = new Tensor(data, shape);
      result.node = node;
      result.#requiresGrad = node !== null;
      return result;
    });
  }

  /**
   * @param data - row-major, stored and not copied; the function `tensor` copies.
   * @param shape - default: one axis.
   * @throws ShapeError `SHAPE_INVALID` when the shape does not hold exactly the data.
   */
  constructor(data: Float32Array, shape: Shape = [data.length], options: TensorOptions = {}) {
    checkShape(shape);
    this.data = data;
    this.shape = shape;
    this.size = sizeOf(shape);
    this.#requiresGrad = options.requiresGrad ?? false;
    if (this.size !== data.length) throw wrongLength(data.length, shape);
  }

  /** Whether gradients flow here: set by the user on a leaf, inherited by results. */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }

  /** @throws GradientError `GRADIENT_NOT_LEAF` on the result of a recorded operation. */
  set requiresGrad(value: boolean) {
    if (this.node !== null && !value) {
      throw new GradientError('requiresGrad: the result of a recorded operation always requires gradients.', {
        code: 'GRADIENT_NOT_LEAF',
        got: 'false',
        expected: 'true',
        hint: 'Use detach() for the same values without their history.',
      });
    }
    this.#requiresGrad = value;
  }

  /**
   * Adds the gradient of this tensor to `grad` of every leaf that it was computed from. Frees the graph: a second call
   * needs a second forward pass.
   *
   * @param seed - gradient of the final quantity with respect to this tensor, of its shape. Default 1, for one element.
   * @throws GradientError `GRADIENT_SEED_MISSING` for several elements without a seed, `GRADIENT_NOT_TRACKED` when nothing
   * was recorded, `GRADIENT_GRAPH_FREED` the second time. ShapeError when the seed has another shape.
   */
  backward(seed?: Tensor): void {
    if (!this.#requiresGrad) throw notTracked('backward');
    if (seed === undefined) {
      if (this.size !== 1) throw seedMissing(this.shape);
      runBackward(this, Float32Array.of(1));
      return;
    }
    if (!sameShape(seed.shape, this.shape)) {
      throw shapeMismatch('backward', this.shape, seed.shape, 'The seed needs the shape of the tensor.');
    }
    runBackward(this, seed.data);
  }

  /**
   * Lets a function see, and replace, the gradient of this tensor in each backward pass from now on: on a leaf before it
   * is added to `grad`, on the result of an operation before it goes on to what that was computed from.
   *
   * @returns a function that removes the hook.
   * @throws GradientError `GRADIENT_NOT_TRACKED` when the tensor requires no gradient.
   * @example weight.registerHook((gradient) => gradient.mul(mask));
   */
  registerHook(hook: GradientHook): () => void {
    if (!this.#requiresGrad) throw notTracked('registerHook');
    const owner = this.node ?? this;
    owner.hooks ??= new Set();
    const { hooks } = owner;
    // A function of its own each time: the same hook may be registered twice.
    const own = ((gradient: Tensor) => hook(gradient)) as GradientHook;
    hooks.add(own);
    return () => {
      hooks.delete(own);
    };
  }

  /** The same data without history; shared, not copied. */
  detach(): Tensor {
    return new Tensor(this.data, this.shape);
  }

  /** A copy of the data without history. */
  clone(): Tensor {
    return new Tensor(this.data.slice(), this.shape);
  }

  /** The only element. @throws ShapeError when there are more or none. */
  item(): number {
    if (this.size !== 1) throw shapeMismatch('item', this.shape, [], 'item() needs exactly one element.');
    return this.data[0];
  }

  /** Nested arrays of numbers; a plain number for a scalar. */
  toArray(): NestedNumbers {
    return unflatten(this.data, this.shape);
  }

  add(other: Tensor | number): Tensor {
    return add(this, other);
  }

  sub(other: Tensor | number): Tensor {
    return sub(this, other);
  }

  mul(other: Tensor | number): Tensor {
    return mul(this, other);
  }

  div(other: Tensor | number): Tensor {
    return div(this, other);
  }

  maximum(other: Tensor | number): Tensor {
    return maximum(this, other);
  }

  minimum(other: Tensor | number): Tensor {
    return minimum(this, other);
  }

  neg(): Tensor {
    return neg(this);
  }

  exp(): Tensor {
    return exp(this);
  }

  log(): Tensor {
    return log(this);
  }

  sqrt(): Tensor {
    return sqrt(this);
  }

  abs(): Tensor {
    return abs(this);
  }

  tanh(): Tensor {
    return tanh(this);
  }

  sigmoid(): Tensor {
    return sigmoid(this);
  }

  relu(): Tensor {
    return relu(this);
  }

  pow(exponent: number): Tensor {
    return pow(this, exponent);
  }

  clip(bounds: { readonly min?: number; readonly max?: number }): Tensor {
    return clip(this, bounds);
  }

  sum(axis?: number | readonly number[], options?: ReduceOptions): Tensor {
    return sum(this, axis, options);
  }

  mean(axis?: number | readonly number[], options?: ReduceOptions): Tensor {
    return mean(this, axis, options);
  }

  max(axis?: number | readonly number[], options?: ReduceOptions): Tensor {
    return max(this, axis, options);
  }

  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }

  min(axis?: number | readonly number[], options?: ReduceOptions): Tensor {
    return min(this, axis, options);
  }

  permute(axes: readonly number[]): Tensor {
    return permute(this, axes);
  }

  reshape(shape: Shape): Tensor {
    return reshape(this, shape);
  }

  transpose(axis0?: number, axis1?: number): Tensor {
    return transpose(this, axis0, axis1);
  }

  softmax(): Tensor {
    return softmax(this);
  }

  logSoftmax(): Tensor {
    return logSoftmax(this);
  }
}

function notTracked(operation: string): GradientError {
  return new GradientError(`${operation}: no operation on the way to this tensor was recorded.`, {
    code: 'GRADIENT_NOT_TRACKED',
    got: 'a tensor that requires no gradient',
    expected: 'a tensor computed from one that does',
    hint: 'Create a leaf with { requiresGrad: true }, and compute outside noGrad.',
  });
}

function seedMissing(shape: Shape): GradientError {
  return new GradientError(`backward: a tensor of shape ${formatShape(shape)} has no single gradient.`, {
    code: 'GRADIENT_SEED_MISSING',
    got: formatShape(shape),
    expected: 'one element, or a seed of the same shape',
    hint: 'Reduce it first, say with sum() or mean(), or pass a seed gradient.',
  });
}
