// Weights of layers that read what tables emit: there every integer step multiplies noise, so they may be rounded again to
// fewer bits than they were trained with.

import { type IntegerMatrix, matrixOfRows, rowEntries, rowValues } from '../spec/index.js';
import { evaluateOutput } from './evaluate-graph.js';
import type { HiddenLayer, IntegerGraph, OutputLayer } from './integer-graph.js';

/**
 * An output layer with weights of at most `bits` bits, row by row; the mean that this adds to each output on the given rows
 * is taken out of its bias. Weights onto the inputs stay as they are: fresh ciphertexts have hardly any noise.
 *
 * @param edges - values of all edges, [samples, width] each.
 */
export function withOutputBits(
  output: OutputLayer,
  bits: number,
  edges: readonly ArrayLike<number>[],
  samples: number,
): OutputLayer {
  if (output.term.edge === 0 || bitsOf(output.term.weights) <= bits) return output;
  const rounded = roundOutput(output, bits);
  const [before, after] = [output, rounded].map((each) => evaluateOutput(each, edges, samples));
  const biases = output.biases.slice();
  for (let i = 0; i < before!.length; i++) biases[i % output.rows]! += (before![i]! - after![i]!) / samples;
  return { ...rounded, biases };
}

/** Bits of the widest weight, its sign included. */
export function bitsOf({ values }: IntegerMatrix): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return 1 + Math.ceil(Math.log2(largest + 1));
}

function roundOutput(output: OutputLayer, bits: number): OutputLayer {
  const { weights } = output.term;
  const most = 2 ** (bits - 1) - 1;
  const steps = output.scales.map((_, row) => Math.max(1, largestOf(weights, row) / most));
  return {
    ...output,
    term: { ...output.term, weights: divideRows(weights, steps) },
    scales: output.scales.map((scale, row) => scale * steps[row]!),
  };
}

/**
 * The graph with sines behind tables brought to one period a layer. A sine cannot undo a scale in its table, and gains
 * multiply noise there, so the weights themselves take up each row's frequency, rounded to `bits` bits.
 */
export function withCommonPeriods(graph: IntegerGraph, bits: number): IntegerGraph {
  return { ...graph, hidden: graph.hidden.map((layer) => commonPeriod(layer, bits)) };
}

function commonPeriod(layer: HiddenLayer, bits: number): HiddenLayer {
  const { weights } = layer.term;
  const periods = Float64Array.from(
    layer.functionOf,
    (index) => layer.functions[index]!.halfPeriod ?? Number.NaN,
  );
  if (layer.term.edge === 0 || Number.isNaN(periods[0]) || periods.every((period) => period === periods[0]))
    return layer;
  // In half periods per unit; the largest becomes the largest integer.
  const largest = periods.reduce((most, period, row) => Math.max(most, largestOf(weights, row) / period), 0);
  const most = 2 ** (bits - 1) - 1;
  const common = most / largest;
  return {
    ...layer,
    term: {
      ...layer.term,
      weights: divideRows(
        weights,
        periods.map((period) => period / common),
      ),
    },
    shifts: layer.shifts.map((shift, row) => (shift * common) / periods[row]!),
    isIntegral: false,
    functions: layer.functions.map((table) => ({
      ...table,
      at: (accumulators) => table.at(accumulators.map((y) => (y * table.halfPeriod!) / common)),
      halfPeriod: common,
    })),
  };
}

function largestOf(weights: IntegerMatrix, row: number): number {
  return rowValues(weights, row).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function divideRows(weights: IntegerMatrix, divisors: Float64Array): IntegerMatrix {
  return matrixOfRows(
    weights.columns,
    Array.from({ length: weights.rows }, (_, row) =>
      rowEntries(weights, row).map(({ column, value }) => ({
        column,
        value: Math.round(value / divisors[row]!),
      })),
    ),
  );
}
