// Fitted steps kept by what they were fitted to, so that a search fits the steps before the net once for all nets.

import { clone } from '../clone.js';
import { isParametrized, type Transformed, type Transformer } from '../estimator.js';
import { isPlainObject } from '../plain-object.js';
import type { TableInput } from '../table.js';
import type { Targets } from '../validate-input.js';

/** A fitted transformer with what it made of the rows of the fit. */
export interface CachedStep {
  readonly transformer: Transformer;
  readonly output: Transformed;
}

/**
 * Remembers fitted transformers for pipelines (`memory`). A step is fitted once for each object X, object y, class and values of
 * parameters; X and y count as the same only if they are the same objects, and what belongs to them goes when they go.
 *
 * @example
 * const memory = new StepCache();
 * const pipeline = new Pipeline({ steps: { scale: new StandardScaler(), net }, memory });
 */
export class StepCache {
  readonly #steps = new WeakMap<object, Map<string, Promise<CachedStep>>>();
  readonly #identities = new WeakMap<object, number>();
  #count = 0;

  /** The step fitted to the rows, from memory if it was before. `transformer` itself is not fitted. */
  fitTransform(transformer: Transformer, X: TableInput, y: Targets | null): Promise<CachedStep> {
    const steps = this.#steps.get(X) ?? new Map<string, Promise<CachedStep>>();
    this.#steps.set(X, steps);
    const key = `${this.#identityOf(y)} ${this.#describe(transformer)}`;
    const known = steps.get(key);
    if (known !== undefined) return known;
    const fitting = fitStep(transformer, X, y);
    steps.set(key, fitting);
    // A failure may be of the moment, such as no memory.
    fitting.catch(() => steps.delete(key));
    return fitting;
  }

  #describe(value: unknown): string {
    if (isParametrized(value))
      return `${this.#identityOf(value.constructor)}(${this.#describe(value.getParams(false))})`;
    if (Array.isArray(value)) return `[${value.map((entry) => this.#describe(entry)).join()}]`;
    if (isPlainObject(value)) {
      const entries = Object.entries(value).map(
        ([name, entry]) => `${JSON.stringify(name)}:${this.#describe(entry)}`,
      );
      return `{${entries.join()}}`;
    }
    if (typeof value === 'string') return JSON.stringify(value);
    return typeof value === 'object' || typeof value === 'function' ? this.#identityOf(value) : String(value);
  }

  #identityOf(value: unknown): string {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return String(value);
    const identity = this.#identities.get(value) ?? this.#count++;
    this.#identities.set(value, identity);
    return `#${identity}`;
  }
}

/** A copy of the transformer, fitted to the rows, and what it makes of them. */
export async function fitStep(
  transformer: Transformer,
  X: TableInput,
  y: Targets | null,
): Promise<CachedStep> {
  const fitted = clone(transformer);
  return { output: await fitted.fitTransform(X, y), transformer: fitted };
}
