import { describe, expect, test } from 'vitest';
import { plotConfusionMatrix } from './confusion-matrix-plot.js';
import { plotLearningCurve, plotValidationCurve } from './score-curve-plots.js';
import { plotPrecisionRecallCurve, plotRocCurve } from './threshold-plots.js';

interface Spec {
  readonly data: { readonly values: readonly Readonly<Record<string, unknown>>[] };
  readonly vconcat: readonly {
    readonly encoding: Readonly<Record<string, { scale?: { type?: string }; type: string }>>;
  }[];
}

const truth = ['ant', 'bee', 'cat', 'bee', 'ant', 'cat', 'cat', 'bee'];
const guess = ['ant', 'bee', 'cat', 'cat', 'bee', 'cat', 'cat', 'bee'];
const proba = guess.map((label, row) => {
  const sure = 0.4 + row / 20;
  return ['ant', 'bee', 'cat'].map((name) => (name === label ? sure : (1 - sure) / 2));
});
const isAnt = truth.map((label) => label === 'ant');
const ofAnt = proba.map(([p]) => p!);

describe('confusion matrix', () => {
  test('a cell for each pair of classes, with its count and its share of the true class', async () => {
    const { data } = (await plotConfusionMatrix(truth, guess, { format: 'spec' })) as Spec;
    expect(data.values).toHaveLength(9);
    expect(data.values.find(({ truth, guess }) => truth === 'bee' && guess === 'cat')).toEqual({
      truth: 'bee',
      guess: 'cat',
      count: 1,
      text: '1',
      share: 1 / 3,
    });
  });

  test('SVG with the names, and a page', async () => {
    const svg = await plotConfusionMatrix(truth, guess, { displayLabels: ['A', 'B', 'C < D'] });
    expect(svg).toMatch(/^<svg/);
    for (const text of ['C &lt; D', 'predicted class', 'true class']) expect(svg).toContain(text);
    expect(await plotConfusionMatrix(truth, guess, { format: 'html', title: 'insects' })).toContain(
      '<title>insects',
    );
  });

  test('a name too few is refused', async () => {
    await expect(plotConfusionMatrix(truth, guess, { displayLabels: ['A'] })).rejects.toMatchObject({
      code: 'PARAMETER_VALUE',
    });
  });
});

describe('curves over thresholds', () => {
  const curvesOf = ({ data }: Spec) => new Set(data.values.map(({ curve }) => curve));

  test('of two classes one curve, from corner to corner, and what guessing gives', async () => {
    const spec = (await plotRocCurve(isAnt, ofAnt, { format: 'spec' })) as Spec;
    const points = spec.data.values.filter(({ curve }) => curve !== null);
    expect([points[0], points.at(-1)]).toMatchObject([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ]);
    // Of the 12 pairs of an ant and another, 9 are in the right order.
    expect(curvesOf(spec)).toEqual(new Set(['true (area 0.75)', null]));
    const level = (await plotPrecisionRecallCurve(isAnt, ofAnt, { format: 'spec' })) as Spec;
    expect(level.data.values.filter(({ curve }) => curve === null).map(({ y }) => y)).toEqual([0.25, 0.25]);
  });

  test('both columns of two classes are as good as the second', async () => {
    const columns = ofAnt.map((p) => [1 - p, p]);
    expect(await plotRocCurve(isAnt, columns, { format: 'spec' })).toEqual(
      await plotRocCurve(isAnt, ofAnt, { format: 'spec' }),
    );
  });

  test('of several classes a curve each', async () => {
    expect(curvesOf((await plotRocCurve(truth, proba, { format: 'spec' })) as Spec).size).toBe(4);
    const svg = await plotPrecisionRecallCurve(truth, proba);
    for (const name of ['ant (average', 'bee (average', 'cat (average', 'recall'])
      expect(svg).toContain(name);
  });

  test('more than two classes and one score are refused', async () => {
    await expect(plotRocCurve(truth, ofAnt)).rejects.toMatchObject({ code: 'NOT_BINARY' });
  });
});

describe('curves of scores', () => {
  const scores = {
    trainScores: [
      [1, 0.9],
      [0.98, 0.92],
      [0.97, 0.93],
    ],
    testScores: [
      [0.6, 0.7],
      [0.8, 0.84],
      [0.9, Number.NaN],
    ],
  };

  test('mean and spread of the folds that have a score', async () => {
    const spec = (await plotLearningCurve(
      { trainSizes: [10, 20, 40], ...scores },
      { format: 'spec' },
    )) as Spec;
    const tests = spec.data.values.filter(({ rows }) => rows === 'test rows');
    expect(tests.map(({ x }) => x)).toEqual([10, 20, 40]);
    expect(tests[0]!.mean).toBeCloseTo(0.65, 12);
    expect(tests[0]!.high).toBeCloseTo(0.7, 12);
    expect(tests[2]).toMatchObject({ mean: 0.9, low: 0.9, high: 0.9 });
  });

  test('values over decades are drawn on a logarithmic scale, others side by side', async () => {
    const axis = async (paramRange: readonly unknown[]) => {
      const curve = { paramName: 'lr', paramRange, ...scores };
      return ((await plotValidationCurve(curve, { format: 'spec' })) as Spec).vconcat[0]!.encoding.x!;
    };
    expect((await axis([0.001, 0.01, 0.1])).scale!.type).toBe('log');
    expect((await axis([0.1, 0.2, 0.3])).scale!.type).toBe('linear');
    expect((await axis(['relu', Math.tanh, null])).type).toBe('nominal');
  });

  test('SVG with its titles', async () => {
    const curve = { paramName: 'lr', paramRange: [0.001, 0.01, 0.1], ...scores };
    const svg = await plotValidationCurve(curve, { scoreName: 'accuracy' });
    for (const text of ['lr', 'accuracy', 'training rows', 'test rows']) expect(svg).toContain(text);
  });

  test('another number of points, and no score at all, are refused', async () => {
    await expect(plotLearningCurve({ trainSizes: [1], ...scores })).rejects.toMatchObject({
      code: 'LENGTH_MISMATCH',
    });
    const empty = { trainSizes: [1], trainScores: [[Number.NaN]], testScores: [[]] };
    await expect(plotLearningCurve(empty)).rejects.toMatchObject({ code: 'SCORE_VALUE' });
  });
});
