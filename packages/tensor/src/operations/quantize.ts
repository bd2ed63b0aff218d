// Rounding to a few levels during training: the forward pass gives what the integers will give, the backward pass goes
// straight through the rounding.

import { recordOperation } from '../autograd.js';
import { invalidArgument, shapeMismatch } from '../errors.js';
import { quantizeRows, quantizeRowsGradient, scaleGradients } from '../kernels/quantize.js';
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
  checkOptions(x, scale, scales, options);
  const { data } = x;
  const { low, high, mask } = options;
  const out = new Float32Array(data.length);
  quantizeRows(out, data, scales, low, high);
  if (mask !== undefined) multiplyInto(out, mask);
  const inputs = typeof scale === 'object' && 'requiresGrad' in scale ? [x, scale] : [x];
  return recordOperation(out, x.shape, inputs, (grad) => {
    const toX = x.requiresGrad ? gradientOfValues(grad, data, scales, options) : null;
    if (inputs.length === 1) return [toX];
    return [toX, inputs[1].requiresGrad ? gradientOfScales(grad, data, scales, options) : null];
  });
}

function gradientOfValues(
  grad: Float32Array,
  data: Float32Array,
  scales: Float64Array,
  { low, high, mask, gradient }: FakeQuantizeOptions,
): Float32Array {
  if (gradient === 'everywhere' && mask === undefined) return grad;
  const result = new Float32Array(grad.length);
  if (gradient === 'everywhere') result.set(grad);
  else quantizeRowsGradient(result, data, grad, scales, low - 0.5, high + 0.5);
  if (mask !== undefined) multiplyInto(result, mask);
  return result;
}

function gradientOfScales(
  grad: Float32Array,
  data: Float32Array,
  scales: Float64Array,
  { low, high, mask }: FakeQuantizeOptions,
): Float32Array {
  const result = new Float32Array(scales.length);
  const kept = mask === undefined ? grad : grad.slice();
  if (mask !== undefined) multiplyInto(kept, mask);
  scaleGradients(result, data, kept, scales, low, high);
  return result;
}

function multiplyInto(values: Float32Array, mask: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] *= mask[i];
}

function scaleData(scale: number | Float64Array | Tensor): Float64Array {
  if (typeof scale === 'number') return Float64Array.of(scale);
  return scale instanceof Float64Array ? scale : Float64Array.from(scale.data);
}

function checkOptions(
  x: Tensor,
  scale: number | Float64Array | Tensor,
  scales: Float64Array,
  { low, high, mask }: FakeQuantizeOptions,
): void {
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
}
