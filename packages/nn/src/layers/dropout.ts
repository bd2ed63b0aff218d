// Dropout (Srivastava et al. 2014), in the form that scales during training so that use needs no scaling.

import { type Generator, recordOperation, type Tensor } from '@tacit/tensor';
import { requireFraction } from '../errors.js';
import { Module } from '../module.js';
import { defaultGenerator } from '../random.js';

/** Options of {@link Dropout}. */
export interface DropoutOptions {
  /** Probability that an element becomes 0. Default 0.5. */
  readonly p?: number;
  /** Draws the elements. Default: a stream of the layer's own, taken from the generator of `manualSeed`. */
  readonly generator?: Generator;
}

/** In training sets random elements to 0 and divides the others by 1 − p; in use returns its input. */
export class Dropout extends Module {
  static readonly defaults = { p: 0.5 };
  readonly p: number;
  readonly generator: Generator;

  /** @throws ParameterError unless 0 ≤ p < 1. */
  constructor(options: DropoutOptions = {}) {
    super();
    this.p = options.p ?? Dropout.defaults.p;
    requireFraction('Dropout: p', this.p);
    // Its own stream, so that the draws of other layers do not depend on the batch sizes seen here. The label is drawn,
    // for a fixed one would give every Dropout of a network the same stream.
    this.generator = options.generator ?? defaultGenerator().fork(defaultGenerator().integer(2 ** 32));
  }

  forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    const scale = 1 / (1 - this.p);
    const factors = this.generator.fillUniform(new Float32Array(x.size));
    for (let i = 0; i < factors.length; i++) factors[i] = factors[i] < this.p ? 0 : scale;
    return recordOperation(product(x.data, factors), x.shape, [x], (grad) => [product(grad, factors)]);
  }
}

function product(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  return out;
}
