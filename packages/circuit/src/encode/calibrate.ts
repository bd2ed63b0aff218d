// What a circuit must know of its data before it is encoded: the ranges of the accumulators on calibration rows.

import { evaluateHidden, evaluateOutput } from '../graph/evaluate-graph.js';
import type { IntegerGraph } from '../graph/integer-graph.js';
import { withOutputBits } from '../graph/requantize.js';
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
  return calibrateVariants(graph, [null], inputs, samples, precision)[0]!;
}

/**
 * Observes the ranges of variants of a graph that differ in the bits of their output weights.
 *
 * @param outputBits - of each variant; null leaves the weights as they are.
 */
export function calibrateVariants(
  graph: IntegerGraph,
  outputBits: readonly (number | null)[],
  inputs: ArrayLike<number>,
  samples: number,
  precision: Precision,
): Calibration[] {
  const values = evaluateHidden(graph, inputs, samples);
  const bounded = boundEmissions(graph, values);
  const hidden = bounded.hidden.map((layer, index) => observedSpans(values.sums[index]!, layer.rows));
  const plans = planLayers(bounded, hidden, precision);
  return outputBits.map((bits) => {
    const output = bits === null ? graph.output : withOutputBits(graph.output, bits, values.edges, samples);
    const outputs = evaluateOutput(output, values.edges, samples);
    return {
      graph: { ...bounded, output },
      hidden,
      plans,
      outputs: observedSpans(outputs, output.rows),
    };
  });
}
