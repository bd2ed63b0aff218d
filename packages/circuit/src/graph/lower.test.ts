import {
  LearnedTable,
  Linear,
  MaxPool2d,
  Sequential,
  Sine,
  SparseQuantConvNet,
  type SparseQuantConvNetOptions,
  SparseQuantNeuralNet,
  Tanh,
} from '@tacit/nn';
import { Generator, Tensor } from '@tacit/tensor';
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
  ['batch norms', { batchNorm: true, nLayers: 3, hiddenSizes: [7, 6] }],
  ['sines', { activation: Sine, nABits: null, nInputBits: 4, nLayers: 3, hiddenSizes: [6, 5] }],
  ['rounded sines', { activation: Sine, quantNarrow: true, nABits: 4, batchNorm: true }],
  ['real-valued tables', { nABits: null, nInputBits: 4, nLayers: 3, hiddenSizes: [6, 5] }],
  ['learned tables', { activation: LearnedTable, nABits: 5, hiddenSizes: [6] }],
  ['bits per layer', { nWBits: [2, 3, 5], nABits: [5, 3], nInputBits: 6, nLayers: 3, hiddenSizes: [7, 6] }],
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

const convolutions: readonly (readonly [name: string, options: SparseQuantConvNetOptions, pbs: number])[] = [
  ['one convolution', { convolutions: [{ filters: 3, kernelSize: 3, stride: 2 }] }, 3 * 9],
  ['padding', { convolutions: [{ filters: 2, kernelSize: 3, padding: 1 }] }, 2 * 64],
  [
    'pooling behind the activation',
    { convolutions: [{ filters: 2, kernelSize: 3, pool: { size: 2 } }] },
    2 * 36,
  ],
  [
    'pooling before the activation, batch norm, a linear layer',
    {
      convolutions: [{ filters: 2, kernelSize: 3, pool: { size: 2, place: 'before' } }],
      batchNorm: true,
      hiddenSizes: [5],
    },
    2 * 9 + 5,
  ],
  [
    'two convolutions and a linear skip',
    {
      convolutions: [
        { filters: 3, kernelSize: 3, stride: 2 },
        { filters: 2, kernelSize: 2 },
      ],
      linearSkip: true,
    },
    3 * 9 + 2 * 4,
  ],
];

it.each(convolutions)('computes in integers what a convolutional net computes: %s', (_, options, pbs) => {
  const generator = new Generator(5);
  const X = Array.from({ length: 30 }, () => Array.from({ length: 64 }, () => generator.uniform()));
  const module = new SparseQuantConvNet({ inputShape: [1, 8, 8], outputDim: 3, generator, ...options });
  const inputs = new Tensor(Float32Array.from(X.flat()), [30, 64]);
  module.calibrate(inputs);
  const graph = lowerNet(module.eval());
  expect(graph.hidden.reduce((sum, layer) => sum + layer.rows, 0)).toBe(pbs);
  // The places of a filter share its table.
  expect(graph.hidden[0]!.functions).toHaveLength(options.convolutions![0]!.filters);
  const { outputs } = evaluateGraph(graph, quantizeRows(graph.features, X).levels, X.length);
  const expected = module.forward(inputs).data;
  const apart = outputs.filter((value, i) => Math.abs(value - expected[i]!) > 1e-3).length;
  expect(apart / outputs.length).toBeLessThan(0.02);
});

it('names the layer that cannot run encrypted, and what to use in its place', () => {
  const module = new Sequential(new Linear(4, 4), new MaxPool2d(2));
  expect(() => lowerNet(module)).toThrow(
    expect.objectContaining({
      code: 'UNSUPPORTED_NET',
      message: expect.stringMatching(/its layer 0 is a Linear/),
    }),
  );
  expect(() => lowerNet(new MaxPool2d(2))).toThrow(/average pooling/);
});
