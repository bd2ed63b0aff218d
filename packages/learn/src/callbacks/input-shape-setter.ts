// Gives a module the size of the data, under whatever name it asks for it.

import { ParameterError } from '../errors.js';
import { Callback, type TrainRecord } from './callback.js';
import type { Net } from './net.js';

/** Options of {@link InputShapeSetter}. */
export type InputShapeSetterOptions = {
  /** Option of the module that gets the size. 'inputDim'. */
  paramName: string;
  /** The size, from X as it was given to `fit`. null: the length of its last axis. */
  inputDimFn: ((X: unknown) => number) | null;
  /** Which module. 'module'. */
  moduleName: string;
};

/**
 * Sets a parameter of the module to the number of columns of X when a fit begins. If it has another value, the module is built
 * anew with it.
 *
 * A module that declares `inputDim` or `outputDim` in its `static defaults` gets them from the net by itself; this is for
 * other names and other rules.
 *
 * @throws ParameterError `PARAMETER_VALUE` when X has no last axis to measure, or `inputDimFn` gives no size.
 */
export class InputShapeSetter extends Callback<InputShapeSetterOptions> {
  static override readonly callOrder = -1;
  static readonly defaults = { paramName: 'inputDim', inputDimFn: null, moduleName: 'module' };

  override onTrainBegin(net: Net, { X }: TrainRecord): void {
    const { paramName, inputDimFn, moduleName } = this.options;
    const size = inputDimFn === null ? lengthOfLastAxis(X) : inputDimFn(X);
    if (!Number.isInteger(size) || (size as number) < 1) throw noSize(size);
    const name = `${moduleName}__${paramName}`;
    if ((net.getParams(true) as Readonly<Record<string, unknown>>)[name] === size) return;
    net.setParams({ [name]: size } as never);
  }
}

function lengthOfLastAxis(X: unknown): number | null {
  const { shape } = (X ?? {}) as { readonly shape?: readonly number[] };
  if (shape !== undefined) return shape.length < 2 ? null : shape.at(-1)!;
  let length: number | null = null;
  let depth = 0;
  for (let value: unknown = X; isList(value); value = value[0]) {
    length = value.length;
    depth++;
  }
  return depth < 2 ? null : length;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function noSize(got: unknown): ParameterError {
  return new ParameterError(`InputShapeSetter finds no size of the inputs; it got ${String(got)}.`, {
    code: 'PARAMETER_VALUE',
    got: String(got),
    expected: 'X with two axes or more, or an inputDimFn that gives a whole number, at least 1',
    hint: 'Pass inputDimFn: (X) => ….',
  });
}
