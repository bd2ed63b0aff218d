import { Generator, Tensor } from '@tacit/tensor';
import { describe, expect, it } from 'vitest';
import { LearnedTable, ReLU, Sine, Softmax } from '../activations/index.js';
import { BatchNorm1d, BatchNorm2d } from '../layers/index.js';
import type { ValueShape } from './integer-rows.js';
import { keepLargestWeights } from './pruning.js';
import { QuantConv2d, type QuantConv2dOptions } from './quant-conv2d.js';
import { QuantLayer, type QuantLayerParts } from './quant-layer.js';
import { QuantLinear } from './quant-linear.js';

const generator = () => new Generator(11);

function layerOf(
  parts: Partial<QuantLayerParts> & Pick<QuantLayerParts, 'linear' | 'inputShape'>,
): QuantLayer {
  const none = { norm: null, noise: null, activation: null, quantizer: null, omega: null };
  return new QuantLayer({
    name: 'features.fc0',
    inputPool: null,
    outputPool: null,
    isPerNeuron: false,
    ...none,
    ...parts,
  });
}

function convolution(inChannels: number, filters: number, size: number, options: QuantConv2dOptions = {}) {
  return new QuantConv2d(inChannels, filters, size, { generator: generator(), ...options });
}

/** A batch norm with all four of its vectors drawn at random, some slopes negative. */
function norm<Norm extends BatchNorm1d | BatchNorm2d>(made: Norm): Norm {
  const random = generator();
  for (const name of ['running_mean'] as const) random.fillNormal(made.buffer(name).data);
  random.fillUniform(made.buffer('running_var').data, { low: 0.2, high: 3 });
  random.fillNormal(made.weight!.data);
  random.fillNormal(made.bias!.data);
  return made.eval() as Norm;
}

const cases: Record<string, () => QuantLayer> = {
  'a linear layer': () =>
    layerOf({ linear: new QuantLinear(7, 4, { bits: 3, generator: generator() }), inputShape: [7] }),
  'a pruned ternary one with batch norm': () => {
    const linear = new QuantLinear(7, 4, { bits: 2, generator: generator() });
    keepLargestWeights(linear, 3);
    return layerOf({ linear, inputShape: [7], norm: norm(new BatchNorm1d(4)) });
  },
  'a convolution with stride and padding': () =>
    layerOf({ linear: convolution(2, 3, 3, { stride: [2, 1], padding: [1, 2] }), inputShape: [2, 6, 5] }),
  'a grouped, dilated convolution with batch norm': () =>
    layerOf({
      linear: convolution(4, 6, 2, { groups: 2, dilation: 2 }),
      inputShape: [4, 5, 5],
      norm: norm(new BatchNorm2d(6)),
    }),
  'a convolution whose sums are averaged, windows cut off at the edge': () =>
    layerOf({
      linear: convolution(1, 2, 3),
      inputShape: [1, 7, 7],
      outputPool: [2, 2],
      norm: norm(new BatchNorm2d(2)),
    }),
  'a convolution of averages': () =>
    layerOf({ linear: convolution(2, 3, 2, { padding: 1 }), inputShape: [2, 7, 6], inputPool: [2, 3] }),
  'a linear layer on the averages of images': () =>
    layerOf({
      linear: new QuantLinear(3 * 2 * 2, 5, { bits: 4, generator: generator() }),
      inputShape: [3, 4, 5],
      inputPool: [2, 2],
    }),
  'one filter pooled before and after': () =>
    layerOf({ linear: convolution(1, 1, 2), inputShape: [1, 9, 9], inputPool: [2, 2], outputPool: [3, 3] }),
};

describe.each(Object.keys(cases))('integerRows of %s', (name) => {
  const layer = cases[name]();
  const size = (shape: ValueShape) => (shape as readonly number[]).reduce((a, b) => a * b, 1);

  it('gives the sums that the layer computes, batch norm included', () => {
    const x = generator().fillNormal(new Float32Array(3 * size(layer.inputShape)));
    const sums = layer.emit(layer.sums(new Tensor(x, [3, ...layer.inputShape])));
    expect(sums.shape.slice(1)).toEqual(layer.outputShape);
    const { rows, columns, integers, scales, biases } = layer.integerRows();
    expect([rows, columns]).toEqual([size(layer.outputShape), size(layer.inputShape)]);
    for (let sample = 0; sample < 3; sample++) {
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let c = 0; c < columns; c++) sum += integers[row * columns + c] * x[sample * columns + c];
        expect(sums.data[sample * rows + row]).toBeCloseTo(scales[row] * sum + biases[row], 4);
      }
    }
  });

  it('names the neuron or filter of each row', () => {
    const { rows, channels } = layer.integerRows();
    const places = rows / layer.linear.neurons;
    expect([...channels]).toEqual(Array.from({ length: rows }, (_, row) => Math.floor(row / places)));
  });
});

it('gives the activation of one neuron as a function of one number', () => {
  const linear = new QuantLinear(3, 2, { generator: generator() });
  const relu = layerOf({ linear, inputShape: [3], activation: new ReLU() });
  expect([...relu.activate(1, [-2, 0.5])]).toEqual([0, 0.5]);
  expect(relu.period).toBeNull();
  const sine = layerOf({ linear, inputShape: [3], activation: new Sine() });
  expect(sine.activate(0, [Math.PI / 2])[0]).toBeCloseTo(1, 6);
  expect(sine.period).toBeCloseTo(2 * Math.PI, 12);
});

it('takes the function of the neuron that is asked for where each has its own', () => {
  const table = new LearnedTable(2, { knots: 2 });
  table.values.data.set([0, 6, 6, 0]);
  const linear = new QuantLinear(3, 2, { generator: generator() });
  const layer = layerOf({ linear, inputShape: [3], activation: table, isPerNeuron: true });
  expect([...layer.activate(0, [-3, 0, 3])]).toEqual([0, 3, 6]);
  expect([...layer.activate(1, [-3, 0, 3])]).toEqual([6, 3, 0]);
});

it('refuses an activation that looks at more than one number', () => {
  const linear = new QuantLinear(3, 2, { generator: generator() });
  expect(() => layerOf({ linear, inputShape: [3], activation: new Softmax() })).toThrow(
    expect.objectContaining({ code: 'LAYER_UNSUPPORTED', got: 'Softmax' }),
  );
});
