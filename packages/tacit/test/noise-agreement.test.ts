// Real bootstraps against the noise that the simulator draws: what tables read, and what they emit.

import { secureNoise } from '@tacit/circuit';
import {
  type ClientSpec,
  type CryptoParameters,
  encodeServerCircuit,
  matrixOfDense,
  type ServerCircuit,
} from '@tacit/circuit/spec';
import { createClient } from '@tacit/client/node';
import { evaluate, loadCircuit, loadEvaluationKey } from '@tacit/engine';
import { Generator } from '@tacit/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bootstrapVariance,
  keySwitchVariance,
  modulusSwitchVariance,
} from '../../circuit/src/noise/variance.js';
import { circuitRunner } from '../../circuit/src/run/run-circuit.js';

const parameters: CryptoParameters = {
  lweDimension: 755,
  glweDimension: 4,
  polynomialSize: 512,
  lweNoise: secureNoise(755),
  glweNoise: secureNoise(2048),
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 4,
  ksLevel: 3,
};
const size = parameters.polynomialSize;
/** Positions of a blind rotation: once around the torus. */
const positions = 2 * size;
const inputs = 32;
const samples = 70;

/**
 * Each row reads one input, with a table whose entry j is j / 4N turns: what comes back tells the position that was read.
 * Emitted noise is a 25th of the distance of two entries.
 */
const circuit: ServerCircuit = {
  parameters,
  inputs,
  responseBits: 64,
  layers: [
    {
      rows: inputs,
      terms: [{ edge: 0, gains: ones(inputs), weights: identity(inputs) }],
      offsets: new BigUint64Array(inputs),
      boxes: size,
      tables: Uint32Array.from({ length: size }, (_, j) => (2 ** 32 / (4 * size)) * (j + 0.5)),
      tableOf: new Uint32Array(inputs),
    },
    {
      rows: inputs,
      terms: [{ edge: 1, gains: ones(inputs), weights: identity(inputs) }],
      offsets: new BigUint64Array(inputs),
      boxes: 0,
      tables: new Uint32Array(0),
      tableOf: new Uint32Array(0),
    },
  ],
};
/** One level is 2⁻²⁰ turns: phases at random places within positions. */
const levelTurns = 2 ** -20;
const scaleLog2 = 44;

function ones(count: number): Uint32Array {
  return new Uint32Array(count).fill(1);
}

function identity(count: number) {
  const isOne = (i: number) => Number(i % (count + 1) === 0);
  return matrixOfDense(
    count,
    count,
    Array.from({ length: count * count }, (_, i) => isOne(i)),
  );
}

const { bytes: serverBin, hash: circuitHash } = encodeServerCircuit(circuit);
const clientSpec: ClientSpec = {
  format: 'tacit.client',
  version: 2,
  circuitHash,
  parameters,
  steps: [],
  inputs: {
    scaleLog2,
    features: Array.from({ length: inputs }, () => ({
      low: 0,
      step: 1,
      levels: 2 ** 19,
      minimum: 0,
      maximum: 2 ** 19,
    })),
  },
  outputs: Array.from({ length: inputs }, () => ({ scale: 1, offset: 0 })),
  responseBits: 64,
  task: { kind: 'regression', isPlain: false },
};

// Far from the ends of the table, so that no error reaches the other half turn, where the sign changes.
const generator = new Generator(11);
const levels = Array.from({ length: samples * inputs }, () =>
  Math.floor((0.05 + 0.4 * generator.uniform()) / levelTurns),
);

interface Draw {
  /** Position read minus where the phase lies, in positions: its mean is −½ where reading rounds down. */
  readonly reading: number[];
  /** What came back minus the entry of the position, in turns. */
  readonly emitted: number[];
}

/** Splits what came back into the position that was read and the noise on the entry. */
function drawOf(turns: ArrayLike<number>): Draw {
  const reading: number[] = [];
  const emitted: number[] = [];
  for (const [i, level] of levels.entries()) {
    const entry = turns[i]! * 4 * size - 0.5;
    const position = Math.round(entry);
    reading.push(position - level * levelTurns * positions);
    emitted.push((entry - position) / (4 * size));
  }
  return { reading, emitted };
}

let draws: Draw[];
let simulated: Draw;

/** All of it on real ciphertexts; every call draws new keys' worth of encryption noise. */
beforeAll(async () => {
  const client = await createClient(clientSpec);
  const keys = await client.generateKeys();
  const server = await loadCircuit(serverBin);
  const key = await loadEvaluationKey(server, keys.evaluationKey);
  const rows = Array.from({ length: samples }, (_, s) => levels.slice(s * inputs, (s + 1) * inputs));
  const execute = async () => {
    const response = await evaluate(server, key, client.encrypt(rows, keys.secretKey));
    const prediction = client.decrypt(response, keys.secretKey);
    if (prediction.kind !== 'regression') throw new Error('not a regressor');
    return drawOf(prediction.predictions.flat());
  };
  draws = [await execute()];
  // Noise is drawn anew each time: a second draw decides where the first one is improbable.
  if (chiSquareProbability(draws[0]!.reading) <= leastProbability) draws.push(await execute());
  simulated = drawOf(circuitRunner(circuit, scaleLog2)(levels, samples, new Generator(3)));
}, 300_000);

const leastProbability = 1e-4;

const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / values.length);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const sigma = positions * Math.sqrt(keySwitchVariance(parameters) + modulusSwitchVariance(parameters));

/** Distribution function of the standard normal, by Zelen and Severo 1964 (7.5e-8). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/**
 * Probability of a chi-square as large as this one's, of errors against ⌊x + e⌋ − x with normal e: x lies anywhere within
 * a position, so the error is e − u with u uniform in 0 to 1. Bins of about equal probability.
 */
function chiSquareProbability(errors: readonly number[]): number {
  const bins = 20;
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantile((i + 1) / bins));
  const counts = new Array<number>(bins).fill(0);
  for (const error of errors) counts[edges.filter((edge) => edge < error).length]!++;
  const expected = errors.length / bins;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Wilson and Hilferty 1931: the cube root of a chi-square over its degrees is nearly normal.
  const degrees = bins - 1;
  const spread = 2 / (9 * degrees);
  return 1 - normal(((chiSquare / degrees) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread));
}

/** Of e − u, by bisection of its distribution function, averaged over u. */
function quantile(probability: number): number {
  const below = (x: number) =>
    mean(Array.from({ length: 32 }, (_, i) => normal((x + (i + 0.5) / 32) / sigma)));
  let [low, high] = [-10 * sigma, 10 * sigma];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (below(middle) < probability) low = middle;
    else high = middle;
  }
  return low;
}

describe('2,240 real bootstraps', () => {
  it('read tables with the deviation of the prediction, within 20 %', () => {
    // 20 % are 13 standard errors.
    const predicted = Math.sqrt(sigma ** 2 + 1 / 12);
    expect(draws[0]!.reading).toHaveLength(samples * inputs);
    expect(deviation(draws[0]!.reading) / predicted).toBeGreaterThan(0.8);
    expect(deviation(draws[0]!.reading) / predicted).toBeLessThan(1.2);
  });

  it('read half a position low on average, as the simulator does', () => {
    // Six standard errors: false alarms 2e-9.
    const tolerance = (6 * sigma) / Math.sqrt(samples * inputs);
    expect(Math.abs(mean(draws[0]!.reading) + 0.5)).toBeLessThan(tolerance);
    expect(Math.abs(mean(simulated.reading) + 0.5)).toBeLessThan(tolerance);
  });

  it('err as predicted by a chi-square test at 1e-4', () => {
    // The test fails when two draws fail, which chance does once in 1e8.
    expect(chiSquareProbability(simulated.reading)).toBeGreaterThan(leastProbability);
    const best = Math.max(...draws.map((draw) => chiSquareProbability(draw.reading)));
    expect(best).toBeGreaterThan(leastProbability);
  });

  it('emit noise of the predicted deviation, within 20 %', () => {
    const predicted = Math.sqrt(bootstrapVariance(parameters));
    expect(deviation(draws[0]!.emitted) / predicted).toBeGreaterThan(0.8);
    expect(deviation(draws[0]!.emitted) / predicted).toBeLessThan(1.2);
    expect(deviation(simulated.emitted) / predicted).toBeCloseTo(1, 1);
  });
});
