import { Linear, SparseQuantNeuralNet, Tanh } from '@tacit/nn';
import { expect, it } from 'vitest';
import { fittedNet, toTensor } from '../../test/test-nets.js';
import { quantizeRows } from '../spec/index.js';
import { evaluateGraph } from './evaluate-graph.js';
import { lowerNet } from './lower.js';

it.each([
  ['one hidden layer', {}],
  ['a linear model', { nLayers: 1 }],
  ['three layers', { nLayers: 3, nHiddenNeuronsMultiplier: 2 }],
  ['a linear skip', { linearSkip: true }],
  ['ternary weights', { nWBits: 2 }],
  ['tanh, signed levels', { activation: Tanh }],
  ['power-of-two scales, narrow ranges', { powerOfTwoScaling: true, quantNarrow: true }],
  ['bounded accumulators', { accumulators: 'bounded', nWBits: 2, nABits: 3 }],
] as const)('computes in integers what the net computes: %s', (_, options) => {
  const { module, X } = fittedNet(options, 15);
  const graph = lowerNet(module);
  const { outputs } = evaluateGraph(graph, quantizeRows(graph.features, X).levels, X.length);
  const expected = module.forward(toTensor(X)).data;
  // float32 in the net, double in the graph: they part where a value lies on a rounding threshold, by one level.
  const apart = outputs.filter((value, i) => Math.abs(value - expected[i]!) > 1e-3).length;
  expect(apart / outputs.length).toBeLessThan(0.005);
});

it('folds a removed neuron into the next layer, so that the function stays what it was', () => {
  const { module, X } = fittedNet({ nPruneNeuronsPercentage: 0.5, hiddenSizes: [12] });
  const graph = lowerNet(module);
  expect(graph.hidden[0]!.rows).toBe(6);
  expect(graph.output.term.weights.columns).toBe(6);
  const { outputs } = evaluateGraph(graph, quantizeRows(graph.features, X).levels, X.length);
  const expected = module.forward(toTensor(X)).data;
  const apart = outputs.filter((value, i) => Math.abs(value - expected[i]!) > 1e-3).length;
  expect(apart / outputs.length).toBeLessThan(0.005);
});

it('refuses a module that has no integer form, and the float twin', () => {
  expect(() => lowerNet(new Linear(2, 2))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_NET' }));
  const twin = new SparseQuantNeuralNet({ inputDim: 2, outputDim: 2, quantize: false });
  expect(() => lowerNet(twin)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_NET' }));
});
