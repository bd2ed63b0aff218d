// Functions that draw small values to 0. Names and defaults are PyTorch's.

import { abs, clip, type Tensor, tanh, where } from '@tacit/tensor';
import { requireAtLeast } from '../errors.js';
import { Module } from '../module.js';
import { isAbove } from './is-above.js';

/** Options of {@link Hardshrink} and {@link Softshrink}. */
export interface ShrinkOptions {
  /** Magnitude up to which values become 0. Default 0.5. */
  readonly lambda?: number;
}

/** x where |x| is above `lambda`, else 0. */
export class Hardshrink extends Module {
  static readonly defaults = { lambda: 0.5 };
  readonly lambda: number;

  /** @throws ParameterError unless `lambda` is finite, at least 0. */
  constructor(options: ShrinkOptions = {}) {
    super();
    this.lambda = options.lambda ?? Hardshrink.defaults.lambda;
    requireAtLeast('Hardshrink: lambda', this.lambda, 0);
  }

  forward(x: Tensor): Tensor {
    return where(isAbove(abs(x), this.lambda), x, 0);
  }
}

/** x moved towards 0 by `lambda`, at most to 0. */
export class Softshrink extends Module {
  static readonly defaults = { lambda: 0.5 };
  readonly lambda: number;

  /** @throws ParameterError unless `lambda` is finite, at least 0. */
  constructor(options: ShrinkOptions = {}) {
    super();
    this.lambda = options.lambda ?? Softshrink.defaults.lambda;
    requireAtLeast('Softshrink: lambda', this.lambda, 0);
  }

  forward(x: Tensor): Tensor {
    return x.sub(clip(x, { min: -this.lambda, max: this.lambda }));
  }
}

/** x − tanh x. */
export class Tanhshrink extends Module {
  forward(x: Tensor): Tensor {
    return x.sub(tanh(x));
  }
}
