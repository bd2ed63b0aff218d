// Plain integer evaluation of the graph: what calibration observes, and the truth that the encoded circuit is tested
// against.

import type { IntegerGraph, IntegerTerm } from './integer-graph.js';

/** Everything that evaluating a graph computes, per layer. */
export interface GraphValues {
  /** Per hidden layer, [n, rows]: the integer sums that its tables read. */
  readonly sums: readonly Float64Array[];
  /** [n, rows of the output layer]: the integer sums of the output layer's term. */
  readonly outputSums: Float64Array;
  /** [n, rows of the output layer]: the outputs (logits). */
  readonly outputs: Float64Array;
}

/** Evaluates the graph on [n, features] input levels, with no rounding but that of the quantizers. */
export function evaluateGraph(graph: IntegerGraph, inputs: ArrayLike<number>, samples: number): GraphValues {
  const sums: Float64Array[] = [];
  let values: ArrayLike<number> = inputs;
  for (const layer of graph.hidden) {
    const accumulators = multiply(layer.term, layer.rows, values, samples);
    sums.push(accumulators);
    const activations = layer.activations;
    values = accumulators.map((value, i) => activations[i % layer.rows]!(value));
  }
  const output = graph.output;
  const outputSums = multiply(output.term, output.rows, values, samples);
  const outputs = outputSums.map(
    (sum, i) => output.biases[i % output.rows]! + output.scales[i % output.rows]! * sum,
  );
  if (output.skip !== null) addSkip(outputs, output.skip, output.rows, inputs, samples);
  return { sums, outputSums, outputs };
}

/** [n, columns] · [rows, columns]ᵀ → [n, rows]. */
function multiply(term: IntegerTerm, rows: number, values: ArrayLike<number>, samples: number): Float64Array {
  const { columns, weights } = term;
  const result = new Float64Array(samples * rows);
  for (let sample = 0; sample < samples; sample++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += weights[row * columns + column]! * values[sample * columns + column]!;
      }
      result[sample * rows + row] = sum;
    }
  }
  return result;
}

function addSkip(
  outputs: Float64Array,
  skip: Float64Array,
  rows: number,
  inputs: ArrayLike<number>,
  samples: number,
): void {
  const columns = skip.length / rows;
  for (let sample = 0; sample < samples; sample++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += skip[row * columns + column]! * inputs[sample * columns + column]!;
      }
      outputs[sample * rows + row]! += sum;
    }
  }
}
