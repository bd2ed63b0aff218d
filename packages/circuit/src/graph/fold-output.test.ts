import { expect, it } from 'vitest';
import { fittedNet } from '../../test/test-nets.js';
import { quantizeRows, rowValues } from '../spec/index.js';
import { evaluateGraph } from './evaluate-graph.js';
import { foldSingleOutput } from './fold-output.js';
import { lowerNet } from './lower.js';

it('puts the weights of a single output into the tables, and drops neurons that it does not read', () => {
  const { module, X } = fittedNet({ outputDim: 1, hiddenSizes: [6], nABits: 6 }, 0);
  module.layers[1]!.linear.weight.data[2] = 0;
  const graph = lowerNet(module);
  const folded = foldSingleOutput(graph);
  expect(folded.hidden[0]!.rows).toBe(5);
  expect([...rowValues(folded.output.term.weights, 0)]).toEqual([1, 1, 1, 1, 1]);
  const { levels } = quantizeRows(graph.features, X);
  const before = evaluateGraph(graph, levels, X.length).outputs;
  const after = evaluateGraph(folded, levels, X.length).outputs;
  for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 9);
});

it('leaves nets of several outputs, and linear ones, as they are', () => {
  const several = lowerNet(fittedNet({}, 0).module);
  const linear = lowerNet(fittedNet({ outputDim: 1, nLayers: 1 }, 0).module);
  expect(foldSingleOutput(several)).toBe(several);
  expect(foldSingleOutput(linear)).toBe(linear);
});
