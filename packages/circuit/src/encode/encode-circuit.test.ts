import { Sine, SparseQuantConvNet } from '@tacit/nn';
import { Generator, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { engineParameters } from '../../test/engine-parameters.js';
import { fittedNet } from '../../test/test-nets.js';
import { evaluateGraph } from '../graph/evaluate-graph.js';
import type { HiddenLayer, IntegerGraph } from '../graph/integer-graph.js';
import { lowerNet } from '../graph/lower.js';
import { withCommonPeriods } from '../graph/requantize.js';
import { bootstrapVariance, readingNoise } from '../noise/variance.js';
import { circuitRunner } from '../run/run-circuit.js';
import { quantizeRows, realMatrixOfRows } from '../spec/index.js';
import { calibrate } from './calibrate.js';
import { type EncodedCircuit, encodeCircuit } from './encode-circuit.js';
import type { Precision } from './layer-plan.js';
import { responseVariance } from './response-bits.js';

const quietSet = engineParameters.find((set) => set.polynomialSize === 4096)!;

function encoded(
  options: Parameters<typeof fittedNet>[0],
  parameters = quietSet,
  precision: Precision = 'approximate',
) {
  const { module, X } = fittedNet(options, 20);
  const graph = withCommonPeriods(lowerNet(module), 8);
  const { levels } = quantizeRows(graph.features, X);
  const calibration = calibrate(graph, levels, X.length, precision);
  const circuit = encodeCircuit(calibration, parameters, -40)!;
  return { graph, levels, samples: X.length, circuit };
}

function logits(
  circuit: EncodedCircuit,
  levels: Int32Array,
  samples: number,
  noise: Generator | null,
): Float64Array {
  const turns = circuitRunner(circuit.server, circuit.inputScaleLog2)(levels, samples, noise);
  return turns.map((turn, i) => {
    const { scale, offset } = circuit.outputs[i % circuit.outputs.length]!;
    return offset + scale * turn;
  });
}

it.each([
  ['bounded accumulators', { accumulators: 'bounded', nWBits: 2, nABits: 3 }],
  ['bounded accumulators, three layers', { accumulators: 'bounded', nWBits: 2, nABits: 2, nLayers: 3 }],
  ['a linear model', { nLayers: 1 }],
  ['bounded accumulators and a skip', { accumulators: 'bounded', nWBits: 2, nABits: 3, linearSkip: true }],
] as const)('without noise gives exactly the integer graph: %s', (_, options) => {
  const { graph, levels, samples, circuit } = encoded(options);
  const expected = evaluateGraph(graph, levels, samples).outputs;
  const actual = logits(circuit, levels, samples, null);
  // A skip's weights are rounded to the input scale, 2⁻¹² of the widest row and finer.
  for (const [i, value] of actual.entries())
    expect(value).toBeCloseTo(expected[i]!, 'linearSkip' in options ? 2 : 6);
});

it('rounds wide accumulators to boxes, and stays near the integer graph', () => {
  const { graph, levels, samples, circuit } = encoded({ nWBits: 6, nABits: 6 });
  const expected = evaluateGraph(graph, levels, samples).outputs;
  const actual = logits(circuit, levels, samples, null);
  const spread = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs(value - expected[i]!)).toBeLessThan(0.1 * spread);
});

it.each([4, 6, 8])(
  'with nAccumBits %i no table tells more than 2^nAccumBits values of its range apart',
  (nAccumBits) => {
    const { graph, circuit } = encoded({ nWBits: 6, nABits: 6, nAccumBits });
    const size = circuit.server.parameters.polynomialSize;
    for (const [index, layer] of circuit.server.layers.slice(0, -1).entries()) {
      // The polynomial as the engine builds it: constant on boxes.
      const boxWidth = size / layer.boxes;
      expect(Number.isInteger(boxWidth)).toBe(true);
      for (const [row, window] of circuit.hidden[index]!.windows.entries()) {
        const rangeEntries = window.range * circuit.hidden[index]!.unitTurns[row]! * 2 * size;
        expect(rangeEntries / boxWidth).toBeLessThanOrEqual(2 ** nAccumBits);
      }
      expect(Math.max(...circuit.hidden[index]!.tableBits)).toBeLessThanOrEqual(nAccumBits);
    }
    expect(graph.accumulatorBits).toBe(nAccumBits);
  },
);

const bounded = { accumulators: 'bounded', nWBits: 2, nABits: 2, nAccumBits: 5 } as const;
it.each([
  ['one hidden layer', bounded],
  ['three hidden layers', { ...bounded, nLayers: 4, hiddenSizes: [6, 5, 4] }],
])('in exact precision every sum that can be has a box of its own: %s', (_, options) => {
  const { graph, circuit } = encoded(options, quietSet, 'exact');
  const { features } = graph;
  const generator = new Generator(2);
  const any = Int32Array.from({ length: 300 * features.length }, (_, i) =>
    generator.integer(features[i % features.length]!.levels + 1),
  );
  const expected = evaluateGraph(graph, any, 300).outputs;
  // Noise leaves no box at 2⁻⁴⁰, so hidden layers do what the integers say; only the last sum carries noise.
  for (const noise of [null, new Generator(3)]) {
    const error = logits(circuit, any, 300, noise).map((value, i) => Math.abs(value - expected[i]!));
    // Six deviations, 900 values: a false alarm in 10⁶.
    for (const [i, value] of error.entries()) {
      expect(value).toBeLessThan(noise === null ? 1e-6 : 6 * circuit.outputNoise[i % 3]!);
    }
  }
  for (const { boxes, tableBits, misreadLog2 } of circuit.hidden) {
    expect(boxes).toBe(2 ** Math.max(...tableBits.map(Math.ceil)));
    for (const log2 of misreadLog2) expect(log2).toBeLessThan(-40);
  }
});

it('finds no set quiet enough for boxes that noise would leave', () => {
  const { module, X } = fittedNet(bounded, 20);
  const graph = lowerNet(module);
  const { levels } = quantizeRows(graph.features, X);
  const calibration = calibrate(graph, levels, X.length, 'exact');
  expect(encodeCircuit(calibration, engineParameters[0]!, -40)).toBeNull();
});

it.each([
  ['one layer, free frequencies', { hiddenSizes: [6] }, 0.04],
  ['three layers, frequencies rounded into the weights', { nLayers: 4, hiddenSizes: [6, 5, 4] }, 0.1],
])('a sine has no range, and no overflow: %s', (_, options, tolerance) => {
  const sines = { activation: Sine, nABits: null, nInputBits: 5, ...options } as const;
  const { graph, levels, samples, circuit } = encoded(sines);
  const expected = evaluateGraph(graph, levels, samples).outputs;
  const spread = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  const actual = logits(circuit, levels, samples, null);
  for (const [i, value] of actual.entries()) {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance * spread);
  }
  for (const { misreadLog2 } of circuit.hidden) {
    for (const log2 of misreadLog2) expect(log2).toBe(Number.NEGATIVE_INFINITY);
  }
});

it.each(['approximate', 'exact'] as const)(
  'places of a padded filter share a table where they read the same integers, in %s precision',
  (precision) => {
    const generator = new Generator(5);
    const inputs = new Tensor(
      Float32Array.from({ length: 40 * 36 }, () => generator.uniform()),
      [40, 36],
    );
    const module = new SparseQuantConvNet({
      inputShape: [1, 6, 6],
      outputDim: 3,
      generator,
      convolutions: [{ filters: 2, kernelSize: 3, padding: 1, stride: 2 }],
      accumulators: 'bounded',
      nWBits: 2,
      nABits: 2,
      nAccumBits: 6,
    });
    module.calibrate(inputs);
    module.trainingProgress(1);
    const graph = lowerNet(module.eval());
    const rows = Array.from({ length: 40 }, (_, i) => inputs.data.subarray(36 * i, 36 * (i + 1)));
    const { levels } = quantizeRows(graph.features, rows);
    const circuit = encodeCircuit(calibrate(graph, levels, 40, precision), quietSet, -40)!;
    const [hidden] = circuit.server.layers;
    const tables = hidden!.tables.length / hidden!.boxes;
    // Places at the border miss inputs, which are not 0 but a constant: they read other integers, and have a table of their own.
    expect(tables).toBeGreaterThan(2);
    expect(tables).toBeLessThanOrEqual(2 * 4);
    const expected = evaluateGraph(graph, levels, 40).outputs;
    for (const [i, value] of logits(circuit, levels, 40, null).entries())
      expect(value).toBeCloseTo(expected[i]!, 6);
  },
);

it('adds what earlier tables emit through a second path', () => {
  const { graph, levels, samples } = encoded({ nLayers: 3, hiddenSizes: [5, 4], nABits: 6 });
  // A residual addition: the second hidden layer reads the first one's values too, and the outputs both.
  const identity = (columns: number, rows: number, value: number) =>
    realMatrixOfRows(
      columns,
      Array.from({ length: rows }, (_, row) => (row < columns ? [{ column: row, value }] : [])),
    );
  const [first, second] = graph.hidden as [HiddenLayer, HiddenLayer];
  const residual: IntegerGraph = {
    ...graph,
    hidden: [first, { ...second, isIntegral: false, skips: [{ edge: 0, weights: identity(6, 4, 1.5) }] }],
    output: { ...graph.output, skips: [{ edge: 1, weights: identity(5, 3, 0.03) }] },
  };
  const circuit = encodeCircuit(calibrate(residual, levels, samples), quietSet, -40)!;
  const expected = evaluateGraph(residual, levels, samples).outputs;
  const actual = logits(circuit, levels, samples, null);
  const plain = evaluateGraph(graph, levels, samples).outputs;
  const rms = (values: Float64Array) =>
    Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  const error = rms(actual.map((value, i) => value - expected[i]!));
  // The path matters, and is there: what is left is the rounding of its weights and of the accumulators.
  expect(rms(expected.map((value, i) => value - plain[i]!))).toBeGreaterThan(10 * error);
  const noisy = logits(circuit, levels, samples, new Generator(4));
  expect(rms(noisy.map((value, i) => value - actual[i]!))).toBeLessThan(0.2 * rms(expected));
});

it('rounds no response so much that it shows', () => {
  const { circuit } = encoded({ hiddenSizes: [6] });
  const { responseBits, parameters } = circuit.server;
  expect(responseBits).toBeLessThan(24);
  const rounding = Math.sqrt(responseVariance(parameters, responseBits));
  for (const [k, noise] of circuit.outputNoise.entries()) {
    expect(rounding).toBeLessThan(Math.max(2 ** -15, 0.3 * (noise / Math.abs(circuit.outputs[k]!.scale))));
  }
});

it('leaves every calibrated accumulator its guard on both sides', () => {
  const { circuit } = encoded({ nWBits: 4, nABits: 5 });
  const guard = 7.1436; // z of 2⁻⁴⁰
  for (const { windows, unitTurns, noiseUnits } of circuit.hidden) {
    for (const [row, window] of windows.entries()) {
      const turns = unitTurns[row]! * (window.extent + 2 * guard * noiseUnits[row]!);
      expect(turns).toBeLessThanOrEqual(0.5 + 1e-6);
    }
  }
});

it('reads a value beyond the range as its plateau or close to it, never as the opposite one', () => {
  const { graph, circuit } = encoded({ hiddenSizes: [6] });
  const highest = Int32Array.from(graph.features, (feature) => feature.levels);
  const lowest = new Int32Array(graph.features.length);
  // Corners of the input cube lie outside of what calibration saw.
  for (const corner of [highest, lowest]) {
    const exact = evaluateGraph(graph, corner, 1);
    const labels = (values: Float64Array) => values.indexOf(Math.max(...values));
    expect(labels(logits(circuit, corner, 1, null))).toBe(labels(exact.outputs));
  }
});

it('simulates noise of the predicted deviation', () => {
  // One input row, 4,000 draws: the deviation of the output lies within 10 % of the prediction (5σ is 5.6 %).
  const { levels, circuit } = encoded({ nLayers: 2, hiddenSizes: [4] });
  const one = levels.subarray(0, 6);
  const many = new Int32Array(6 * 4000);
  for (let i = 0; i < 4000; i++) many.set(one, 6 * i);
  const values = logits(circuit, many, 4000, new Generator(9)).filter((_, i) => i % 3 === 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  // Tables that flip between two levels add to what the bootstraps themselves emit.
  expect(deviation).toBeGreaterThan(0.9 * circuit.outputNoise[0]!);
});

it('finds no room in a set whose reading noise exceeds half a turn', () => {
  const { module, X } = fittedNet({}, 2);
  const graph = lowerNet(module);
  const { levels } = quantizeRows(graph.features, X);
  const noisy = { ...quietSet, lweNoise: 0.05 };
  expect(readingNoise(noisy, bootstrapVariance(noisy))).toBeGreaterThan(0.1);
  expect(encodeCircuit(calibrate(graph, levels, X.length), noisy, -40)).toBeNull();
});
