// One step of Adam on plain arrays, in float32 throughout: by the native addon, else four numbers at a time where there is
// SIMD, else one, with the same operations in the same order, so that all give the same bits.

import { pow } from './elementary.js';
import { NATIVE_ELEMENTS, nativeKernels } from './native.js';
import { type SimdKernel, simdHeap, simdKernel } from './simd.js';

/** Options of {@link adamStep}. */
export interface AdamStepOptions {
  readonly lr: number;
  /** Decay rates of the two running averages. */
  readonly betas: readonly [number, number];
  /** Added to the denominator, after the bias correction. */
  readonly eps: number;
  /** Multiple of the parameter that is added to its gradient. Default 0. */
  readonly weightDecay?: number;
  /** Number of this step, from 1. */
  readonly step: number;
}

/** The numbers of one step, rounded to float32. */
interface Factors {
  readonly keepM: number;
  readonly takeM: number;
  readonly keepV: number;
  readonly takeV: number;
  readonly step: number;
  readonly root: number;
  readonly eps: number;
  readonly decay: number;
}

const { fround } = Math;

/** Numbers that pass through the kernel's memory at once; four arrays of them stay in the first- or second-level cache. */
const CHUNK = 4096;

/** Below this, the scalar loop is as fast as copying. */
const SCALAR_UP_TO = 64;

/**
 * Changes parameters in place, and the running averages with them: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 * p ← p − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε), with g = gradient + weightDecay · p.
 *
 * All arrays have one length; `mean` and `square` are zeros before step 1.
 *
 * @see Kingma & Ba 2015, algorithm 1; the order of corrections and ε is PyTorch's.
 */
export function adamStep(
  parameter: Float32Array,
  gradient: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  options: AdamStepOptions,
): void {
  const [beta1, beta2] = options.betas;
  const factors: Factors = {
    keepM: fround(beta1),
    takeM: fround(1 - beta1),
    keepV: fround(beta2),
    takeV: fround(1 - beta2),
    step: fround(options.lr / (1 - pow(beta1, options.step))),
    root: fround(1 / Math.sqrt(1 - pow(beta2, options.step))),
    eps: fround(options.eps),
    decay: fround(options.weightDecay ?? 0),
  };
  if (parameter.length >= NATIVE_ELEMENTS && stepNative(parameter, gradient, mean, square, factors)) return;
  const kernel = parameter.length > SCALAR_UP_TO ? simdKernel() : null;
  const done = kernel === null ? 0 : stepSimd(kernel, parameter, gradient, mean, square, factors);
  stepScalar(parameter, gradient, mean, square, factors, done);
}

function stepNative(
  parameter: Float32Array,
  gradient: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  { keepM, takeM, keepV, takeV, step, root, eps, decay }: Factors,
): boolean {
  const factors = Float32Array.of(keepM, takeM, keepV, takeV, step, root, eps, decay);
  return nativeKernels()?.adam(parameter, gradient, mean, square, factors) ?? false;
}

/** Steps the largest multiple of four numbers. @returns how many. */
function stepSimd(
  kernel: SimdKernel,
  parameter: Float32Array,
  gradient: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  f: Factors,
): number {
  const total = parameter.length & ~3;
  const heap = simdHeap(kernel, 4 * CHUNK);
  if (heap === null) return 0;
  for (let from = 0; from < total; from += CHUNK) {
    const count = Math.min(CHUNK, total - from);
    heap.set(gradient.subarray(from, from + count), CHUNK);
    heap.set(parameter.subarray(from, from + count), 0);
    heap.set(mean.subarray(from, from + count), 2 * CHUNK);
    heap.set(square.subarray(from, from + count), 3 * CHUNK);
    const bytes = 4 * CHUNK;
    const { keepM, takeM, keepV, takeV, step, root, eps, decay } = f;
    kernel.adam(count, 0, bytes, 2 * bytes, 3 * bytes, keepM, takeM, keepV, takeV, step, root, eps, decay);
    parameter.set(heap.subarray(0, count), from);
    mean.set(heap.subarray(2 * CHUNK, 2 * CHUNK + count), from);
    square.set(heap.subarray(3 * CHUNK, 3 * CHUNK + count), from);
  }
  return total;
}

function stepScalar(
  parameter: Float32Array,
  gradient: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  { keepM, takeM, keepV, takeV, step, root, eps, decay }: Factors,
  from: number,
): void {
  for (let i = from; i < parameter.length; i++) {
    const g = fround(gradient[i] + fround(decay * parameter[i]));
    const m = fround(fround(keepM * mean[i]) + fround(takeM * g));
    const v = fround(fround(keepV * square[i]) + fround(takeV * fround(g * g)));
    const divisor = fround(fround(fround(Math.sqrt(v)) * root) + eps);
    mean[i] = m;
    square[i] = v;
    parameter[i] -= fround(fround(step * m) / divisor);
  }
}
