// Types of parameters of estimators that hold others: `step__parameter` is read off the step of that name, as the parameters of a
// net's components are (params.ts).

import type { Parametrized } from '../estimator.js';
import type { Prefixed } from '../params.js';

/** What `setParams` of an estimator takes. */
export type ParamsOf<T> = T extends { setParams(changes: infer C): unknown } ? C : Record<never, never>;

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never;

/** For each estimator of a record, its name (another estimator) and `name__parameter`. */
export type NamedParams<S> = string extends keyof S
  ? Record<string, unknown>
  : UnionToIntersection<
      {
        [K in keyof S & string]: Prefixed<K, ParamsOf<S[K]>> & {
          [N in K]?: Parametrized | 'passthrough' | 'drop' | null;
        };
      }[keyof S & string]
    >;
