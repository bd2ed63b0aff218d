// Chooses crypto parameters by the noise of the circuit at hand: the cheapest set under which the simulated noise is so
// small, against the margins between the classes, that it hardly ever changes a label.

import { Generator } from '@tacit/tensor';
import type { IntegerGraph } from '../graph/integer-graph.js';
import { bootstrapCost, parameterSets } from '../noise/parameter-sets.js';
import { circuitRunner } from '../run/run-circuit.js';
import { type CryptoParameters, decodeLogits } from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import { type EncodedCircuit, encodeCircuit } from './encode-circuit.js';

/** What the choice is to meet. */
export interface SelectionOptions {
  /** log2 of the probability that noise carries a calibrated accumulator out of its range. */
  readonly pErrorLog2: number;
  /** Largest fraction of labels that noise may change. */
  readonly maxLabelFlips: number;
  readonly seed: number;
}

/** A circuit encoded under the chosen parameters. */
export interface Selection {
  readonly encoded: EncodedCircuit;
  readonly parameters: CryptoParameters;
  /** Fraction of labels that noise is expected to change. */
  readonly labelFlips: number;
  /** False when no set met `maxLabelFlips`. */
  readonly isWithinLimit: boolean;
}

/** How many times the fewest flips count as close to them. */
const closeToFewest = 1.5;

/** Rows simulated for each set, repeating the calibration rows. */
const simulatedRows = 4000;

/**
 * Tries the known parameter sets from the cheapest on, and takes the first that meets the limit. Where none does, larger
 * and larger sets buy less and less: then the cheapest whose flips come close to the fewest.
 *
 * @param inputs - [samples, features] input levels of the calibration rows.
 * @returns null when no set has room for the accumulators' ranges.
 */
export function selectParameters(
  graph: IntegerGraph,
  calibration: Calibration,
  inputs: Int32Array,
  samples: number,
  options: SelectionOptions,
): Selection | null {
  const tried: Selection[] = [];
  for (const parameters of candidates(graph)) {
    const encoded = encodeCircuit(graph, calibration, parameters, options.pErrorLog2);
    if (encoded === null) continue;
    const labelFlips = expectedFlips(encoded, inputs, samples, options.seed);
    const isWithinLimit = labelFlips <= options.maxLabelFlips;
    tried.push({ encoded, parameters, labelFlips, isWithinLimit });
    if (isWithinLimit) return tried.at(-1)!;
  }
  const fewest = Math.min(...tried.map((selection) => selection.labelFlips));
  return tried.find((selection) => selection.labelFlips <= closeToFewest * fewest) ?? null;
}

/** Without a bootstrap only the size of ciphertexts counts. */
function candidates(graph: IntegerGraph): readonly CryptoParameters[] {
  if (graph.hidden.length > 0) return parameterSets;
  return [...parameterSets].sort(
    (a, b) =>
      a.glweDimension * a.polynomialSize - b.glweDimension * b.polynomialSize ||
      bootstrapCost(a) - bootstrapCost(b),
  );
}

/**
 * The fraction of labels that noise is expected to change: of the calibration rows, as simulated, or of rows never seen,
 * whichever is more.
 *
 * A net separates the rows it was trained on better than others, so their labels alone would promise too much. For rows
 * never seen, margins are taken as normal around 0 with the root mean square of the calibration rows' margins; then noise
 * of deviation σ changes the sign of arctan(σ / rms) / π of them.
 */
function expectedFlips(encoded: EncodedCircuit, inputs: Int32Array, samples: number, seed: number): number {
  const run = circuitRunner(encoded.server, encoded.inputScaleLog2);
  const logits = (noise: Generator | null) => decodeLogits(encoded.outputs, run(inputs, samples, noise));
  const clear = logits(null);
  const leaders = clear.map(leadingTwo);
  const generator = new Generator(seed);
  const repeats = Math.ceil(simulatedRows / samples);
  let flips = 0;
  let squaredNoise = 0;
  let squaredMargin = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [row, noisy] of logits(generator).entries()) {
      const [first, second] = leaders[row]!;
      if (leadingTwo(noisy)[0] !== first) flips++;
      const margin = clear[row]![first]! - clear[row]![second]!;
      squaredNoise += (noisy[first]! - noisy[second]! - margin) ** 2;
      squaredMargin += margin ** 2;
    }
  }
  const unseen = Math.atan(Math.sqrt(squaredNoise / squaredMargin)) / Math.PI;
  return Math.max(flips / (repeats * samples), unseen);
}

/** Positions of the largest and the second largest of at least two values. */
function leadingTwo(values: readonly number[]): [number, number] {
  let [first, second] = values[1]! > values[0]! ? [1, 0] : [0, 1];
  for (let i = 2; i < values.length; i++) {
    if (values[i]! > values[first]!) [first, second] = [i, first];
    else if (values[i]! > values[second]!) second = i;
  }
  return [first, second];
}
