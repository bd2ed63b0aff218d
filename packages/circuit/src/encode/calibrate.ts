// What a circuit must know of its data before it is encoded: the ranges of the accumulators on calibration rows.

import { evaluateGraph } from '../graph/evaluate-graph.js';
import type { IntegerGraph } from '../graph/integer-graph.js';
import { observedSpans, type Spans } from '../graph/spans.js';
import { boundEmissions } from './bound-emissions.js';
import { type LayerPlan, type Precision, planLayers } from './layer-plan.js';

/** A graph with the ranges observed on the calibration rows. */
export interface Calibration {
  /** The graph, every table bounded. */
  readonly graph: IntegerGraph;
  /** Per hidden layer: the sums that its tables read, per row. */
  readonly hidden: readonly Spans[];
  /** Per hidden layer: what its tables must resolve. */
  readonly plans: readonly LayerPlan[];
  /** The outputs, in output units, per row. */
  readonly outputs: Spans;
}

/** Observes the ranges of a graph on [samples, features] input levels. */
export function calibrate(
  graph: IntegerGraph,
  inputs: ArrayLike<number>,
  samples: number,
  precision: Precision = 'approximate',
): Calibration {
  const bounded = boundEmissions(graph, inputs, samples);
  const { sums, outputs } = evaluateGraph(bounded, inputs, samples);
  const hidden = bounded.hidden.map((layer, index) => observedSpans(sums[index]!, layer.rows));
  return {
    graph: bounded,
    hidden,
    plans: planLayers(bounded, hidden, precision),
    outputs: observedSpans(outputs, bounded.output.rows),
  };
}
