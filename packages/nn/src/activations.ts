// Activation functions as modules, elementwise and without parameters. Names and defaults are PyTorch's.

import { clip, elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, type Tensor, tanh } from '@tacit/tensor';
import { invalidParameter } from './errors.js';
import { Module } from './module.js';

/** max(x, 0). */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions {
  /** Slope below 0. Default 0.01. */
  readonly negativeSlope?: number;
}

/** x above 0, `negativeSlope · x` below. */
export class LeakyReLU extends Module {
  static readonly defaults = { negativeSlope: 0.01 };
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super();
    this.negativeSlope = options.negativeSlope ?? LeakyReLU.defaults.negativeSlope;
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }
}

/** min(max(x, 0), 6). */
export class ReLU6 extends Module {
  forward(x: Tensor): Tensor {
    return clip(x, { min: 0, max: 6 });
  }
}

/** Options of {@link Hardtanh}. */
export interface HardtanhOptions {
  /** Default −1. */
  readonly minValue?: number;
  /** Default 1. */
  readonly maxValue?: number;
}

/** x kept within bounds. */
export class Hardtanh extends Module {
  static readonly defaults = { minValue: -1, maxValue: 1 };
  readonly minValue: number;
  readonly maxValue: number;

  /** @throws ParameterError unless `minValue` is below `maxValue`. */
  constructor(options: HardtanhOptions = {}) {
    super();
    this.minValue = options.minValue ?? Hardtanh.defaults.minValue;
    this.maxValue = options.maxValue ?? Hardtanh.defaults.maxValue;
    if (!(this.minValue < this.maxValue)) {
      throw invalidParameter(
        'Hardtanh: minValue',
        this.minValue,
        `a number below maxValue, ${this.maxValue}`,
      );
    }
  }

  forward(x: Tensor): Tensor {
    return clip(x, { min: this.minValue, max: this.maxValue });
  }
}

/** 1 / (1 + e⁻ˣ). */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** Hyperbolic tangent. */
export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** log(1 + eˣ). */
export class Softplus extends Module {
  forward(x: Tensor): Tensor {
    return softplus(x);
  }
}

/** x · Φ(x), the exact form. */
export class GELU extends Module {
  forward(x: Tensor): Tensor {
    return gelu(x);
  }
}

/** x · sigmoid(x). */
export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

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
