// Runs a server circuit on clear values, word for word what the engine does on ciphertexts: the clear mode without
// noise, the simulator with Gaussian noise of the predicted variances.

import type { Generator } from '@tacit/tensor';
import { wordToTurns } from '../encode/torus.js';
import {
  bootstrapVariance,
  freshVariance,
  keySwitchVariance,
  modulusSwitchVariance,
} from '../noise/variance.js';
import type { ServerCircuit, ServerLayer } from '../spec/index.js';

/**
 * Runs a circuit on `samples` rows of quantized inputs, [samples, inputs]; gives [samples, outputs] phases in turns in
 * [−½, ½). `noise` draws the simulated noise; null runs without any (clear mode).
 */
export type CircuitRunner = (
  levels: ArrayLike<number>,
  samples: number,
  noise: Generator | null,
) => Float64Array;

/**
 * Decodes a circuit once, to run it any number of times.
 *
 * @param inputScaleLog2 - log2 of the torus units of one input level.
 */
export function circuitRunner(circuit: ServerCircuit, inputScaleLog2: number): CircuitRunner {
  const inputTurns = 2 ** (inputScaleLog2 - 64);
  const layers = circuit.layers.map(decodeLayer);
  return (levels, samples, generator) => {
    const noise = noiseOf(circuit, generator);
    const edges: Float64Array[] = [Float64Array.from(levels, (level) => noise.fresh(level * inputTurns))];
    for (const layer of layers) {
      const phases = weightedSums(layer, edges, samples);
      edges.push(layer.boxes === 0 ? phases.map(centered) : bootstrap(layer, phases, circuit, noise));
    }
    return edges.at(-1)!;
  };
}

interface DecodedLayer {
  readonly rows: number;
  readonly boxes: number;
  readonly terms: ServerLayer['terms'];
  readonly offsetTurns: Float64Array;
  readonly tableTurns: Float64Array;
}

function decodeLayer(layer: ServerLayer): DecodedLayer {
  return {
    rows: layer.rows,
    boxes: layer.boxes,
    terms: layer.terms,
    offsetTurns: Float64Array.from(layer.offsets, wordToTurns),
    tableTurns: Float64Array.from(layer.tables, wordToTurns),
  };
}

function weightedSums(layer: DecodedLayer, edges: readonly Float64Array[], samples: number): Float64Array {
  const phases = new Float64Array(samples * layer.rows);
  for (let sample = 0; sample < samples; sample++) {
    phases.set(layer.offsetTurns, sample * layer.rows);
  }
  for (const { edge, columns, weights, gains } of layer.terms) {
    const values = edges[edge]!;
    for (let sample = 0; sample < samples; sample++) {
      for (let row = 0; row < layer.rows; row++) {
        let sum = 0;
        for (let column = 0; column < columns; column++) {
          sum += weights[row * columns + column]! * values[sample * columns + column]!;
        }
        phases[sample * layer.rows + row]! += gains[row]! * sum;
      }
    }
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
  return phases.map((phase, i) => {
    const read = noise.reading(phase);
    // The centered modulus switch takes the floor.
    const position = Math.floor((read - Math.floor(read)) * 2 * size);
    const index = (i % layer.rows) * layer.boxes + Math.floor(((position % size) * layer.boxes) / size);
    const value = layer.tableTurns[index]!;
    return noise.bootstrapped(position < size ? value : -value);
  });
}

interface Noise {
  fresh(turns: number): number;
  reading(turns: number): number;
  bootstrapped(turns: number): number;
}

function noiseOf({ parameters }: ServerCircuit, generator: Generator | null): Noise {
  if (generator === null) {
    const exact = (turns: number) => turns;
    return { fresh: exact, reading: exact, bootstrapped: exact };
  }
  const add = (variance: number) => {
    const deviation = Math.sqrt(variance);
    return (turns: number) => turns + deviation * generator.normal();
  };
  return {
    fresh: add(freshVariance(parameters)),
    reading: add(keySwitchVariance(parameters) + modulusSwitchVariance(parameters)),
    bootstrapped: add(bootstrapVariance(parameters)),
  };
}

function centered(turns: number): number {
  return turns - Math.floor(turns + 0.5);
}
