// Tables whose values no quantizer bounds, as of a ReLU: what they emit is cut at what calibration rows reached, so that it
// has ends, which are opposite on the torus.

import { emitted, evaluateGraph } from '../graph/evaluate-graph.js';
import type { HiddenLayer, IntegerGraph, TableFunction } from '../graph/integer-graph.js';

/** The same graph with bounds for every table; on the calibration rows it computes the same. */
export function boundEmissions(
  graph: IntegerGraph,
  inputs: ArrayLike<number>,
  samples: number,
): IntegerGraph {
  const isBounded = graph.hidden.every((layer) => layer.functions.every(({ emits }) => emits !== null));
  if (isBounded) return graph;
  const { sums } = evaluateGraph(graph, inputs, samples);
  return { ...graph, hidden: graph.hidden.map((layer, index) => boundLayer(layer, sums[index]!)) };
}

function boundLayer(layer: HiddenLayer, sums: Float64Array): HiddenLayer {
  const { functions, functionOf, rows } = layer;
  const values = emitted(layer, sums);
  const low = new Float64Array(functions.length).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(functions.length).fill(Number.NEGATIVE_INFINITY);
  for (const [i, value] of values.entries()) {
    const index = functionOf[i % rows]!;
    low[index] = Math.min(low[index]!, value);
    high[index] = Math.max(high[index]!, value);
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
