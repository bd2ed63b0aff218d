// What L-BFGS knows of the curvature of a loss: the last steps and how the gradient changed along each.

import { Tensor } from '@tacit/tensor';
import type { ParameterState } from './optimizer.js';

interface CurvaturePair {
  readonly step: Float32Array;
  readonly change: Float32Array;
  /** step · change, positive. */
  readonly product: number;
}

/** Smallest step · change that is taken for curvature: below, rounding decides the sign. */
const SMALLEST_PRODUCT = 1e-10;

/** The pairs, oldest first, and the direction of descent that follows from them. */
export class CurvatureMemory {
  readonly #capacity: number;
  #pairs: CurvaturePair[] = [];
  /** γ of the initial matrix γ·I, from the newest pair. */
  #scale = 1;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds a pair and forgets the oldest beyond the capacity; a pair without positive curvature is left out. */
  add(step: Float32Array, change: Float32Array): void {
    const product = dot(step, change);
    if (!(product > SMALLEST_PRODUCT)) return;
    if (this.#pairs.length === this.#capacity) this.#pairs.shift();
    this.#pairs.push({ step, change, product });
    this.#scale = product / dot(change, change);
  }

  /** −H · gradient, H the approximate inverse of the Hessian (Nocedal & Wright 2006, algorithm 7.4). */
  direction(gradient: Float32Array): Float32Array {
    const result = Float64Array.from(gradient, (value) => -value);
    const weights = new Float64Array(this.#pairs.length);
    for (let i = this.#pairs.length - 1; i >= 0; i--) {
      const { step, change, product } = this.#pairs[i];
      weights[i] = dot(step, result) / product;
      addScaled(result, -weights[i], change);
    }
    for (let i = 0; i < result.length; i++) result[i] *= this.#scale;
    this.#pairs.forEach(({ step, change, product }, i) => {
      addScaled(result, weights[i] - dot(change, result) / product, step);
    });
    return Float32Array.from(result);
  }

  /** The pairs as plain data; {@link restore} takes it. */
  save(): ParameterState {
    const stacked = (values: (pair: CurvaturePair) => Float32Array): Tensor => {
      const rows = this.#pairs.map(values);
      const width = rows[0]?.length ?? 0;
      const data = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        data.set(row, i * width);
      });
      return new Tensor(data, [rows.length, width]);
    };
    return { oldSteps: stacked(({ step }) => step), oldChanges: stacked(({ change }) => change) };
  }

  restore(state: ParameterState): void {
    this.#pairs = [];
    this.#scale = 1;
    const { oldSteps, oldChanges } = state;
    if (!(oldSteps instanceof Tensor && oldChanges instanceof Tensor)) return;
    const [count, width] = oldSteps.shape;
    for (let i = 0; i < count; i++) {
      const row = ({ data }: Tensor): Float32Array => data.slice(i * width, (i + 1) * width);
      this.add(row(oldSteps), row(oldChanges));
    }
  }
}

/** Σ aᵢ·bᵢ in double precision. */
export function dot(a: Float32Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, factor: number, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}
