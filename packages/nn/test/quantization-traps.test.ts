// Known traps of quantized, pruned nets, each with the test that shows this package does not fall into it. They are the
// defects that Concrete ML 1.9 has in training: pruning that holds on average only, masks from random weights, masks lost on
// warm starts, neurons whose removal changes the function, scales that differ between training and use.

import {
  Adam,
  CrossEntropyLoss,
  type QuantNet,
  SparseQuantConvNet,
  SparseQuantNeuralNet,
  type SparseQuantNeuralNetOptions,
} from '@tacit/nn';
import { Generator, IntTensor, noGrad, Tensor } from '@tacit/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';

function data(samples: number, features: number, seed = 5): { inputs: Tensor; labels: IntTensor } {
  const values = new Generator(seed).fillNormal(new Float32Array(samples * features));
  const labels = Int32Array.from({ length: samples }, (_, i) =>
    values[i * features] > 0.3 ? 2 : values[i * features + 1] > 0 ? 1 : 0,
  );
  return { inputs: new Tensor(values, [samples, features]), labels: new IntTensor(labels) };
}

/** Epochs of one batch, as an estimator runs them; `calibrate` only where a training begins. */
function train(net: QuantNet, inputs: Tensor, labels: IntTensor, epochs: number): void {
  const optimizer = new Adam(net.parameters(), { lr: 0.02 });
  const loss = new CrossEntropyLoss();
  for (let epoch = 0; epoch < epochs; epoch++) {
    net.trainingProgress(epoch / epochs);
    optimizer.zeroGrad();
    loss.forward(net.forward(inputs), labels).backward();
    optimizer.step();
  }
  net.trainingProgress(1);
  net.finishTraining(inputs);
}

function nonZerosPerRow(net: QuantNet): number[] {
  return net.layers.flatMap(({ linear }) => {
    const { integers } = linear.quantizedWeights();
    return Array.from(
      { length: linear.neurons },
      (_, row) =>
        integers.subarray(row * linear.fanIn, (row + 1) * linear.fanIn).filter((w) => w !== 0).length,
    );
  });
}

/** Bits of the widest integer sum over all inputs that there can be, signed activations included. */
function widestSum(net: QuantNet): number {
  const largest = net.layers.map((layer, index) => {
    const levels = index === 0 ? net.inputQuantizer.levels : 0;
    const [low, high] = index === 0 ? [0, levels] : net.layers[index - 1].quantizer!.levels;
    const { rows, columns, integers } = layer.integerRows();
    let widest = 0;
    for (let row = 0; row < rows; row++) {
      const weights = integers.subarray(row * columns, (row + 1) * columns);
      widest = Math.max(
        widest,
        weights.reduce((sum, w) => sum + Math.abs(w) * (high - low), 0),
      );
    }
    return widest;
  });
  return Math.ceil(Math.log2(Math.max(...largest) + 1));
}

function build(options: SparseQuantNeuralNetOptions = {}): SparseQuantNeuralNet {
  return new SparseQuantNeuralNet({
    inputDim: 40,
    outputDim: 3,
    hiddenSizes: [30],
    generator: new Generator(1),
    ...options,
  });
}

const bounded = { accumulators: 'bounded', nWBits: 2, nABits: 2 } as const;

test('Ω holds for every neuron, not on average, and so does the accumulator, whatever the net and its training', () => {
  fc.assert(
    fc.property(
      fc.record({
        nWBits: fc.integer({ min: 1, max: 3 }),
        nABits: fc.integer({ min: 1, max: 3 }),
        hiddenSizes: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 }),
        nPruneNeuronsPercentage: fc.constantFrom(0, 0.4),
        quantSigned: fc.constantFrom(null, true),
        quantNarrow: fc.boolean(),
        weightScaling: fc.constantFrom('statistics', 'max', 'learned'),
        weightScalePer: fc.constantFrom('neuron', 'tensor'),
        batchNorm: fc.boolean(),
      }),
      fc.integer({ min: 0, max: 3 }),
      fc.nat(),
      (options, epochs, seed) => {
        const net = new SparseQuantNeuralNet({
          inputDim: 40,
          outputDim: 3,
          ...options,
          ...{
            nLayers: options.hiddenSizes.length + 1,
            accumulators: 'bounded',
            generator: new Generator(seed),
          },
        });
        const { inputs, labels } = data(30, 40);
        net.calibrate(inputs);
        train(net, inputs, labels, epochs);
        expect(Math.max(...nonZerosPerRow(net))).toBeLessThanOrEqual(net.omega!);
        expect(widestSum(net)).toBeLessThanOrEqual(8);
      },
    ),
    { numRuns: 60 },
  );
});

test('Ω holds for filters too', () => {
  const net = new SparseQuantConvNet({
    inputShape: [5, 8, 8],
    outputDim: 3,
    convolutions: [
      { filters: 6, kernelSize: 3, padding: 1, pool: { size: 2 } },
      { filters: 6, kernelSize: 3 },
    ],
    generator: new Generator(1),
    ...bounded,
  });
  const { inputs, labels } = data(40, 5 * 64);
  net.calibrate(inputs);
  train(net, inputs, labels, 5);
  for (const { linear, omega } of net.layers) {
    const { integers } = linear.quantizedWeights();
    for (let row = 0; row < linear.neurons; row++) {
      const weights = integers.subarray(row * linear.fanIn, (row + 1) * linear.fanIn);
      expect(weights.filter((w) => w !== 0).length).toBeLessThanOrEqual(omega!);
    }
  }
  expect(widestSum(net)).toBeLessThanOrEqual(8);
});

test('masks come from trained weights: a tenth of the training runs dense, and what is kept is not the largest at first', () => {
  const net = build(bounded);
  const initial = net.layers[0].linear.weight.data.slice();
  const { inputs, labels } = data(200, 40);
  net.calibrate(inputs);
  net.trainingProgress(0.1);
  expect(Math.min(...net.layers[0].linear.mask)).toBe(1);
  train(net, inputs, labels, 60);
  const { mask } = net.layers[0].linear;
  const largestAtFirst = Array.from({ length: 30 }, (_, row) => {
    const indices = Array.from({ length: 40 }, (_, i) => row * 40 + i);
    return indices.sort((a, b) => Math.abs(initial[b]) - Math.abs(initial[a])).slice(0, 28);
  }).flat();
  const kept = largestAtFirst.filter((index) => mask[index] === 1).length;
  expect(kept).toBeLessThan(0.95 * largestAtFirst.length);
  // The two features that the labels depend on are read by nearly all neurons.
  const readers = (column: number) =>
    Array.from({ length: 30 }, (_, row) => mask[row * 40 + column]).filter(Boolean);
  expect(readers(0).length + readers(1).length).toBeGreaterThan(50);
});

test('masks outlive warm starts, partial fits, and saving', () => {
  const net = build(bounded);
  const { inputs, labels } = data(100, 40);
  net.calibrate(inputs);
  train(net, inputs, labels, 5);
  const pruned = net.layers.map(({ linear }) => linear.mask.slice());
  train(net, inputs, labels, 5);
  const loaded = build({ ...bounded, generator: new Generator(9) });
  loaded.loadStateDict(net.stateDict());
  train(loaded, inputs, labels, 5);
  for (const after of [net, loaded]) {
    for (const [index, { linear }] of after.layers.entries()) {
      expect(linear.mask.every((kept, i) => kept <= pruned[index][i])).toBe(true);
    }
    expect(Math.max(...nonZerosPerRow(after))).toBeLessThanOrEqual(28);
  }
});

test('removing neurons during a training does not change what the net computes', () => {
  const net = build({ nPruneNeuronsPercentage: 0.5, nWBits: 8 });
  const { inputs, labels } = data(100, 40);
  net.calibrate(inputs);
  train(net, inputs, labels, 10);
  const before = noGrad(() => net.eval().forward(inputs)).data;
  const smaller = net.pruned(inputs, 0.5);
  expect(smaller.widths).toEqual([15]);
  noGrad(() => smaller.forward(inputs)).data.forEach((value, i) => {
    expect(value).toBeCloseTo(before[i], 4);
  });
});

test('a fraction next to 1 leaves a neuron, and a training that learns', () => {
  const net = build({ nPruneNeuronsPercentage: 0.9999 });
  const { inputs, labels } = data(100, 40);
  net.calibrate(inputs);
  train(net, inputs, labels, 3);
  expect(net.bootstraps).toBe(1);
  expect(net.eval().forward(inputs).data.every(Number.isFinite)).toBe(true);
});

test('training and use round alike from the first batch on, powers of two included', () => {
  for (const options of [
    {},
    { powerOfTwoScaling: true },
    { quantSigned: true },
    { weightScaling: 'learned' },
  ] as const) {
    const net = build(options);
    const { inputs } = data(50, 40);
    net.calibrate(inputs);
    const training = net.train().forward(inputs).data;
    expect(net.eval().forward(inputs).data).toEqual(training);
  }
});

test('the scales of activations are learned from the first batch on, at any batch size', () => {
  const net = build();
  const { inputs, labels } = data(8, 40);
  net.calibrate(inputs);
  const before = net.layers[0].quantizer!.scale;
  train(net, inputs, labels, 1);
  expect(net.layers[0].quantizer!.scale).not.toBe(before);
});

test('one wild value does not cost the other inputs their levels', () => {
  // A standardized column whose largest value is 42 deviations off: scaled by its maximum, 2 bits leave one level.
  const { inputs } = data(1500, 1);
  inputs.data[0] = 42;
  const net = new SparseQuantNeuralNet({ inputDim: 1, outputDim: 2, nABits: 2 });
  net.calibrate(inputs);
  const levels = new Set([...noGrad(() => net.inputQuantizer.forward(inputs)).data]);
  expect(levels.size).toBe(4);
  expect(net.calibrationWarnings()).toEqual([]);
  const unclipped = new SparseQuantNeuralNet({
    inputDim: 1,
    outputDim: 2,
    nABits: 2,
    inputClipDeviations: null,
  });
  unclipped.calibrate(inputs);
  expect(unclipped.calibrationWarnings().map(({ code }) => code)).toEqual(['INPUTS_CROWDED']);
});

test('weights are narrow or wide as asked, activations signed or unsigned as asked', () => {
  const wide = build({ quantNarrow: false, weightScaling: 'max', nWBits: 3 });
  const narrow = build({ quantNarrow: true, weightScaling: 'max', nWBits: 3 });
  const smallest = (net: QuantNet) => Math.min(...net.layers[0].linear.quantizedWeights().integers);
  expect([smallest(wide), smallest(narrow)]).toEqual([-4, -3]);
  expect(build({ quantSigned: true, quantNarrow: true, nABits: 3 }).layers[0].quantizer!.levels).toEqual([
    -3, 3,
  ]);
  expect(build({ quantSigned: false, quantNarrow: true, nABits: 3 }).layers[0].quantizer!.levels).toEqual([
    0, 6,
  ]);
});
