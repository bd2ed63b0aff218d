import { Sine } from '@tacit/nn';
import { expect, it } from 'vitest';
import { fittedNet } from '../../test/test-nets.js';
import { quantizeRows } from '../spec/index.js';
import { evaluateGraph, evaluateHidden } from './evaluate-graph.js';
import type { IntegerGraph } from './integer-graph.js';
import { lowerNet } from './lower.js';
import { bitsOf, withCommonPeriods, withOutputBits } from './requantize.js';

function lowered(options: Parameters<typeof fittedNet>[0]) {
  const { module, X } = fittedNet(options, 20);
  const graph = lowerNet(module);
  const { levels } = quantizeRows(graph.features, X);
  const outputs = (of: IntegerGraph) => evaluateGraph(of, levels, X.length).outputs;
  const { edges } = evaluateHidden(graph, levels, X.length);
  const withBits = (bits: number) => ({
    ...graph,
    output: withOutputBits(graph.output, bits, edges, X.length),
  });
  return { graph, samples: X.length, outputs, withBits };
}

const deviation = (values: Float64Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

it('rounds output weights to fewer bits, closer the more there are, and keeps the mean of each output', () => {
  const { graph, samples, outputs, withBits } = lowered({ nWBits: 8, nABits: 6, hiddenSizes: [8] });
  expect(bitsOf(graph.output.term.weights)).toBe(8);
  const reference = outputs(graph);
  let last = Number.POSITIVE_INFINITY;
  for (const bits of [3, 4, 6]) {
    const rounded = withBits(bits);
    expect(bitsOf(rounded.output.term.weights)).toBe(bits);
    const errors = outputs(rounded).map((value, i) => value - reference[i]!);
    for (const k of [0, 1, 2]) {
      const mean = errors.filter((_, i) => i % 3 === k).reduce((sum, error) => sum + error, 0) / samples;
      expect(Math.abs(mean)).toBeLessThan(1e-9);
    }
    expect(deviation(errors)).toBeLessThan(last);
    last = deviation(errors);
  }
  expect(last).toBeLessThan(0.03 * deviation(reference));
});

it('leaves weights of few bits as they are, and those onto the inputs', () => {
  const few = lowered({ nWBits: 3 });
  expect(few.withBits(4).output).toBe(few.graph.output);
  const linear = lowered({ nLayers: 1, nWBits: 8 });
  expect(linear.withBits(4).output).toBe(linear.graph.output);
});

it('gives all sines of a layer behind tables one period, by weights that take up their frequencies', () => {
  const sines = { activation: Sine, nABits: null, nInputBits: 4, nLayers: 3, hiddenSizes: [6, 5] } as const;
  const { graph, outputs } = lowered(sines);
  const common = withCommonPeriods(graph, 8);
  expect(new Set(common.hidden[1]!.functions.map((table) => table.halfPeriod)).size).toBe(1);
  expect(common.hidden[0]).toBe(graph.hidden[0]);
  const errors = outputs(common).map((value, i) => value - outputs(graph)[i]!);
  expect(deviation(errors)).toBeLessThan(0.05 * deviation(outputs(graph)));
});
