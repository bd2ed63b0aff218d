// What convolutions and pooling share: options given once or for each direction, and the size of their output.

import { invalidArgument, shapeMismatch } from '../errors.js';
import type { Shape } from '../shape.js';

/** One number for both directions, or one each: vertical, horizontal. */
export type Pair = number | readonly [vertical: number, horizontal: number];

/** Both numbers of a pair. @throws ArgumentError unless they are whole numbers of at least `least`. */
export function bothOf(name: string, pair: Pair, least: number): readonly [number, number] {
  const both = typeof pair === 'number' ? ([pair, pair] as const) : pair;
  if (both.length !== 2 || !both.every((value) => Number.isInteger(value) && value >= least)) {
    throw invalidArgument(name, JSON.stringify(pair), `a whole number of at least ${least}, or two of them`);
  }
  return both;
}

/** Positions of a window along an axis. @throws ShapeError when it does not fit once. */
export function windowCount(
  operation: string,
  shape: Shape,
  axis: number,
  window: {
    readonly size: number;
    readonly stride: number;
    readonly padding: number;
    readonly dilation: number;
  },
): number {
  const extent = (window.size - 1) * window.dilation + 1;
  const count = Math.floor((shape[axis] + 2 * window.padding - extent) / window.stride) + 1;
  if (count >= 1) return count;
  const hint = `The window covers ${extent} elements, axis ${axis} has ${shape[axis]} and ${2 * window.padding} of padding.`;
  throw shapeMismatch(operation, shape, [extent], hint);
}
