import { MSELoss } from '@tacit/nn';
import { describe, expect, test } from 'vitest';
import { Clf, clfRows, Lin, line } from '../../test/support/modules.js';
import { NeuralNetClassifier } from '../classifier.js';
import type { StepResult } from '../components.js';
import { History } from '../history.js';
import type { Scorer } from '../metrics/scorer.js';
import { NeuralNet } from '../net/index.js';
import { EpochScoring, type EpochScoringOptions } from './epoch-scoring.js';
import type { Net } from './net.js';
import { PassthroughScoring } from './passthrough-scoring.js';

const { X, y } = clfRows;

async function historyWith(options: Partial<EpochScoringOptions>, maxEpochs = 2): Promise<History> {
  const net = new NeuralNetClassifier({
    module: Clf,
    verbose: 0,
    batchSize: 4,
    maxEpochs,
    iteratorTrain__shuffle: false,
    trainSplit__cv: 2,
    callbacks: { mine: new EpochScoring(options) },
  } as ConstructorParameters<typeof NeuralNetClassifier>[0]);
  await net.fit(X, y);
  return net.history;
}

describe('A15 names and scores', () => {
  const score55: Scorer = () => 55;

  test.each<[string, Partial<EpochScoringOptions>, string]>([
    ['null: the score of the net', { scoring: null }, 'score'],
    ['a metric by name', { scoring: 'accuracy' }, 'accuracy'],
    ['a function', { scoring: score55 }, 'score55'],
    ['an explicit name wins', { scoring: 'accuracy', name: 'mine' }, 'mine'],
  ])('%s', async (_, options, name) => {
    const history = await historyWith(options);
    expect(history.column(name)).toHaveLength(2);
    if (name === 'score55') expect(history.column(name)).toEqual([55, 55]);
    else expect(history.column(name)).toEqual(history.column('valid_acc'));
  });

  test.each(['acuracy', { a: 1 }])('%j is refused', async (scoring) => {
    await expect(historyWith({ scoring: scoring as string })).rejects.toMatchObject({
      cause: { code: 'SCORING_UNKNOWN' },
    });
  });
});

describe('A12 best flags', () => {
  const sequence = [10, 8, 6, 11, 7];

  test.each([
    [true, [true, true, true, false, false]],
    [false, [true, false, false, true, false]],
    [null, null],
  ])('lowerIsBetter %s', async (lowerIsBetter, flags) => {
    let epoch = 0;
    const scoring: Scorer = () => sequence[epoch++]!;
    const history = await historyWith({ scoring, name: 's', lowerIsBetter }, 5);
    expect(history.column('s')).toEqual(sequence);
    if (flags === null) expect(() => history.column('s_best')).toThrow(/s_best/);
    else expect(history.column<boolean>('s_best')).toEqual(flags);
  });

  test.each([1, 2, 3, 4])('are the same when the fit goes on after epoch %i', async (first) => {
    let epoch = 0;
    const scoring: Scorer = () => sequence[epoch++]!;
    const net = new NeuralNetClassifier({
      module: Clf,
      verbose: 0,
      trainSplit: { split: (data) => ({ train: data, valid: data }) },
      callbacks: { mine: new EpochScoring({ scoring, name: 's' }) },
    });
    await net.partialFit(X, y, { epochs: first });
    await net.partialFit(X, y, { epochs: 5 - first });
    expect(net.history.column<boolean>('s_best')).toEqual([true, true, true, false, false]);
  });

  test('of a metric by name follow the metric', async () => {
    const history = await historyWith({ scoring: 'accuracy' });
    expect(history.column<boolean>('accuracy_best')).toEqual(history.column<boolean>('valid_acc_best'));
  });
});

describe('A11, caching', () => {
  test.each([true, false])('scores on stated rows are the same, useCaching %s', async (useCaching) => {
    const negativeMse: Scorer = async (net, rows, targets) => {
      const predicted = (await net.predict(rows)) as number[][];
      const squares = (targets as number[][]).map(([t], i) => (t! - predicted[i]![0]!) ** 2);
      return -squares.reduce((sum, square) => sum + square, 0) / squares.length;
    };
    const scored = (onTrain: boolean, name: string) =>
      new EpochScoring({ scoring: negativeMse, onTrain, name, useCaching, lowerIsBetter: false });
    const net = new NeuralNet({
      module: Lin,
      module__weight: 1,
      criterion: MSELoss,
      lr: 0,
      batchSize: 1,
      maxEpochs: 2,
      verbose: 0,
      trainSplit: {
        split: (data) => ({
          train: { ...range(data, 0, 2) },
          valid: { ...range(data, 2, 4) },
        }),
      },
      callbacks: { valid: scored(false, 'valid_nmse'), train: scored(true, 'train_nmse') },
    });
    await net.fit([[0], [2], [3], [0]], [[-1], [0], [5], [4]]);
    expect(net.history.column('valid_nmse')).toEqual([-10, -10]);
    expect(net.history.column('train_nmse')).toEqual([-2.5, -2.5]);
    expect(net.history.column('train_loss')).toEqual([2.5, 2.5]);
    expect(net.history.column('valid_loss')).toEqual([10, 10]);
  });

  test('a scorer that throws leaves predictions as they are (A14)', async () => {
    const net = new NeuralNetClassifier({
      module: Clf,
      verbose: 0,
      trainSplit: { split: (data) => ({ train: data, valid: data }) },
      callbacks: {
        broken: new EpochScoring({
          scoring: () => {
            throw new Error('no');
          },
        }),
      },
    });
    await expect(net.fit(X, y)).rejects.toMatchObject({ code: 'CALLBACK_FAILED' });
    expect(await net.predict(X.slice(0, 4))).toHaveLength(4);
  });

  test('without validation rows nothing is recorded', async () => {
    const net = new NeuralNetClassifier({ module: Clf, verbose: 0, trainSplit: null, maxEpochs: 1 });
    await net.fit(X, y);
    expect(Object.keys(net.history.last())).not.toContain('valid_acc');
  });
});

describe('A13 weighted means', () => {
  function meanOf(batches: readonly Record<string, number>[]): unknown {
    const history = new History();
    history.newEpoch();
    for (const batch of batches) {
      history.newBatch();
      for (const [key, value] of Object.entries(batch)) history.recordBatch(key, value);
    }
    new PassthroughScoring({ name: 'train_loss', onTrain: true }).onEpochEnd({ history } as Net);
    return history.last().train_loss;
  }

  test('by the sizes of the batches', () => {
    expect(
      meanOf([
        { train_loss: 10, train_batch_size: 1 },
        { train_loss: 40, train_batch_size: 2 },
      ]),
    ).toBe(30);
  });

  test('a batch without a size is left out', () => {
    expect(meanOf([{ train_loss: 10, train_batch_size: 1 }, { train_loss: 40 }])).toBe(10);
  });

  test('without any complete batch nothing is recorded', () =>
    expect(meanOf([{ train_loss: 40 }])).toBeUndefined());

  test('75 rows in batches of 10, 60 to train on: the means of the sizes themselves', async () => {
    const rows = line(75);
    class Sizes extends NeuralNet<typeof Lin, typeof MSELoss> {
      override async trainStep(...args: Parameters<NeuralNet['trainStep']>): Promise<StepResult> {
        const result = await super.trainStep(...args);
        this.history.recordBatch('size', args[0].size);
        return result;
      }
      override async validationStep(...args: Parameters<NeuralNet['validationStep']>): Promise<StepResult> {
        const result = await super.validationStep(...args);
        this.history.recordBatch('size', args[0].size);
        return result;
      }
    }
    const net = new Sizes({
      module: Lin,
      criterion: MSELoss,
      lr: 0,
      batchSize: 10,
      maxEpochs: 1,
      verbose: 0,
      callbacks: {
        train: new PassthroughScoring({ name: 'size', onTrain: true, lowerIsBetter: null }),
      } as never,
    });
    await net.fit(rows.X, rows.y);
    expect(net.history.column('size')).toEqual([10]);
    expect(net.history.batchColumn('valid_batch_size')).toEqual([[10, 5]]);
  });
});

function range(data: Parameters<NeuralNet['fitLoop']>[0], start: number, end: number): typeof data {
  const batch = (from: number, to: number) => data.range(start + from, start + to);
  return {
    length: end - start,
    y: batch(0, end - start).y,
    range: batch,
    rows: (indices) => data.rows(indices.map((index) => index + start)),
  };
}
