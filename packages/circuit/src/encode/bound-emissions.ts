// Tables whose values no quantizer bounds, as of a ReLU: what they emit is cut at what calibration rows reached, so that it
// has ends, which are opposite on the torus.

import type { HiddenValues } from '../graph/evaluate-graph.js';
import type { HiddenLayer, IntegerGraph, TableFunction } from '../graph/integer-graph.js';

/** The same graph with bounds for every table; on the calibration rows, whose `values` these are, it computes the same. */
export function boundEmissions(graph: IntegerGraph, { edges }: HiddenValues): IntegerGraph {
  return { ...graph, hidden: graph.hidden.map((layer, index) => boundLayer(layer, edges[index + 1]!)) };
}

function boundLayer(layer: HiddenLayer, emitted: ArrayLike<number>): HiddenLayer {
  const { functions, functionOf, rows } = layer;
  if (functions.every(({ emits }) => emits !== null)) return layer;
  const low = new Float64Array(functions.length).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(functions.length).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < emitted.length; i++) {
    const index = functionOf[i % rows]!;
    low[index] = Math.min(low[index]!, emitted[i]!);
    high[index] = Math.max(high[index]!, emitted[i]!);
  }
  return { ...layer, functions: functions.map((each, index) => cut(each, low[index]!, high[index]!)) };
}

function cut(table: TableFunction, low: number, high: number): TableFunction {
  if (table.emits !== null) return table;
  return {
    ...table,
    at: (accumulators) => table.at(accumulators).map((value) => Math.min(high, Math.max(low, value))),
    emits: [low, high],
  };
}
