// Pooling layers: images made smaller by the largest or the mean value of each window.

import { avgPool2d, maxPool2d, type Pair, recordOperation, ShapeError, type Tensor } from '@tacit/tensor';
import { Module } from '../module.js';
import { checkedPair } from './conv2d.js';

/** Options of {@link MaxPool2d}. Numbers stand for both directions, pairs are [vertical, horizontal]. */
export interface MaxPool2dOptions {
  /** Distance between neighboring windows. Default null: the window's size, so that windows do not overlap. */
  readonly stride?: Pair | null;
  /** Rows and columns added on each side, which never win; at most half of the window. Default 0. */
  readonly padding?: Pair;
}

/** The largest value of each window of [n, channels, height, width]. */
export class MaxPool2d extends Module {
  static readonly defaults = { stride: null, padding: 0 } as const satisfies MaxPool2dOptions;
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;

  /** @throws ParameterError for sizes that are no whole numbers in their range. */
  constructor(kernelSize: Pair, options: MaxPool2dOptions = {}) {
    super();
    this.kernelSize = checkedPair('MaxPool2d: kernelSize', kernelSize, 1);
    this.stride = checkedPair('MaxPool2d: stride', options.stride ?? kernelSize, 1);
    this.padding = checkedPair('MaxPool2d: padding', options.padding ?? MaxPool2d.defaults.padding, 0);
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, { stride: this.stride, padding: this.padding });
  }
}

/** Options of {@link AvgPool2d}. Numbers stand for both directions, pairs are [vertical, horizontal]. */
export interface AvgPool2dOptions {
  /** Distance between neighboring windows. Default null: the window's size, so that windows do not overlap. */
  readonly stride?: Pair | null;
  /** Rows and columns of zeros added on each side, at most half of the window. Default 0. */
  readonly padding?: Pair;
  /** Whether padding counts in the mean. Default true. */
  readonly countIncludePad?: boolean;
}

/** The mean of each window of [n, channels, height, width]. */
export class AvgPool2d extends Module {
  static readonly defaults = {
    stride: null,
    padding: 0,
    countIncludePad: true,
  } as const satisfies AvgPool2dOptions;
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly countIncludePad: boolean;

  /** @throws ParameterError for sizes that are no whole numbers in their range. */
  constructor(kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super();
    this.kernelSize = checkedPair('AvgPool2d: kernelSize', kernelSize, 1);
    this.stride = checkedPair('AvgPool2d: stride', options.stride ?? kernelSize, 1);
    this.padding = checkedPair('AvgPool2d: padding', options.padding ?? AvgPool2d.defaults.padding, 0);
    this.countIncludePad = options.countIncludePad ?? AvgPool2d.defaults.countIncludePad;
  }

  forward(x: Tensor): Tensor {
    const { stride, padding, countIncludePad } = this;
    return avgPool2d(x, this.kernelSize, { stride, padding, countIncludePad });
  }
}

/**
 * The mean of each part of [n, channels, height, width] when it is divided into the given number of parts: images of any
 * size come out as [n, channels, ...outputSize]. `new AdaptiveAvgPool2d(1)` is the mean of each channel.
 *
 * Parts have whole borders as in PyTorch: part i of m covers ⌊i·size/m⌋ up to but not including ⌈(i+1)·size/m⌉, so that
 * neighbors share an element where m does not divide the size.
 */
export class AdaptiveAvgPool2d extends Module {
  readonly outputSize: readonly [height: number, width: number];

  /** @throws ParameterError for sizes that are no whole numbers, at least 1. */
  constructor(outputSize: Pair) {
    super();
    this.outputSize = checkedPair('AdaptiveAvgPool2d: outputSize', outputSize, 1);
  }

  /** @throws ShapeError for anything but images. */
  forward(x: Tensor): Tensor {
    const [n, channels, height, width] = imageShape(x);
    const [outHeight, outWidth] = this.outputSize;
    const parts: Part[] = [];
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        parts.push({ ...bounds(row, outHeight, height, 'y'), ...bounds(column, outWidth, width, 'x') });
      }
    }
    const images = n * channels;
    const out = new Float32Array(images * parts.length);
    for (let image = 0, to = 0; image < images; image++) {
      for (const part of parts) out[to++] = meanOf(x.data, image * height * width, width, part);
    }
    return recordOperation(out, [n, channels, outHeight, outWidth], [x], (grad) => {
      const result = new Float32Array(x.size);
      for (let image = 0, from = 0; image < images; image++) {
        for (const part of parts) spread(grad[from++], result, image * height * width, width, part);
      }
      return [result];
    });
  }
}

/** A part of an image, without its upper bounds. */
type Part = { readonly [bound in 'y0' | 'y1' | 'x0' | 'x1']: number };

function bounds<Axis extends 'x' | 'y'>(index: number, count: number, size: number, axis: Axis) {
  return {
    [`${axis}0`]: Math.floor((index * size) / count),
    [`${axis}1`]: Math.ceil(((index + 1) * size) / count),
  } as { readonly [bound in `${Axis}0` | `${Axis}1`]: number };
}

function meanOf(data: Float32Array, offset: number, width: number, { y0, y1, x0, x1 }: Part): number {
  let sum = 0;
  for (let y = y0; y < y1; y++) {
    for (let i = offset + y * width + x0, end = i + x1 - x0; i < end; i++) sum += data[i];
  }
  return sum / ((y1 - y0) * (x1 - x0));
}

function spread(
  grad: number,
  result: Float32Array,
  offset: number,
  width: number,
  { y0, y1, x0, x1 }: Part,
): void {
  const share = grad / ((y1 - y0) * (x1 - x0));
  for (let y = y0; y < y1; y++) {
    for (let i = offset + y * width + x0, end = i + x1 - x0; i < end; i++) result[i] += share;
  }
}

function imageShape(x: Tensor): readonly [number, number, number, number] {
  if (x.shape.length === 4) return x.shape as readonly number[] as readonly [number, number, number, number];
  const got = `[${x.shape.join(', ')}]`;
  throw new ShapeError(`AdaptiveAvgPool2d: the shape ${got} is none of images.`, {
    code: 'SHAPE_MISMATCH',
    got,
    expected: '[n, channels, height, width]',
    hint: 'It takes [n, channels, height, width].',
  });
}
