// A quantized net beside its float twin: what rounding and pruning cost.

import { clone } from '../clone.js';
import type { FitOptions } from '../net/index.js';

/** Both fitted nets of a comparison; labels and scores of both are in the terms of y. */
export interface Benchmark<E> {
  readonly quantized: E;
  readonly float: E;
}

interface Fittable {
  fit(X: never, y: never, options?: FitOptions): Promise<unknown>;
  getParams(deep?: boolean): object;
  setParams(changes: never): unknown;
}

/** Fits an estimator and a clone of it with `module__quantize: false`, one after the other. */
export async function fitTwin<E extends Fittable>(
  estimator: E,
  X: unknown,
  y: unknown,
  options: FitOptions,
): Promise<Benchmark<E>> {
  const float = clone(estimator, { module__quantize: false } as Parameters<E['setParams']>[0]);
  await estimator.fit(X as never, y as never, options);
  await float.fit(X as never, y as never, options);
  return { quantized: estimator, float };
}
