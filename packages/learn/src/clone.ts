// A fresh estimator with the same parameters.

import { Module } from '@tacit/nn';
import { Callback } from './callbacks/index.js';
import { ParameterError } from './errors.js';
import { isParametrized } from './estimator.js';
import { isPlainObject } from './plain-object.js';

/** What {@link clone} needs: parameters that the constructor takes again. */
export interface Cloneable {
  getParams(deep?: boolean): object;
}

/**
 * An unfitted estimator of the same class with equal parameters. Callbacks, lists, plain records and estimators among the
 * parameters are copied, so training one never shows in the other; classes, functions and other objects are shared.
 *
 * @param changes - parameters that the copy has otherwise: `clone(net, { lr: 0.1 })`.
 * @throws ParameterError `MODULE_INSTANCE` when the module was given as an instance: copies would train the same weights.
 */
export function clone<E extends Cloneable & { setParams(changes: never): unknown }>(
  estimator: E,
  changes?: Parameters<E['setParams']>[0],
): E {
  const Class = estimator.constructor as new (params: object) => E;
  const params = Object.entries(estimator.getParams(false)).map(([name, value]) => [
    name,
    copyOf(name, value),
  ]);
  return new Class({ ...Object.fromEntries(params), ...(changes as object | undefined) });
}

/** A copy of a parameter's value, as {@link clone} makes it. */
export function copyOf(name: string, value: unknown): unknown {
  if (value instanceof Callback) return value.clone();
  if (value instanceof Module && name === 'module') throw moduleInstance(value);
  if (isParametrized(value)) return clone(value);
  if (Array.isArray(value)) return value.map((entry) => copyOf(name, entry));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyOf(key, entry)]));
}

function moduleInstance(module: object): ParameterError {
  const { name } = module.constructor;
  return new ParameterError(`The module of this net is an instance of ${name}.`, {
    code: 'MODULE_INSTANCE',
    got: `an instance of ${name}`,
    expected: 'a class or a factory',
    hint: `Pass the class with module__ parameters, or a factory such as () => new ${name}(…): a copy must have weights of its own.`,
  });
}
