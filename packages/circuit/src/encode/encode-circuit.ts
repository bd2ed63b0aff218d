// Integer graph + parameter set → server circuit: scales, gains, offsets and tables, and how to decode the outputs.

import { edgeLevels, type HiddenLayer, type IntegerGraph, type IntegerTerm } from '../graph/integer-graph.js';
import { exactSpans } from '../graph/spans.js';
import { tailQuantile } from '../noise/normal.js';
import type {
  CircuitTerm,
  CryptoParameters,
  OutputDecoding,
  ServerCircuit,
  ServerLayer,
} from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import { type EdgeScale, inputScale, type Reading, tableOutputScale } from './scales.js';
import type { TableWindow } from './table-window.js';
import { turnsToWord } from './torus.js';

/** What encoding decided about one hidden layer, for the report. */
export interface HiddenEncoding {
  readonly windows: readonly TableWindow[];
  readonly gains: Uint32Array;
  /** Turns per accumulator unit, per row. */
  readonly unitTurns: Float64Array;
  /** Reading noise per row, in accumulator units. */
  readonly noiseUnits: Float64Array;
  /** Entries of each table. */
  readonly boxes: number;
  /** Boxes that each row's range spans, as bits: what its table takes. */
  readonly tableBits: Float64Array;
}

export interface EncodedCircuit {
  readonly server: ServerCircuit;
  readonly inputScaleLog2: number;
  readonly outputs: readonly OutputDecoding[];
  readonly hidden: readonly HiddenEncoding[];
  /** Standard deviation of each output, in output units. */
  readonly outputNoise: Float64Array;
}

/** Outputs of rows never seen may lie outside the calibrated range: this many times its width is provided for. */
const outputHeadroom = 2;

/**
 * Encodes a graph under a parameter set.
 *
 * @param pErrorLog2 - log2 of the probability, per row, that noise carries a calibrated accumulator out of its range:
 *   the guard on each side is that quantile of the computed noise.
 * @returns null when the noise of the set leaves no room for the ranges.
 */
export function encodeCircuit(
  graph: IntegerGraph,
  calibration: Calibration,
  parameters: CryptoParameters,
  pErrorLog2: number,
): EncodedCircuit | null {
  const guard = tailQuantile(pErrorLog2);
  const { windows } = calibration;
  const outputRange = outputRanges(graph, calibration);
  const scales: EdgeScale[] = [];
  for (let edge = 0; edge <= graph.hidden.length; edge++) {
    const layer = graph.hidden[edge];
    const reading: Reading = { parameters, guard, turns: layer ? 0.5 : 1, bootstrapped: layer !== undefined };
    const term = layer?.term ?? graph.output.term;
    const extents = layer
      ? windows[edge]!.map((window) => window.extent)
      : outputRange.map((range) => range.width);
    const demands = extents.map((extent, row) => ({ extent, squaredNorm: squaredNorm(term, row) }));
    const scale = edge === 0 ? inputScale(demands, reading) : tableOutputScale(demands, reading);
    if (scale === null) return null;
    scales.push(scale);
  }
  const hidden = graph.hidden.map((layer, l) =>
    encodeHidden(graph, layer, l, windows[l]!, scales, guard, parameters),
  );
  const output = encodeOutput(graph, outputRange, scales);
  return {
    server: {
      parameters,
      inputs: graph.features.length,
      layers: [...hidden.map((encoded) => encoded.layer), output.layer],
    },
    inputScaleLog2: 64 + Math.log2(scales[0]!.scale),
    outputs: output.decoding,
    hidden: hidden.map((encoded) => encoded.encoding),
    outputNoise: scales[graph.hidden.length]!.noises.map(
      (noise, row) => noise * Math.abs(output.decoding[row]!.scale),
    ),
  };
}

function encodeHidden(
  graph: IntegerGraph,
  layer: HiddenLayer,
  index: number,
  windows: readonly TableWindow[],
  scales: readonly EdgeScale[],
  guard: number,
  parameters: CryptoParameters,
): { layer: ServerLayer; encoding: HiddenEncoding } {
  const { scale, gains, noises } = scales[index]!;
  const unitTurns = Float64Array.from(gains, (gain) => gain * scale);
  const rangeTurns = windows.map((window, row) => window.range * unitTurns[row]! + 2 * guard * noises[row]!);
  // 2^accumulatorBits boxes over the range: over the whole turn when some row needs more than half of it.
  const half = rangeTurns.every((turns) => turns <= 0.5);
  const boxes = Math.min(2 ** (graph.accumulatorBits - (half ? 0 : 1)), parameters.polynomialSize);
  const middle = middleLevel(graph, index);
  const emitted = { middle: middleLevel(graph, index + 1), scale: scales[index + 1]!.scale };
  const offsets = new BigUint64Array(layer.rows);
  const tables = new BigUint64Array(layer.rows * boxes);
  for (let row = 0; row < layer.rows; row++) {
    const unit = unitTurns[row]!;
    // The middle of the table, a quarter turn in, stands for the window's center.
    offsets[row] = turnsToWord(0.25 + unit * (middle * weightSum(layer.term, row) - windows[row]!.center));
    fillTable(
      tables.subarray(row * boxes, (row + 1) * boxes),
      layer.activations[row]!,
      windows[row]!,
      unit,
      emitted,
    );
  }
  return {
    layer: { rows: layer.rows, terms: [circuitTerm(layer.term, gains)], offsets, tables, boxes },
    encoding: {
      windows,
      gains,
      unitTurns,
      noiseUnits: noises.map((noise, row) => noise / unitTurns[row]!),
      boxes,
      tableBits: Float64Array.from(windows, (window, row) =>
        Math.log2(
          Math.min(window.range + 1, 2 * boxes, Math.ceil(window.range * unitTurns[row]! * 2 * boxes) + 1),
        ),
      ),
    },
  };
}

function fillTable(
  table: BigUint64Array,
  activation: (accumulator: number) => number,
  window: TableWindow,
  unitTurns: number,
  emitted: { readonly middle: number; readonly scale: number },
): void {
  const boxTurns = 0.5 / table.length;
  for (let box = 0; box < table.length; box++) {
    const value = window.center + ((box + 0.5) * boxTurns - 0.25) / unitTurns;
    // Boxes finer than an accumulator step belong to the nearest integer, so that thresholds lie halfway between.
    const accumulator = unitTurns >= boxTurns ? Math.round(value) : value;
    table[box] = turnsToWord((activation(accumulator) - emitted.middle) * emitted.scale);
  }
}

interface OutputRange {
  /** In units of the output term, skip included. */
  readonly center: number;
  readonly width: number;
}

/** The range that each output is given on the torus: the calibrated one with headroom, but not more than it can take. */
function outputRanges(graph: IntegerGraph, calibration: Calibration): OutputRange[] {
  const { output } = graph;
  const levels = edgeLevels(graph);
  const exact = exactSpans(output.term, output.rows, levels[graph.hidden.length]!);
  return Array.from({ length: output.rows }, (_, row) => {
    const toUnits = (value: number) => (value - output.biases[row]!) / output.scales[row]!;
    const ends = [toUnits(calibration.outputs.low[row]!), toUnits(calibration.outputs.high[row]!)].sort(
      (a, b) => a - b,
    );
    const center = (ends[0]! + ends[1]!) / 2;
    const width = (ends[1]! - ends[0]!) * outputHeadroom;
    if (output.skip !== null) return { center, width: Math.max(1, width) };
    const low = Math.max(exact.low[row]!, center - width / 2);
    const high = Math.min(exact.high[row]!, center + width / 2);
    return { center: (low + high) / 2, width: Math.max(1, high - low) };
  });
}

function encodeOutput(
  graph: IntegerGraph,
  ranges: readonly OutputRange[],
  scales: readonly EdgeScale[],
): { layer: ServerLayer; decoding: OutputDecoding[] } {
  const { output } = graph;
  const edge = graph.hidden.length;
  const { scale, gains } = scales[edge]!;
  const middle = middleLevel(graph, edge);
  const offsets = new BigUint64Array(output.rows);
  const decoding: OutputDecoding[] = [];
  for (let row = 0; row < output.rows; row++) {
    const unit = gains[row]! * scale;
    const { center } = ranges[row]!;
    offsets[row] = turnsToWord(unit * (middle * weightSum(output.term, row) - center));
    decoding.push({
      scale: output.scales[row]! / unit,
      offset: output.biases[row]! + output.scales[row]! * center,
    });
  }
  const terms = [circuitTerm(output.term, gains)];
  if (output.skip !== null)
    terms.push(skipTerm(output.skip, decoding, scales[0]!.scale, graph.features.length));
  return {
    layer: { rows: output.rows, terms, offsets, tables: new BigUint64Array(0), boxes: 0 },
    decoding,
  };
}

/** Skip weights as integer multiples of the input scale: S_int = round(S / (output units per turn) / Δ₀). */
function skipTerm(
  skip: Float64Array,
  decoding: readonly OutputDecoding[],
  inputTurns: number,
  columns: number,
): CircuitTerm {
  const weights = Int32Array.from(skip, (weight, i) =>
    Math.round(weight / decoding[Math.floor(i / columns)]!.scale / inputTurns),
  );
  return { edge: 0, columns, weights, gains: new Uint32Array(decoding.length).fill(1) };
}

function circuitTerm(term: IntegerTerm, gains: Uint32Array): CircuitTerm {
  return { edge: term.edge, columns: term.columns, weights: term.weights, gains };
}

/** Tables emit levels minus this, so that plateaus are opposite; inputs are encrypted as they are. */
function middleLevel(graph: IntegerGraph, edge: number): number {
  const layer = graph.hidden[edge - 1];
  return layer === undefined ? 0 : (layer.levels[0] + layer.levels[1]) / 2;
}

function weightSum(term: IntegerTerm, row: number): number {
  return rowWeights(term, row).reduce((sum, weight) => sum + weight, 0);
}

function squaredNorm(term: IntegerTerm, row: number): number {
  return rowWeights(term, row).reduce((sum, weight) => sum + weight * weight, 0);
}

function rowWeights(term: IntegerTerm, row: number): Int32Array {
  return term.weights.subarray(row * term.columns, (row + 1) * term.columns);
}
