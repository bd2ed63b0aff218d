// Whether a graph keeps to the bits that it was trained for, and how wide its tables may be.

import { CircuitError } from '../errors.js';
import { edgeRanges, type HiddenLayer, type IntegerGraph } from './integer-graph.js';
import { exactSpans, spanBits } from './spans.js';

/** Rounding to more bits than a blind rotation resolves would be no rounding. */
const bitsOfRoundedTables = { low: 1, high: 12 };
/** Boxes of more bits need rings that take minutes to make keys for, and seconds a bootstrap. */
const mostExactBits = 8;

/**
 * In bounded mode no sum may need more bits than allowed, whatever the input; in rounded mode tables round to bits that
 * they resolve.
 *
 * @throws CircuitError `ACCUMULATOR_TOO_WIDE` or `ROUNDED_ACCUMULATOR_BITS`.
 */
export function checkAccumulators(graph: IntegerGraph): void {
  const { accumulatorBits } = graph;
  if (graph.accumulators === 'rounded') {
    for (const { tableBits } of graph.hidden) requireRoundedBits(tableBits);
    return;
  }
  const ranges = edgeRanges(graph);
  for (const { name, rows, term } of [...graph.hidden, graph.output]) {
    const { low, high } = exactSpans(term, ranges[term.edge]!);
    for (let row = 0; row < rows; row++) {
      const bits = spanBits(low[row]!, high[row]!);
      // Real-valued tables have no integers to count; what they emit is only bounded by data.
      if (bits <= accumulatorBits || !Number.isFinite(bits)) continue;
      throw new CircuitError(
        'ACCUMULATOR_TOO_WIDE',
        `Neuron ${row} of ${name} sums up to [${low[row]}, ${high[row]}]: ${bits} bits, ${accumulatorBits} are allowed.`,
        {
          got: bits,
          expected: accumulatorBits,
          hint: 'Train to the end of the pruning schedule, lower nWBits or nABits, or raise nAccumBits.',
        },
      );
    }
  }
}

/**
 * Exact precision needs sums of integers, few bits wide, in every hidden layer.
 *
 * @param bitsOf - bits of the widest sum of a layer.
 * @throws CircuitError `ACCUMULATOR_TOO_WIDE` or `PRECISION_UNSUPPORTED`.
 */
export function checkExact(graph: IntegerGraph, bitsOf: (layer: HiddenLayer) => number): void {
  for (const layer of graph.hidden) {
    if (!layer.isIntegral) throw notIntegral(layer, 'reads real values, and exact tables read integers');
    if (layer.functions.some(({ halfPeriod }) => halfPeriod !== null))
      throw notIntegral(layer, 'has a periodic activation, which has no range to resolve exactly');
    const bits = bitsOf(layer);
    if (bits <= mostExactBits) continue;
    throw new CircuitError(
      'ACCUMULATOR_TOO_WIDE',
      `Sums of ${layer.name} take ${bits} bits; exact tables take up to ${mostExactBits}.`,
      {
        got: bits,
        expected: `at most ${mostExactBits}`,
        hint: "Train with accumulators: 'bounded' and fewer nAccumBits, or compile with precision: 'approximate'.",
      },
    );
  }
}

function notIntegral({ name }: HiddenLayer, reason: string): CircuitError {
  return new CircuitError('PRECISION_UNSUPPORTED', `${name} ${reason}.`, {
    got: 'exact',
    expected: 'approximate',
    hint: "Compile with precision: 'approximate', or train with rounded activations such as ReLU with nABits 2 to 4.",
  });
}

function requireRoundedBits(bits: number): void {
  const { low, high } = bitsOfRoundedTables;
  if (Number.isInteger(bits) && bits >= low && bits <= high) return;
  throw new CircuitError(
    'ROUNDED_ACCUMULATOR_BITS',
    `nAccumBits or tableBits is ${bits}; tables resolve ${low} to ${high}.`,
    {
      got: bits,
      expected: `${low} to ${high}`,
      hint: 'Set module__nAccumBits to 8, the default.',
    },
  );
}
