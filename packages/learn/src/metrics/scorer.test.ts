import { describe, expect, test } from 'vitest';
import { Clf, clfRows } from '../../test/support/modules.js';
import { EpochScoring } from '../callbacks/epoch-scoring.js';
import { NeuralNetClassifier } from '../classifier.js';
import { collectWarnings } from '../warnings.js';
import { fbetaScore, getScorer, getScorerNames, logLoss, makeScorer, type Predictor } from './index.js';

const y = ['a', 'b', 'b', 'a'];
const classifier: Predictor = {
  classes_: ['a', 'b'],
  predict: async () => ['a', 'b', 'a', 'a'],
  predictProba: async () => [
    [0.75, 0.25],
    [0.25, 0.75],
    [0.625, 0.375],
    [0.5, 0.5],
  ],
};
const regressor: Predictor = { predict: async () => [1, 2, 3.5] };

describe('scorers by name', () => {
  test('sorted, each under its own name', () => {
    expect(getScorerNames()).toHaveLength(32);
    expect(getScorerNames()).toEqual([...getScorerNames()].sort());
    for (const name of getScorerNames())
      expect([getScorer(name).name, getScorer(name).lowerIsBetter]).toEqual([name, false]);
  });

  test.each([
    ['accuracy', 0.75],
    ['f1', 2 / 3],
    ['recall_macro', 0.75],
    ['roc_auc', 0.75],
    ['average_precision', 5 / 6],
    ['neg_log_loss', (2 * Math.log(0.75) + Math.log(0.375) + Math.log(0.5)) / 4],
    ['neg_brier_score', -(2 * 0.25 ** 2 + 0.625 ** 2 + 0.5 ** 2) / 4],
  ])('%s', async (name, expected) => {
    expect(await getScorer(name)(classifier, [], y)).toBeCloseTo(expected, 12);
  });

  test('higher is better: losses are negative', async () => {
    expect(await getScorer('neg_mean_absolute_error')(regressor, [], [1, 2, 3])).toBeCloseTo(-1 / 6, 12);
    expect(await getScorer('neg_max_error')(regressor, [], [1, 2, 3])).toBe(-0.5);
  });

  test('weights of rows', async () => {
    expect(await getScorer('accuracy')(classifier, [], y, { sampleWeight: [1, 1, 0, 0] })).toBe(1);
  });

  test('a fold that lacks a class is scored with the classes that the estimator knows', async () => {
    const three: Predictor = {
      classes_: ['a', 'b', 'c'],
      predict: async () => ['a', 'b'],
      predictProba: async () => [
        [0.5, 0.25, 0.25],
        [0.25, 0.5, 0.25],
      ],
    };
    expect(await getScorer('neg_log_loss')(three, [], ['a', 'b'])).toBeCloseTo(Math.log(0.5), 12);
    expect(await getScorer('top_k_accuracy')(three, [], ['a', 'b'])).toBe(1);
    const { result, warnings } = await collectWarnings(() => getScorer('roc_auc_ovr')(three, [], ['a', 'b']));
    expect(result).toBeNaN();
    expect(warnings).toMatchObject([{ code: 'UNDEFINED_METRIC' }]);
  });

  test.each([
    ['acuracy', /accuracy/],
    ['negMeanSquaredError', /neg_mean_squared_error/],
    ['f1-macro', /f1_macro/],
    ['toString', /accuracy, average_precision/],
  ])('%s is unknown, and the nearest name is said', (name, message) => {
    expect(() => getScorer(name)).toThrow(message);
    expect(() => getScorer(name)).toThrow(expect.objectContaining({ code: 'SCORING_UNKNOWN' }));
  });

  test('probabilities of an estimator that has none', async () => {
    await expect(getScorer('roc_auc')(regressor, [], [0, 1, 1])).rejects.toMatchObject({
      code: 'SCORING_ESTIMATOR',
    });
  });
});

describe('makeScorer', () => {
  test('options of the metric, a name, a sign', async () => {
    const f2 = makeScorer(fbetaScore, { beta: 2, posLabel: 'a', name: 'f2' });
    expect(f2.name).toBe('f2');
    expect(await f2(classifier, [], y)).toBeCloseTo(
      fbetaScore(y, ['a', 'b', 'a', 'a'], { beta: 2, posLabel: 'a' }),
      12,
    );
    const bits = (truth: string[], proba: number[]) => logLoss(truth, proba) / Math.LN2;
    const scorer = makeScorer(bits, { responseMethod: 'predictProba', greaterIsBetter: false });
    expect(scorer.name).toBe('bits');
    expect(await scorer(classifier, [], y)).toBeCloseTo(
      Number(await getScorer('neg_log_loss')(classifier, [], y)) / Math.LN2,
      12,
    );
  });

  test('in a history under its name, with higher as better', async () => {
    const net = new NeuralNetClassifier({
      module: Clf,
      verbose: 0,
      maxEpochs: 2,
      trainSplit__cv: 2,
      callbacks: {
        f2: new EpochScoring({ scoring: makeScorer(fbetaScore, { beta: 2, average: 'macro', name: 'f2' }) }),
        loss: new EpochScoring({ scoring: 'neg_log_loss', onTrain: true }),
      },
    });
    await collectWarnings(() => net.fit(clfRows.X, clfRows.y));
    const [first, second] = net.history.column<number>('f2') as [number, number];
    expect(net.history.column('f2_best')).toEqual([true, second > first]);
    for (const loss of net.history.column<number>('neg_log_loss')) expect(loss).toBeLessThan(0);
  });
});
