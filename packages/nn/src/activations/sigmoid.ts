// S-shaped functions from 0 to 1, or their logarithm. Names and defaults are PyTorch's.

import { clip, sigmoid, softplus, type Tensor } from '@tacit/tensor';
import { Module } from '../module.js';

/** 1 / (1 + e⁻ˣ). */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** log(1 / (1 + e⁻ˣ)), finite also where the logistic function rounds to 0. */
export class LogSigmoid extends Module {
  forward(x: Tensor): Tensor {
    return softplus(x.neg()).neg();
  }
}

/** x / 6 + ½ kept within 0 and 1: straight lines close to the logistic function. */
export class Hardsigmoid extends Module {
  forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}

/** The function of {@link Hardsigmoid}. */
export function hardsigmoid(x: Tensor): Tensor {
  return clip(x.add(3), { min: 0, max: 6 }).div(6);
}
