// Rectifiers that bend into an exponential below 0, so that the mean activation can be near 0. Names and defaults are
// PyTorch's.

import { elu, type Tensor } from '@tacit/tensor';
import { invalidParameter, requireFinite } from '../errors.js';
import { Module } from '../module.js';

/** Options of {@link ELU}. */
export interface ELUOptions {
  /** Minus the limit far below 0. Default 1. */
  readonly alpha?: number;
}

/** x above 0, `alpha · (eˣ − 1)` below. */
export class ELU extends Module {
  static readonly defaults = { alpha: 1 };
  readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super();
    this.alpha = options.alpha ?? ELU.defaults.alpha;
  }

  forward(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }
}

/** Options of {@link CELU}. */
export interface CELUOptions {
  /** Minus the limit far below 0; the slope at 0 is 1 whatever it is. Default 1. */
  readonly alpha?: number;
}

/** x above 0, `alpha · (e^(x / alpha) − 1)` below (Barron 2017, eq. 2). */
export class CELU extends Module {
  static readonly defaults = { alpha: 1 };
  readonly alpha: number;

  /** @throws ParameterError unless `alpha` is finite and not 0. */
  constructor(options: CELUOptions = {}) {
    super();
    this.alpha = options.alpha ?? CELU.defaults.alpha;
    requireFinite('CELU: alpha', this.alpha);
    if (this.alpha === 0) throw invalidParameter('CELU: alpha', 0, 'a number other than 0');
  }

  forward(x: Tensor): Tensor {
    return this.alpha === 1 ? elu(x) : elu(x.div(this.alpha)).mul(this.alpha);
  }
}

/** Klambauer et al. 2017, eq. 14: the values that make mean 0 and variance 1 a fixed point. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** `scale · x` above 0, `scale · alpha · (eˣ − 1)` below, with constants that keep activations normalized. */
export class SELU extends Module {
  forward(x: Tensor): Tensor {
    return elu(x, SELU_ALPHA).mul(SELU_SCALE);
  }
}
