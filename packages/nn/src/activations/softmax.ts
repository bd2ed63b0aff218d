// Functions of a whole axis: from scores to probabilities, or to their logarithms.

import { logSoftmax, softmax, type Tensor, transpose } from '@tacit/tensor';
import { Module } from '../module.js';

/** Options of {@link Softmax}, {@link Softmin} and {@link LogSoftmax}. */
export interface SoftmaxOptions {
  /** The axis whose sums become 1; negative ones count from the end. Default −1, the classes of [n, classes]. */
  readonly dim?: number;
}

/** eˣ / Σ eˣ along an axis. PyTorch has no default axis and warns without one. */
export class Softmax extends Module {
  static readonly defaults = { dim: -1 };
  readonly dim: number;

  constructor(options: SoftmaxOptions = {}) {
    super();
    this.dim = options.dim ?? Softmax.defaults.dim;
  }

  /** @throws IndexError for an axis that x does not have. */
  forward(x: Tensor): Tensor {
    return alongAxis(x, this.dim, softmax);
  }
}

/** e⁻ˣ / Σ e⁻ˣ along an axis. */
export class Softmin extends Module {
  static readonly defaults = { dim: -1 };
  readonly dim: number;

  constructor(options: SoftmaxOptions = {}) {
    super();
    this.dim = options.dim ?? Softmin.defaults.dim;
  }

  /** @throws IndexError for an axis that x does not have. */
  forward(x: Tensor): Tensor {
    return alongAxis(x.neg(), this.dim, softmax);
  }
}

/** x − log Σ eˣ along an axis: what `NLLLoss` takes. */
export class LogSoftmax extends Module {
  static readonly defaults = { dim: -1 };
  readonly dim: number;

  constructor(options: SoftmaxOptions = {}) {
    super();
    this.dim = options.dim ?? LogSoftmax.defaults.dim;
  }

  /** @throws IndexError for an axis that x does not have. */
  forward(x: Tensor): Tensor {
    return alongAxis(x, this.dim, logSoftmax);
  }
}

/** An operation on the last axis, applied to another one. */
function alongAxis(x: Tensor, axis: number, operation: (x: Tensor) => Tensor): Tensor {
  if (axis === -1 || axis === x.shape.length - 1) return operation(x);
  return transpose(operation(transpose(x, axis, -1)), axis, -1);
}
