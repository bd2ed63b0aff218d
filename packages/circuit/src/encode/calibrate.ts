// What a circuit must know of its data before it is encoded: the ranges of the accumulators on calibration rows.

import { evaluateGraph } from '../graph/evaluate-graph.js';
import type { IntegerGraph } from '../graph/integer-graph.js';
import { observedSpans, type Spans } from '../graph/spans.js';
import { type TableWindow, tableWindow } from './table-window.js';

/** Ranges observed on the calibration rows. */
export interface Calibration {
  /** Per hidden layer: the integer sums that its tables read, per row. */
  readonly hidden: readonly Spans[];
  /** Per hidden layer and row: where the table must lie. */
  readonly windows: readonly (readonly TableWindow[])[];
  /** The outputs, in output units, per row. */
  readonly outputs: Spans;
}

/** Observes the ranges of a graph on [samples, features] input levels. */
export function calibrate(graph: IntegerGraph, inputs: ArrayLike<number>, samples: number): Calibration {
  const { sums, outputs } = evaluateGraph(graph, inputs, samples);
  const hidden = graph.hidden.map((layer, index) => observedSpans(sums[index]!, layer.rows));
  const windows = graph.hidden.map((layer, index) =>
    layer.activations.map((activation, row) =>
      tableWindow(activation, hidden[index]!.low[row]!, hidden[index]!.high[row]!, layer.levels),
    ),
  );
  return { hidden, windows, outputs: observedSpans(outputs, graph.output.rows) };
}
