// Second paths into a layer. Their weights are real, and become integer multiples of the scale of the edge they read:
// S_int = round(S · turns per unit of the row / Δ of the edge).

import type { RealTerm } from '../graph/integer-graph.js';
import { bootstrapVariance, freshVariance } from '../noise/variance.js';
import {
  type CircuitTerm,
  type CryptoParameters,
  matrixOfRows,
  rowEntries,
  rowValues,
} from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import type { EdgeScale } from './scales.js';

/**
 * The terms of a layer's skips.
 *
 * @param rowTurns - [rows] turns per unit of the row's sum (or output).
 * @param scales - of all edges that the skips read.
 */
export function skipTerms(
  skips: readonly RealTerm[],
  rowTurns: Float64Array,
  scales: readonly Pick<EdgeScale, 'scale'>[],
): CircuitTerm[] {
  return skips.map(({ edge, weights }) => ({
    edge,
    gains: new Uint32Array(weights.rows).fill(1),
    weights: matrixOfRows(
      weights.columns,
      Array.from({ length: weights.rows }, (_, row) =>
        rowEntries(weights, row).map(({ column, value }) => ({
          column,
          value: Math.round((value * rowTurns[row]!) / scales[edge]!.scale),
        })),
      ),
    ),
  }));
}

/**
 * Variance in turns² that the skips of the layer that reads `edge` bring to each of its tables, or outputs, at a chosen
 * scale; null without skips.
 *
 * @param scales - of the edges before `edge`.
 */
export function skipVariances(
  { graph, plans }: Calibration,
  edge: number,
  { scale, gains }: EdgeScale,
  scales: readonly EdgeScale[],
  parameters: CryptoParameters,
): Float64Array | null {
  const hidden = graph.hidden[edge];
  const skips = (hidden ?? graph.output).skips;
  if (skips.length === 0) return null;
  const tableOf = plans[edge]?.tableOf ?? Uint32Array.from(gains, (_, row) => row);
  const toUnits = hidden === undefined ? graph.output.scales : null;
  const rowTurns = Float64Array.from(
    tableOf,
    (table, row) => (gains[table]! * scale) / (toUnits === null ? 1 : toUnits[row]!),
  );
  const variances = new Float64Array(gains.length);
  for (const term of skipTerms(skips, rowTurns, [...scales, { scale }])) {
    const each = term.edge === 0 ? freshVariance(parameters) : bootstrapVariance(parameters);
    for (const [row, table] of tableOf.entries()) {
      const norm = rowValues(term.weights, row).reduce((sum, weight) => sum + weight * weight, 0);
      variances[table] = Math.max(variances[table]!, norm * each);
    }
  }
  return variances;
}
