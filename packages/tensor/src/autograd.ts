// Reverse-mode automatic differentiation, define-by-run: each operation leaves one graph node that knows its inputs and
// how to turn the gradient of its output into gradients of its inputs. Nodes work on plain arrays, not on tensors:
// gradients of gradients are not offered, and a backward pass therefore records nothing itself.

import { GradientError, invalidArgument, shapeMismatch, wrongDtype } from './errors.js';
import { type Shape, sameShape } from './shape.js';
import type { Tensor } from './tensor.js';

/**
 * Gradients of an operation's inputs, in their order, from the gradient of its output; `null` where an input needs none.
 * Each array returned is either new or `gradOutput` itself. `gradOutput` must not be written to.
 */
export type BackwardFunction = (gradOutput: Float32Array) => readonly (Float32Array | null)[];

/**
 * Sees the gradient of a tensor during a backward pass, after all its contributions are added up. What it returns, if
 * anything, takes the gradient's place.
 */
export type GradientHook = ((gradient: Tensor) => void) | ((gradient: Tensor) => Tensor);

let created = 0;

/** One recorded operation. Its tensors keep it alive; a backward pass empties it. */
export class GraphNode {
  /** Nodes are numbered as they are made, so an input always has a smaller number than what is made from it. */
  readonly order = created++;
  inputs: readonly Tensor[] | null;
  backward: BackwardFunction | null;
  /** Of the tensor that this operation made. */
  readonly shape: Shape;
  gradient: Float32Array | null = null;
  ownsGradient = false;
  hooks: Set<GradientHook> | null = null;

  constructor(inputs: readonly Tensor[], backward: BackwardFunction, shape: Shape) {
    this.shape = shape;
    this.inputs = inputs;
    this.backward = backward;
  }

  /** Adds to the gradient of this operation's output. A borrowed array is never written to. */
  receive(gradient: Float32Array, isOwned: boolean): void {
    if (this.gradient === null) {
      this.gradient = gradient;
      this.ownsGradient = isOwned;
      return;
    }
    if (!this.ownsGradient) {
      this.gradient = this.gradient.slice();
      this.ownsGradient = true;
    }
    addInPlace(this.gradient, gradient);
  }

  free(): void {
    this.inputs = null;
    this.backward = null;
    this.gradient = null;
  }
}

type TensorFactory = (data: Float32Array, shape: Shape, node: GraphNode | null) => Tensor;

let makeTensor: TensorFactory;

/** Called once by tensor.ts: operations make tensors without importing the class, whose methods import the operations. */
export function setTensorFactory(factory: TensorFactory): void {
  makeTensor = factory;
}

let disabledDepth = 0;

/** Whether operations on tensors that require gradients are being recorded; false inside {@link noGrad}. */
export function isGradEnabled(): boolean {
  return disabledDepth === 0;
}

/**
 * Runs a function without recording any operation: for predictions, metrics, and changes of parameters.
 *
 * An asynchronous function is followed until its promise settles. Nothing else on this thread is recorded in that time,
 * so a training that runs concurrently would lose its gradients: where several may be under way, wrap the synchronous
 * pieces instead.
 *
 * @returns what `fn` returns; recording resumes also when it throws or rejects.
 */
export function noGrad<T>(fn: () => T): T {
  disabledDepth++;
  let result: T;
  try {
    result = fn();
  } catch (error) {
    disabledDepth--;
    throw error;
  }
  if (result instanceof Promise) {
    return result.finally(() => {
      disabledDepth--;
    }) as T;
  }
  disabledDepth--;
  return result;
}

/**
 * The tensor that results from an operation written by hand, with its gradient: the low-level way to add an operation.
 * The backward function is kept only if recording is on and some input requires a gradient.
 *
 * @param data - the result, owned by the new tensor from here on.
 * @param inputs - the tensors that `backward` returns gradients for, in that order.
 * @param backward - works on plain arrays; see {@link BackwardFunction} for what it may return.
 * @example
 * const double = (x: Tensor) =>
 *   recordOperation(x.data.map((v) => 2 * v), x.shape, [x], (grad) => [grad.map((g) => 2 * g)]);
 */
export function recordOperation(
  data: Float32Array,
  shape: Shape,
  inputs: readonly Tensor[],
  backward: BackwardFunction,
): Tensor {
  let needsGradient = false;
  for (const input of inputs) {
    if (input.dtype !== 'float32') throw wrongDtype('An operation', input, 'float32');
    if (input.requiresGrad) needsGradient = true;
  }
  const isRecorded = needsGradient && disabledDepth === 0;
  return makeTensor(data, shape, isRecorded ? new GraphNode(inputs, backward, shape) : null);
}

/** The result of an operation that has no gradient. */
export function constantResult(data: Float32Array, shape: Shape): Tensor {
  return makeTensor(data, shape, null);
}

/** A number among the operands of an operation, as a scalar tensor. */
export function asTensor(value: Tensor | number): Tensor {
  return typeof value === 'number' ? makeTensor(Float32Array.of(value), [], null) : value;
}

/** The gradient after a tensor's hooks. They get copies, since the graph goes on with its own array. */
function hooked(gradient: Float32Array, shape: Shape, hooks: Iterable<GradientHook>): Float32Array {
  let current = gradient;
  for (const hook of [...hooks]) {
    const replaced = noGrad(() => hook(makeTensor(current.slice(), shape, null))) as Tensor | undefined;
    if (replaced === undefined) continue;
    if (!sameShape(replaced.shape, shape)) {
      throw shapeMismatch('registerHook', shape, replaced.shape, 'A hook must return the shape that it got.');
    }
    current = replaced.data.slice();
  }
  return current;
}

/** Propagates `seed` from `root` to every leaf that requires a gradient, and frees the graph. */
export function runBackward(root: Tensor, seed: Float32Array): void {
  const watched = new Map<Tensor, Float32Array>();
  if (root.node === null) {
    accumulate(root, seed, false, watched);
  } else {
    const nodes = reachableNodes(root.node);
    root.node.receive(seed, false);
    for (const node of nodes) {
      if (node.gradient !== null) propagate(node, node.gradient, watched);
      node.free();
    }
  }
  for (const [leaf, sum] of watched) addToLeaf(leaf, hooked(sum, leaf.shape, leaf.hooks ?? []), true);
}

function propagate(node: GraphNode, received: Float32Array, watched: Map<Tensor, Float32Array>): void {
  const inputs = node.inputs!;
  const gradOutput = node.hooks === null ? received : hooked(received, node.shape, node.hooks);
  const gradients = node.backward!(gradOutput);
  for (let index = 0; index < inputs.length; index++) {
    const gradient = gradients[index];
    if (gradient !== null && inputs[index].requiresGrad) {
      if (gradient.length !== inputs[index].size) {
        throw invalidArgument(`gradient of input ${index}: length`, gradient.length, `${inputs[index].size}`);
      }
      accumulate(inputs[index], gradient, gradient !== gradOutput, watched);
    }
  }
}

/** @param watched - sums of this backward pass for leaves with hooks, which see the whole sum once. */
function accumulate(
  tensor: Tensor,
  gradient: Float32Array,
  isOwned: boolean,
  watched: Map<Tensor, Float32Array>,
): void {
  if (tensor.node !== null) {
    tensor.node.receive(gradient, isOwned);
  } else if (tensor.hooks !== null && tensor.hooks.size > 0) {
    const sum = watched.get(tensor);
    if (sum === undefined) watched.set(tensor, isOwned ? gradient : gradient.slice());
    else addInPlace(sum, gradient);
  } else {
    addToLeaf(tensor, gradient, isOwned);
  }
}

function addToLeaf(tensor: Tensor, gradient: Float32Array, isOwned: boolean): void {
  if (tensor.grad !== null) addInPlace(tensor.grad.data, gradient);
  else tensor.grad = makeTensor(isOwned ? gradient : gradient.slice(), tensor.shape, null);
}

/** Every node that `root` depends on, dependents before what they depend on. */
function reachableNodes(root: GraphNode): GraphNode[] {
  const seen = new Set<GraphNode>([root]);
  // A set may grow while it is walked: the walk then reaches the additions too.
  for (const node of seen) {
    if (node.inputs === null) {
      throw new GradientError('backward: this graph has been used already, and was freed then.', {
        code: 'GRADIENT_GRAPH_FREED',
        got: 'a second backward pass through the same operations',
        expected: 'one backward pass for each forward pass',
        hint: 'Compute the loss again, or add several losses and call backward once on the sum.',
      });
    }
    for (const input of node.inputs) if (input.node !== null && input.requiresGrad) seen.add(input.node);
  }
  return [...seen].sort((a, b) => b.order - a.order);
}

function addInPlace(target: Float32Array, source: Float32Array): void {
  for (let index = 0; index < target.length; index++) target[index] += source[index];
}
