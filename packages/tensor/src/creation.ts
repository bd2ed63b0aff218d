// Making tensors from numbers.

import { DtypeError, invalidArgument } from './errors.js';
import { IntTensor, inferShape } from './int-tensor.js';
import { flattenInto, type NestedNumbers, shapeOfNested } from './nested.js';
import { checkShape, type Shape, sizeOf } from './shape.js';
import { Tensor, type TensorOptions } from './tensor.js';

/** Typed arrays that a tensor can be made from. Bigints are none of them: they do not convert to numbers silently. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** Options of {@link tensor}. */
export interface CreateOptions extends TensorOptions {
  /** Default: the lengths of the nested arrays, or one axis for a typed array. One length may be −1. */
  readonly shape?: Shape;
  /** Default 'float32', also for integer data: `'int32'` is for labels and indices. */
  readonly dtype?: 'float32' | 'int32';
}

/**
 * A tensor with a copy of the numbers.
 *
 * @param values - a number, nested arrays of equal lengths, or a typed array with `options.shape`.
 * @throws ShapeError `SHAPE_RAGGED` or `SHAPE_INVALID`; DtypeError for elements that are no numbers, or no 32-bit integers
 * when `dtype` is `'int32'`.
 * @example tensor([[1, 2], [3, 4]], { requiresGrad: true }).mul(3).sum().backward();
 */
export function tensor(
  values: NestedNumbers | NumberArray,
  options: CreateOptions & { readonly dtype: 'int32' },
): IntTensor;
export function tensor(
  values: NestedNumbers | NumberArray,
  options?: CreateOptions & { readonly dtype?: 'float32' },
): Tensor;
export function tensor(values: NestedNumbers | NumberArray, options: CreateOptions = {}): Tensor | IntTensor {
  const isInteger = options.dtype === 'int32';
  if (options.dtype !== undefined && options.dtype !== 'float32' && !isInteger) {
    throw invalidArgument('tensor: dtype', options.dtype, "'float32' or 'int32'");
  }
  const { data, shape } = flatNumbers(values, isInteger);
  const wanted = options.shape === undefined ? shape : inferShape(shape, options.shape);
  if (data instanceof Int32Array) return new IntTensor(data, wanted);
  return new Tensor(data, wanted, options);
}

/** All 0. */
export function zeros(shape: Shape, options?: TensorOptions): Tensor {
  return full(shape, 0, options);
}

/** All 1. */
export function ones(shape: Shape, options?: TensorOptions): Tensor {
  return full(shape, 1, options);
}

/** All `value`. */
export function full(shape: Shape, value: number, options?: TensorOptions): Tensor {
  checkShape(shape);
  return new Tensor(new Float32Array(sizeOf(shape)).fill(value), shape, options);
}

/**
 * The numbers from `start` up to but not including `end`, `step` apart.
 *
 * @param start - with one argument, the end; the start is then 0.
 * @throws ArgumentError unless `step` is finite and not 0.
 */
export function arange(start: number, end?: number, step = 1): Tensor {
  const from = end === undefined ? 0 : start;
  const to = end === undefined ? start : end;
  if (!Number.isFinite(step) || step === 0)
    throw invalidArgument('arange: step', step, 'a number other than 0');
  if (!Number.isFinite(from)) throw invalidArgument('arange: start', from, 'a finite number');
  if (!Number.isFinite(to)) throw invalidArgument('arange: end', to, 'a finite number');
  const data = new Float32Array(Math.max(0, Math.ceil((to - from) / step)));
  for (let i = 0; i < data.length; i++) data[i] = from + i * step;
  return new Tensor(data);
}

function flatNumbers(
  values: NestedNumbers | NumberArray,
  isInteger: boolean,
): { data: Float32Array | Int32Array; shape: Shape } {
  if (ArrayBuffer.isView(values)) {
    if (isInteger) checkIntegers(values);
    return { data: isInteger ? Int32Array.from(values) : Float32Array.from(values), shape: [values.length] };
  }
  const shape = shapeOfNested(values);
  if (!isInteger) {
    const data = new Float32Array(sizeOf(shape));
    flattenInto(data, values, shape);
    return { data, shape };
  }
  const exact = new Float64Array(sizeOf(shape));
  flattenInto(exact, values, shape);
  checkIntegers(exact);
  return { data: Int32Array.from(exact), shape };
}

function checkIntegers(values: NumberArray): void {
  for (let index = 0; index < values.length; index++) {
    if ((values[index] | 0) !== values[index]) {
      throw new DtypeError(`Element ${index} is ${values[index]}, which is no 32-bit integer.`, {
        code: 'DTYPE_MISMATCH',
        got: String(values[index]),
        expected: 'whole numbers from −2³¹ to 2³¹ − 1',
        hint: "Round the values, or leave out dtype: 'int32'.",
      });
    }
  }
}
