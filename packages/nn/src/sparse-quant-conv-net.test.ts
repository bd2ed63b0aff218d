import { argmax, Generator, IntTensor, noGrad, Tensor } from '@tacit/tensor';
import { describe, expect, it } from 'vitest';
import { Sine } from './activations/index.js';
import { CrossEntropyLoss } from './losses/index.js';
import { Adam } from './optimizers/index.js';
import { QuantConv2d } from './quantization/quant-conv2d.js';
import { SparseQuantConvNet, type SparseQuantConvNetOptions } from './sparse-quant-conv-net.js';

/** Noisy 6 × 6 images of bars, 0 for upright ones and 1 for lying ones, at any position. */
function bars(count: number, seed: number): { images: Tensor; labels: IntTensor } {
  const generator = new Generator(seed);
  const images = generator.fillNormal(new Float32Array(count * 36), { standardDeviation: 0.2 });
  const labels = Int32Array.from({ length: count }, (_, n) => {
    const [label, position] = [generator.integer(2), generator.integer(6)];
    for (let i = 0; i < 6; i++) images[n * 36 + (label === 0 ? i * 6 + position : position * 6 + i)] += 1;
    return label;
  });
  return { images: new Tensor(images, [count, 1, 6, 6]), labels: new IntTensor(labels) };
}

function build(options: SparseQuantConvNetOptions = {}): SparseQuantConvNet {
  return new SparseQuantConvNet({
    inputShape: [1, 6, 6],
    outputDim: 2,
    generator: new Generator(1),
    ...options,
  });
}

function train(net: SparseQuantConvNet, epochs: number): void {
  const { images, labels } = bars(120, 1);
  net.calibrate(images);
  const optimizer = new Adam(net.parameters(), { lr: 0.03 });
  const loss = new CrossEntropyLoss();
  for (let epoch = 0; epoch < epochs; epoch++) {
    net.trainingProgress(epoch / epochs);
    optimizer.zeroGrad();
    loss.forward(net.forward(images), labels).backward();
    optimizer.step();
  }
  net.trainingProgress(1);
  net.finishTraining(images);
}

const pooled: SparseQuantConvNetOptions = {
  convolutions: [
    { filters: 4, kernelSize: 3, padding: 1, pool: { size: 2 } },
    { filters: 6, kernelSize: 2, groups: 2, pool: { size: 2, place: 'before' } },
  ],
  hiddenSizes: [5],
};

it('is convolutions, then linear layers, counted through', () => {
  const net = build({ ...pooled, batchNorm: true, linearSkip: true });
  expect(net.layers.map(({ name, outputShape }) => [name, outputShape])).toEqual([
    ['features.conv0', [4, 6, 6]],
    ['features.conv1', [6, 1, 1]],
    ['features.fc2', [5]],
    ['features.fc3', [2]],
  ]);
  expect(net.layers.map(({ inputPool, outputPool }) => [inputPool, outputPool])).toEqual([
    [null, null],
    [
      [2, 2],
      [2, 2],
    ],
    [null, null],
    [null, null],
  ]);
  const names = net.namedParameters().map(([name]) => name);
  for (const name of ['features.conv0.weight', 'features.norm1.bias', 'features.fc3.weight', 'skip.weight']) {
    expect(names).toContain(name);
  }
});

it('costs a bootstrap for each place of a filter, fewer with pooling before the activation', () => {
  expect(build(pooled).bootstraps).toBe(4 * 36 + 6 + 5);
  const before = { filters: 4, kernelSize: 3, pool: { size: 2, place: 'before' } } as const;
  expect(build({ convolutions: [before] }).bootstraps).toBe(4 * 4);
  expect(build({ convolutions: [{ ...before, pool: { size: 2 } }] }).bootstraps).toBe(4 * 16);
});

it.each([
  {},
  pooled,
  { batchNorm: true, nABits: null, nWBits: [2, 8], activation: Sine },
  { batchNorm: true, accumulators: 'bounded', nWBits: 2, nABits: 2, noiseFraction: 0.01 },
] as const)('learns bars that it was not shown: %o', (options) => {
  const net = build(options);
  train(net, 80);
  const { images, labels } = bars(200, 2);
  const predicted = noGrad(() => argmax(net.eval().forward(images), 1)).data;
  expect(predicted.filter((label, n) => label === labels.data[n]).length).toBeGreaterThan(150); // by chance 100 ± 7
});

it('takes rows of features as images', () => {
  const net = build({ linearSkip: true }).eval();
  const { images } = bars(5, 1);
  expect(net.forward(images.reshape([5, 36])).data).toEqual(net.forward(images).data);
});

describe('bounded accumulators', () => {
  const bounded = { accumulators: 'bounded', nWBits: 2, nABits: 2 } as const;

  it('count the values of a pooling window', () => {
    const net = build({ ...bounded, convolutions: [{ filters: 2, kernelSize: 3, pool: { size: 2 } }] });
    expect(net.layers.map(({ omega }) => omega)).toEqual([28, 7]);
  });

  it('hold for every input that there can be', () => {
    const net = build({
      ...bounded,
      inputShape: [4, 8, 8],
      convolutions: [
        { filters: 4, kernelSize: 3, padding: 1, pool: { size: 2 } },
        { filters: 4, kernelSize: 3, pool: { size: 2, place: 'before' } },
      ],
    });
    net.trainingProgress(1);
    for (const layer of net.layers) {
      const { rows, columns, integers } = layer.integerRows();
      for (let row = 0; row < rows; row++) {
        const span =
          3 * integers.subarray(row * columns, (row + 1) * columns).reduce((sum, w) => sum + Math.abs(w), 0);
        expect(Math.ceil(Math.log2(span + 1))).toBeLessThanOrEqual(8);
      }
    }
  });
});

it('removes filters, and no longer counts their bootstraps', () => {
  const net = build({ convolutions: [{ filters: 4, kernelSize: 3 }], nPruneNeuronsPercentage: 0.5 });
  const before = net.bootstraps;
  net.trainingProgress(1);
  expect([before, net.bootstraps]).toEqual([4 * 16, 2 * 16]);
});

it('refuses max pooling, with the reason', () => {
  const convolutions = [{ filters: 2, kernelSize: 3, pool: { kind: 'max', size: 2 } }];
  expect(() => build({ convolutions } as unknown as SparseQuantConvNetOptions)).toThrow(
    expect.objectContaining({
      code: 'LAYER_UNSUPPORTED',
      message: expect.stringMatching(/convolutions\[0\] asks for max pooling.*bootstrap/),
    }),
  );
});

it.each([
  [{ inputShape: null }, 'DIMENSION_MISSING'],
  [{ outputDim: null }, 'DIMENSION_MISSING'],
  [{ convolutions: [] }, 'LAYERS_INVALID'],
  [{ convolutions: [{ filters: 2, kernelSize: 7 }] }, 'LAYERS_INVALID'],
  [{ convolutions: [{ filters: 2, kernelSize: 3, pool: { size: 5 } }] }, 'LAYERS_INVALID'],
  [{ convolutions: [{ filters: 0, kernelSize: 3 }] }, 'PARAMETER_INVALID'],
  [{ convolutions: [{ filters: 3, kernelSize: 3, groups: 2 }] }, 'PARAMETER_INVALID'],
  [{ hiddenSizes: [0] }, 'PARAMETER_INVALID'],
  [{ nWBits: [2, 2, 2] }, 'LAYERS_INVALID'],
] as const)('refuses %o', (options, code) => {
  expect(() => build(options)).toThrow(expect.objectContaining({ code }));
});

it('is made of quantized convolutions, whose parameters have the options of the net', () => {
  const [{ linear }] = build({ nWBits: [3, 8], weightScaling: 'learned' }).layers;
  expect(linear).toBeInstanceOf(QuantConv2d);
  expect([linear.bits, linear.factor?.size]).toEqual([3, 4]);
});
