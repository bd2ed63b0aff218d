// The last layer: where its outputs lie on the torus, and how clients read them.

import { edgeRanges, type IntegerGraph, middleSums } from '../graph/integer-graph.js';
import { exactSpans } from '../graph/spans.js';
import { type OutputDecoding, rowValues, type ServerLayer } from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import type { Demand, EdgeScale } from './scales.js';
import { skipTerms } from './skip-terms.js';
import { turnsToWord } from './torus.js';

/** The range that an output is given. */
export interface OutputRange {
  /** In units of the output term, skips included. */
  readonly center: number;
  readonly width: number;
}

/** Outputs of rows never seen may lie outside the calibrated range: this many times its width is provided for. */
const outputHeadroom = 2;

/** The range of each output: the calibrated one with headroom, but not more than it can take. */
export function outputRanges({ graph, outputs }: Calibration): OutputRange[] {
  const { output } = graph;
  const exact = exactSpans(output.term, edgeRanges(graph)[output.term.edge]!);
  return Array.from({ length: output.rows }, (_, row) => {
    const toUnits = (value: number) => (value - output.biases[row]!) / output.scales[row]!;
    const ends = [toUnits(outputs.low[row]!), toUnits(outputs.high[row]!)].sort((a, b) => a - b);
    const center = (ends[0]! + ends[1]!) / 2;
    const width = (ends[1]! - ends[0]!) * outputHeadroom;
    if (output.skips.length > 0) return { center, width: width || 1 };
    const low = Math.max(exact.low[row]!, center - width / 2);
    const high = Math.min(exact.high[row]!, center + width / 2);
    return { center: (low + high) / 2, width: high - low || 1 };
  });
}

/** What the outputs demand of the scale of the last edge. */
export function outputDemands({ output }: IntegerGraph, ranges: readonly OutputRange[]): Demand[] {
  return ranges.map(({ width }, row) => ({
    extent: width,
    unitTurns: null,
    squaredNorm: rowValues(output.term.weights, row).reduce((sum, weight) => sum + weight * weight, 0),
    otherVariance: 0,
  }));
}

/** Encodes the last layer. */
export function encodeOutput(
  { graph }: Calibration,
  ranges: readonly OutputRange[],
  scales: readonly EdgeScale[],
): { layer: ServerLayer; decoding: OutputDecoding[] } {
  const { output } = graph;
  const { scale, gains } = scales[output.term.edge]!;
  const middles = middleSums(graph, output.term);
  const decoding = ranges.map(({ center }, row) => ({
    scale: output.scales[row]! / (gains[row]! * scale),
    offset: output.biases[row]! + output.scales[row]! * center,
  }));
  const skips = skipTerms(
    output.skips,
    Float64Array.from(decoding, (each) => 1 / each.scale),
    scales,
  );
  const skipMiddles = skips.map((skip) =>
    middleSums(graph, skip).map((sum) => sum * scales[skip.edge]!.scale),
  );
  const offsets = BigUint64Array.from(ranges, ({ center }, row) =>
    turnsToWord(
      gains[row]! * scale * (middles[row]! - center) + skipMiddles.reduce((sum, each) => sum + each[row]!, 0),
    ),
  );
  return {
    layer: {
      rows: output.rows,
      terms: [{ edge: output.term.edge, weights: output.term.weights, gains }, ...skips],
      offsets,
      tables: new Uint32Array(0),
      tableOf: new Uint32Array(0),
      boxes: 0,
    },
    decoding,
  };
}
