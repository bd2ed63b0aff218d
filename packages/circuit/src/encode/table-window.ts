// Where on the torus a neuron's accumulator may lie. A table covers half a turn and repeats with the opposite sign over
// the other half. An activation that ends in plateaus −V and +V (a clipped ReLU minus its middle, hard-tanh, sign) goes
// on correctly there: beyond the half turn the negated lower plateau is the upper one. So only the ramp between the
// plateaus has to lie inside the half turn, and the accumulator may be up to twice as wide. A sine goes on correctly
// everywhere, so half a period is all it asks for.

import type { TableFunction } from '../graph/integer-graph.js';

/** The part of a row's accumulator range that its table must resolve. */
export interface TableWindow {
  /** Accumulator value that the middle of the table stands for. */
  readonly center: number;
  /** Accumulator units that must fit into half a turn, guard excluded; positive. */
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
 * @param table - what it emits tells its plateaus: where it stays at the ends of that.
 * @param step - accumulator units in which plateaus are looked for, and the smallest extent: 1 for integer sums.
 */
export function tableWindow(table: TableFunction, low: number, high: number, step: number): TableWindow {
  const range = high - low;
  if (table.halfPeriod !== null) return { center: (low + high) / 2, extent: table.halfPeriod, range };
  const ramp = rampBetweenPlateaus(table, low, high, step);
  if (ramp === null) return { center: (low + high) / 2, extent: Math.max(range, step), range };
  const [start, end] = ramp;
  return { center: (start + end) / 2, extent: Math.max(high - start, end - low, step), range };
}

/** Last value of the lower and first value of the upper plateau; null when [low, high] does not reach both. */
function rampBetweenPlateaus(
  { at, emits }: TableFunction,
  low: number,
  high: number,
  step: number,
): readonly [number, number] | null {
  if (emits === null) return null;
  const grid = Float64Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
  grid[grid.length - 1] = high;
  const values = at(grid);
  if (values[0] !== emits[0] || values.at(-1) !== emits[1]) return null;
  const start = values.findIndex((value) => value !== emits[0]) - 1;
  const end = values.findLastIndex((value) => value !== emits[1]) + 1;
  return [grid[Math.max(0, start)]!, grid[Math.min(end, grid.length - 1)]!];
}
