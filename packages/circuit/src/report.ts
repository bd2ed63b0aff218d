// What a circuit is and costs, per layer and in all.

import type { EncodedCircuit } from './encode/encode-circuit.js';
import type { Selection } from './encode/select-parameters.js';
import { edgeLevels, type IntegerGraph, type IntegerTerm } from './graph/integer-graph.js';
import { exactSpans, type Spans, spanBits } from './graph/spans.js';
import { parameterSetName, securityBits } from './noise/parameter-sets.js';
import {
  type CryptoParameters,
  ciphertextBytes,
  evaluationKeyBytes,
  seededCiphertextBytes,
} from './spec/index.js';

/** One layer of a {@link CircuitReport}. */
export interface LayerReport {
  readonly name: string;
  readonly inputs: number;
  readonly rows: number;
  readonly nonZeros: number;
  /** Most non-zero weights of a row. */
  readonly largestRow: number;
  /** Most weights a row may keep (Ω); null where rows are dense. */
  readonly omega: number | null;
  /** Bits of the integer sums over every input that could occur. */
  readonly exactBits: number;
  /** Bits of the integer sums on the calibration rows; null in the last layer. */
  readonly observedBits: number | null;
  /** Largest Euclidean norm of a row's integer weights. */
  readonly norm: number;
  /** Bits of what the tables take; null without tables. */
  readonly tableBits: number | null;
  /** Largest standard deviation with which a table is read, in accumulator steps; null without tables. */
  readonly noiseSteps: number | null;
  /** Bootstraps per sample. */
  readonly bootstraps: number;
}

/** What {@link Circuit.report} gives. */
export interface CircuitReport {
  readonly layers: readonly LayerReport[];
  /** Programmable bootstraps per sample. */
  readonly pbs: number;
  /** Largest table input in bits. */
  readonly accumulatorBits: number;
  /** Largest span of an integer sum in bits, over every input that could occur. */
  readonly integerBits: number;
  readonly parameters: CryptoParameters & {
    readonly name: string;
    readonly securityBits: number;
    /** log2 of the probability, per bootstrap, that noise carries a calibrated accumulator out of its range. */
    readonly pErrorLog2: number;
  };
  /** Fraction of the calibration rows whose label changed in the simulation that chose the parameters. */
  readonly simulatedLabelFlips: number;
  /** Per sample, without the 80 bytes of an envelope; the key once. */
  readonly bytes: { readonly evaluationKey: number; readonly request: number; readonly response: number };
  /** The report as a table for people. */
  toString(): string;
}

/** Puts the report together. */
export function makeReport(
  graph: IntegerGraph,
  omega: number | null,
  observed: readonly Spans[],
  selection: Selection,
  pErrorLog2: number,
): CircuitReport {
  const layers = layerReports(graph, omega, observed, selection.encoded);
  const { parameters } = selection;
  const report = {
    layers,
    pbs: layers.reduce((sum, layer) => sum + layer.bootstraps, 0),
    accumulatorBits: Math.max(0, ...layers.map((layer) => layer.tableBits ?? 0)),
    integerBits: Math.max(...layers.map((layer) => layer.exactBits)),
    parameters: { ...parameters, name: parameterSetName(parameters), securityBits, pErrorLog2 },
    simulatedLabelFlips: selection.labelFlips,
    bytes: {
      evaluationKey: evaluationKeyBytes(parameters),
      request: seededCiphertextBytes * graph.features.length,
      response: ciphertextBytes(parameters) * graph.output.rows,
    },
  };
  return { ...report, toString: () => formatReport(report) };
}

function layerReports(
  graph: IntegerGraph,
  omega: number | null,
  observed: readonly Spans[],
  encoded: EncodedCircuit,
): LayerReport[] {
  const levels = edgeLevels(graph);
  const describe = (name: string, rows: number, term: IntegerTerm) => {
    const counts = rowStatistics(term, rows);
    const spans = exactSpans(term, rows, levels[term.edge]!);
    return { name, inputs: term.columns, rows, ...counts, omega, exactBits: widest(spans) };
  };
  const hidden = graph.hidden.map((layer, index) => ({
    ...describe(layer.name, layer.rows, layer.term),
    observedBits: widest(observed[index]!),
    tableBits: Math.max(...encoded.hidden[index]!.tableBits.map((bits) => Math.ceil(bits))),
    noiseSteps: Math.max(...encoded.hidden[index]!.noiseUnits),
    bootstraps: layer.rows,
  }));
  const { name, rows, term } = graph.output;
  const last = {
    ...describe(name, rows, term),
    observedBits: null,
    tableBits: null,
    noiseSteps: null,
    bootstraps: 0,
  };
  return [...hidden, last];
}

function rowStatistics(term: IntegerTerm, rows: number) {
  let nonZeros = 0;
  let largestRow = 0;
  let largestSquare = 0;
  for (let row = 0; row < rows; row++) {
    const weights = term.weights.subarray(row * term.columns, (row + 1) * term.columns);
    const count = weights.filter((weight) => weight !== 0).length;
    nonZeros += count;
    largestRow = Math.max(largestRow, count);
    largestSquare = Math.max(
      largestSquare,
      weights.reduce((sum, weight) => sum + weight * weight, 0),
    );
  }
  return { nonZeros, largestRow, norm: Math.sqrt(largestSquare) };
}

function widest({ low, high }: Spans): number {
  return Math.max(...low.map((value, row) => spanBits(value, high[row]!)));
}

function formatReport(report: Omit<CircuitReport, 'toString'>): string {
  const header = [
    'layer',
    'shape',
    'non-zeros',
    'most/row',
    'Ω',
    'bits exact',
    'observed',
    'norm',
    'table bits',
    'noise',
    'PBS',
  ];
  const rows = report.layers.map((layer) => [
    layer.name,
    `${layer.inputs}→${layer.rows}`,
    String(layer.nonZeros),
    String(layer.largestRow),
    String(layer.omega ?? '–'),
    String(layer.exactBits),
    String(layer.observedBits ?? '–'),
    layer.norm.toFixed(1),
    String(layer.tableBits ?? '–'),
    layer.noiseSteps?.toFixed(2) ?? '–',
    String(layer.bootstraps),
  ]);
  const { parameters, bytes } = report;
  return [
    formatTable([header, ...rows]),
    '',
    `${report.pbs} PBS a sample; tables take at most ${report.accumulatorBits} bits, integer sums ${report.integerBits}`,
    `parameters ${parameters.name}: ${parameters.securityBits}-bit security, p(overflow) 2^${parameters.pErrorLog2.toFixed(0)} per PBS`,
    `evaluation key ${bytes.evaluationKey} bytes, request ${bytes.request}, response ${bytes.response} a sample`,
  ].join('\n');
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n');
}
