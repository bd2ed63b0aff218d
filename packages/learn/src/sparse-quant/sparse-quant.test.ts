import { loadBreastCancer, loadDiabetes, loadIris } from '@tacit/datasets';
import { Adam, Linear, ParameterError, SparseQuantConvNet, SparseQuantNeuralNet } from '@tacit/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { clone } from '../clone.js';
import { fitToBudget, SparseQuantClassifier, SparseQuantRegressor } from './index.js';

let iris: { X: number[][]; y: string[] };
let diabetes: { X: number[][]; y: number[] };

beforeAll(async () => {
  const [flowers, patients] = await Promise.all([loadIris(), loadDiabetes()]);
  iris = { X: flowers.data, y: flowers.target as string[] };
  diabetes = { X: patients.data, y: patients.target.map((value) => value / 100) };
});

const quiet = { seed: 0, verbose: 0, trainSplit: false } as const;

describe('the estimators', () => {
  it('come with module, Adam and a learning rate, which may be changed', async () => {
    const net = new SparseQuantClassifier();
    expect(net.getParams(false)).toMatchObject({ module: SparseQuantNeuralNet, optimizer: Adam, lr: 0.01 });
    expect(clone(net, { lr: 0.1 }).getParams(false)).toMatchObject({ optimizer: Adam, lr: 0.1 });
    expect(() => new SparseQuantClassifier({ module__nWbits: 3 } as never)).toThrow(/module__nWBits/);
  });

  it('classify with the labels of fit, and regress', async () => {
    const net = new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [6], maxEpochs: 60 });
    await net.fit(iris.X, iris.y);
    expect(await net.score(iris.X, iris.y)).toBeGreaterThan(0.93);
    expect(iris.y).toContain((await net.predict(iris.X.slice(0, 1)))[0]);
    const regressor = new SparseQuantRegressor({ ...quiet, module__nLayers: 1, module__nWBits: 6 });
    await regressor.fit(diabetes.X, diabetes.y);
    expect(await regressor.score(diabetes.X, diabetes.y)).toBeGreaterThan(0.4);
  });

  it('take a convolutional net with its own parameters', async () => {
    const X = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 16 }, (_, j) => Math.sin(i * 16 + j)),
    );
    const y = X.map((row) => (row[0]! + row[5]! > 0 ? 'up' : 'down'));
    const net = new SparseQuantClassifier({
      ...quiet,
      module: SparseQuantConvNet,
      module__inputShape: [1, 4, 4],
      module__convolutions: [{ filters: 4, kernelSize: 2, stride: 2 }],
      maxEpochs: 30,
    });
    await net.fit(X, y);
    const smaller = await net.prune(X, y, 0.5, { epochs: 5 });
    expect(smaller.module_.widths).toEqual([2]);
    expect(await smaller.score(X, y)).toBeGreaterThan(0.5);
  });
});

describe('prune', () => {
  it('gives a smaller estimator that predicts as well after some training, and leaves the first one as it is', async () => {
    const net = new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [12], maxEpochs: 60 });
    await net.fit(iris.X, iris.y);
    const before = await net.predictProba(iris.X);
    const smaller = await net.prune(iris.X, iris.y, 0.5);
    expect(smaller).toBeInstanceOf(SparseQuantClassifier);
    expect(smaller.module_.bootstraps).toBe(6);
    expect(smaller.getParams(false)).toMatchObject({ module__hiddenSizes: [6] });
    expect(await smaller.score(iris.X, iris.y)).toBeGreaterThan(0.93);
    expect(await net.predictProba(iris.X)).toEqual(before);
    const again = await smaller.prune(iris.X, iris.y, 0.5, { epochs: 20 });
    expect(again.module_.bootstraps).toBe(3);
  });

  it('without further training keeps what neurons emit on average: better than taking them out', async () => {
    const net = new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [12], maxEpochs: 60 });
    await net.fit(iris.X, iris.y);
    const smaller = await net.prune(iris.X, iris.y, 0.25, { epochs: 0 });
    expect(await smaller.score(iris.X, iris.y)).toBeGreaterThan(0.8);
  });

  it('refuses a fraction that would empty a layer, and modules without neurons to take out', async () => {
    const net = new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [2], maxEpochs: 2 });
    await net.fit(iris.X, iris.y);
    for (const fraction of [1, -0.1, Number.NaN]) {
      await expect(net.prune(iris.X, iris.y, fraction)).rejects.toThrow(ParameterError);
    }
    const plain = new SparseQuantClassifier({ ...quiet, module: () => new Linear(4, 3), maxEpochs: 1 });
    await plain.fit(iris.X, iris.y);
    await expect(plain.prune(iris.X, iris.y, 0.5)).rejects.toMatchObject({ code: 'NOT_PRUNABLE' });
    const unfitted = new SparseQuantClassifier(quiet);
    await expect(unfitted.prune(iris.X, iris.y, 0.5)).rejects.toMatchObject({ code: 'NOT_FITTED' });
  });
});

describe('fitBenchmark', () => {
  it('fits the net and its float twin, both on the original labels', async () => {
    const net = new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [8], maxEpochs: 60 });
    const { quantized, float } = await net.fitBenchmark(iris.X, iris.y);
    expect(quantized).toBe(net);
    expect(float.getParams(false)).toMatchObject({ module__quantize: false });
    for (const fitted of [quantized, float]) {
      expect(fitted.classes_).toEqual(['setosa', 'versicolor', 'virginica']);
      expect(await fitted.score(iris.X, iris.y)).toBeGreaterThan(0.93);
    }
  });
});

describe('fitToBudget', () => {
  it('finds a net within the budget that keeps the accuracy, and tells what accuracy costs', async () => {
    const { data, target } = await loadBreastCancer();
    const seen: number[] = [];
    const { estimator, chosen, frontier } = await fitToBudget(
      new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [16], maxEpochs: 20 }),
      data,
      target,
      {
        maxPbs: 8,
        maxSecondsPerSample: 0.1,
        maxAccuracyLoss: 0.03,
        cut: 0.5,
        secondsOf: (net) => 0.01 * (net.module_ as SparseQuantNeuralNet).bootstraps,
        onPoint: ({ pbs }) => seen.push(pbs),
      },
    );
    expect(seen).toEqual(frontier.points.map(({ pbs }) => pbs));
    expect(seen[0]).toBe(16);
    expect(chosen.pbs).toBeLessThanOrEqual(8);
    expect(estimator.module_.bootstraps).toBe(chosen.pbs);
    expect(chosen.score).toBeGreaterThan(0.9);
    expect(await estimator.score(data, target)).toBeGreaterThan(0.93);
    expect(frontier.toTable()).toMatch(/PBS +hidden +score +s\/sample\n +16 +16 +0\.\d+ +0\.16/);
    expect(await frontier.plot()).toContain('bootstraps a sample');
  });

  it('says what there was when nothing meets the budget, and what is wrong with a budget that is none', async () => {
    const net = new SparseQuantClassifier({ ...quiet, module__hiddenSizes: [4], maxEpochs: 5 });
    const reject = (budget: object) =>
      fitToBudget(net, iris.X, iris.y, budget).then(
        () => null,
        (error) => error,
      );
    const impossible = await reject({ maxSecondsPerSample: 0.001, secondsOf: () => 1 });
    expect(impossible).toMatchObject({ code: 'BUDGET_UNREACHABLE' });
    expect(impossible.message).toContain('PBS');
    expect(await reject({ maxPbs: 0 })).toMatchObject({ code: 'PARAMETER_VALUE' });
    expect(await reject({ maxSecondsPerSample: 1 })).toMatchObject({ code: 'PARAMETER_VALUE' });
    expect(await reject({ cut: 1 })).toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

describe('bounded accumulators', () => {
  const widest = (net: { readonly module_: SparseQuantNeuralNet }) => {
    const counts = net.module_.layers.flatMap(({ linear }) => {
      const { integers } = linear.quantizedWeights();
      return Array.from({ length: linear.neurons }, (_, row) => {
        const weights = integers.subarray(row * linear.fanIn, (row + 1) * linear.fanIn);
        return weights.filter((weight) => weight !== 0).length;
      });
    });
    return Math.max(...counts);
  };

  it('stay bounded through fit, partialFit, a warm start, and saving', async () => {
    const { data, target } = await loadBreastCancer();
    const options = {
      ...quiet,
      module__hiddenSizes: [6],
      module__accumulators: 'bounded',
      module__nWBits: 2,
      module__nABits: 3,
      maxEpochs: 10,
      warmStart: true,
    } as const;
    const net = await new SparseQuantClassifier(options).fit(data, target);
    const omega = net.module_.omega!;
    expect(omega).toBeLessThan(30);
    expect(widest(net)).toBeLessThanOrEqual(omega);
    await net.partialFit(data, target, { epochs: 2 });
    expect(widest(net)).toBeLessThanOrEqual(omega);
    await net.fit(data, target, { epochs: 2 });
    expect(net.history.length).toBe(14);
    expect(widest(net)).toBeLessThanOrEqual(omega);
    const loaded = await new SparseQuantClassifier(options).loadNet(await net.saveNet());
    expect(widest(loaded)).toBeLessThanOrEqual(omega);
    await loaded.partialFit(data, target, { epochs: 2 });
    expect(widest(loaded)).toBeLessThanOrEqual(omega);
  });
});
