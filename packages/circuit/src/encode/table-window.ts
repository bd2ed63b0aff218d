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
 * With p the end of the lower plateau and r the start of the upper one (the ends of the range where there is no
 * plateau), values up to p + ½ turn and down to r − ½ turn are read correctly, so max(high − p, r − low) must fit.
 *
 * @param levels - smallest and largest level of the layer: plateaus are where the activation stays at these.
 */
export function tableWindow(
  activation: LevelFunction,
  low: number,
  high: number,
  levels: readonly [number, number],
): TableWindow {
  const steps = Math.max(1, Math.ceil(high - low));
  const at = (step: number) => activation(low + ((high - low) * step) / steps);
  let lowerEnd = 0;
  while (lowerEnd < steps && at(lowerEnd + 1) === levels[0] && at(lowerEnd) === levels[0]) lowerEnd++;
  let upperStart = steps;
  while (upperStart > lowerEnd && at(upperStart - 1) === levels[1] && at(upperStart) === levels[1])
    upperStart--;
  const perStep = (high - low) / steps;
  const rampLow = low + lowerEnd * perStep;
  const rampHigh = low + upperStart * perStep;
  return {
    center: (rampLow + rampHigh) / 2,
    extent: Math.max(high - rampLow, rampHigh - low, 1),
    range: high - low,
  };
}
