// How far the integer sums of a layer can go: exactly, from the weights, and as observed on calibration rows.

import type { EdgeLevels, IntegerTerm } from './integer-graph.js';

/** Smallest and largest value of each row's sum. */
export interface Spans {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The exact extremes of each row's sum Σ w·x over all inputs that the edge can carry: the positive products at their
 * largest and the negative ones at their smallest, and the reverse.
 */
export function exactSpans(term: IntegerTerm, rows: number, levels: EdgeLevels): Spans {
  const low = new Float64Array(rows);
  const high = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < term.columns; column++) {
      const weight = term.weights[row * term.columns + column]!;
      const a = weight * levels.low[column]!;
      const b = weight * levels.high[column]!;
      low[row]! += Math.min(a, b);
      high[row]! += Math.max(a, b);
    }
  }
  return { low, high };
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
