import { Generator } from '@tacit/tensor';
import { describe, expect, it } from 'vitest';
import { engineParameters } from '../../test/engine-parameters.js';
import { responseVariance } from '../encode/response-bits.js';
import { bootstrapVariance, freshVariance, readingNoise } from '../noise/variance.js';
import { matrixOfDense, multiply, type ServerCircuit } from '../spec/index.js';
import { circuitRunner } from './run-circuit.js';

const parameters = engineParameters[1]!;
const size = parameters.polynomialSize;
/** One input level is a 64th of a turn. */
const scaleLog2 = 58;
const turn = 2n ** 64n;

function linear(weights: number[], rows: number, gains: number[], edge = 0) {
  const columns = weights.length / rows;
  return { edge, gains: Uint32Array.from(gains), weights: matrixOfDense(rows, columns, weights) };
}

function last(rows: number, terms: ReturnType<typeof linear>[]) {
  return {
    rows,
    terms,
    offsets: new BigUint64Array(rows),
    boxes: 0,
    tables: new Uint32Array(0),
    tableOf: new Uint32Array(0),
  };
}

/** Reads 2a + b + 1/8 turn in two tables of 4 boxes, and gives both entries and a. */
const circuit: ServerCircuit = {
  parameters,
  inputs: 2,
  responseBits: 64,
  layers: [
    {
      rows: 2,
      terms: [linear([2, 1, 2, 1], 2, [1, 1])],
      offsets: BigUint64Array.of(turn / 8n, turn / 8n),
      boxes: 4,
      // In 32nds of a turn: 0 1 2 3, and 4 5 6 7.
      tables: Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7], (entry) => entry * 2 ** 27),
      tableOf: Uint32Array.of(1, 0),
    },
    last(3, [linear([1, 0, 0, 1, 0, 0], 3, [1, 1, 1], 1), linear([0, 0, 0, 0, 1, 0], 3, [1, 1, 1])]),
  ],
};

describe('without noise', () => {
  it('reads the box of each phase, the negated one beyond half a turn, and adds up edges', () => {
    const run = circuitRunner(circuit, scaleLog2);
    for (let a = 0; a < 16; a++) {
      for (let b = 0; b < 16; b++) {
        const phase = ((2 * a + b) / 64 + 1 / 8) % 1;
        const box = Math.floor((phase % 0.5) * 8);
        const sign = phase < 0.5 ? 1 : -1;
        const [first, second, skip] = run([a, b], 1, null);
        expect([first, second, skip]).toEqual(
          [(sign * (4 + box)) / 32, (sign * box) / 32, a / 64].map((x) => x + 0),
        );
      }
    }
  });

  it('gives many rows what it gives each, whatever number is run at once', () => {
    const generator = new Generator(1);
    const rows = Array.from({ length: 700 }, () => [generator.integer(16), generator.integer(16)]);
    const run = circuitRunner(circuit, scaleLog2);
    const together = run(rows.flat(), rows.length, null);
    expect(Array.from(together)).toEqual(rows.flatMap((row) => Array.from(run(row, 1, null))));
  });

  it('takes products from a cache where one is given', () => {
    let calls = 0;
    const counting = (...args: Parameters<typeof multiply>) => {
      calls++;
      return multiply(...args);
    };
    const run = circuitRunner(circuit, scaleLog2, counting);
    expect(run([3, 5], 1, null)).toEqual(circuitRunner(circuit, scaleLog2)([3, 5], 1, null));
    expect(calls).toBe(2);
  });
});

describe('with noise', () => {
  const draws = 4000;
  // Four thousand draws: a deviation is known to 1.1 %, so 7 % are six standard errors.
  const expectDeviation = (values: number[], deviation: number) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const got = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(got / deviation).toBeGreaterThan(0.93);
    expect(got / deviation).toBeLessThan(1.07);
  };
  const column = (values: Float64Array, columns: number, index: number) =>
    Array.from(values).filter((_, i) => i % columns === index);

  it('a circuit without tables has that of fresh ciphertexts, which its rows share', () => {
    const wide = { ...circuit, layers: [last(2, [linear([3, 4, 3, 4], 2, [2, 2])])] };
    const values = circuitRunner(wide, scaleLog2)(new Int32Array(2 * draws), draws, new Generator(2));
    const sigma = 2 * 5 * Math.sqrt(freshVariance(parameters));
    expectDeviation(column(values, 2, 0), sigma);
    expect(column(values, 2, 1)).toEqual(column(values, 2, 0));
  });

  it('a table is read with the noise of key and modulus switch, and emits that of a bootstrap', () => {
    // A table that tells positions apart: entry j is j / 4N turns.
    const ruler: ServerCircuit = {
      ...circuit,
      inputs: 1,
      layers: [
        {
          rows: 1,
          terms: [linear([1], 1, [1])],
          offsets: BigUint64Array.of(turn / 4n),
          boxes: size,
          tables: Uint32Array.from({ length: size }, (_, j) => ((j + 0.5) * 2 ** 32) / (4 * size)),
          tableOf: Uint32Array.of(0),
        },
        last(1, [linear([1], 1, [1], 1)]),
      ],
    };
    const values = Array.from(
      circuitRunner(ruler, scaleLog2)(new Int32Array(draws), draws, new Generator(3)),
    );
    const entries = values.map((value) => value * 4 * size - 0.5);
    const positions = entries.map(Math.round);
    expectDeviation(positions, Math.sqrt((2 * size * readingNoise(parameters, 0)) ** 2 + 1 / 12));
    expectDeviation(
      entries.map((entry, i) => (entry - positions[i]!) / (4 * size)),
      Math.sqrt(bootstrapVariance(parameters)),
    );
  });

  it('a response of few bits adds that of its rounding', () => {
    const rounded = { ...circuit, responseBits: 12, layers: [last(1, [linear([1, 0], 1, [1])])] };
    const values = circuitRunner(rounded, scaleLog2)(new Int32Array(2 * draws), draws, new Generator(4));
    expectDeviation(Array.from(values), Math.sqrt(responseVariance(parameters, 12)));
  });

  it('is the same for the same seed', () => {
    const run = circuitRunner(circuit, scaleLog2);
    expect(run([1, 2], 1, new Generator(9))).toEqual(run([1, 2], 1, new Generator(9)));
    expect(run([1, 2], 1, new Generator(9))).not.toEqual(run([1, 2], 1, new Generator(10)));
  });
});
