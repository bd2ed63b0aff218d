import { Adam } from '@tacit/nn';
import { describe, expect, test, vi } from 'vitest';
import { Constant } from '../../../test/support/constant.js';
import { EarlyStopping } from '../../callbacks/index.js';
import { NeuralNetClassifier } from '../../classifier.js';
import { clone } from '../../clone.js';
import { Pipeline } from '../../preprocessing/pipeline.js';
import { StandardScaler } from '../../preprocessing/standard-scaler.js';
import { MLPModule } from '../../toy.js';
import { ValidSplit } from '../../valid-split.js';
import { collectWarnings } from '../../warnings.js';
import { KFold } from '../splitters/k-fold.js';
import { crossValPredict } from './cross-val-predict.js';
import { crossValidate, crossValScore } from './cross-validate.js';
import { logUniform } from './distributions.js';
import { GridSearchCV } from './grid-search.js';
import { learningCurve, validationCurve } from './learning-curve.js';
import { RandomizedSearchCV } from './randomized-search.js';

const X = Array.from({ length: 30 }, (_, i) => [i, i % 3]);
const y = X.map(([i]) => i! / 30);
const labels = X.map(([, rest]) => (rest === 0 ? 'zero' : 'other'));
const makeNet = () =>
  new NeuralNetClassifier({
    module: MLPModule,
    optimizer: Adam,
    maxEpochs: 2,
    trainSplit: false,
    verbose: 0,
  });

describe('a search', () => {
  test('is an estimator: it predicts and scores as its best candidate does, and reaches into the estimator by name', async () => {
    const search = new GridSearchCV({ estimator: new Constant(), paramGrid: { value: [0, 0.5, 2] }, cv: 3 });
    expect(search.getParams()).toMatchObject({ cv: 3, estimator__value: 0, estimator__effort: 1 });
    search.setParams({ estimator__effort: 4 });
    await search.fit(X, y);
    expect(search.bestParams_).toEqual({ value: 0.5 });
    expect(search.bestEstimator_.getParams()).toMatchObject({ value: 0.5, effort: 4 });
    expect(search.bestEstimator_.rows_).toBe(30);
    expect(await search.predict(X.slice(0, 2))).toEqual([0.5, 0.5]);
    expect(await search.score(X, y)).toBe(await search.bestEstimator_.score(X, y));
    expect(search.refitTime_).toBeGreaterThanOrEqual(0);
    expect(search.nSplits_).toBe(3);
    const copy = clone(search);
    expect(copy.getParams(false)).toMatchObject({ cv: 3, paramGrid: { value: [0, 0.5, 2] } });
    expect(() => copy.cvResults_).toThrow(expect.objectContaining({ code: 'NOT_FITTED' }));
  });

  test('gives a tie to the first candidate', async () => {
    const search = new GridSearchCV({ estimator: new Constant(), paramGrid: { effort: [3, 1, 2] }, cv: 3 });
    await search.fit(X, y);
    expect(search.cvResults_.rank_test_score).toEqual([1, 1, 1]);
    expect(search.bestParams_).toEqual({ effort: 3 });
  });

  test('chooses by the metric that refit names, or by a function of the results', async () => {
    const params = { estimator: new Constant(), paramGrid: { value: [0.2, 0.5] }, cv: 3 };
    const scoring = {
      near: 'neg_mean_absolute_error',
      low: (estimator: unknown) => -(estimator as Constant).getParams().value!,
    };
    const byName = await new GridSearchCV({ ...params, scoring, refit: 'low' }).fit(X, y);
    expect(byName.bestParams_).toEqual({ value: 0.2 });
    expect(byName.bestScore_).toBeCloseTo(-0.2, 12);
    expect(byName.cvResults_.rank_test_near).toEqual([2, 1]);
    const byFunction = await new GridSearchCV({
      ...params,
      scoring,
      refit: (results) => results.params.length - 1,
    }).fit(X, y);
    expect(byFunction.bestParams_).toEqual({ value: 0.5 });
    expect(() => byFunction.bestScore_).toThrow(expect.objectContaining({ code: 'NOT_FITTED' }));
    const without = await new GridSearchCV({ ...params, scoring, refit: false }).fit(X, y);
    expect(() => without.bestIndex_).toThrow(expect.objectContaining({ code: 'NOT_FITTED' }));
    await expect(without.predict(X)).rejects.toMatchObject({ code: 'NOT_FITTED' });
  });

  test('records a fit that fails with a warning, and ranks it last', async () => {
    const search = new GridSearchCV({
      estimator: new Constant({ failsOn: 0.5 }),
      paramGrid: { value: [0.5, 0.9, 3] },
      cv: 3,
    });
    const { warnings } = await collectWarnings(() => search.fit(X, y));
    expect(warnings.map(({ code }) => code)).toEqual(['FIT_FAILED']);
    expect(warnings[0]!.message).toMatch(/3 of 9 fits failed.*NaN\.\n3 × fit: RangeError: no fit with 0\.5/s);
    expect(search.cvResults_.mean_test_score![0]).toBeNaN();
    expect(search.cvResults_.rank_test_score).toEqual([3, 1, 2]);
  });

  test('with errorScore a number gives failed fits that score; with raise it throws what the fit threw', async () => {
    const params = { estimator: new Constant({ failsOn: 0.5 }), paramGrid: { value: [0.5, 0.9] }, cv: 3 };
    const { result } = await collectWarnings(() => new GridSearchCV({ ...params, errorScore: -9 }).fit(X, y));
    expect(result.cvResults_.mean_test_score![0]).toBe(-9);
    await expect(new GridSearchCV({ ...params, errorScore: 'raise' }).fit(X, y)).rejects.toMatchObject({
      code: 'FIT_FAILED',
      message: expect.stringContaining('Fold 0 of { value: 0.5 }'),
      cause: expect.any(RangeError),
    });
  });

  test('in which every fit fails throws, whatever errorScore', async () => {
    const search = new GridSearchCV({
      estimator: new Constant({ failsOn: 1 }),
      paramGrid: { value: [1] },
      cv: 3,
    });
    await expect(search.fit(X, y)).rejects.toMatchObject({
      code: 'FITS_FAILED',
      message: expect.stringContaining('3 × fit'),
    });
  });

  test('tells how far it is', async () => {
    const seen: unknown[] = [];
    const drawn: unknown[] = [];
    const progress = {
      start: (total: number | null) => drawn.push(total),
      update: (done: number) => drawn.push(done),
      stop: () => drawn.push('stop'),
    };
    const onFit = ({
      done,
      total,
      candidate,
      fold,
    }: {
      done: number;
      total: number;
      candidate: number;
      fold: number;
    }) => seen.push([done, total, candidate, fold]);
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    const search = new GridSearchCV({
      estimator: new Constant(),
      paramGrid: { value: [1, 2] },
      cv: 2,
      onFit,
      progress,
      verbose: 2,
    });
    await search.fit(X, y);
    const printed = lines.mock.calls.flat();
    lines.mockRestore();
    // By folds first: what is prepared for a fold serves all candidates.
    expect(seen).toEqual([
      [1, 4, 0, 0],
      [2, 4, 1, 0],
      [3, 4, 0, 1],
      [4, 4, 1, 1],
    ]);
    expect(drawn).toEqual([4, 1, 2, 3, 4, 'stop']);
    expect(printed[0]).toBe('Fitting 4 times.');
    expect(printed[1]).toMatch(/^Fold 0 of \{ value: 1 \}: score -0\.\d+, \d+\.\d+ s$/);
    expect(printed).toHaveLength(5);
  });

  test('ends with the reason of an abort, and keeps what it learned before', async () => {
    const abort = new AbortController();
    const search = new GridSearchCV({ estimator: new Constant(), paramGrid: { value: [1, 2] }, cv: 2 });
    await search.fit(X, y);
    search.setParams({ onFit: () => abort.abort(new Error('enough')) });
    const before = Constant.fits;
    await expect(search.fit(X, y, { signal: abort.signal })).rejects.toThrow('enough');
    expect(Constant.fits).toBe(before + 1);
    expect(search.bestParams_).toEqual({ value: 1 });
  });

  test('warns of a net that sets rows aside in every fit for nothing', async () => {
    const net = clone(makeNet()).setParams({ trainSplit: new ValidSplit(5) });
    const { warnings } = await collectWarnings(() => crossValScore(net, X, labels, { cv: 3, seed: 0 }));
    expect(warnings.map(({ code }) => code)).toEqual(['SEARCH_SPLIT']);
    net.setParams({ callbacks: { early: new EarlyStopping() } });
    expect((await collectWarnings(() => crossValScore(net, X, labels, { cv: 3, seed: 0 }))).warnings).toEqual(
      [],
    );
  });

  test('searches searches: a search within cross-validation', async () => {
    const inner = new GridSearchCV({ estimator: new Constant(), paramGrid: { value: [0, 0.5] }, cv: 2 });
    expect(await crossValScore(inner, X, y, { cv: 3 })).toHaveLength(3);
  });

  test('fits the steps of a pipeline before the net once a fold, not once a candidate', async () => {
    const fit = vi.spyOn(StandardScaler.prototype, 'fitTransform');
    const estimator = new Pipeline({ steps: { scale: new StandardScaler(), net: makeNet() } });
    await new GridSearchCV({
      estimator,
      paramGrid: { net__lr: [0.1, 0.01, 0.001] },
      cv: 3,
      refit: false,
    }).fit(X, labels);
    const count = fit.mock.calls.length;
    fit.mockRestore();
    expect(count).toBe(3);
  });
});

describe('seeds', () => {
  const seedsOf = async (params: object, estimator = new Constant()) => {
    Constant.seeds.length = 0;
    await new GridSearchCV({ estimator, paramGrid: { value: [0, 0.5] }, cv: 3, ...params }).fit(X, y);
    return [...Constant.seeds];
  };

  test('of fits all differ, follow from the seed of the search, and come again with it', async () => {
    const first = await seedsOf({ seed: 1 });
    expect(new Set(first).size).toBe(7);
    expect(first.every((seed) => Number.isSafeInteger(seed))).toBe(true);
    expect(await seedsOf({ seed: 1 }, new Constant({ seed: 5 }))).toEqual(first);
    expect(await seedsOf({ seed: 2 })).not.toEqual(first);
  });

  test('that the estimator was given stay where the search has none, as in scikit-learn; open ones are drawn', async () => {
    expect(await seedsOf({}, new Constant({ seed: 5 }))).toEqual(Array(7).fill(5));
    expect(new Set(await seedsOf({})).size).toBe(7);
  });

  test('that candidates set are theirs', async () => {
    const seeds = await seedsOf({ seed: 1, paramGrid: { seed: [3, 4] } });
    expect(new Set(seeds)).toEqual(new Set([3, 4]));
  });

  test('make a search over nets come out the same', async () => {
    const run = () =>
      new RandomizedSearchCV({
        estimator: makeNet(),
        paramDistributions: { lr: logUniform(1e-3, 1) },
        nIter: 3,
        cv: 3,
        seed: 8,
      }).fit(X, labels);
    const [one, two] = [await run(), await run()];
    expect(two.cvResults_.params).toEqual(one.cvResults_.params);
    expect(await two.predictProba(X)).toEqual(await one.predictProba(X));
    expect(one.classes_).toEqual(['other', 'zero']);
    expect(one.nFeaturesIn_).toBe(2);
  });
});

describe('bad input is an error before any fit', () => {
  const fit = (params: object, target: unknown = y) =>
    new GridSearchCV({ estimator: new Constant(), paramGrid: { value: [1] }, cv: 3, ...params }).fit(
      X,
      target,
    );

  test.each([
    ['an unknown parameter', { paramGrid: { valeu: [1] } }, 'UNKNOWN_PARAMETER', /Did you mean value\?/],
    ['an empty grid', { paramGrid: {} }, 'GRID_EMPTY', /lr: \[0\.1/],
    ['no values', { paramGrid: { value: [] } }, 'GRID_EMPTY', /value/],
    ['an unknown metric', { scoring: 'acuracy' }, 'SCORING_UNKNOWN', /accuracy/],
    [
      'several metrics without one that decides',
      { scoring: ['r2', 'neg_mean_squared_error'] },
      'PARAMETER_VALUE',
      /refit: 'r2'/,
    ],
    ['a metric to decide that is none of them', { scoring: ['r2'], refit: 'mse' }, 'PARAMETER_VALUE', /r2/],
    ['no metric', { scoring: [] }, 'PARAMETER_VALUE', /names no metric/],
    ['a seed that is none', { seed: -1 }, 'PARAMETER_VALUE', /seed/],
    ['jobs that are none', { nJobs: 0 }, 'PARAMETER_VALUE', /nJobs/],
    ['an errorScore that is none', { errorScore: 'zero' }, 'PARAMETER_VALUE', /raise/],
    ['more folds than rows', { cv: 31 }, 'SPLIT_INVALID', /31 folds/],
    ['no estimator', { estimator: null }, 'PARAMETER_VALUE', /estimator/],
  ])('%s', async (_, params, code, message) => {
    const before = Constant.fits;
    await expect(fit(params)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(Constant.fits).toBe(before);
  });

  test('more folds than a class has rows, naming the class; a splitter takes it', async () => {
    const rare = labels.map((label, i) => (i < 2 ? 'rare' : label));
    await expect(crossValScore(makeNet(), X, rare, { cv: 3 })).rejects.toMatchObject({
      code: 'SPLIT_INVALID',
      message: expect.stringMatching(/Class rare has 2 rows, fewer than the 3 folds/),
    });
    expect(
      await crossValScore(makeNet(), X, rare, {
        cv: new KFold({ nSplits: 3, shuffle: true, randomState: 0 }),
      }),
    ).toHaveLength(3);
  });

  test('a name that a search does not have', () => {
    expect(() => new GridSearchCV({ estimator: new Constant(), paramGrids: {} } as never)).toThrow(
      /Did you mean paramGrid/,
    );
  });
});

describe('cross-validation', () => {
  test('gives scores, times and what else is asked for, a fold each', async () => {
    const result = await crossValidate(new Constant({ value: 0.5 }), X, y, {
      ...{
        cv: 3,
        scoring: ['r2', 'neg_mean_absolute_error'],
        returnTrainScore: true,
        returnEstimator: true,
        returnIndices: true,
      },
    });
    expect(Object.keys(result).sort()).toEqual(
      [
        'estimator',
        'fit_time',
        'indices',
        'score_time',
        'test_neg_mean_absolute_error',
        'test_r2',
        'train_neg_mean_absolute_error',
        'train_r2',
      ].sort(),
    );
    expect(result.test_r2).toHaveLength(3);
    expect((result.estimator as readonly unknown[])[0]).toMatchObject({ rows_: 20, first_: 10 });
    expect(result.indices!.test.map((rows) => rows[0])).toEqual([0, 10, 20]);
  });

  test('predicts each row by a fit that has not seen it, in the order of the rows', async () => {
    const cv = new KFold({ nSplits: 3, shuffle: true, randomState: 1 });
    const firsts = await crossValPredict(new Constant({ value: 7 }), X, y, { cv });
    expect(firsts).toEqual(Array(30).fill(7));
    const rows = await crossValPredict(makeNet(), X, labels, { cv: 3, seed: 0, method: 'predictProba' });
    expect(rows).toHaveLength(30);
    for (const row of rows as number[][]) expect(row[0]! + row[1]!).toBeCloseTo(1, 6);
  });

  test('predicts 0 for a class that a fold never saw', async () => {
    const sorted = labels.toSorted();
    const rows = (await crossValPredict(
      makeNet(),
      X,
      sorted.map((label, i) => (i < 10 ? 'first' : label)),
      {
        ...{ cv: new KFold({ nSplits: 3 }), seed: 0, method: 'predictProba' as const },
      },
    )) as number[][];
    // Sorted labels: first, other, zero.
    expect(rows.slice(0, 10).map((row) => row[0])).toEqual(Array(10).fill(0));
    expect(rows[0]).toHaveLength(3);
  });

  test('refuses to predict with folds that leave rows out', async () => {
    const cv = [
      [
        [0, 1],
        [2, 3],
      ],
      [[2, 3], [1]],
    ] as const;
    await expect(crossValPredict(new Constant(), X.slice(0, 4), y.slice(0, 4), { cv })).rejects.toMatchObject(
      { code: 'PARAMETER_VALUE' },
    );
  });

  test('keeps fitted estimators only where they were fitted', async () => {
    await expect(
      crossValidate(new Constant(), X, y, { returnEstimator: true, nJobs: 2 }),
    ).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

describe('curves', () => {
  test('a learning curve fits to the first rows of each fold, in growing numbers', async () => {
    const curve = await learningCurve(new Constant({ value: 0.5 }), X, y, {
      cv: 3,
      trainSizes: [0.1, 0.5, 1],
    });
    expect(curve.trainSizes).toEqual([2, 10, 20]);
    expect(curve.testScores.map((folds) => folds.length)).toEqual([3, 3, 3]);
    expect(curve.trainScores[0]![1]).toBeCloseTo(-(0.5 + 0.5 - 1 / 30) / 2, 12);
    expect((await learningCurve(new Constant(), X, y, { cv: 3, trainSizes: [20, 5, 5] })).trainSizes).toEqual(
      [5, 20],
    );
    await expect(learningCurve(new Constant(), X, y, { cv: 3, trainSizes: [21] })).rejects.toMatchObject({
      code: 'PARAMETER_VALUE',
    });
  });

  test('shuffled, its rows follow from the seed', async () => {
    const first = async (seed: number) =>
      (
        await learningCurve(new Constant({ value: 0.5 }), X, y, {
          cv: 3,
          trainSizes: [3],
          shuffle: true,
          seed,
        })
      ).trainScores;
    expect(await first(1)).toEqual(await first(1));
    expect(await first(1)).not.toEqual(await first(2));
  });

  test('a validation curve goes along one parameter, and knows its name', async () => {
    const curve = await validationCurve(new Constant(), X, y, {
      cv: 3,
      paramName: 'value',
      paramRange: [0, 0.5],
    });
    expect(curve.testScores.map((folds) => folds.map((score) => score < 0))).toEqual([
      Array(3).fill(true),
      Array(3).fill(true),
    ]);
    await expect(
      validationCurve(new Constant(), X, y, { paramName: 'valu', paramRange: [0] }),
    ).rejects.toThrow(/Did you mean value/);
  });
});
