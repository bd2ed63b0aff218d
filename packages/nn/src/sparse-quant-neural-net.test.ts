import { Generator, IntTensor, Tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { LearnedTable, Sine, Softmax, Tanh } from './activations/index.js';
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

function runningMean(net: SparseQuantNeuralNet): Float32Array {
  return net.layers[1].norm!.buffer('running_mean').data.slice();
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

it('takes bits for each layer, and for inputs, outputs and the linear path', () => {
  const net = build({
    nLayers: 3,
    hiddenSizes: [8, 7],
    nWBits: [1, 2, 3],
    nOutputWBits: 8,
    nABits: [2, null],
    nInputBits: 5,
    linearSkip: true,
    nSkipBits: 6,
  });
  expect(net.layers.map(({ linear }) => linear.bits)).toEqual([1, 2, 8]);
  expect(net.layers.map(({ quantizer }) => quantizer?.bits)).toEqual([2, null, undefined]);
  expect([net.inputQuantizer.bits, net.skip!.bits]).toEqual([5, 6]);
  expect(build({ nABits: null }).inputQuantizer.bits).toBe(4);
  expect(build({ nABits: 3 }).inputQuantizer.bits).toBe(3);
  expect(build({ nOutputWBits: 8, linearSkip: true }).skip!.bits).toBe(8);
});

it('bounds each layer by its own bits, but not a last one that has bits of its own', () => {
  const bounded = { accumulators: 'bounded', nLayers: 3, hiddenSizes: [4, 4] } as const;
  const omegas = (options: SparseQuantNeuralNetOptions) =>
    build({ ...bounded, ...options }).layers.map(({ omega }) => omega);
  expect(omegas({ nWBits: 2, nABits: 2 })).toEqual([28, 28, 28]);
  expect(omegas({ nWBits: [2, 1, 2], nABits: [3, 2], nInputBits: 1 })).toEqual([85, 36, 28]);
  expect(omegas({ nWBits: 2, nABits: 2, nOutputWBits: 8 })).toEqual([28, 28, null]);
  expect(omegas({ nWBits: 2, nABits: null, nInputBits: 2 })).toEqual([28, null, null]);
});

it('with batch norm starts from constants that differ, and its weights do not shrink with the width', () => {
  const net = build({ batchNorm: true, hiddenSizes: [400] });
  const [{ norm, linear }] = net.layers;
  const deviation = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  expect(deviation(norm!.bias!.data)).toBeGreaterThan(0.25);
  expect(deviation(norm!.bias!.data)).toBeLessThan(0.35);
  expect(deviation(linear.weight.data) * Math.sqrt(6)).toBeGreaterThan(0.9);
  expect(deviation(linear.weight.data) * Math.sqrt(6)).toBeLessThan(1.1);
});

it('ends a training with the batch-norm statistics of all rows under the final weights', () => {
  const net = build({ batchNorm: true, nLayers: 3, hiddenSizes: [9, 8], nABits: null });
  train(net, 10);
  const { inputs } = data(120);
  const averages = runningMean(net);
  net.finishTraining(inputs);
  expect(runningMean(net)).not.toEqual(averages);
  // All rows as one batch are normalized in training as they are in use.
  const training = net.train().forward(inputs).data;
  net.finishTraining(inputs);
  expect(net.training).toBe(true);
  net
    .eval()
    .forward(inputs)
    .data.forEach((value, i) => {
      expect(value).toBeCloseTo(training[i], 4);
    });
});

it('adds noise in training only, as much as it is told, layer by layer and while it trains', () => {
  const net = build({ nLayers: 3, hiddenSizes: [9, 8], noiseFraction: [0.01, 0.02], nABits: null });
  const { inputs } = data(50);
  net.calibrate(inputs);
  expect(net.layers.map(({ noise }) => noise?.fraction)).toEqual([0.01, 0.02, undefined]);
  const clean = net.eval().forward(inputs).data;
  expect(net.eval().forward(inputs).data).toEqual(clean);
  expect(net.train().forward(inputs).data).not.toEqual(clean);
  for (const { noise } of net.layers) if (noise !== null) noise.fraction = 0;
  expect(net.train().forward(inputs).data).toEqual(clean);
});

it('starts from the same weights with and without noise', () => {
  const weights = (noiseFraction: number) =>
    build({ noiseFraction, nLayers: 3, hiddenSizes: [4, 4] }).stateDict();
  expect(weights(0.1)).toEqual(weights(0));
});

it.each([
  { activation: Sine, nABits: null },
  { activation: LearnedTable, nABits: null },
  { activation: LearnedTable, batchNorm: true },
  { weightScaling: 'learned', nWBits: 2, quantNarrow: true },
  { nWBits: 1, batchNorm: true, nOutputWBits: 8 },
  { weightScalePer: 'tensor', nWBits: 3, batchNorm: true, noiseFraction: 0.01 },
  { batchNorm: true, quantize: false },
] as const)('learns with %o', (options) => {
  const net = build({ hiddenSizes: [12], ...options });
  const { inputs, labels } = data(120);
  const loss = new CrossEntropyLoss();
  net.calibrate(inputs);
  const before = loss.forward(net.forward(inputs), labels).item();
  train(net, 80);
  net.finishTraining(inputs);
  expect(loss.forward(net.eval().forward(inputs), labels).item()).toBeLessThan(before / 2);
});

it('gives each learned table its neuron, and calibrates it', () => {
  const net = build({ activation: LearnedTable, hiddenSizes: [5] });
  net.calibrate(data(50).inputs);
  const table = net.layers[0].activation as LearnedTable;
  expect(table.neurons).toBe(5);
  expect(new Set(table.buffer('low').data).size).toBe(5);
});

it('puts all learned scales, and nothing else, under names that a glob *.factor matches', () => {
  const net = build({ weightScaling: 'learned', linearSkip: true, nLayers: 3, hiddenSizes: [4, 4] });
  const names = net.namedParameters().map(([name]) => name);
  expect(names.filter((name) => name.endsWith('.factor'))).toEqual([
    'features.fc0.factor',
    'features.quant1.factor',
    'features.fc1.factor',
    'features.quant2.factor',
    'features.fc2.factor',
    'skip.factor',
  ]);
});

it('loads the weights of a net of the same shape by the names of Concrete ML', () => {
  const net = build({ hiddenSizes: [5] });
  const weights = Object.fromEntries(
    Object.entries(build({ hiddenSizes: [5], generator: new Generator(8) }).stateDict()).filter(([name]) =>
      /^features\.fc\d\.(weight|bias)$/.test(name),
    ),
  );
  expect(Object.keys(weights)).toHaveLength(4);
  net.loadStateDict(weights, { strict: false });
  expect(net.layers[0].linear.weight.data).toEqual(weights['features.fc0.weight'].data);
});

it('refuses an activation that no table can compute', () => {
  expect(() => build({ activation: Softmax })).toThrow(
    expect.objectContaining({ code: 'LAYER_UNSUPPORTED' }),
  );
});

it.each([
  [{ nWBits: [2] }, 'LAYERS_INVALID'],
  [{ nWBits: [2, 9] }, 'BITS_INVALID'],
  [{ nABits: [2, 2] }, 'LAYERS_INVALID'],
  [{ nInputBits: 9 }, 'BITS_INVALID'],
  [{ nSkipBits: 0, linearSkip: true }, 'BITS_INVALID'],
  [{ noiseFraction: -1 }, 'PARAMETER_INVALID'],
  [{ inputClipQuantile: 0.5 }, 'PARAMETER_INVALID'],
] as const)('refuses %o', (options, code) => {
  expect(() => build(options)).toThrow(expect.objectContaining({ code }));
});
