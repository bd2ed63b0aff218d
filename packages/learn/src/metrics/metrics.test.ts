// What the goldens of scikit-learn do not show: bad input, warnings, labels of any type, laws.

import { IntTensor } from '@tacit/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectWarnings } from '../warnings.js';
import {
  accuracyScore,
  auc,
  averagePrecisionScore,
  balancedAccuracyScore,
  brierScoreLoss,
  classificationReport,
  confusionMatrix,
  f1Score,
  fbetaScore,
  logLoss,
  maxError,
  meanAbsoluteError,
  meanSquaredError,
  precisionRecallFscoreSupport,
  r2Score,
  rocAucScore,
  rocCurve,
  topKAccuracyScore,
} from './index.js';

const three = [[0.5, 0.25, 0.25]];

describe('refused', () => {
  test.each<[string, () => unknown, string]>([
    ['unequal lengths', () => accuracyScore([1, 0], [1]), 'LENGTH_MISMATCH'],
    ['no rows', () => accuracyScore([], []), 'X_EMPTY'],
    ['text against numbers', () => accuracyScore(['1'], [1]), 'Y_TYPE'],
    ['fractions as labels', () => f1Score([0, 1], [0.2, 0.9]), 'Y_TYPE'],
    ['no y', () => accuracyScore(undefined as never, [1]), 'Y_MISSING'],
    ['negative weights', () => accuracyScore([1, 0], [1, 0], { sampleWeight: [1, -1] }), 'SAMPLE_WEIGHT'],
    ['weights of zero', () => f1Score([1, 0], [1, 0], { sampleWeight: [0, 0] }), 'SAMPLE_WEIGHT'],
    ['weights of other rows', () => logLoss([1, 0], [1, 0], { sampleWeight: [1] }), 'LENGTH_MISMATCH'],
    ['F1 of three classes', () => f1Score(['a', 'b', 'c'], ['a', 'b', 'c']), 'NOT_BINARY'],
    [
      'a positive label that is none',
      () => f1Score(['a', 'b'], ['a', 'b'], { posLabel: 'c' }),
      'PARAMETER_VALUE',
    ],
    ['one word as the only label', () => f1Score(['a'], ['a']), 'PARAMETER_VALUE'],
    ['another average', () => f1Score([1], [1], { average: 'mean' as never }), 'PARAMETER_VALUE'],
    ['another zeroDivision', () => f1Score([1], [1], { zeroDivision: 2 as never }), 'PARAMETER_VALUE'],
    ['a negative β', () => fbetaScore([1], [1], { beta: -1 }), 'PARAMETER_VALUE'],
    [
      'another normalization',
      () => confusionMatrix([1], [1], { normalize: 'rows' as never }),
      'PARAMETER_VALUE',
    ],
    ['too few names', () => classificationReport([1, 0], [1, 0], { targetNames: ['a'] }), 'PARAMETER_VALUE'],
    ['digits of a report', () => classificationReport([1, 0], [1, 0], { digits: -1 }), 'PARAMETER_VALUE'],
    ['NaN among scores', () => rocAucScore([1, 0], [Number.NaN, 1]), 'Y_NOT_FINITE'],
    ['text among scores', () => rocAucScore([1, 0], ['a', 1] as never), 'Y_TYPE'],
    [
      'two columns for two classes',
      () =>
        rocAucScore(
          [1, 0],
          [
            [0.5, 0.5],
            [0, 1],
          ],
        ),
      'SCORE_SHAPE',
    ],
    ['a column for three classes', () => logLoss([0, 1, 2], [0, 0.5, 1]), 'SCORE_SHAPE'],
    [
      'too few columns',
      () =>
        topKAccuracyScore(
          [0, 1, 2],
          [
            [1, 0],
            [0, 1],
            [0, 1],
          ],
        ),
      'SCORE_SHAPE',
    ],
    ['unsorted labels', () => logLoss([1], three, { labels: [2, 1, 0] }), 'SCORE_SHAPE'],
    ['an undeclared label', () => logLoss([5], three, { labels: [0, 1, 2] }), 'UNKNOWN_LABEL'],
    ['probabilities above 1', () => logLoss([0, 1], [0, 1.5]), 'SCORE_VALUE'],
    ['scores as probabilities', () => brierScoreLoss([0, 1], [-1, 1]), 'SCORE_VALUE'],
    ['one class without labels', () => logLoss([1, 1], [0.5, 0.5]), 'SINGLE_CLASS'],
    ['a false positive rate of 2', () => rocAucScore([0, 1], [0, 1], { maxFpr: 2 }), 'PARAMETER_VALUE'],
    [
      'no guess at all',
      () => topKAccuracyScore([0, 1, 2], [...three, ...three, ...three], { k: 0 }),
      'PARAMETER_VALUE',
    ],
    ['a curve that turns', () => auc([0, 1, 0.5], [0, 1, 1]), 'SCORE_VALUE'],
    ['a curve of one point', () => auc([0], [0]), 'SCORE_SHAPE'],
    ['a true NaN', () => meanSquaredError([Number.NaN], [1]), 'Y_NOT_FINITE'],
    ['text as numbers', () => meanSquaredError(['a'] as never, [1]), 'Y_TYPE'],
    [
      'ragged rows',
      () =>
        meanSquaredError(
          [[1, 2], [1]],
          [
            [1, 2],
            [1, 2],
          ],
        ),
      'Y_RAGGED',
    ],
    ['other outputs', () => meanSquaredError([[1, 2]], [[1]]), 'TARGET_SHAPE'],
    [
      'weights of other outputs',
      () => meanSquaredError([[1, 2]], [[1, 2]], { multioutput: [1] }),
      'PARAMETER_VALUE',
    ],
    ['the largest error of two outputs', () => maxError([[1, 2]], [[1, 2]]), 'TARGET_SHAPE'],
  ])('%s', (_, compute, code) => {
    expect(compute).toThrow(expect.objectContaining({ code }));
  });
});

describe('what is undefined is warned of', () => {
  test.each<[string, () => number, number]>([
    ['precision without predictions', () => f1Score([1, 0], [0, 0]), 0],
    ['AUC of one class', () => rocAucScore([1, 1], [0.2, 0.4]), Number.NaN],
    ['average precision without positives', () => averagePrecisionScore([0, 0], [0.2, 0.4]), 0],
    [
      'balanced accuracy with classes that are only predicted',
      () => balancedAccuracyScore([0, 1], [0, 2]),
      0.5,
    ],
    ['R² of one row', () => r2Score([1], [1]), Number.NaN],
    ['as many guesses as classes', () => topKAccuracyScore([0, 1], [0, 1]), 1],
  ])('%s', async (name, compute, value) => {
    const { result, warnings } = await collectWarnings(compute);
    expect(result).toBe(value);
    // F1 itself is defined there: 2·TP / (2·TP + FP + FN) divides by 1.
    expect(warnings.map(({ code }) => code)).toEqual(
      name.startsWith('precision') ? [] : ['UNDEFINED_METRIC'],
    );
  });

  test('once for each of precision, recall and F, not for each class; and not where zeroDivision says what to give', async () => {
    const rows = [
      [0, 0, 1],
      [2, 2, 2],
    ] as const;
    const { warnings } = await collectWarnings(() => precisionRecallFscoreSupport(...rows));
    expect(warnings).toHaveLength(2);
    const quiet = await collectWarnings(() => classificationReport(...rows, { zeroDivision: 0 }));
    expect(quiet.warnings).toEqual([]);
  });

  test('probabilities that do not add up', async () => {
    const { warnings } = await collectWarnings(() =>
      logLoss(
        [0, 1],
        [
          [0.5, 0.4],
          [0.5, 0.5],
        ],
      ),
    );
    expect(warnings).toMatchObject([{ code: 'PROBABILITY_SUM' }]);
  });
});

test('labels of any type, in any list', () => {
  expect(accuracyScore(Int32Array.of(1, 0), [1, 1])).toBe(0.5);
  expect(accuracyScore(new IntTensor(Int32Array.of(1, 0)), Float32Array.of(1, 1))).toBe(0.5);
  expect(confusionMatrix([true, false], [true, true])).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(confusionMatrix([10, 9], [10, 10])).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

test('the positive one of two labels: 1, true, or the second in sorted order', () => {
  expect(f1Score(['stays', 'leaves', 'stays'], ['stays', 'stays', 'leaves'])).toBe(0.5);
  expect(f1Score([1, 2, 2], [1, 1, 2])).toBe(f1Score([1, 0, 0], [1, 1, 0]));
  expect(f1Score([5, 7, 7], [5, 7, 5])).toBe(f1Score([0, 1, 1], [0, 1, 0]));
});

test('the report is a table and a record', () => {
  const report = classificationReport(['a', 'b', 'b'], ['a', 'b', 'a']);
  expect(String(report)).toBe(report.table);
  expect(report.classes.b).toEqual({ precision: 1, recall: 0.5, f1Score: 2 / 3, support: 2 });
  expect(report.accuracy).toBeCloseTo(2 / 3, 12);
  expect(classificationReport(['a', 'b'], ['a', 'b'], { labels: ['a'] }).accuracy).toBeNull();
});

test('a net that diverged has a score of NaN, not an error', () => {
  expect(meanAbsoluteError([1, 2], [Number.NaN, 2])).toBeNaN();
  expect(meanSquaredError([1, 2], [Number.POSITIVE_INFINITY, 2])).toBe(Number.POSITIVE_INFINITY);
});

const rows = fc.array(
  fc.record({
    truth: fc.nat(1),
    score: fc.integer({ min: 0, max: 20 }),
    weight: fc.integer({ min: 1, max: 3 }),
  }),
  {
    minLength: 2,
    maxLength: 40,
  },
);

test('the area under the ROC curve is the share of pairs in the right order, ties half', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const positives = drawn.filter(({ truth }) => truth === 1);
      const negatives = drawn.filter(({ truth }) => truth === 0);
      fc.pre(positives.length > 0 && negatives.length > 0);
      const wins = positives.flatMap((p) =>
        negatives.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)),
      );
      const expected = wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
      const area = rocAucScore(
        drawn.map(({ truth }) => truth),
        drawn.map(({ score }) => score),
      );
      expect(area).toBeCloseTo(expected, 10);
    }),
  );
});

test('a weight is as good as rows repeated, whatever their order', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      fc.pre(new Set(drawn.map(({ truth }) => truth)).size === 2);
      const repeated = drawn.flatMap((row) => new Array<typeof row>(row.weight).fill(row)).reverse();
      const of = (list: typeof drawn) =>
        [
          list.map(({ truth }) => truth),
          list.map(({ score }) => score),
          list.map(({ score }) => (score > 10 ? 1 : 0)),
        ] as const;
      const sampleWeight = drawn.map(({ weight }) => weight);
      const [truth, score, guess] = of(drawn);
      const [truthTwice, scoreTwice, guessTwice] = of(repeated);
      expect(accuracyScore(truth, guess, { sampleWeight })).toBeCloseTo(
        accuracyScore(truthTwice, guessTwice),
        10,
      );
      expect(averagePrecisionScore(truth, score, { sampleWeight })).toBeCloseTo(
        averagePrecisionScore(truthTwice, scoreTwice),
        10,
      );
      expect(meanSquaredError(truth, score, { sampleWeight })).toBeCloseTo(
        meanSquaredError(truthTwice, scoreTwice),
        8,
      );
      const [weighted, twice] = [rocCurve(truth, score, { sampleWeight }), rocCurve(truthTwice, scoreTwice)];
      expect(auc(weighted.fpr, weighted.tpr)).toBeCloseTo(auc(twice.fpr, twice.tpr), 10);
    }),
  );
});
