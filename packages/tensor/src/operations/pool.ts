// Pooling of images: the largest or the mean value of each window.

import { recordOperation } from '../autograd.js';
import { invalidArgument, shapeMismatch } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { bothOf, type Pair, windowCount } from './window.js';

/** Options of {@link maxPool2d} and {@link avgPool2d}. */
export interface PoolOptions {
  /** Distance between neighboring windows. Default: the window's size, so that windows do not overlap. */
  readonly stride?: Pair;
  /** Rows and columns added on each side, at most half of the window. Default 0. */
  readonly padding?: Pair;
}

/** Options of {@link avgPool2d}. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros in the mean, as in PyTorch; false divides by the elements inside the image. Default true. */
  readonly countIncludePad?: boolean;
}

/**
 * The largest value of each window; padding never wins. The gradient goes to the first of equal maxima.
 *
 * @param x - [samples, channels, height, width].
 */
export function maxPool2d(x: Tensor, size: Pair, options: PoolOptions = {}): Tensor {
  const plan = planPooling('maxPool2d', x, size, options);
  const winners = new Int32Array(plan.outSize);
  eachWindow(plan, (to, channel, top, bottom, left, right) => {
    let best = channel + top * plan.width + left;
    for (let y = top; y < bottom; y++) {
      for (let i = channel + y * plan.width + left, end = i + right - left; i < end; i++) {
        // Written so that a NaN wins and then stays.
        if (!(x.data[i] <= x.data[best] || Number.isNaN(x.data[best]))) best = i;
      }
    }
    winners[to] = best;
  });
  const out = new Float32Array(plan.outSize);
  for (let i = 0; i < out.length; i++) out[i] = x.data[winners[i]];
  return recordOperation(out, plan.shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    for (let i = 0; i < winners.length; i++) result[winners[i]] += grad[i];
    return [result];
  });
}

/**
 * The mean of each window.
 *
 * @param x - [samples, channels, height, width].
 */
export function avgPool2d(x: Tensor, size: Pair, options: AvgPoolOptions = {}): Tensor {
  const plan = planPooling('avgPool2d', x, size, options);
  const countsPadding = options.countIncludePad ?? true;
  const out = new Float32Array(plan.outSize);
  const divisors = new Float32Array(plan.outSize);
  eachWindow(plan, (to, channel, top, bottom, left, right, whole) => {
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let i = channel + y * plan.width + left, end = i + right - left; i < end; i++) sum += x.data[i];
    }
    divisors[to] = countsPadding ? whole : (bottom - top) * (right - left);
    out[to] = sum / divisors[to];
  });
  return recordOperation(out, plan.shape, [x], (grad) => {
    const result = new Float32Array(x.size);
    eachWindow(plan, (from, channel, top, bottom, left, right) => {
      const share = grad[from] / divisors[from];
      for (let y = top; y < bottom; y++) {
        for (let i = channel + y * plan.width + left, end = i + right - left; i < end; i++)
          result[i] += share;
      }
    });
    return [result];
  });
}

interface PoolPlan {
  readonly shape: readonly [number, number, number, number];
  readonly outSize: number;
  readonly height: number;
  readonly width: number;
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

function planPooling(operation: string, x: Tensor, size: Pair, options: PoolOptions): PoolPlan {
  if (x.shape.length !== 4) {
    throw shapeMismatch(operation, x.shape, [0, 0, 0, 0], 'It takes [samples, channels, height, width].');
  }
  const both = bothOf(`${operation}: size`, size, 1);
  const stride = bothOf(`${operation}: stride`, options.stride ?? size, 1);
  const padding = bothOf(`${operation}: padding`, options.padding ?? 0, 0);
  if (2 * padding[0] > both[0] || 2 * padding[1] > both[1]) {
    throw invalidArgument(`${operation}: padding`, JSON.stringify(padding), 'at most half of the window');
  }
  const counts = [0, 1].map((i) => {
    const window = { size: both[i], stride: stride[i], padding: padding[i], dilation: 1 };
    return windowCount(operation, x.shape, 2 + i, window);
  });
  const [samples, channels, height, width] = x.shape;
  const shape = [samples, channels, counts[0], counts[1]] as const;
  const outSize = samples * channels * counts[0] * counts[1];
  return { shape, outSize, height, width, size: both, stride, padding };
}

/**
 * Visits the windows in the order of the output. The edges given are those inside the image; `whole` counts the window
 * with its padding, but not what lies beyond the padding.
 */
function eachWindow(
  { shape, height, width, size, stride, padding }: PoolPlan,
  visit: (
    position: number,
    channel: number,
    top: number,
    bottom: number,
    left: number,
    right: number,
    whole: number,
  ) => void,
): void {
  const [samples, channels, outHeight, outWidth] = shape;
  let position = 0;
  for (let plane = 0; plane < samples * channels; plane++) {
    const channel = plane * height * width;
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * stride[0] - padding[0];
      const bottom = top + size[0];
      const tall = Math.min(bottom, height + padding[0]) - top;
      for (let ox = 0; ox < outWidth; ox++, position++) {
        const left = ox * stride[1] - padding[1];
        const right = left + size[1];
        const whole = tall * (Math.min(right, width + padding[1]) - left);
        const [y0, y1] = [Math.max(top, 0), Math.min(bottom, height)];
        visit(position, channel, y0, y1, Math.max(left, 0), Math.min(right, width), whole);
      }
    }
  }
}
