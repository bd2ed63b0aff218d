// Runs a server circuit on clear values, word for word what the engine does on ciphertexts: the clear mode without
// noise, the simulator with Gaussian noise of the predicted variances.

import type { Generator } from '@tacit/tensor';
import { responseVariance } from '../encode/response-bits.js';
import { halfWordToTurns, wordToTurns } from '../encode/torus.js';
import type { InputProducts } from '../graph/input-products.js';
import {
  bootstrapVariance,
  freshVariance,
  keySwitchVariance,
  modulusSwitchVariance,
} from '../noise/variance.js';
import {
  type IntegerMatrix,
  multiply,
  rowValues,
  type ServerCircuit,
  type ServerLayer,
} from '../spec/index.js';

/**
 * Runs a circuit on `samples` rows of quantized inputs, [samples, inputs]; gives [samples, outputs] phases in turns in
 * [−½, ½). `noise` draws the simulated noise; null runs without any (clear mode).
 */
export type CircuitRunner = (
  levels: ArrayLike<number>,
  samples: number,
  noise: Generator | null,
) => Float64Array;

/** Rows that are run at once: bounds the memory for values between layers. */
const chunk = 256;

/**
 * Decodes a circuit once, to run it any number of times.
 *
 * @param inputScaleLog2 - log2 of the torus units of one input level.
 * @param products - default: computed anew at every run.
 */
export function circuitRunner(
  circuit: ServerCircuit,
  inputScaleLog2: number,
  products: InputProducts = multiply,
): CircuitRunner {
  const inputTurns = 2 ** (inputScaleLog2 - 64);
  const layers = circuit.layers.map((layer) => decodeLayer(layer, inputTurns));
  const outputs = layers.at(-1)!.rows;
  return (levels, samples, generator) => {
    const noise = noiseOf(circuit, generator);
    const phases = new Float64Array(samples * outputs);
    const inputs = inputEdge(circuit, layers, levels, samples, products, noise);
    for (let start = 0; start < samples; start += chunk) {
      const count = Math.min(chunk, samples - start);
      const edges: Edge[] = [inputs(start, count)];
      for (const layer of layers) {
        const sums = weightedSums(layer, edges, count);
        const values = layer.boxes === 0 ? sums : bootstrap(layer, sums, circuit, noise);
        edges.push({ sums: (term) => multiply(term.weights, values, count) });
        if (layer === layers.at(-1)) phases.set(values, start * outputs);
      }
    }
    return phases.map((phase) => centered(noise.travelled(phase)));
  };
}

/** What terms read: gives [samples, rows] sums of a term, in turns. */
interface Edge {
  sums(term: DecodedTerm): Float64Array;
}

/**
 * The inputs of some rows. Noise of fresh ciphertexts is added to the sums, each of its own: in a circuit with tables
 * reading noise hides that rows share it. One without has no other noise, and gets it input by input.
 */
function inputEdge(
  circuit: ServerCircuit,
  layers: readonly DecodedLayer[],
  levels: ArrayLike<number>,
  samples: number,
  products: InputProducts,
  noise: Noise,
): (start: number, count: number) => Edge {
  const turns = layers[0]!.inputTurns;
  if (layers.length === 1) {
    return (start, count) => {
      const first = start * circuit.inputs;
      const values = new Float64Array(count * circuit.inputs);
      for (let i = 0; i < values.length; i++) values[i] = noise.fresh(levels[first + i]! * turns, 1);
      return { sums: ({ weights }) => multiply(weights, values, count) };
    };
  }
  const exact = new Map<IntegerMatrix, Float64Array>();
  return (start, count) => ({
    sums: ({ weights, norms }) => {
      const all = exact.get(weights) ?? products(weights, levels, samples);
      exact.set(weights, all);
      const { rows } = weights;
      return all
        .subarray(start * rows, (start + count) * rows)
        .map((sum, i) => noise.fresh(sum * turns, norms[i % rows]!));
    },
  });
}

interface DecodedTerm {
  readonly edge: number;
  readonly weights: IntegerMatrix;
  readonly gains: Uint32Array;
  /** [rows] Euclidean norms. */
  readonly norms: Float64Array;
}

interface DecodedLayer {
  readonly rows: number;
  readonly boxes: number;
  readonly terms: readonly DecodedTerm[];
  readonly tableOf: Uint32Array;
  readonly offsetTurns: Float64Array;
  readonly tableTurns: Float64Array;
  /** Turns of one input level. */
  readonly inputTurns: number;
}

function decodeLayer(layer: ServerLayer, inputTurns: number): DecodedLayer {
  const { rows, boxes, terms, tableOf, offsets, tables } = layer;
  return {
    rows,
    boxes,
    terms: terms.map((term) => ({ ...term, norms: normsOf(term.weights) })),
    tableOf,
    offsetTurns: Float64Array.from(offsets, wordToTurns),
    tableTurns: Float64Array.from(tables, halfWordToTurns),
    inputTurns,
  };
}

function normsOf(weights: IntegerMatrix): Float64Array {
  return Float64Array.from({ length: weights.rows }, (_, row) =>
    Math.sqrt(rowValues(weights, row).reduce((sum, weight) => sum + weight * weight, 0)),
  );
}

function weightedSums(layer: DecodedLayer, edges: readonly Edge[], samples: number): Float64Array {
  const { rows, offsetTurns, terms } = layer;
  const phases = new Float64Array(samples * rows);
  for (let sample = 0; sample < samples; sample++) phases.set(offsetTurns, sample * rows);
  for (const term of terms) {
    const sums = edges[term.edge]!.sums(term);
    for (let i = 0; i < sums.length; i++) phases[i]! += term.gains[i % rows]! * sums[i]!;
  }
  return phases;
}

/** Reads each phase's box; the second half turn gives the negated table. */
function bootstrap(
  layer: DecodedLayer,
  phases: Float64Array,
  circuit: ServerCircuit,
  noise: Noise,
): Float64Array {
  const size = circuit.parameters.polynomialSize;
  const { rows, boxes, tableOf, tableTurns } = layer;
  return phases.map((phase, i) => {
    const read = noise.reading(phase);
    // The centered modulus switch rounds down by half a step on average: a floor.
    const position = Math.floor((read - Math.floor(read)) * 2 * size);
    const box = Math.floor(((position % size) * boxes) / size);
    const value = tableTurns[tableOf[i % rows]! * boxes + box]!;
    return noise.bootstrapped(position < size ? value : -value);
  });
}

/** What noise makes of a phase, in turns, at each place where it arises. */
interface Noise {
  /** Of a sum of fresh ciphertexts with weights of this norm. */
  fresh(turns: number, norm: number): number;
  reading(turns: number): number;
  bootstrapped(turns: number): number;
  /** Words of a response are rounded. */
  travelled(turns: number): number;
}

function noiseOf({ parameters, responseBits, layers }: ServerCircuit, generator: Generator | null): Noise {
  if (generator === null) {
    const exact = (turns: number) => turns;
    return { fresh: exact, reading: exact, bootstrapped: exact, travelled: exact };
  }
  const add = (variance: number) => {
    const deviation = Math.sqrt(variance);
    return (turns: number, norm = 1) => turns + norm * deviation * generator.normal();
  };
  const fresh = freshVariance(parameters);
  return {
    // Gains and weights multiply it by less than 2²⁴: below 2⁻⁴⁰ it stays far under what tables add, and inputs are many.
    fresh: layers.length > 1 && fresh < 2 ** -80 ? (turns) => turns : add(fresh),
    reading: add(keySwitchVariance(parameters) + modulusSwitchVariance(parameters)),
    bootstrapped: add(bootstrapVariance(parameters)),
    travelled: add(responseVariance(parameters, responseBits)),
  };
}

function centered(turns: number): number {
  return turns - Math.floor(turns + 0.5);
}
