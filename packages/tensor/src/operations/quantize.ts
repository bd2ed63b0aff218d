// Rounding to a few levels during training: the forward pass gives what the integers will give, the backward pass goes
// straight through the rounding.

import { recordOperation } from '../autograd.js';
import { invalidArgument, shapeMismatch } from '../errors.js';
import { quantizeGradientInto, quantizeRowsInto } from '../kernels/elementwise.js';
import type { Tensor } from '../tensor.js';

/** Options of {@link fakeQuantize}. */
export interface FakeQuantizeOptions {
  /** Smallest and largest integer. */
  readonly low: number;
  readonly high: number;
  /** For each element 1 to keep it or 0 to drop it: dropped ones become 0 and receive no gradient. Default: all kept. */
  readonly mask?: Float32Array;
  /**
   * Which elements pass their gradient on: `'inside'`, those that are not clipped, which is −½ + low ≤ x/scale ≤ high + ½
   * (the default); or `'everywhere'`.
   */
  readonly gradient?: 'inside' | 'everywhere';
}

/**
 * x rounded to `scale · integer`, integers from `low` to `high`, ties to even, with the gradient of no rounding.
 *
 * @param scale - positive: one number for all elements, or one for each row (element of axis 0). A tensor ([], [1] or
 * [rows]) is learned: its gradient is Σ grad · (integer − x/scale) over unclipped elements and Σ grad · integer over clipped
 * ones (Esser et al. 2020, eq. 3), without that paper's factor 1/√(n·high), which belongs to the optimizer's step.
 * @throws ArgumentError for a scale that is not positive, or `low` above `high`; ShapeError `SHAPE_MISMATCH` for a number
 * of scales other than 1 and the rows, or a mask of another size.
 */
export function fakeQuantize(
  x: Tensor,
  scale: number | Float64Array | Tensor,
  options: FakeQuantizeOptions,
): Tensor {
  const scales = scaleData(scale);
  const columns = checkedColumns(x, scale, scales, options);
  const { data } = x;
  const { low, high, mask } = options;
  const out = new Float32Array(data.length);
  quantizeRowsInto(out, data, scales, low, high);
  if (mask !== undefined) for (let i = 0; i < out.length; i++) out[i] *= mask[i];
  const inputs = typeof scale === 'object' && 'requiresGrad' in scale ? [x, scale] : [x];
  return recordOperation(out, x.shape, inputs, (grad) => {
    const isLearned = inputs.length > 1 && inputs[1].requiresGrad;
    const toX = x.requiresGrad ? gradientOfValues(grad, data, scales, columns, options) : null;
    if (!isLearned) return inputs.length === 1 ? [toX] : [toX, null];
    const isInside = toX !== null && options.gradient !== 'everywhere';
    const inside = isInside
      ? toX
      : gradientOfValues(grad, data, scales, columns, { ...options, gradient: 'inside' });
    return [toX, gradientOfScales(grad, inside, data, out, scales, columns)];
  });
}

function gradientOfValues(
  grad: Float32Array,
  data: Float32Array,
  scales: Float64Array | Float32Array,
  columns: number,
  { low, high, mask, gradient }: FakeQuantizeOptions,
): Float32Array {
  if (gradient === 'everywhere' && mask === undefined) return grad;
  const result = new Float32Array(grad.length);
  if (gradient === 'everywhere') result.set(grad);
  else {
    for (let row = 0; row < scales.length; row++) {
      const from = row * columns;
      quantizeGradientInto(result, data, grad, from, from + columns, scales[row], low - 0.5, high + 0.5);
    }
  }
  if (mask !== undefined) for (let i = 0; i < result.length; i++) result[i] *= mask[i];
  return result;
}

/**
 * Σ grad · (integer − x/scale) inside and Σ grad · integer outside, as (Σ grad · output − Σ inside · x) / scale: the output is
 * scale · integer, and 0 where it is masked; `inside` is the gradient where it is not clipped, and 0 elsewhere.
 */
function gradientOfScales(
  grad: Float32Array,
  inside: Float32Array,
  data: Float32Array,
  out: Float32Array,
  scales: Float64Array | Float32Array,
  columns: number,
): Float32Array {
  const result = new Float32Array(scales.length);
  for (let row = 0, i = 0; row < scales.length; row++) {
    // Two sums, so that one addition need not wait for the other.
    let [toLevels, toValues] = [0, 0];
    for (const end = i + columns; i < end; i++) {
      toLevels += grad[i] * out[i];
      toValues += inside[i] * data[i];
    }
    result[row] = (toLevels - toValues) / scales[row];
  }
  return result;
}

function scaleData(scale: number | Float64Array | Tensor): Float64Array | Float32Array {
  if (typeof scale === 'number') return Float64Array.of(scale);
  return scale instanceof Float64Array ? scale : scale.data;
}

/** Elements for each scale. */
function checkedColumns(
  x: Tensor,
  scale: number | Float64Array | Tensor,
  scales: Float64Array | Float32Array,
  { low, high, mask }: FakeQuantizeOptions,
): number {
  if (!(Number.isInteger(low) && Number.isInteger(high) && low <= high)) {
    throw invalidArgument('fakeQuantize: levels', `${low} to ${high}`, 'whole numbers, low up to high');
  }
  for (const value of scales) {
    if (!(value > 0)) throw invalidArgument('fakeQuantize: scale', value, 'a number above 0');
  }
  const rows = scales.length;
  const isFlat = typeof scale === 'number' || scale instanceof Float64Array || scale.shape.length <= 1;
  if (!isFlat || (rows !== 1 && rows !== x.shape[0])) {
    const got = isFlat || !('shape' in (scale as object)) ? [rows] : (scale as Tensor).shape;
    throw shapeMismatch(
      'fakeQuantize',
      x.shape,
      got,
      'It takes one scale, or one for each element of axis 0.',
    );
  }
  if (mask !== undefined && mask.length !== x.size) {
    throw shapeMismatch(
      'fakeQuantize: mask',
      x.shape,
      [mask.length],
      'The mask needs one number an element.',
    );
  }
  return rows === 0 ? 0 : x.size / rows;
}
