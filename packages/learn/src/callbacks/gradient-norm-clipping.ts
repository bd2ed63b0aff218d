// Keeps a single steep batch from throwing a net off.

import { clipGradNorm, type Parameter } from '@tacit/nn';
import { Callback, type GradRecord } from './callback.js';
import type { Net } from './net.js';

/** Options of {@link GradientNormClipping}. */
export type GradientNormClippingOptions = {
  /** Largest norm of all gradients together, at least 0; 0 freezes the net. null: no clipping. */
  gradientClipValue: number | null;
  /** 2 for the Euclidean norm, Infinity for the largest magnitude, any p > 0. 2. */
  gradientClipNormType: number;
};

/**
 * Before each step scales all gradients by the same factor, min(1, value / (norm + 10⁻⁶)), so that their common norm is at most
 * `gradientClipValue`.
 *
 * @throws ParameterError of @tacit/nn for values that are no norms.
 */
export class GradientNormClipping extends Callback<GradientNormClippingOptions> {
  static readonly defaults = { gradientClipValue: null, gradientClipNormType: 2 };

  override onGradComputed(_net: Net, { namedParameters }: GradRecord): void {
    const { gradientClipValue, gradientClipNormType } = this.options;
    if (gradientClipValue === null) return;
    const parameters = [...namedParameters] as (readonly [string, Parameter])[];
    clipGradNorm(parameters, gradientClipValue, { normType: gradientClipNormType });
  }
}
