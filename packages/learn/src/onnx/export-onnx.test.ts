// The exported models, evaluated by onnxruntime: the same labels as the net's own.

import { loadDigits, loadIris } from '@tacit/datasets';
import { Hardtanh, LeakyReLU, Linear, Sine, SparseQuantConvNet, Tanh } from '@tacit/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, it } from 'vitest';
import { SparseQuantClassifier, SparseQuantRegressor } from '../sparse-quant/index.js';
import { exportOnnx } from './index.js';

let iris: { X: number[][]; y: string[] };
let digits: { X: number[][]; y: number[] };

beforeAll(async () => {
  const [flowers, images] = await Promise.all([loadIris(), loadDigits()]);
  iris = { X: flowers.data, y: flowers.target as string[] };
  digits = { X: images.data.slice(0, 600), y: (images.target as number[]).slice(0, 600) };
});

const quiet = { seed: 0, verbose: 0, trainSplit: false } as const;

async function evaluate(model: Uint8Array, X: readonly number[][]): Promise<number[][]> {
  const session = await InferenceSession.create(model);
  const rows = new Tensor('float32', Float32Array.from(X.flat()), [X.length, X[0]!.length]);
  const { logits } = await session.run({ X: rows });
  const width = logits!.dims[1]!;
  const data = logits!.data as Float32Array;
  return X.map((_, row) => Array.from(data.subarray(row * width, (row + 1) * width)));
}

const largest = (row: readonly number[]) => row.indexOf(Math.max(...row));

it.each([
  ['ReLU, 4 bits', {}],
  [
    'no rounding of activations, batch norm and a linear path',
    { nABits: null, batchNorm: true, linearSkip: true },
  ],
  ['ternary weights, signed activations', { nWBits: 2, activation: Tanh }],
  ['a sine', { activation: Sine, nABits: null }],
  ['bounds', { activation: Hardtanh, quantNarrow: true }],
  ['8 bits, three layers', { nLayers: 3, hiddenSizes: [8, 6], nWBits: 8, nABits: 8 }],
  ['bounded accumulators', { accumulators: 'bounded', nWBits: 2, nABits: 2 }],
  ['the float twin', { quantize: false }],
] as const)('gives the labels of the net: %s', async (_, options) => {
  const params = Object.entries({ hiddenSizes: [8], ...options }).map(([name, value]) => [
    `module__${name}`,
    value,
  ]);
  const net = new SparseQuantClassifier({ ...quiet, maxEpochs: 30, ...Object.fromEntries(params) });
  await net.fit(iris.X, iris.y);
  const logits = await evaluate(exportOnnx(net), iris.X);
  const labels = logits.map((row) => net.classes_[largest(row)]);
  expect(labels).toEqual(await net.predict(iris.X));
});

it('gives the labels of a convolutional net, and its numbers', async () => {
  const net = new SparseQuantClassifier({
    ...quiet,
    module: SparseQuantConvNet,
    module__inputShape: [1, 8, 8],
    module__convolutions: [{ filters: 4, kernelSize: 3, padding: 1, pool: { kind: 'average', size: 2 } }],
    module__batchNorm: true,
    maxEpochs: 8,
  });
  await net.fit(digits.X, digits.y);
  const logits = await evaluate(exportOnnx(net), digits.X);
  const own = (await net.forward(digits.X)).toArray() as number[][];
  // Sums of a hundred float32 products in another order; where one falls on the other side of a threshold of rounding, a
  // logit moves by a step.
  const apart = logits.flat().filter((value, i) => Math.abs(value - own.flat()[i]!) > 1e-3).length;
  expect(apart / logits.flat().length).toBeLessThan(0.01);
  expect(logits.map((row) => net.classes_[largest(row)])).toEqual(await net.predict(digits.X));
});

it('gives the numbers of a regressor', async () => {
  const y = iris.X.map(([a, b]) => a! * b!);
  const net = new SparseQuantRegressor({
    ...quiet,
    module__hiddenSizes: [8],
    module__nABits: null,
    maxEpochs: 20,
  });
  await net.fit(iris.X, y);
  const outputs = (await evaluate(exportOnnx(net), iris.X)).map(([value]) => value!);
  const own = (await net.predict(iris.X)) as number[];
  expect(Math.max(...outputs.map((value, i) => Math.abs(value - own[i]!)))).toBeLessThan(1e-3);
});

it('names what has no ONNX form', async () => {
  const leaky = new SparseQuantClassifier({
    ...quiet,
    module__activation: LeakyReLU,
    module__hiddenSizes: [3],
    maxEpochs: 1,
  });
  await leaky.fit(iris.X, iris.y);
  expect(() => exportOnnx(leaky)).toThrow(
    expect.objectContaining({ code: 'ONNX_UNSUPPORTED', got: 'LeakyReLU' }),
  );
  const plain = new SparseQuantClassifier({ ...quiet, module: () => new Linear(4, 3), maxEpochs: 1 });
  await plain.fit(iris.X, iris.y);
  expect(() => exportOnnx(plain)).toThrow(
    expect.objectContaining({ code: 'ONNX_UNSUPPORTED', got: 'Linear' }),
  );
  expect(() => exportOnnx(new SparseQuantClassifier())).toThrow(
    expect.objectContaining({ code: 'NOT_FITTED' }),
  );
});
