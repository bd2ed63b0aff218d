// S-shaped functions from −1 to 1. Names and defaults are PyTorch's.

import { abs, type Tensor, tanh } from '@tacit/tensor';
import { Module } from '../module.js';

/** Hyperbolic tangent. */
export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** x / (1 + |x|). */
export class Softsign extends Module {
  forward(x: Tensor): Tensor {
    return x.div(abs(x).add(1));
  }
}
