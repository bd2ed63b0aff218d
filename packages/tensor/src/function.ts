// Operations with a gradient of one's own, written with tensors: straight-through estimators, smoothed steps, anything
// whose useful gradient is not the derivative of what the forward pass does.

import { noGrad, recordOperation } from './autograd.js';
import { GradientError, shapeMismatch } from './errors.js';
import { sameShape } from './shape.js';
import { Tensor } from './tensor.js';

/** What one application of a {@link DifferentiableFunction} keeps between its forward and its backward pass. */
export class FunctionContext {
  /** For each input, whether a gradient for it is wanted; skip the work where it is not. */
  readonly needsInputGrad: readonly boolean[];
  #saved: readonly Tensor[] = [];

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /** Keeps tensors for the backward pass; a second call replaces what the first kept. */
  save(...tensors: Tensor[]): void {
    this.#saved = tensors;
  }

  /** What `save` was given, in that order. */
  get saved(): readonly Tensor[] {
    return this.#saved;
  }
}

/**
 * An operation with a hand-written gradient. Subclasses define the two passes; neither is recorded, so plain operations
 * may be used in both. Fixed parameters go into the subclass's constructor; one instance may be applied any number of
 * times, since everything that belongs to one application is in its context. (Named not `Function`, to leave that of
 * JavaScript alone.)
 *
 * @example
 * class RoundStraightThrough extends DifferentiableFunction {
 *   forward(_context: FunctionContext, x: Tensor): Tensor {
 *     return new Tensor(x.data.map(Math.round), x.shape);
 *   }
 *   backward(_context: FunctionContext, gradOutput: Tensor): Tensor[] {
 *     return [gradOutput];
 *   }
 * }
 * const rounded = new RoundStraightThrough().apply(x);
 */
export abstract class DifferentiableFunction {
  /** The result, from the inputs. */
  abstract forward(context: FunctionContext, ...inputs: Tensor[]): Tensor;

  /** Gradients of the inputs, in their order and of their shapes, from that of the output; null for none. */
  abstract backward(context: FunctionContext, gradOutput: Tensor): readonly (Tensor | null)[];

  /**
   * Runs the forward pass and records the backward pass.
   *
   * @throws GradientError `GRADIENT_COUNT`, ShapeError `SHAPE_MISMATCH` (both during `backward`) when the gradients do not
   * match the inputs.
   */
  apply(...inputs: Tensor[]): Tensor {
    const context = new FunctionContext(inputs.map((input) => input.requiresGrad));
    const output = noGrad(() => this.forward(context, ...inputs));
    return recordOperation(output.data, output.shape, inputs, (grad) => {
      const gradients = noGrad(() => this.backward(context, new Tensor(grad, output.shape)));
      return checkedGradients(this.constructor.name, gradients, inputs, grad);
    });
  }
}

function checkedGradients(
  name: string,
  gradients: readonly (Tensor | null)[],
  inputs: readonly Tensor[],
  gradOutput: Float32Array,
): (Float32Array | null)[] {
  if (gradients.length !== inputs.length) {
    throw new GradientError(`${name}: backward returned ${gradients.length} gradients.`, {
      code: 'GRADIENT_COUNT',
      got: `${gradients.length}`,
      expected: `${inputs.length}, one for each input`,
      hint: `Return ${inputs.length}, with null for an input that needs none.`,
    });
  }
  return gradients.map((gradient, index) => {
    if (gradient === null) return null;
    if (!sameShape(gradient.shape, inputs[index].shape)) {
      const hint = `Gradient ${index} needs the shape of input ${index}.`;
      throw shapeMismatch(`${name}.backward`, gradient.shape, inputs[index].shape, hint);
    }
    // Copied unless it is the incoming gradient: it may be a saved tensor, and the graph adds to arrays that it owns.
    return gradient.data === gradOutput ? gradOutput : gradient.data.slice();
  });
}
