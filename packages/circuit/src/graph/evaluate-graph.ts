// Plain evaluation of the graph: what calibration observes, and the truth that the encoded circuit is tested against.

import { multiply } from '../spec/index.js';
import type { HiddenLayer, IntegerGraph, OutputLayer } from './integer-graph.js';

/** Everything that evaluating a graph computes, per layer. */
export interface GraphValues {
  /** Per hidden layer, [n, rows]: the sums that its tables read, shifts included. */
  readonly sums: readonly Float64Array[];
  /** [n, rows of the output layer]: the outputs of the net. */
  readonly outputs: Float64Array;
}

/** Evaluates the graph on [n, features] input levels, with no rounding but that of the quantizers. */
export function evaluateGraph(graph: IntegerGraph, inputs: ArrayLike<number>, samples: number): GraphValues {
  const sums: Float64Array[] = [];
  const edges: ArrayLike<number>[] = [inputs];
  for (const layer of graph.hidden) {
    const accumulators = weightedSums(layer, edges, samples, (sum, row) => sum + layer.shifts[row]!);
    sums.push(accumulators);
    edges.push(emitted(layer, accumulators));
  }
  const { scales, biases } = graph.output;
  const outputs = weightedSums(graph.output, edges, samples, (sum, row) => biases[row]! + scales[row]! * sum);
  return { sums, outputs };
}

/** The sums of a layer's integer term, mapped row by row, and its skips on top. */
function weightedSums(
  { rows, term, skips }: HiddenLayer | OutputLayer,
  edges: readonly ArrayLike<number>[],
  samples: number,
  map: (sum: number, row: number) => number,
): Float64Array {
  const sums = multiply(term.weights, edges[term.edge]!, samples).map((sum, i) => map(sum, i % rows));
  for (const { edge, weights } of skips) {
    const added = multiply(weights, edges[edge]!, samples);
    for (let i = 0; i < sums.length; i++) sums[i]! += added[i]!;
  }
  return sums;
}

/** What a layer emits for its sums, [n, rows], shifts included. */
export function emitted({ functions, functionOf, rows }: HiddenLayer, sums: Float64Array): Float64Array {
  const values = new Float64Array(sums.length);
  for (const [index, { at }] of functions.entries()) {
    const positions: number[] = [];
    for (let i = 0; i < sums.length; i++) if (functionOf[i % rows] === index) positions.push(i);
    const each = at(Float64Array.from(positions, (position) => sums[position]!));
    for (const [k, position] of positions.entries()) values[position] = each[k]!;
  }
  return values;
}
