import { Generator, IntTensor, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { Tanh } from './activations/index.js';
import { CrossEntropyLoss } from './losses/index.js';
import { Adam } from './optimizers/index.js';
import { manualSeed } from './random.js';
import { SparseQuantNeuralNet, type SparseQuantNeuralNetOptions } from './sparse-quant-neural-net.js';

function build(options: SparseQuantNeuralNetOptions): SparseQuantNeuralNet {
  return new SparseQuantNeuralNet({ inputDim: 6, outputDim: 3, generator: new Generator(1), ...options });
}

function data(samples: number): { inputs: Tensor; labels: IntTensor } {
  const generator = new Generator(5);
  const values = new Float32Array(samples * 6);
  generator.fillNormal(values);
  const labels = Int32Array.from({ length: samples }, (_, i) =>
    values[i * 6] > 0.3 ? 2 : values[i * 6 + 1] > 0 ? 1 : 0,
  );
  return { inputs: new Tensor(values, [samples, 6]), labels: new IntTensor(labels) };
}

function train(net: SparseQuantNeuralNet, epochs: number): void {
  const { inputs, labels } = data(120);
  net.calibrate(inputs);
  const optimizer = new Adam(net.parameters(), { lr: 0.02 });
  const loss = new CrossEntropyLoss();
  for (let epoch = 0; epoch < epochs; epoch++) {
    net.trainingProgress(epoch / epochs);
    optimizer.zeroGrad();
    loss.forward(net.forward(inputs), labels).backward();
    optimizer.step();
  }
  net.trainingProgress(1);
}

it('names its parameters as Concrete ML does', () => {
  const names = build({ nLayers: 3, linearSkip: true })
    .namedParameters()
    .map(([name]) => name);
  for (const name of [
    'features.fc0.weight',
    'features.fc0.bias',
    'features.fc1.weight',
    'features.fc2.bias',
    'skip.weight',
  ]) {
    expect(names).toContain(name);
  }
  expect(names).not.toContain('skip.bias');
});

it.each([1, 2, 4])('has %i linear layers, and a bootstrap for each hidden neuron', (nLayers) => {
  const net = build({ nLayers, nHiddenNeuronsMultiplier: 1.5 });
  expect(net.layers).toHaveLength(nLayers);
  expect(net.layers.slice(0, -1).map(({ linear }) => linear.neurons)).toEqual(new Array(nLayers - 1).fill(9));
  expect(net.forward(data(4).inputs).shape).toEqual([4, 3]);
});

it('learns, through the rounding', () => {
  const net = build({ hiddenSizes: [12] });
  const { inputs, labels } = data(120);
  const loss = new CrossEntropyLoss();
  net.calibrate(inputs);
  const before = loss.forward(net.forward(inputs), labels).item();
  train(net, 80);
  expect(loss.forward(net.forward(inputs), labels).item()).toBeLessThan(before / 3);
});

it.each([
  { nWBits: 2, nABits: 2 },
  { nWBits: 3, nABits: 2 },
  { nWBits: 2, nABits: 3, nLayers: 3 },
])('with bounded accumulators no row keeps more than Ω weights, nor leaves 8 bits: %o', (options) => {
  const net = new SparseQuantNeuralNet({
    ...{
      inputDim: 60,
      outputDim: 3,
      accumulators: 'bounded',
      nHiddenNeuronsMultiplier: 1,
      generator: new Generator(2),
    },
    ...options,
  });
  net.trainingProgress(1);
  for (const { linear } of net.layers) {
    const { integers } = linear.quantizedWeights();
    for (let row = 0; row < linear.neurons; row++) {
      const weights = integers.subarray(row * linear.fanIn, (row + 1) * linear.fanIn);
      expect(weights.filter((weight) => weight !== 0).length).toBeLessThanOrEqual(net.omega!);
      const span = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) * (2 ** options.nABits - 1);
      expect(Math.ceil(Math.log2(span + 1))).toBeLessThanOrEqual(8);
    }
  }
});

it('stays dense while accumulators are rounded', () => {
  const net = build({});
  net.trainingProgress(1);
  expect(net.omega).toBeNull();
  for (const { linear } of net.layers) expect(linear.mask.every((kept) => kept === 1)).toBe(true);
});

it('keeps its masks when training starts again', () => {
  const net = build({ accumulators: 'bounded', nWBits: 2, nABits: 5 });
  train(net, 10);
  const before = net.layers[0].linear.mask.slice();
  net.trainingProgress(0);
  expect(net.layers[0].linear.mask).toEqual(before);
});

it('removes the asked share of hidden neurons, but never a whole layer', () => {
  const count = (net: SparseQuantNeuralNet) => {
    const { linear } = net.layers[0];
    return Array.from({ length: linear.neurons }, (_, row) => linear.mask[row * linear.fanIn]).filter(
      (kept) => kept === 1,
    ).length;
  };
  const half = build({ hiddenSizes: [10], nPruneNeuronsPercentage: 0.5 });
  half.trainingProgress(1);
  expect(count(half)).toBe(5);
  const nearlyAll = build({ hiddenSizes: [10], nPruneNeuronsPercentage: 0.9999 });
  nearlyAll.trainingProgress(1);
  expect(count(nearlyAll)).toBe(1);
});

it('has a float twin with the same initial weights that is not rounded', () => {
  const build_ = (quantize: boolean) => {
    manualSeed(4);
    return new SparseQuantNeuralNet({ inputDim: 6, outputDim: 3, quantize });
  };
  const [net, twin] = [build_(true), build_(false)];
  expect(twin.layers[0].linear.weight.data).toEqual(net.layers[0].linear.weight.data);
  const { inputs } = data(50);
  net.calibrate(inputs);
  twin.calibrate(inputs);
  expect(twin.forward(inputs).data).not.toEqual(net.forward(inputs).data);
});

it('rounds activations that go negative with signed integers, others without', () => {
  expect(build({ activation: Tanh }).layers[0].quantizer!.levels).toEqual([-8, 7]);
  expect(build({}).layers[0].quantizer!.levels).toEqual([0, 15]);
  expect(build({ quantSigned: true }).layers[0].quantizer!.levels).toEqual([-8, 7]);
});

it('adds a linear path from the scaled inputs', () => {
  const net = build({ linearSkip: true });
  const { inputs } = data(3);
  const withSkip = net.forward(inputs);
  net.skip!.weight.data.fill(0);
  const without = net.forward(inputs);
  expect(withSkip.data).not.toEqual(without.data);
});

it.each([
  [{ nLayers: 0 }, 'LAYERS_INVALID'],
  [{ nLayers: 3, hiddenSizes: [4] }, 'LAYERS_INVALID'],
  [{ hiddenSizes: [0] }, 'LAYERS_INVALID'],
  [{ nHiddenNeuronsMultiplier: 0.01 }, 'LAYERS_INVALID'],
  [{ nWBits: 0 }, 'BITS_INVALID'],
  [{ nABits: 0 }, 'BITS_INVALID'],
  [{ nAccumBits: 0 }, 'BITS_INVALID'],
  [{ accumulators: 'bounded', nWBits: 8, nABits: 8 }, 'OMEGA_ZERO'],
  [{ nPruneNeuronsPercentage: 1 }, 'FRACTION_INVALID'],
  [{ nPruneNeuronsPercentage: -0.1 }, 'FRACTION_INVALID'],
  [{ inputDim: null }, 'DIMENSION_MISSING'],
] as const)('refuses %o', (options, code) => {
  expect(() => build(options)).toThrow(expect.objectContaining({ code }));
});
