// Parameters of everything that has `fit` and is no net: declared names with defaults, stored untouched by the constructor,
// read, changed and cloned as scikit-learn does it; `name__parameter` reaches into estimators among the parameters.

import { isParametrized } from './estimator.js';
import { setNestedParams } from './nested-params.js';
import { unknownParameters } from './parameter-names.js';
import { checkParameterValues, type ValueRule } from './parameter-values.js';

type ParamRecord = Readonly<Record<string, unknown>>;

/**
 * Base of estimators and transformers. A subclass declares `static defaults`, all its parameters with their defaults, and
 * `static rules`, what their values have to be; it reads them with `param(name)`, calls `checkValues()` when a fit begins, and
 * keeps what it learns in fields whose public names end in `_`.
 *
 * `P` are the parameters, `N` those of estimators among them, `component__parameter`.
 *
 * @example
 * class Clipper extends BaseEstimator<{ limit?: number }> {
 *   static override readonly defaults = { limit: 3 };
 * }
 * new Clipper({ limit: 2 }).getParams(); // { limit: 2 }
 */
export abstract class BaseEstimator<P extends object, N = Record<never, never>> {
  /** All parameters with their defaults. */
  static readonly defaults: ParamRecord = {};
  /** What values have to be, checked when a fit begins. */
  static readonly rules: Readonly<Record<string, ValueRule>> = {};
  #given: ParamRecord;

  /** @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown names with the nearest valid ones. */
  constructor(params: P = {} as P) {
    this.#given = withoutUndefined(params as ParamRecord);
    const names = Object.keys(this.#defaults);
    const unknown = Object.keys(this.#given).filter((name) => !names.includes(name));
    if (unknown.length > 0) throw unknownParameters(this.constructor.name, unknown, names);
  }

  /** All parameters by name, given or default. @param deep - adds those of estimators among them. true, as in scikit-learn. */
  getParams(deep = true): P & Partial<N> {
    const own = { ...this.#defaults, ...this.#given };
    if (!deep) return own as P & Partial<N>;
    const nested: Record<string, unknown> = {};
    for (const [name, value] of this.nestedEstimators()) {
      nested[name] = value;
      if (!isParametrized(value)) continue;
      for (const [option, setting] of Object.entries(value.getParams(true)))
        nested[`${name}__${option}`] = setting;
    }
    return { ...nested, ...own } as P & Partial<N>;
  }

  /**
   * Changes parameters; `undefined` goes back to a default. `name__parameter` changes the estimator of that name.
   *
   * @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown names; nothing is changed then.
   */
  setParams(changes: Partial<P> & Partial<N>): this {
    const all = changes as ParamRecord;
    const own = Object.keys(all).filter((name) => this.#isOwn(name));
    const before = this.#given;
    try {
      this.storeOwn(Object.fromEntries(own.map((name) => [name, all[name]])));
      const nested = Object.fromEntries(Object.entries(all).filter(([name]) => !own.includes(name)));
      const unknown = setNestedParams(this.nestedEstimators(), nested);
      if (unknown.length > 0)
        throw unknownParameters(this.constructor.name, unknown, Object.keys(this.getParams(true)));
    } catch (error) {
      this.#given = before;
      throw error;
    }
    return this;
  }

  /** A parameter as given, or its default. */
  protected param<T = unknown>(name: string): T {
    return (Object.hasOwn(this.#given, name) ? this.#given[name] : this.#defaults[name]) as T;
  }

  /** Estimators that `name__parameter` reaches, by name: the parameters that are estimators. */
  protected nestedEstimators(): ReadonlyMap<string, unknown> {
    const all = Object.entries({ ...this.#defaults, ...this.#given });
    return new Map(all.filter(([, value]) => isParametrized(value)));
  }

  /** Stores changes of own parameters and of whole nested estimators. */
  protected storeOwn(changes: ParamRecord): void {
    this.#given = withoutUndefined({ ...this.#given, ...changes });
  }

  /** @throws ParameterError `PARAMETER_VALUE`, naming all values that cannot be used. */
  protected checkValues(): void {
    const { rules } = this.constructor as typeof BaseEstimator;
    checkParameterValues(this.constructor.name, { ...this.#defaults, ...this.#given }, rules);
  }

  get #defaults(): ParamRecord {
    return (this.constructor as typeof BaseEstimator).defaults;
  }

  #isOwn(name: string): boolean {
    return name in this.#defaults || this.nestedEstimators().has(name);
  }
}

function withoutUndefined(params: ParamRecord): ParamRecord {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
