// Gradient clipping, between backward and the optimizer's step: keeps a single steep batch from throwing a net off.

import { elementary } from '@tacit/tensor';
import { invalidParameter, requireAtLeast } from './errors.js';
import type { ParameterList } from './optimizers/index.js';

/** Options of {@link clipGradNorm}. */
export interface ClipGradNormOptions {
  /** 2 (default) for the Euclidean norm, Infinity for the largest magnitude, any p > 0 for (Σ|g|ᵖ)^(1/p). */
  readonly normType?: number;
}

/** Added to the norm, as PyTorch does: a norm of exactly 0 divides nothing by 0. */
const EPSILON = 1e-6;

/**
 * Scales all gradients by the same factor min(1, maxNorm / (norm + 10⁻⁶)), so that their common norm is at most `maxNorm`
 * (Pascanu et al. 2013, algorithm 1).
 *
 * @param params - what optimizers take; parameters without gradient do not count.
 * @param maxNorm - at least 0; 0 freezes the parameters.
 * @returns the norm before, of all gradients taken as one vector. If it is not finite, neither are the gradients afterwards.
 * @throws ParameterError for a norm below 0 or a norm type that is no norm.
 */
export function clipGradNorm(
  params: ParameterList,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  const { normType = 2 } = options;
  requireAtLeast('clipGradNorm: maxNorm', maxNorm, 0);
  if (!(normType > 0)) throw invalidParameter('clipGradNorm: normType', normType, 'a number above 0');
  const gradients = gradientsOf(params);
  const norm = jointNorm(gradients, normType);
  const factor = maxNorm / (norm + EPSILON);
  // NaN is no reason to leave the gradients as they are: the factor passes it on.
  if (!(factor >= 1)) {
    for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
  return norm;
}

/**
 * Keeps every element of every gradient within ±`maxValue`.
 *
 * @param params - what optimizers take.
 * @throws ParameterError unless `maxValue` is finite, at least 0.
 */
export function clipGradValue(params: ParameterList, maxValue: number): void {
  requireAtLeast('clipGradValue: maxValue', maxValue, 0);
  for (const gradient of gradientsOf(params)) {
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] = Math.min(maxValue, Math.max(-maxValue, gradient[i]));
    }
  }
}

function gradientsOf(params: ParameterList): Float32Array[] {
  const gradients: Float32Array[] = [];
  for (const entry of params) {
    const parameter = 'grad' in entry ? entry : entry[1];
    if (parameter.grad !== null) gradients.push(parameter.grad.data);
  }
  return gradients;
}

function jointNorm(gradients: readonly Float32Array[], normType: number): number {
  let sum = 0;
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) {
      const magnitude = Math.abs(gradient[i]);
      if (normType === 2) sum += magnitude * magnitude;
      else if (normType === Number.POSITIVE_INFINITY) sum = Math.max(sum, magnitude);
      else sum += elementary.pow(magnitude, normType);
    }
  }
  if (normType === Number.POSITIVE_INFINITY) return sum;
  return normType === 2 ? Math.sqrt(sum) : elementary.pow(sum, 1 / normType);
}
