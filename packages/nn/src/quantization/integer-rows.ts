// The linear part of a layer as plain integers: whatever it is made of, linear, convolution or average pooling, each of its
// sums is a row of integer weights over the values of the edge before it, times a scale, plus a bias.

import type { QuantConv2d } from './quant-conv2d.js';
import { QuantLinear } from './quant-linear.js';

/** Shape of the values of one sample: [features], or [channels, height, width]. */
export type ValueShape =
  | readonly [features: number]
  | readonly [channels: number, height: number, width: number];

/** Averages over windows of [height, width] that do not overlap; what does not fill a window is left out. */
export type PoolWindow = readonly [height: number, width: number];

/**
 * Sums of a layer: `z_r = scales[r] · Σ_c integers[r, c] · x_c + biases[r]`, x_c the real values of the edge before it in
 * the order [channels, height, width].
 */
export interface IntegerRows {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns], row by row. */
  readonly integers: Int32Array;
  /** [rows]: not 0, and negative where a batch normalization turns the sign. */
  readonly scales: Float64Array;
  /** [rows]. */
  readonly biases: Float64Array;
  /** [rows]: the neuron or filter that a row belongs to; rows of one share the activation. */
  readonly channels: Int32Array;
}

/** One integer sum: Σ weights[i] · x[columns[i]]. */
interface SparseRow {
  readonly columns: readonly number[];
  readonly weights: readonly number[];
}

/** A layer's linear part and the poolings around it. */
export interface LinearPart {
  readonly linear: QuantLinear | QuantConv2d;
  /** Of the values that arrive, before `inputPool`. */
  readonly inputShape: ValueShape;
  readonly inputPool: PoolWindow | null;
  /** Between the sums and the activation. */
  readonly outputPool: PoolWindow | null;
}

/** The shape of what a layer emits for one sample. */
export function outputShape({ linear, inputShape, inputPool, outputPool }: LinearPart): ValueShape {
  if (linear instanceof QuantLinear) return [linear.outFeatures];
  return pooledShape(convolvedShape(linear, pooledShape(inputShape, inputPool)), outputPool);
}

/** Works a layer out into rows. */
export function integerRows(part: LinearPart): IntegerRows {
  const { linear, inputShape, inputPool, outputPool } = part;
  const { integers, scales } = linear.quantizedWeights();
  const bias = linear.bias?.data;
  const pooled = pooledShape(inputShape, inputPool);
  const rows =
    linear instanceof QuantLinear ? linearRows(linear, integers) : filterRows(linear, integers, pooled);
  const before = inputPool === null ? rows : rows.map((row) => compose(row, poolRows(inputShape, inputPool)));
  const sums = linear instanceof QuantLinear ? pooled : convolvedShape(linear, pooled);
  const after = outputPool === null ? before : poolRows(sums, outputPool).map((row) => compose(row, before));
  // Averages are sums of integers; what they are divided by goes into the scale.
  const area =
    (inputPool === null ? 1 : inputPool[0] * inputPool[1]) *
    (outputPool === null ? 1 : outputPool[0] * outputPool[1]);
  const places = after.length / linear.neurons;
  const channels = Int32Array.from(after, (_, row) => Math.floor(row / places));
  return {
    ...dense(after, sizeOfShape(inputShape)),
    scales: Float64Array.from(channels, (channel) => scales[channel] / area),
    biases: Float64Array.from(channels, (channel) => bias?.[channel] ?? 0),
    channels,
  };
}

/** Number of values of one sample. */
export function sizeOfShape(shape: ValueShape): number {
  return (shape as readonly number[]).reduce((product, length) => product * length, 1);
}

/** The shape that average pooling leaves. */
export function pooledShape(shape: ValueShape, window: PoolWindow | null): ValueShape {
  if (window === null) return shape;
  const [channels, height, width] = shape as readonly [number, number, number];
  return [channels, Math.floor(height / window[0]), Math.floor(width / window[1])];
}

/** The shape that a convolution leaves. */
export function convolvedShape(linear: QuantConv2d, shape: ValueShape): ValueShape {
  const [, height, width] = shape as readonly [number, number, number];
  const { stride, padding, dilation } = linear;
  const count = (length: number, axis: 0 | 1) =>
    Math.floor(
      (length + 2 * padding[axis] - dilation[axis] * (linear.kernelSize[axis] - 1) - 1) / stride[axis],
    ) + 1;
  return [linear.outChannels, count(height, 0), count(width, 1)];
}

function linearRows({ outFeatures, inFeatures }: QuantLinear, integers: Int32Array): SparseRow[] {
  return Array.from({ length: outFeatures }, (_, row) =>
    nonZeros(inFeatures, (column) => [column, integers[row * inFeatures + column]]),
  );
}

/** A row for each filter and place. Elements that lie on the padding are zeros, so they have no column. */
function filterRows(linear: QuantConv2d, integers: Int32Array, inputShape: ValueShape): SparseRow[] {
  const [, height, width] = inputShape as readonly [number, number, number];
  const [filters, outHeight, outWidth] = convolvedShape(linear, inputShape) as readonly [
    number,
    number,
    number,
  ];
  const { stride, padding, dilation } = linear;
  const [kernelHeight, kernelWidth] = linear.kernelSize;
  const groupChannels = linear.inChannels / linear.groups;
  const area = kernelHeight * kernelWidth;
  return Array.from({ length: filters * outHeight * outWidth }, (_, row) => {
    const filter = Math.floor(row / (outHeight * outWidth));
    const top = (Math.floor(row / outWidth) % outHeight) * stride[0] - padding[0];
    const left = (row % outWidth) * stride[1] - padding[1];
    const firstChannel = Math.floor((filter * linear.groups) / filters) * groupChannels;
    return nonZeros(linear.fanIn, (element) => {
      const y = top + (Math.floor(element / kernelWidth) % kernelHeight) * dilation[0];
      const x = left + (element % kernelWidth) * dilation[1];
      if (y < 0 || y >= height || x < 0 || x >= width) return [0, 0];
      const channel = firstChannel + Math.floor(element / area);
      return [(channel * height + y) * width + x, integers[filter * linear.fanIn + element]];
    });
  });
}

/** A row for each window: the sum of what is in it. */
function poolRows(shape: ValueShape, [windowHeight, windowWidth]: PoolWindow): SparseRow[] {
  const [, height, width] = shape as readonly [number, number, number];
  const [channels, outHeight, outWidth] = pooledShape(shape, [windowHeight, windowWidth]) as readonly [
    number,
    number,
    number,
  ];
  return Array.from({ length: channels * outHeight * outWidth }, (_, row) => {
    const channel = Math.floor(row / (outHeight * outWidth));
    const top = (Math.floor(row / outWidth) % outHeight) * windowHeight;
    const left = (row % outWidth) * windowWidth;
    return nonZeros(windowHeight * windowWidth, (element) => {
      const y = top + Math.floor(element / windowWidth);
      return [(channel * height + y) * width + left + (element % windowWidth), 1];
    });
  });
}

/** The sum `outer` of the sums `inner`, as one sum of what those read. */
function compose(outer: SparseRow, inner: readonly SparseRow[]): SparseRow {
  const sums = new Map<number, number>();
  outer.columns.forEach((middle, i) => {
    const { columns, weights } = inner[middle];
    columns.forEach((column, j) => {
      sums.set(column, (sums.get(column) ?? 0) + outer.weights[i] * weights[j]);
    });
  });
  return { columns: [...sums.keys()], weights: [...sums.values()] };
}

function nonZeros(
  count: number,
  at: (index: number) => readonly [column: number, weight: number],
): SparseRow {
  const columns: number[] = [];
  const weights: number[] = [];
  for (let index = 0; index < count; index++) {
    const [column, weight] = at(index);
    if (weight === 0) continue;
    columns.push(column);
    weights.push(weight);
  }
  return { columns, weights };
}

function dense(rows: readonly SparseRow[], columns: number) {
  const integers = new Int32Array(rows.length * columns);
  rows.forEach((row, r) => {
    row.columns.forEach((column, i) => {
      integers[r * columns + column] = row.weights[i];
    });
  });
  return { rows: rows.length, columns, integers };
}
