import { Generator, noGrad, Tensor } from '@tacit/tensor';
import { describe, expect, it } from 'vitest';
import { LearnedTable, Sine, Tanh } from '../activations/index.js';
import { SparseQuantConvNet } from '../sparse-quant-conv-net.js';
import { SparseQuantNeuralNet, type SparseQuantNeuralNetOptions } from '../sparse-quant-neural-net.js';
import type { QuantNet } from './quant-net.js';

function rows(count: number, features = 10, seed = 5): Tensor {
  return new Tensor(new Generator(seed).fillNormal(new Float32Array(count * features)), [count, features]);
}

/** A net as a training leaves it: calibrated, pruned, with biases off 0. */
function fitted<Net extends QuantNet>(net: Net, inputs: Tensor): Net {
  net.calibrate(inputs);
  net.trainingProgress(1);
  net.finishTraining(inputs);
  return net.eval();
}

function mlp(options: SparseQuantNeuralNetOptions = {}): SparseQuantNeuralNet {
  return new SparseQuantNeuralNet({
    inputDim: 10,
    outputDim: 3,
    nLayers: 3,
    hiddenSizes: [12, 8],
    generator: new Generator(2),
    ...options,
  });
}

const outputs = (net: QuantNet, inputs: Tensor) => noGrad(() => net.forward(inputs)).data;

describe.each<[string, SparseQuantNeuralNetOptions]>([
  ['ReLU', {}],
  ['a batch norm and real activations', { batchNorm: true, nABits: null }],
  ['Tanh and power-of-two scales', { activation: Tanh, powerOfTwoScaling: true }],
  ['Sine, ternary, with a skip', { activation: Sine, nWBits: 2, linearSkip: true }],
  ['tables for each neuron', { activation: LearnedTable, batchNorm: true }],
  ['learned scales', { weightScaling: 'learned', nWBits: 3 }],
  ['one scale a layer', { weightScalePer: 'tensor' }],
])('with %s', (_, options) => {
  const inputs = rows(200);
  const net = fitted(mlp({ ...options, nPruneNeuronsPercentage: 0.5 }), inputs);

  it('neurons without weights can be taken out, and no output changes', () => {
    const smaller = net.pruned(inputs, 0.5);
    expect(smaller.widths).toEqual([6, 4]);
    const before = outputs(net, rows(50, 10, 9));
    outputs(smaller, rows(50, 10, 9)).forEach((value, i) => {
      expect(value).toBeCloseTo(before[i], 5);
    });
  });

  it('the net that is pruned stays as it is', () => {
    const state = net.stateDict();
    net.pruned(inputs, [3, 2]);
    expect(net.stateDict()).toEqual(state);
  });
});

it('keeps the neurons that matter, and puts the mean in place of the others', () => {
  const net = mlp({ nLayers: 2, hiddenSizes: [3], nWBits: 8, nABits: 8, nOutputWBits: 8 });
  const inputs = rows(300);
  net.calibrate(inputs);
  // The second neuron hardly varies, the third is not read.
  const [hidden, output] = net.layers;
  for (let i = 10; i < 20; i++) hidden.linear.weight.data[i] *= 0.05;
  hidden.linear.bias!.data[1] = 2;
  for (const row of [0, 1, 2]) output.linear.weight.data[row * 3 + 2] *= 1e-3;
  net.calibrate(inputs);
  net.eval();
  const smaller = net.pruned(inputs, [1]);
  const first = [...hidden.linear.weight.data.subarray(0, 10)];
  expect([...smaller.layers[0].linear.weight.data]).toEqual(first);
  const [before, after] = [outputs(net, inputs), outputs(smaller, inputs)];
  const error = before.reduce((sum, value, i) => sum + (value - after[i]) ** 2, 0);
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const variance = before.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  expect(error / variance).toBeLessThan(0.02);
});

it('takes filters out of a convolutional net', () => {
  const inputs = rows(60, 2 * 36);
  const net = fitted(
    new SparseQuantConvNet({
      inputShape: [2, 6, 6],
      outputDim: 3,
      convolutions: [
        { filters: 4, kernelSize: 3 },
        { filters: 6, kernelSize: 2, pool: { size: 3 } },
      ],
      hiddenSizes: [5],
      batchNorm: true,
      nPruneNeuronsPercentage: 0.5,
      generator: new Generator(2),
    }),
    inputs,
  );
  const smaller = net.pruned(inputs, 0.5);
  expect(smaller.widths).toEqual([2, 3, 2]);
  expect(smaller.bootstraps).toBe(net.bootstraps);
  const before = outputs(net, inputs);
  outputs(smaller, inputs).forEach((value, i) => {
    expect(value).toBeCloseTo(before[i], 5);
  });
});

it('leaves constants where a padded convolution reads them: beside them it reads zeros', () => {
  const inputs = rows(20, 36);
  const net = new SparseQuantConvNet({
    inputShape: [1, 6, 6],
    outputDim: 2,
    convolutions: [
      { filters: 4, kernelSize: 3 },
      { filters: 3, kernelSize: 3, padding: 1 },
    ],
    generator: new Generator(4),
  });
  net.calibrate(inputs);
  net.layers[0].linear.mask.fill(0, 0, 9);
  net.eval();
  const before = outputs(net, inputs);
  net.trainingProgress(0);
  expect(outputs(net, inputs)).toEqual(before);
});

it.each([1, 0.97, -0.1, Number.NaN, [0, 4], [13, 8], [4], [2.5, 4]])(
  'refuses %o, which empties a layer or is no size of it, and says what would be left',
  (amount) => {
    expect(() => mlp().pruned(rows(10), amount)).toThrow(
      expect.objectContaining({ code: 'FRACTION_INVALID' }),
    );
  },
);

it('refuses grouped convolutions by name', () => {
  const net = new SparseQuantConvNet({
    inputShape: [2, 4, 4],
    outputDim: 2,
    convolutions: [{ filters: 4, kernelSize: 3, groups: 2 }],
  });
  expect(() => net.pruned(rows(4, 32), 0.5)).toThrow(
    expect.objectContaining({ code: 'LAYER_UNSUPPORTED', got: 'features.conv0' }),
  );
});
