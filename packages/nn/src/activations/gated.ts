// x times a gate between 0 and 1 that opens with x. Names and defaults are PyTorch's.

import { gelu, silu, softplus, type Tensor, tanh } from '@tacit/tensor';
import { invalidParameter } from '../errors.js';
import { Module } from '../module.js';
import { hardsigmoid } from './sigmoid.js';

/** Options of {@link GELU}. */
export interface GELUOptions {
  /** 'tanh' is the approximation that some published networks were trained with. Default 'none'. */
  readonly approximate?: 'none' | 'tanh';
}

/** x · Φ(x), the exact form, or ½x · (1 + tanh(√(2/π) · (x + 0.044715·x³))) (Hendrycks & Gimpel 2016). */
export class GELU extends Module {
  static readonly defaults = { approximate: 'none' } as const satisfies GELUOptions;
  readonly approximate: 'none' | 'tanh';

  /** @throws ParameterError for another approximation. */
  constructor(options: GELUOptions = {}) {
    super();
    this.approximate = options.approximate ?? GELU.defaults.approximate;
    if (!['none', 'tanh'].includes(this.approximate)) {
      throw invalidParameter('GELU: approximate', this.approximate, "'none' or 'tanh'");
    }
  }

  forward(x: Tensor): Tensor {
    if (this.approximate === 'none') return gelu(x);
    const argument = x
      .mul(x)
      .mul(0.044715)
      .add(1)
      .mul(x)
      .mul(Math.sqrt(2 / Math.PI));
    return tanh(argument).add(1).mul(x).mul(0.5);
  }
}

/** x · sigmoid(x). */
export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** x · tanh(log(1 + eˣ)) (Misra 2020, eq. 1). */
export class Mish extends Module {
  forward(x: Tensor): Tensor {
    return tanh(softplus(x)).mul(x);
  }
}

/** x · hardsigmoid(x): 0 up to −3, x from 3 on (Howard et al. 2019, §5.2). */
export class Hardswish extends Module {
  forward(x: Tensor): Tensor {
    return hardsigmoid(x).mul(x);
  }
}
