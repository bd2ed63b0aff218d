// Runs a server circuit on clear values, word for word what the engine does on ciphertexts: the clear mode without
// noise, the simulator with Gaussian noise of the predicted variances.

import type { Generator } from '@tacit/tensor';
import { responseVariance } from '../encode/response-bits.js';
import { halfWordToTurns, wordToTurns } from '../encode/torus.js';
import {
  bootstrapVariance,
  freshVariance,
  keySwitchVariance,
  modulusSwitchVariance,
} from '../noise/variance.js';
import { multiply, type ServerCircuit, type ServerLayer } from '../spec/index.js';

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
 */
export function circuitRunner(circuit: ServerCircuit, inputScaleLog2: number): CircuitRunner {
  const inputTurns = 2 ** (inputScaleLog2 - 64);
  const layers = circuit.layers.map(decodeLayer);
  const outputs = layers.at(-1)!.rows;
  const runChunk = (inputs: Float64Array, samples: number, noise: Noise): Float64Array => {
    const edges: Float64Array[] = [inputs];
    for (const layer of layers) {
      const phases = weightedSums(layer, edges, samples);
      edges.push(layer.boxes === 0 ? phases : bootstrap(layer, phases, circuit, noise));
    }
    return edges.at(-1)!;
  };
  return (levels, samples, generator) => {
    const noise = noiseOf(circuit, generator);
    const phases = new Float64Array(samples * outputs);
    for (let start = 0; start < samples; start += chunk) {
      const count = Math.min(chunk, samples - start);
      const inputs = new Float64Array(count * circuit.inputs);
      const first = start * circuit.inputs;
      for (let i = 0; i < inputs.length; i++) inputs[i] = noise.fresh(levels[first + i]! * inputTurns);
      phases.set(runChunk(inputs, count, noise), start * outputs);
    }
    return phases.map((phase) => centered(noise.travelled(phase)));
  };
}

interface DecodedLayer {
  readonly rows: number;
  readonly boxes: number;
  readonly terms: ServerLayer['terms'];
  readonly tableOf: Uint32Array;
  readonly offsetTurns: Float64Array;
  readonly tableTurns: Float64Array;
}

function decodeLayer({ rows, boxes, terms, tableOf, offsets, tables }: ServerLayer): DecodedLayer {
  return {
    rows,
    boxes,
    terms,
    tableOf,
    offsetTurns: Float64Array.from(offsets, wordToTurns),
    tableTurns: Float64Array.from(tables, halfWordToTurns),
  };
}

function weightedSums(layer: DecodedLayer, edges: readonly Float64Array[], samples: number): Float64Array {
  const { rows, offsetTurns, terms } = layer;
  const phases = new Float64Array(samples * rows);
  for (let sample = 0; sample < samples; sample++) phases.set(offsetTurns, sample * rows);
  for (const { edge, weights, gains } of terms) {
    const sums = multiply(weights, edges[edge]!, samples);
    for (let i = 0; i < sums.length; i++) phases[i]! += gains[i % rows]! * sums[i]!;
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
  fresh(turns: number): number;
  reading(turns: number): number;
  bootstrapped(turns: number): number;
  /** Words of a response are rounded. */
  travelled(turns: number): number;
}

function noiseOf({ parameters, responseBits }: ServerCircuit, generator: Generator | null): Noise {
  if (generator === null) {
    const exact = (turns: number) => turns;
    return { fresh: exact, reading: exact, bootstrapped: exact, travelled: exact };
  }
  const add = (variance: number) => {
    const deviation = Math.sqrt(variance);
    return (turns: number) => turns + deviation * generator.normal();
  };
  return {
    fresh: add(freshVariance(parameters)),
    reading: add(keySwitchVariance(parameters) + modulusSwitchVariance(parameters)),
    bootstrapped: add(bootstrapVariance(parameters)),
    travelled: add(responseVariance(parameters, responseBits)),
  };
}

function centered(turns: number): number {
  return turns - Math.floor(turns + 0.5);
}
