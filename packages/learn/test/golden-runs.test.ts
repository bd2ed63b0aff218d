// Runs of skorch 1.4.0 on torch 1.13.1 (float32), executed and noted by hand in the project's inventory of skorch, appendix B.
// The names carry the numbers of that appendix. Tolerance: relative 1e-5, since both sides compute in float32 but sum in
// different orders; the inventory gives seven digits.

import {
  clone,
  EarlyStopping,
  EpochScoring,
  NeuralNet,
  NeuralNetClassifier,
  NeuralNetRegressor,
  predefinedSplit,
  ValidSplit,
} from '@tacit/learn';
import { Adam, BCELoss, BCEWithLogitsLoss, Linear, Module, MSELoss, NLLLoss, SGD, Softmax } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectClose } from './support/close.js';
import { Clf, clfRows, Lin, line } from './support/modules.js';

const quiet = { verbose: 0, iteratorTrain__shuffle: false } as const;

function weights(net: { module_: Lin }): number[] {
  return [net.module_.weight.item(), net.module_.bias.item()];
}

describe('B1: a line, batch 2, lr 0.1, no split, 3 epochs', async () => {
  const { X, y } = line(4);
  const net = new NeuralNet({
    module: Lin,
    criterion: MSELoss,
    lr: 0.1,
    batchSize: 2,
    maxEpochs: 3,
    trainSplit: false,
    ...quiet,
  });
  await net.fit(X, y);

  test('batch losses', () => {
    expectClose(
      net.history.batchColumn('train_loss').flat(),
      [5.0, 24.244999, 0.76465, 3.902742, 0.134748, 0.615499],
    );
  });

  test('epoch losses and best flags', () => {
    expectClose(net.history.column('train_loss'), [14.622499, 2.333696, 0.375123]);
    expect(net.history.column<boolean>('train_loss_best')).toEqual([true, true, true]);
  });

  test('weights and predictions', async () => {
    expectClose(weights(net), [2.133702, 1.046943]);
    expectClose(((await net.predict(X)) as number[][]).flat(), [1.046943, 3.180645, 5.314347, 7.448049]);
  });

  test('keys of an epoch', () => {
    const keys = Object.keys(net.history.last()).sort();
    expect(keys).toEqual(['batches', 'dur', 'epoch', 'train_batch_count', 'train_loss', 'train_loss_best']);
  });
});

function b2(maxEpochs: number, more: object = {}) {
  return new NeuralNet({
    module: Lin,
    criterion: MSELoss,
    lr: 0.05,
    batchSize: 3,
    maxEpochs,
    ...quiet,
    ...more,
  });
}

describe('B2: a line of 5, batch 3, lr 0.05, the default split, 3 epochs', async () => {
  const { X, y } = line(5);
  const net = await b2(3).fit(X, y);

  test('batch losses and sizes', () => {
    expectClose(
      net.history.batchColumn('train_loss').flat(),
      [27.666666, 15.734441, 2.132277, 1.909001, 0.465066, 0.104749],
    );
    expect(net.history.batchColumn('train_batch_size')).toEqual([
      [3, 1],
      [3, 1],
      [3, 1],
    ]);
  });

  test('epoch losses', () => {
    expectClose(net.history.column('train_loss'), [24.68361, 2.076458, 0.374987]);
    expectClose(net.history.column('valid_loss'), [0.01067778, 0.14074998, 0.07600223]);
    expect(net.history.column<boolean>('valid_loss_best')).toEqual([true, false, false]);
  });

  test('weights', () => expectClose(weights(net), [2.12556, 0.724315]));

  test('a fourth epoch by partialFit', async () => {
    await net.partialFit(X, y, { epochs: 1 });
    expectClose([net.history.column('valid_loss').at(-1)!], [0.08687551]);
    expectClose(weights(net).slice(0, 1), [2.03603]);
    expect(net.history.column('epoch')).toEqual([1, 2, 3, 4]);
  });

  test('after one epoch', async () => expectClose(weights(await b2(1).fit(X, y)), [2.72, 0.8966666]));
});

describe('B3: as B1 with lr 0.05', () => {
  const { X, y } = line(4);
  const common = {
    module: Lin,
    criterion: MSELoss,
    lr: 0.05,
    batchSize: 2,
    maxEpochs: 3,
    trainSplit: false,
    ...quiet,
  } as const;

  test('SGD with momentum and weight decay', async () => {
    const net = new NeuralNet({
      ...common,
      optimizer: SGD,
      optimizer__momentum: 0.9,
      optimizer__weightDecay: 0.01,
    });
    await net.fit(X, y);
    expectClose(net.history.column('train_loss'), [17.643125, 5.698946, 15.964853]);
    expectClose(weights(net), [2.58677, 1.496432]);
  });

  test('Adam', async () => {
    const net = await new NeuralNet({ ...common, optimizer: Adam }).fit(X, y);
    expectClose(net.history.column('train_loss'), [19.940624, 18.022785, 16.217508]);
    expectClose(weights(net), [0.240199, 0.27421]);
  });
});

function b4(more: object = {}) {
  return new NeuralNetClassifier({
    module: Clf,
    lr: 0.5,
    batchSize: 4,
    maxEpochs: 3,
    trainSplit: false,
    ...quiet,
    ...more,
  });
}

describe('B4: a classifier on logits with cross-entropy', async () => {
  const { X, y } = clfRows;
  const net = await b4().fit(X, y);

  test('losses', () => expectClose(net.history.column('train_loss'), [1.298114, 1.220676, 1.215916]));

  test('predictions, accuracy, probabilities', async () => {
    expect(await net.predict(X)).toEqual([0, 2, 0, 2, 0, 0, 0, 2, 0, 2]);
    expect(await net.score(X, y)).toBeCloseTo(0.4, 12);
    const probabilities = await net.predictProba(X);
    expectClose(
      probabilities.slice(0, 2).flat(),
      [0.624561, 0.189848, 0.185591, 0.305604, 0.314934, 0.379462],
    );
  });

  test('weights', () => {
    const { weight, bias } = net.module_ as Clf;
    // 1e-4: the reference gives -0.008472 with four digits only.
    expectClose([...weight.data], [0.57515, -0.008472, -0.127197, 0.510077, -0.547952, 0.298395], 1e-4);
    expectClose([...bias.data], [0.21296, -0.275518, 0.122558]);
  });

  test('with the first of three stratified folds for validation', async () => {
    const split = await b4({ trainSplit: new ValidSplit(3, { stratified: true }), maxEpochs: 2 }).fit(X, y);
    expectClose(split.history.column('train_loss'), [1.408964, 1.25273]);
    expectClose(split.history.column('valid_loss'), [1.220125, 1.270509]);
    expect(split.history.column('valid_acc')).toEqual([0.25, 0.25]);
    expect(split.history.column<boolean>('valid_acc_best')).toEqual([true, false]);
  });
});

describe('B4 with softmax and the log-likelihood of probabilities', async () => {
  class SoftmaxClf extends Clf {
    readonly softmax = new Softmax({ dim: -1 });
    override forward(x: Tensor): Tensor {
      return this.softmax.forward(super.forward(x));
    }
  }
  const net = await new NeuralNetClassifier({
    module: SoftmaxClf,
    criterion: NLLLoss,
    lr: 0.5,
    batchSize: 4,
    maxEpochs: 3,
    trainSplit: false,
    ...quiet,
  }).fit(clfRows.X, clfRows.y);

  test('losses differ from those of logits in the seventh digit', () => {
    expectClose(net.history.column('train_loss'), [1.298114, 1.220676, 1.2159149], 1e-6);
  });

  test('probabilities are what the module gives', async () => {
    const probabilities = (await net.predictProba(clfRows.X)).slice(0, 2).flat();
    expectClose(probabilities, [0.624561, 0.189848, 0.185591, 0.305604, 0.314934, 0.379462]);
    expect(await net.predict(clfRows.X)).toEqual([0, 2, 0, 2, 0, 0, 0, 2, 0, 2]);
  });

  test('a module that gives logits is told so', async () => {
    const logits = new NeuralNetClassifier({ module: Clf, criterion: NLLLoss, trainSplit: false, ...quiet });
    await expect(logits.fit(clfRows.X, clfRows.y)).rejects.toMatchObject({ code: 'OUTPUT_PROBABILITY' });
  });
});

describe('B5: accuracy on the training rows of B4', () => {
  const { X, y } = clfRows;
  const scored = (useCaching: boolean) =>
    b4({
      callbacks: {
        acc: new EpochScoring({ scoring: 'accuracy', onTrain: true, name: 'train_acc', useCaching }),
      },
    }).fit(X, y);

  test('cached: outputs from before each step', async () => {
    const { history } = await scored(true);
    expectClose(history.column('train_acc'), [0.1, 0.2, 0.2]);
    expect(history.column<boolean>('train_acc_best')).toEqual([true, true, false]);
  });

  test('uncached: outputs of the weights at the end of the epoch', async () => {
    const { history } = await scored(false);
    expectClose(history.column('train_acc'), [0.3, 0.4, 0.4]);
    expect(history.column<boolean>('train_acc_best')).toEqual([true, true, false]);
  });
});

test('B7g: early stopping on B2 with patience 2 restores the weights of epoch 1', async () => {
  const { X, y } = line(5);
  const messages: string[] = [];
  const early = new EarlyStopping({
    patience: 2,
    loadBest: true,
    sink: (message) => messages.push(message),
  });
  const net = await b2(20, { callbacks: { early } }).fit(X, y);
  expect(net.history.length).toBe(3);
  expect(messages).toHaveLength(2);
  expectClose(weights(net), [2.72, 0.8966666]);
});

test('B12: probabilities of the logits 1, 2, 3 under cross-entropy, unchanged without a nonlinearity', async () => {
  const probabilities = async (more: object) => {
    const net = b4({ ...more, lr: 0, maxEpochs: 1 });
    await net.fit(clfRows.X, clfRows.y);
    const { weight, bias } = net.module_ as Clf;
    weight.data.fill(0);
    bias.data.set([1, 2, 3]);
    return (await net.predictProba([[0, 0]])).flat();
  };
  expectClose(await probabilities({}), [0.090031, 0.244728, 0.665241]);
  expectClose(await probabilities({ predictNonlinearity: null }), [1, 2, 3]);
});

describe('B12: probabilities of no and yes from one output', () => {
  class Given extends Module {
    readonly unused = new Linear(1, 1);
    override forward(x: Tensor): Tensor {
      return x.reshape([x.shape[0]!]);
    }
  }
  const probabilities = (
    criterion: typeof BCELoss | typeof BCEWithLogitsLoss | typeof MSELoss,
    X: number[][],
  ) =>
    new NeuralNet({ module: Given, criterion: criterion as typeof MSELoss, ...quiet })
      .initialize()
      .predictProba(X);

  test('of logits', async () => {
    const rows = (await probabilities(BCEWithLogitsLoss, [[-1], [0], [1]])) as number[][];
    expectClose(rows.flat(), [0.731059, 0.268941, 0.5, 0.5, 0.268941, 0.731059]);
  });

  test('of probabilities, without a sigmoid', async () => {
    const rows = (await probabilities(BCELoss, [[0.25], [0.5]])) as number[][];
    expectClose(rows.flat(), [0.75, 0.25, 0.5, 0.5]);
  });

  test('other losses change nothing', async () => {
    expect(await probabilities(MSELoss, [[-1], [0]])).toEqual([-1, 0]);
  });
});

test('B1 as a regressor: R²', async () => {
  const { X, y } = line(4);
  const net = new NeuralNetRegressor({
    module: Lin,
    lr: 0.1,
    batchSize: 2,
    maxEpochs: 3,
    trainSplit: false,
    ...quiet,
  });
  await net.fit(X, y);
  expectClose([await net.score(X, y)], [0.98328]);
});

describe('B9: folds and parameters by hand', () => {
  const x = Array.from({ length: 12 }, (_, i) => i / 10);
  const y = x.map((v) => [2 * v + 1]);
  const folds = [0, 1, 2].map((fold) => x.flatMap((_, row) => (Math.floor(row / 4) === fold ? [row] : [])));
  const net = new NeuralNetRegressor({
    module: Lin,
    batchSize: 4,
    maxEpochs: 3,
    lr: 0.1,
    trainSplit: false,
    ...quiet,
  });

  async function perFold(scored: NeuralNetRegressor<typeof Lin>, isScaled: boolean, mse: boolean) {
    const scores: number[] = [];
    for (const test of folds) {
      const train = x.flatMap((_, row) => (test.includes(row) ? [] : [row]));
      const mean = train.reduce((sum, row) => sum + x[row]!, 0) / train.length;
      const std = Math.sqrt(train.reduce((sum, row) => sum + (x[row]! - mean) ** 2, 0) / train.length);
      const rows = (indices: number[]) => indices.map((row) => [isScaled ? (x[row]! - mean) / std : x[row]!]);
      const targets = (indices: number[]) => indices.map((row) => y[row]!);
      const fresh = clone(scored);
      await fresh.fit(rows(train), targets(train));
      const predicted = (await fresh.predict(rows(test))) as number[][];
      const squares = predicted.map(([p], index) => (p! - targets(test)[index]![0]!) ** 2);
      const negativeMse = -squares.reduce((sum, v) => sum + v, 0) / squares.length;
      scores.push(mse ? negativeMse : await fresh.score(rows(test), targets(test)));
    }
    return scores;
  }

  test.each([
    [0.01, 0, -3.826872],
    [0.01, 1, -5.217505],
    [0.1, 0, -0.245747],
    [0.1, 1, -0.336847],
  ])('scaled, lr %d, weight %d: mean of three folds', async (lr, module__weight, expected) => {
    const scores = await perFold(clone(net, { lr, module__weight }), true, true);
    expectClose([scores.reduce((sum, score) => sum + score, 0) / 3], [expected]);
  });

  test('not scaled: R² of each fold', async () => {
    expectClose(await perFold(net, false, false), [-1.213445, 0.112063, -28.572968]);
  });
});

test('A11: losses of stated rows with a module that gives its input back', async () => {
  const net = new NeuralNet({
    module: Lin,
    module__weight: 1,
    criterion: MSELoss,
    lr: 0,
    batchSize: 1,
    maxEpochs: 2,
    trainSplit: predefinedSplit([[3], [0]], [[5], [4]]),
    ...quiet,
  });
  await net.fit([[0], [2]], [[-1], [0]]);
  expect(net.history.column('train_loss')).toEqual([2.5, 2.5]);
  expect(net.history.column('valid_loss')).toEqual([10, 10]);
});
