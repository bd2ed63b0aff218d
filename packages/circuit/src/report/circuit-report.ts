// What a circuit is and costs, per layer and in all, before any key is made for it.

import type { Calibration } from '../encode/calibrate.js';
import type { Selection } from '../encode/select-parameters.js';
import { evaluateGraph } from '../graph/evaluate-graph.js';
import { bootstrapCost, measuredCost } from '../noise/cost-model.js';
import type { CostTable } from '../noise/cost-table.js';
import { parameterSetName } from '../noise/parameter-set-name.js';
import { referenceCosts } from '../noise/reference-costs.js';
import { requireSecure, type SecurityLevel } from '../noise/security.js';
import {
  type CryptoParameters,
  evaluationKeyBytes,
  largeLweDimension,
  packedWordBytes,
  seededCiphertextBytes,
} from '../spec/index.js';
import { formatReport } from './format-report.js';
import { type LayerReport, layerReports } from './layer-report.js';
import { renderReport } from './render-report.js';

/** What {@link Circuit.report} gives. All of it but its two methods is plain data: `JSON.stringify(report)` is its JSON. */
export interface CircuitReport {
  readonly layers: readonly LayerReport[];
  /** Programmable bootstraps a sample. */
  readonly pbs: number;
  /** Products of a non-zero weight and a ciphertext a sample. */
  readonly macs: number;
  /** Largest table input in bits. */
  readonly accumulatorBits: number;
  /** Largest span of an integer sum in bits, over every input that could occur. */
  readonly integerBits: number;
  readonly parameters: CryptoParameters & {
    readonly name: string;
    readonly securityBits: SecurityLevel;
    /** log2 of the probability, per bootstrap, that noise carries a calibrated accumulator out of its range: the target. */
    readonly pErrorLog2: number;
  };
  /** log2 of the same probability as it came out, that any bootstrap of a sample does so; −∞ where none can. */
  readonly overflowLog2: number;
  /**
   * Fraction of labels that noise is expected to change, from the simulation that chose the parameters; of a regressor, the
   * deviation of the noise over that of the outputs.
   */
  readonly simulatedLabelFlips: number;
  readonly bytes: {
    /** The keys, once. Without the 80 bytes of an envelope, as all of these. */
    readonly evaluationKey: number;
    readonly secretKey: number;
    /** A sample. */
    readonly request: number;
    readonly response: number;
    /** What the server's circuit takes. */
    readonly circuit: number;
  };
  /** Memory of the server for the unpacked evaluation key and the ciphertexts of one sample. */
  readonly memoryBytes: number;
  readonly seconds: {
    /** Wall time of one sample with the threads named here. */
    readonly perSample: number;
    readonly bootstraps: number;
    readonly linear: number;
    /** Machine that the times are from. */
    readonly machine: string;
    readonly threads: number;
    /** False where no table of costs was given: then another machine's times, which are a guess for this one. */
    readonly isMeasured: boolean;
  };
  /** The report as a table for people. */
  toString(): string;
  /** The report as an HTML page of its own, with the weights and accumulators of each layer drawn. */
  toHtml(title?: string): Promise<string>;
}

export type { Histogram } from './histogram.js';
export type { LayerReport } from './layer-report.js';

/** The report without its methods. */
export type CircuitFigures = Omit<CircuitReport, 'toString' | 'toHtml'>;

/** What a report is made of. */
export interface ReportSource {
  readonly calibration: Calibration;
  readonly selection: Selection;
  readonly omega: number | null;
  /** [samples, features] input levels of the calibration rows. */
  readonly inputs: Int32Array;
  readonly samples: number;
  readonly pErrorLog2: number;
  /** Bytes of the server's circuit. */
  readonly circuitBytes: number;
  readonly costs?: CostTable;
}

/** Calibration rows whose accumulators are drawn. */
const drawnRows = 500;
/** Bytes of a secret key beside its bits, as tfhe-rs writes it. */
const secretKeyFields = 193;

/** Puts the report together. */
export function makeReport(source: ReportSource): CircuitReport {
  const figures = figuresOf(source);
  return {
    ...figures,
    toString: () => formatReport(figures),
    toHtml: (title = 'Circuit') => renderReport(figures, title),
  };
}

function figuresOf(source: ReportSource): CircuitFigures {
  const { calibration, selection, omega, pErrorLog2, costs, circuitBytes } = source;
  const { graph } = calibration;
  const { parameters, encoded } = selection;
  const layers = layerReports(calibration, encoded, omega, drawnSums(source));
  const sum = (of: (layer: LayerReport) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  const words = largeLweDimension(parameters) + 1;
  return {
    layers,
    pbs: sum((layer) => layer.bootstraps),
    macs: sum((layer) => layer.nonZeros),
    accumulatorBits: Math.max(0, ...layers.map((layer) => layer.tableBits ?? 0)),
    integerBits: Math.max(0, ...layers.map((layer) => layer.exactBits ?? 0)),
    parameters: {
      ...parameters,
      name: parameterSetName(parameters),
      securityBits: requireSecure(parameters),
      pErrorLog2,
    },
    overflowLog2: Math.log2(
      sum((layer) => layer.bootstraps * (layer.overflowLog2 === null ? 0 : 2 ** layer.overflowLog2)),
    ),
    simulatedLabelFlips: selection.labelFlips,
    bytes: {
      evaluationKey: evaluationKeyBytes(parameters),
      secretKey: 8 * (largeLweDimension(parameters) + parameters.lweDimension) + secretKeyFields,
      request: seededCiphertextBytes * graph.features.length,
      response: packedWordBytes(graph.output.rows * words, encoded.server.responseBits),
      circuit: circuitBytes,
    },
    memoryBytes: keyMemory(parameters) + 8 * words * (graph.features.length + sum((layer) => layer.rows)),
    seconds: secondsOf(parameters, layers, graph.features.length, costs),
  };
}

/** Sums of each layer, the last one's in output units, on the first calibration rows. */
function drawnSums({ calibration: { graph }, inputs, samples }: ReportSource): Float64Array[] {
  const count = Math.min(samples, drawnRows);
  const { sums, outputs } = evaluateGraph(
    graph,
    inputs.subarray(0, (inputs.length / samples) * count),
    count,
  );
  return [...sums, outputs];
}

/** Bootstrapping key in the Fourier domain and key-switching key, expanded. */
function keyMemory(parameters: CryptoParameters): number {
  const { lweDimension, glweDimension, polynomialSize, pbsLevel, ksLevel } = parameters;
  const bootstrapping = lweDimension * (glweDimension + 1) ** 2 * pbsLevel * polynomialSize;
  return 8 * (bootstrapping + largeLweDimension(parameters) * ksLevel * (lweDimension + 1));
}

function secondsOf(
  parameters: CryptoParameters,
  layers: readonly LayerReport[],
  inputs: number,
  costs: CostTable | undefined,
): CircuitReport['seconds'] {
  const table = costs ?? referenceCosts;
  const { threads, machine } = table;
  const words = largeLweDimension(parameters) + 1;
  // Costs are those of full batches: what is left for fewer threads than there are takes as long as for all.
  const batched = layers.reduce((sum, { bootstraps }) => sum + Math.ceil(bootstraps / threads) * threads, 0);
  const bootstraps = batched * bootstrapCost(parameters, measuredCost(table));
  const products = layers.reduce((sum, layer) => sum + layer.nonZeros, 0);
  const linear = words * (products * table.multisum + inputs * table.expansion);
  return {
    perSample: bootstraps + linear,
    bootstraps,
    linear,
    machine,
    threads,
    isMeasured: costs !== undefined,
  };
}
