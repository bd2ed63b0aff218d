// Plain evaluation of the graph: what calibration observes, and the truth that the encoded circuit is tested against.

import { multiply } from '../spec/index.js';
import type { HiddenLayer, IntegerGraph, OutputLayer } from './integer-graph.js';

/** What the layers before the output compute. */
export interface HiddenValues {
  /** Per hidden layer, [n, rows]: the sums that its tables read, shifts included. */
  readonly sums: readonly Float64Array[];
  /** Per edge, [n, width]: the inputs, and what each hidden layer emits. */
  readonly edges: readonly ArrayLike<number>[];
}

/** Everything that evaluating a graph computes. */
export interface GraphValues extends HiddenValues {
  /** [n, rows of the output layer]: the outputs of the net. */
  readonly outputs: Float64Array;
}

/** Evaluates the graph on [n, features] input levels, with no rounding but that of the quantizers. */
export function evaluateGraph(graph: IntegerGraph, inputs: ArrayLike<number>, samples: number): GraphValues {
  const { sums, edges } = evaluateHidden(graph, inputs, samples);
  return { sums, edges, outputs: evaluateOutput(graph.output, edges, samples) };
}

/** {@link evaluateGraph} without the output layer. */
export function evaluateHidden(
  graph: Pick<IntegerGraph, 'hidden'>,
  inputs: ArrayLike<number>,
  samples: number,
): HiddenValues {
  const sums: Float64Array[] = [];
  const edges: ArrayLike<number>[] = [inputs];
  for (const layer of graph.hidden) {
    const accumulators = weightedSums(layer, edges, samples, (sum, row) => sum + layer.shifts[row]!);
    sums.push(accumulators);
    edges.push(emitted(layer, accumulators));
  }
  return { sums, edges };
}

/** The outputs of a net, [n, rows], from the values of all edges. */
export function evaluateOutput(
  output: OutputLayer,
  edges: readonly ArrayLike<number>[],
  samples: number,
): Float64Array {
  const { scales, biases } = output;
  return weightedSums(output, edges, samples, (sum, row) => biases[row]! + scales[row]! * sum);
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
function emitted({ functions, functionOf, rows }: HiddenLayer, sums: Float64Array): Float64Array {
  const samples = sums.length / rows;
  const values = new Float64Array(sums.length);
  for (const [index, { at }] of functions.entries()) {
    const own = [...functionOf.keys()].filter((row) => functionOf[row] === index);
    const read = new Float64Array(samples * own.length);
    for (let sample = 0; sample < samples; sample++) {
      for (const [k, row] of own.entries()) read[sample * own.length + k] = sums[sample * rows + row]!;
    }
    const each = at(read);
    for (let sample = 0; sample < samples; sample++) {
      for (const [k, row] of own.entries()) values[sample * rows + row] = each[sample * own.length + k]!;
    }
  }
  return values;
}
