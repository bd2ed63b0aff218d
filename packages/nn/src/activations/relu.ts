// The rectifiers: identity above a point, something simpler below. Names and defaults are PyTorch's.

import { clip, leakyRelu, relu, type Tensor, tensor, where } from '@tacit/tensor';
import { invalidParameter, requireFinite, requireWhole } from '../errors.js';
import { Module, Parameter } from '../module.js';
import { isAbove } from './is-above.js';

/** max(x, 0). */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** min(max(x, 0), 6). */
export class ReLU6 extends Module {
  forward(x: Tensor): Tensor {
    return clip(x, { min: 0, max: 6 });
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

/** Options of {@link PReLU}. */
export interface PReLUOptions {
  /** Number of slopes: 1 for all elements, or one for each channel (axis 1). Default 1. */
  readonly numParameters?: number;
  /** Slopes at first. Default 0.25. */
  readonly init?: number;
}

/** x above 0, `weight · x` below, with learned slopes (He et al. 2015, eq. 1). */
export class PReLU extends Module {
  static readonly defaults = { numParameters: 1, init: 0.25 };
  /** [numParameters]. */
  readonly weight: Parameter;

  /** @throws ParameterError unless `numParameters` is a whole number, at least 1, and `init` is finite. */
  constructor(options: PReLUOptions = {}) {
    super();
    const numParameters = options.numParameters ?? PReLU.defaults.numParameters;
    const init = options.init ?? PReLU.defaults.init;
    requireWhole('PReLU: numParameters', numParameters, 1);
    requireFinite('PReLU: init', init);
    this.weight = new Parameter(tensor(new Float32Array(numParameters).fill(init)));
  }

  /**
   * @param x - any shape; with several slopes [n, channels, …].
   * @throws ShapeError unless axis 1 has a slope for each channel.
   */
  forward(x: Tensor): Tensor {
    return where(isAbove(x, 0), x, x.mul(this.#slopes(x)));
  }

  #slopes(x: Tensor): Tensor {
    if (this.weight.size === 1) return this.weight;
    return this.weight.reshape([this.weight.size, ...x.shape.slice(2).map(() => 1)]);
  }
}

/** Options of {@link Threshold}. */
export interface ThresholdOptions {
  /** Up to here, inclusively, values are replaced. Default 0. */
  readonly threshold?: number;
  /** What replaces them. Default 0. */
  readonly value?: number;
}

/** x above the threshold, `value` up to it. */
export class Threshold extends Module {
  static readonly defaults = { threshold: 0, value: 0 };
  readonly threshold: number;
  readonly value: number;

  /** @throws ParameterError for a threshold that is not a number. */
  constructor(options: ThresholdOptions = {}) {
    super();
    this.threshold = options.threshold ?? Threshold.defaults.threshold;
    this.value = options.value ?? Threshold.defaults.value;
    requireFinite('Threshold: threshold', this.threshold);
    requireFinite('Threshold: value', this.value);
  }

  forward(x: Tensor): Tensor {
    return where(isAbove(x, this.threshold), x, this.value);
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
