import { Adam, CrossEntropyLoss, Module, SparseQuantNeuralNet } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Clf, clfRows, Mlp } from '../test/support/modules.js';
import { NeuralNetClassifier } from './classifier.js';
import { Dataset } from './dataset.js';
import { toFeatures } from './validate-input.js';

const { X, y } = clfRows;
const quiet = { verbose: 0, trainSplit: null, seed: 0 } as const;

describe('labels', () => {
  test.each([
    ['strings', ['low', 'mid', 'high'], ['high', 'low', 'mid']],
    ['numbers, sorted by value', [10, 9, -1], [-1, 9, 10]],
    ['numbers that are not whole', [0.5, 2.5, 1.5], [0.5, 1.5, 2.5]],
  ])('%s: predict gives them back, classes_ is sorted', async (_, labels, sorted) => {
    const given = y.map((code) => labels[code]!);
    const net = await new NeuralNetClassifier({ module: Clf, ...quiet }).fit(X, given);
    expect(net.classes_).toEqual(sorted);
    expect(sorted).toEqual(expect.arrayContaining(await net.predict(X)));
    const probabilities = await net.predictProba(X);
    const likeliest = probabilities.map((row) => sorted[row.indexOf(Math.max(...row))]);
    expect(await net.predict(X)).toEqual(likeliest);
  });

  test('booleans', async () => {
    const net = await new NeuralNetClassifier({ module: Mlp, ...quiet }).fit(
      X,
      y.map((code) => code === 0),
    );
    expect(net.classes_).toEqual([false, true]);
  });

  test('the coding of labels does not change what is learned', async () => {
    const fit = (labels: readonly string[]) =>
      new NeuralNetClassifier({ module: Mlp, ...quiet }).fit(
        X,
        y.map((code) => labels[code]!),
      );
    const [one, two] = [await fit(['a', 'b', 'c']), await fit(['x', 'y', 'z'])];
    expect(await one.predictProba(X)).toEqual(await two.predictProba(X));
  });

  test('classes names labels that the first rows do not show', async () => {
    const net = new NeuralNetClassifier({ module: Clf, classes: ['c', 'a', 'b'], ...quiet });
    await net.partialFit(
      X,
      y.map(() => 'a'),
    );
    await net.partialFit(
      X,
      y.map(() => 'c'),
    );
    expect(net.classes_).toEqual(['a', 'b', 'c']);
    await expect(
      net.partialFit(
        X,
        y.map(() => 'd'),
      ),
    ).rejects.toMatchObject({ code: 'UNKNOWN_LABEL' });
  });

  test('partialFit keeps the classes of the first fit', async () => {
    const net = await new NeuralNetClassifier({ module: Clf, ...quiet }).fit(X, y);
    await net.partialFit(X.slice(0, 2), [1, 1]);
    expect(net.classes_).toEqual([0, 1, 2]);
    await expect(net.partialFit(X.slice(0, 2), [1, 7])).rejects.toMatchObject({
      code: 'UNKNOWN_LABEL',
      got: '7',
    });
  });
});

test('probabilities are in [0, 1] and sum to 1, also for a criterion of the user', async () => {
  class Own {
    readonly inner = new CrossEntropyLoss();
    forward(output: Tensor, target: Parameters<CrossEntropyLoss['forward']>[1]): Tensor {
      return this.inner.forward(output, target);
    }
  }
  const net = await new NeuralNetClassifier({ module: Clf, criterion: Own, ...quiet }).fit(X, y);
  for (const row of await net.predictProba(X)) {
    expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  }
});

test('score is the share of labels that are predicted; labels never seen count as wrong', async () => {
  const net = await new NeuralNetClassifier({ module: Clf, ...quiet }).fit(X, y);
  const predicted = (await net.predict(X)) as number[];
  expect(await net.score(X, predicted)).toBe(1);
  expect(
    await net.score(
      X,
      predicted.map(() => 99),
    ),
  ).toBe(0);
});

test('one row, and rows one by one, give the predictions of all rows at once', async () => {
  const net = await new NeuralNetClassifier({ module: Mlp, ...quiet }).fit(X, y);
  const all = await net.predictProba(X);
  for (const [index, row] of X.entries()) {
    const [alone] = await net.predictProba([row]);
    for (const [k, p] of alone!.entries()) expect(p).toBeCloseTo(all[index]![k]!, 6);
  }
});

test('a data set may be given instead of rows', async () => {
  const net = new NeuralNetClassifier({ module: Clf, ...quiet });
  const features = toFeatures(X);
  const { IntTensor } = await import('@tacit/tensor');
  await net.fit(new Dataset(features, new IntTensor(Int32Array.from(y))));
  expect(await net.predict(new Dataset(features))).toEqual(await net.predict(X));
});

test('criterion__weight reaches the criterion', async () => {
  const net = new NeuralNetClassifier({ module: Clf, criterion__weight: [1, 1, 50], ...quiet });
  await net.fit(X, y, { epochs: 30 });
  expect([...net.criterion_.weight!]).toEqual([1, 1, 50]);
  expect((await net.predict(X)).filter((label) => label === 2).length).toBeGreaterThan(3);
});

test('a module with too few outputs is named, in the fit and not later', async () => {
  class Narrow extends Module {
    readonly inner = new Clf();
    override forward(x: Tensor): Tensor {
      return this.inner.forward(x).sum(1, { keepDims: true });
    }
  }
  const net = new NeuralNetClassifier({ module: Narrow, ...quiet });
  await expect(net.fit(X, y)).rejects.toMatchObject({ code: 'OUTPUT_SHAPE' });
});

test('SparseQuantNeuralNet trains without any dimensions given', async () => {
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    module__nLayers: 3,
    module__nWBits: 3,
    module__nABits: 3,
    module__nAccumBits: 8,
    optimizer: Adam,
    optimizer__weightDecay: 1e-4,
    lr: 0.02,
    maxEpochs: 60,
    batchSize: 4,
    ...quiet,
  });
  await net.fit(X, y);
  expect(net.history.column('train_loss').at(-1)!).toBeLessThan(net.history.column('train_loss')[0]!);
  expect(net.module_.settings).toMatchObject({ inputDim: 2, outputDim: 3, nLayers: 3 });
});
