// How far the sums of a layer can go: exactly, from the weights, and as observed on calibration rows.

import { rowEntries } from '../spec/index.js';
import type { EdgeRange, IntegerTerm } from './integer-graph.js';

/** Smallest and largest value of each row's sum. */
export interface Spans {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The exact extremes of each row's sum Σ w·x over all inputs that the edge can carry: the positive products at their
 * largest and the negative ones at their smallest, and the reverse.
 */
export function exactSpans({ weights }: IntegerTerm, { low, high }: EdgeRange): Spans {
  const spans = { low: new Float64Array(weights.rows), high: new Float64Array(weights.rows) };
  for (let row = 0; row < weights.rows; row++) {
    for (const { column, value } of rowEntries(weights, row)) {
      const a = value * low[column]!;
      const b = value * high[column]!;
      spans.low[row]! += Math.min(a, b);
      spans.high[row]! += Math.max(a, b);
    }
  }
  return spans;
}

/** The extremes of each column of a [n, columns] table of sums. */
export function observedSpans(values: Float64Array, columns: number): Spans {
  const low = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    low[column] = Math.min(low[column]!, values[i]!);
    high[column] = Math.max(high[column]!, values[i]!);
  }
  return { low, high };
}

/** Bits of an integer in [low, high], offsets being free: ⌈log2(high − low + 1)⌉, 0 for a constant. */
export function spanBits(low: number, high: number): number {
  return Math.ceil(Math.log2(high - low + 1));
}
