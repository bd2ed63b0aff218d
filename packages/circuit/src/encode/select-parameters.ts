// Chooses crypto parameters by the noise of the circuit at hand: the cheapest set under which the simulated noise is so
// small, against the margins between the classes, that it hardly ever changes a label.

import { Generator } from '@tacit/tensor';
import { type InputProducts, keptProducts } from '../graph/input-products.js';
import type { IntegerGraph } from '../graph/integer-graph.js';
import { type Candidate, candidateParameters } from '../noise/candidate-parameters.js';
import { type CostModel, measuredCost } from '../noise/cost-model.js';
import type { CostTable } from '../noise/cost-table.js';
import { referenceCosts } from '../noise/reference-costs.js';
import type { SecurityLevel } from '../noise/security.js';
import { circuitRunner } from '../run/run-circuit.js';
import { type CryptoParameters, decodeLogits, largeLweDimension } from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import { type EncodedCircuit, encodeCircuit } from './encode-circuit.js';
import { noiseEffect, type OutputKind } from './noise-effect.js';

/** What the choice is to meet. */
export interface SelectionOptions {
  /** log2 of the probability that noise carries a calibrated accumulator out of its range. */
  readonly pErrorLog2: number;
  /** Largest fraction of labels that noise may change; of a regressor, largest noise over the outputs' deviation. */
  readonly maxLabelFlips: number;
  readonly seed: number;
  /** Default: a classifier of several logits. */
  readonly output?: OutputKind;
  /** Bits of security; default 132. */
  readonly security?: SecurityLevel;
  /** What sets cost on the machine that will evaluate; default: on the one that the reference was measured on. */
  readonly costs?: CostTable;
}

/** A circuit encoded under the chosen parameters. */
export interface Selection {
  /** The variant that was chosen. */
  readonly calibration: Calibration;
  readonly encoded: EncodedCircuit;
  readonly parameters: CryptoParameters;
  /** Fraction of labels that noise is expected to change; of a regressor, noise over the outputs' deviation. */
  readonly labelFlips: number;
  /** False when no set met `maxLabelFlips`. */
  readonly isWithinLimit: boolean;
}

/** Rows simulated for each set, repeating the calibration rows. */
const simulatedRows = 4000;
/** After this share of them a set is dropped when it misses the limit by this factor: more rows would not save it. */
const stages = [
  { share: 1 / 8, miss: 3 },
  { share: 3 / 8, miss: 1.5 },
  { share: 1, miss: 1 },
] as const;

/**
 * Tries the parameter sets on offer from the cheapest on, each with every variant of the circuit, and takes the first that
 * meets the limit. Where none does, the one with the least product of cost and harm: from there on, harm falls by less than
 * cost rises.
 *
 * @param variants - of one circuit, the one to prefer first; what they all should compute, noise and rounding aside, is the
 *   last one.
 * @param inputs - [samples, features] input levels of the calibration rows.
 * @returns null when no set has room for the accumulators' ranges.
 */
export function selectParameters(
  variants: readonly Calibration[],
  inputs: Int32Array,
  samples: number,
  options: SelectionOptions,
): Selection | null {
  const rows = chooseRows(inputs, samples);
  const rejected: Rejection[] = [];
  const tried: { readonly selection: Selection; readonly price: number }[] = [];
  for (const candidate of offers(variants[0]!.graph, options)) {
    if (rejected.some((rejection) => isHopeless(candidate, rejection))) continue;
    const ofCandidate = trySet(variants, candidate.parameters, rows, options);
    const found = ofCandidate.find(({ isWithinLimit }) => isWithinLimit);
    if (found !== undefined) return found;
    const excess = ofCandidate.length === 0 ? 1 : fewestFlips(ofCandidate) / options.maxLabelFlips;
    rejected.push({ candidate, excess });
    tried.push(
      ...ofCandidate.map((selection) => ({ selection, price: candidate.cost * selection.labelFlips })),
    );
  }
  const lowest = Math.min(...tried.map(({ price }) => price));
  return tried.find(({ price }) => price === lowest)?.selection ?? null;
}

/** The variants that fit under a parameter set, up to the first that meets the limit. */
function trySet(
  variants: readonly Calibration[],
  parameters: CryptoParameters,
  rows: SimulatedRows,
  options: SelectionOptions,
): Selection[] {
  const fitting = variants.flatMap((calibration) => {
    const encoded = encodeCircuit(calibration, parameters, options.pErrorLog2);
    return encoded === null ? [] : [{ calibration, encoded }];
  });
  const selections: Selection[] = [];
  for (const { calibration, encoded } of fitting) {
    const labelFlips = expectedHarm(encoded, fitting.at(-1)!.encoded, rows, options);
    const isWithinLimit = labelFlips <= options.maxLabelFlips;
    selections.push({ calibration, encoded, parameters, labelFlips, isWithinLimit });
    if (isWithinLimit) break;
  }
  return selections;
}

function fewestFlips(tried: readonly Selection[]): number {
  return Math.min(...tried.map(({ labelFlips }) => labelFlips));
}

/** A set that a circuit cannot bear, and how many times over the limit its noise was. */
interface Rejection {
  readonly candidate: Candidate;
  readonly excess: number;
}

/** A set this much quieter than one that missed the limit by far will miss it too; flips can fall steeply with noise. */
const hardlyQuieter = 0.6;

/** True when both noises of a candidate are as large as a rejected one's, or hardly smaller where that was far off. */
function isHopeless(candidate: Candidate, { candidate: rejected, excess }: Rejection): boolean {
  const share = excess > stages[0].miss ? hardlyQuieter : 1;
  return (
    candidate.readingNoise >= share * rejected.readingNoise &&
    candidate.bootstrapNoise >= share * rejected.bootstrapNoise
  );
}

/** Without a bootstrap only the size of ciphertexts counts, and their fresh noise. */
function offers(graph: IntegerGraph, { security, costs }: SelectionOptions): readonly Candidate[] {
  const candidates = candidateParameters(
    security,
    costs === undefined ? referenceModel : measuredCost(costs),
  );
  if (graph.hidden.length > 0) return candidates;
  return candidates
    .map((candidate) => ({
      ...candidate,
      readingNoise: 0,
      bootstrapNoise: candidate.parameters.glweNoise,
    }))
    .sort((a, b) => largeLweDimension(a.parameters) - largeLweDimension(b.parameters) || a.cost - b.cost);
}

const referenceModel: CostModel = measuredCost(referenceCosts);

/** Calibration rows to simulate, in the parts after which a set may be dropped. */
interface SimulatedRows {
  readonly parts: readonly { readonly inputs: Int32Array; readonly samples: number }[];
  readonly samples: number;
  /** All circuits that are tried share the first layer's integers, which cost most of the time. */
  readonly products: InputProducts;
}

/** At most as many calibration rows as are simulated, evenly spread, in an order of which each start is a fair sample. */
function chooseRows(inputs: Int32Array, samples: number): SimulatedRows {
  const width = inputs.length / samples;
  const order = new Generator(0).permutation(samples).subarray(0, simulatedRows);
  const parts = stages.map(({ share }, stage) => {
    const from = stage === 0 ? 0 : Math.ceil(stages[stage - 1]!.share * order.length);
    const rows = order.subarray(from, Math.ceil(share * order.length));
    const chosen = new Int32Array(rows.length * width);
    for (const [position, row] of rows.entries())
      chosen.set(inputs.subarray(row * width, (row + 1) * width), position * width);
    return { inputs: chosen, samples: rows.length };
  });
  return { parts, samples: order.length, products: keptProducts() };
}

/** Harm of simulated noise; from the first rows alone where these show that the limit is missed. */
function expectedHarm(
  encoded: EncodedCircuit,
  reference: EncodedCircuit,
  { parts, samples, products }: SimulatedRows,
  options: SelectionOptions,
): number {
  const { output = { kind: 'classification' }, maxLabelFlips, seed } = options;
  const runOf = (each: EncodedCircuit) => {
    const run = circuitRunner(each.server, each.inputScaleLog2, products);
    return (inputs: Int32Array, count: number, noise: Generator | null) =>
      decodeLogits(each.outputs, run(inputs, count, noise));
  };
  const [noisyRun, clearRun] = [runOf(encoded), runOf(reference)];
  const effect = noiseEffect(output);
  const generator = new Generator(seed);
  const repeats = Math.ceil(simulatedRows / samples);
  for (const [stage, part] of parts.entries()) {
    const clear = clearRun(part.inputs, part.samples, null);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const noisy = noisyRun(part.inputs, part.samples, generator);
      for (const [row, outputs] of noisy.entries()) effect.add(clear[row]!, outputs);
    }
    if (effect.harm() > stages[stage]!.miss * maxLabelFlips) break;
  }
  return effect.harm();
}
