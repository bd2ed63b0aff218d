// What one layer of a circuit is and costs.

import type { Calibration } from '../encode/calibrate.js';
import type { EncodedCircuit } from '../encode/encode-circuit.js';
import { edgeRanges, type HiddenLayer, type OutputLayer } from '../graph/integer-graph.js';
import { exactSpans, type Spans, spanBits } from '../graph/spans.js';
import { rowValues } from '../spec/index.js';
import { type Histogram, histogramOf } from './histogram.js';

/** One layer of a circuit's report. */
export interface LayerReport {
  readonly name: string;
  /** Values that a row could read. */
  readonly inputs: number;
  readonly rows: number;
  /** Non-zero weights, skips included: products of a weight and a ciphertext a sample. */
  readonly nonZeros: number;
  /** Most non-zero weights of a row. */
  readonly largestRow: number;
  /** Most weights a row may keep (Ω); null where rows are dense. */
  readonly omega: number | null;
  /** Bits of the integer sums over every input that could occur; null where they are sums of real values. */
  readonly exactBits: number | null;
  /** Bits of the sums on the calibration rows; null in the last layer. */
  readonly observedBits: number | null;
  /** Largest Euclidean norm of a row's integer weights: what noise is multiplied with. */
  readonly norm: number;
  /** Bits of what the tables take; null without tables. */
  readonly tableBits: number | null;
  /** Entries that a table has over half a turn; null without tables. */
  readonly tableEntries: number | null;
  /** Different tables; 0 in the last layer. */
  readonly tables: number;
  /** Largest standard deviation with which a table is read, in accumulator steps; null without tables. */
  readonly noiseSteps: number | null;
  /**
   * log2 of the probability that noise carries a calibrated accumulator out of its range (in exact precision: out of its
   * box), in the worst row; null without tables, −∞ where there is no range to leave.
   */
  readonly overflowLog2: number | null;
  /** Bootstraps a sample. */
  readonly bootstraps: number;
  /** Of the layer's integer weights, zeros left out. */
  readonly weights: Histogram;
  /** Of the sums on calibration rows, all rows together. */
  readonly accumulators: Histogram;
}

/** The layers of a circuit, the last one included. `sums` are those of some calibration rows, per layer. */
export function layerReports(
  { graph, hidden: observed }: Calibration,
  encoded: EncodedCircuit,
  omega: number | null,
  sums: readonly Float64Array[],
): LayerReport[] {
  const ranges = edgeRanges(graph);
  const describe = (layer: HiddenLayer | OutputLayer, index: number) => ({
    name: layer.name,
    inputs: layer.term.weights.columns,
    rows: layer.rows,
    ...rowStatistics(layer),
    omega,
    exactBits: layer.isIntegral ? widest(exactSpans(layer.term, ranges[layer.term.edge]!)) : null,
    weights: histogramOf(layer.term.weights.values),
    accumulators: histogramOf(sums[index]!),
  });
  const hidden = graph.hidden.map((layer, index) => {
    const { boxes, tableBits, noiseUnits, misreadLog2 } = encoded.hidden[index]!;
    return {
      ...describe(layer, index),
      observedBits: widest(observed[index]!),
      tableBits: Math.max(...tableBits.map((bits) => Math.ceil(bits))),
      tableEntries: boxes,
      tables: tableBits.length,
      noiseSteps: Math.max(...noiseUnits),
      overflowLog2: Math.max(...misreadLog2),
      bootstraps: layer.rows,
    };
  });
  const last = {
    ...describe(graph.output, graph.hidden.length),
    observedBits: null,
    tableBits: null,
    tableEntries: null,
    tables: 0,
    noiseSteps: null,
    overflowLog2: null,
    bootstraps: 0,
  };
  return [...hidden, last];
}

function rowStatistics({ term, rows, skips }: HiddenLayer | OutputLayer) {
  let largestRow = 0;
  let largestSquare = 0;
  for (let row = 0; row < rows; row++) {
    const weights = rowValues(term.weights, row);
    largestRow = Math.max(largestRow, weights.length);
    largestSquare = Math.max(
      largestSquare,
      weights.reduce((sum, weight) => sum + weight * weight, 0),
    );
  }
  const skipped = skips.reduce((sum, skip) => sum + skip.weights.values.length, 0);
  return { nonZeros: term.weights.values.length + skipped, largestRow, norm: Math.sqrt(largestSquare) };
}

function widest({ low, high }: Spans): number {
  return low.reduce((bits, value, row) => Math.max(bits, spanBits(value, high[row]!)), 0);
}
