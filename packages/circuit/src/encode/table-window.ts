// Where on the torus a neuron's accumulator may lie. A table covers half a turn and repeats with the opposite sign over
// the other half. An activation that ends in plateaus −V and +V (a clipped ReLU minus its middle, hard-tanh, sign) goes
// on correctly there: beyond the half turn the negated lower plateau is the upper one. So only the ramp between the
// plateaus has to lie inside the half turn, and the accumulator may be up to twice as wide.

import type { LevelFunction } from '../graph/integer-graph.js';

/** The part of a row's accumulator range that its table must resolve. */
export interface TableWindow {
  /** Accumulator value that the middle of the table stands for. */
  readonly center: number;
  /** Accumulator units that must fit into half a turn, guard excluded; at least 1. */
  readonly extent: number;
  /** All of the range in accumulator units, guard excluded. */
  readonly range: number;
}

/**
 * Fits the half turn of a table around a row's range [low, high].
 *
 * With p the end of the lower plateau and r the start of the upper one, values up to p + ½ turn and down to r − ½ turn are
 * read correctly, so max(high − p, r − low) must fit. A range that does not reach both plateaus must fit as a whole.
 *
 * @param levels - smallest and largest level of the layer: plateaus are where the activation stays at these.
 */
export function tableWindow(
  activation: LevelFunction,
  low: number,
  high: number,
  levels: readonly [number, number],
): TableWindow {
  const range = high - low;
  const ramp = rampBetweenPlateaus(activation, low, high, levels);
  if (ramp === null) return { center: (low + high) / 2, extent: Math.max(range, 1), range };
  const [start, end] = ramp;
  return { center: (start + end) / 2, extent: Math.max(high - start, end - low, 1), range };
}

/** Last value of the lower and first value of the upper plateau; null when [low, high] does not reach both. */
function rampBetweenPlateaus(
  activation: LevelFunction,
  low: number,
  high: number,
  levels: readonly [number, number],
): readonly [number, number] | null {
  if (activation(low) !== levels[0] || activation(high) !== levels[1]) return null;
  let start = low;
  while (activation(start + 1) === levels[0]) start++;
  let end = high;
  while (activation(end - 1) === levels[1]) end--;
  return [start, end];
}
