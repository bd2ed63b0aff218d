// Searches in worker threads. Threads run the build.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collectWarnings,
  crossValidate,
  crossValPredict,
  EarlyStopping,
  GridSearchCV,
  HalvingGridSearchCV,
  NeuralNetClassifier,
  NeuralNetRegressor,
  OneHotEncoder,
  Pipeline,
  StandardScaler,
} from '@tacit/learn';
import { workerThreads } from '@tacit/learn/node';
import { Adam, AdamW, SGD, SparseQuantNeuralNet } from '@tacit/nn';
import { tableFromArrays } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeNet, Noting, shareOfA } from './support/search-model.mjs';

const from = new URL('./support/search-model.mjs', import.meta.url).href;
const X = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i % 5]);
const y = X.map(([a, b]) => (a! > b! ? 'above' : 'below'));
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tacit-threads-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** All that does not depend on the clock. */
function withoutTimes(results: object): object {
  return Object.fromEntries(Object.entries(results).filter(([name]) => !name.endsWith('_time')));
}

const quantized = () =>
  new NeuralNetClassifier({
    ...{ module: SparseQuantNeuralNet, optimizer: Adam, maxEpochs: 4, batchSize: 16, verbose: 0 },
    callbacks: { early: new EarlyStopping({ patience: 2 }) },
  });

describe('the number of jobs changes no bit', () => {
  test('of a grid search over nets of Tacit, with callbacks, classes among the candidates and several metrics', async () => {
    const search = (nJobs: number) =>
      new GridSearchCV({
        estimator: quantized(),
        paramGrid: { optimizer: [Adam, AdamW, SGD], module__nWBits: [2, 4] },
        ...{
          scoring: ['accuracy', 'neg_log_loss'],
          refit: 'accuracy',
          cv: 3,
          seed: 3,
          returnTrainScore: true,
          nJobs,
        },
      });
    const one = await search(1).fit(X, y);
    const two = await search(2).fit(X, y);
    expect(withoutTimes(two.cvResults_)).toEqual(withoutTimes(one.cvResults_));
    expect(await two.predictProba(X)).toEqual(await one.predictProba(X));
  });

  test('of a halving search, which has several rounds', async () => {
    const search = (nJobs: number) =>
      new HalvingGridSearchCV({
        estimator: makeNet(),
        modules: [{ from, name: 'TwoLayers' }],
        paramGrid: { lr: [0.1, 0.03, 0.01, 0.001] },
        ...{ resource: 'maxEpochs', maxResources: 8, factor: 2, cv: 3, seed: 0, nJobs },
      });
    const [one, two] = [await search(1).fit(X, y), await search(2).fit(X, y)];
    expect(withoutTimes(two.cvResults_)).toEqual(withoutTimes(one.cvResults_));
    expect(two.bestIndex_).toBe(one.bestIndex_);
  });

  const numbers = X.map((row) => row[0]!);
  const columns = { a: X.map((row) => row[2]!), b: X.map((row) => (row[2]! > 2 ? 'much' : 'little')) };
  test.each([
    ['rows', X, new StandardScaler()],
    ['typed rows', X.map((row) => Float32Array.from(row)), new StandardScaler()],
    ['a block', { data: Float64Array.from(X.flat()), shape: [60, 3] }, new StandardScaler()],
    ['columns by name', columns, new OneHotEncoder()],
    [
      'an Arrow table',
      tableFromArrays({ a: Float64Array.from(numbers), b: Float32Array.from(numbers) }),
      new StandardScaler(),
    ],
  ])('of cross-validation on %s', async (_, rows, step) => {
    const target = X.map(([a]) => 2 * a!);
    const net = new NeuralNetRegressor({
      module: SparseQuantNeuralNet,
      maxEpochs: 2,
      trainSplit: false,
      verbose: 0,
    });
    const estimator = new Pipeline({ steps: { step: step as StandardScaler, net } });
    const predict = (nJobs: number) => crossValPredict(estimator, rows, target, { cv: 3, seed: 1, nJobs });
    expect(await predict(2)).toEqual(await predict(1));
  });
});

describe('modules of the user', () => {
  test('are sent by the names that are given: a module class, a scorer, the estimator itself', async () => {
    const modules = ['TwoLayers', 'shareOfA'].map((name) => ({ from, name }));
    const options = { cv: 3, seed: 5, scoring: { share: shareOfA, accuracy: 'accuracy' } };
    const one = await crossValidate(makeNet(), X, y, options);
    const named = await crossValidate(makeNet(), X, y, { ...options, modules, nJobs: 2 });
    const referred = await crossValidate({ from, name: 'makeNet' }, X, y, { ...options, modules, nJobs: 2 });
    expect(withoutTimes(named)).toEqual(withoutTimes(one));
    expect(withoutTimes(referred)).toEqual(withoutTimes(one));
  });

  test('that are not named are an error before any fit, which says what to write', async () => {
    const failing = crossValidate(makeNet(), X, y, { cv: 3, nJobs: 2 });
    await expect(failing).rejects.toMatchObject({
      code: 'NOT_PORTABLE',
      got: 'the class TwoLayers',
      message: expect.stringContaining("name: 'TwoLayers'"),
    });
  });

  test.each([
    [{ from, name: 'TwoLayer' }, /Did you mean TwoLayers\?/],
    [{ from: './search-model.mjs', name: 'TwoLayers' }, /import\.meta\.url/],
    [{ from: 'data:text/javascript,export const a = 1', name: 'a' }, /the URL of a file|import\.meta\.url/],
    [{ from: new URL('./missing.mjs', import.meta.url).href, name: 'a' }, /cannot be imported/],
  ])('%o is refused', async (reference, message) => {
    const failing = crossValidate(makeNet(), X, y, { cv: 3, nJobs: 2, modules: [reference] });
    await expect(failing).rejects.toMatchObject({
      code: 'MODULE_REFERENCE',
      message: expect.stringMatching(message),
    });
  });

  test('keep their instances of the net class of the page', () =>
    expect(makeNet()).toBeInstanceOf(NeuralNetClassifier));
});

describe('a thread that is lost', () => {
  const modules = [{ from, name: 'Noting' }];
  const labels = X.map((_, i) => (i % 2 === 0 ? 'a' : 'b'));

  test('in the middle of a fit loses nothing: the fit is run again, with the same seed, to the same bits', async () => {
    const [file, gate] = [join(directory, 'fits'), join(directory, 'gate')];
    const search = (params: object, backend: ReturnType<typeof workerThreads> | null) =>
      new GridSearchCV({
        estimator: new Noting(params),
        paramGrid: { label: ['a', 'b'] },
        ...{ cv: 3, seed: 9, refit: false, modules, backend },
      });
    const here = await search({}, null).fit(X, labels);
    const threads = workerThreads({ nJobs: 2 });
    const fitting = search({ file, gate }, threads).fit(X, labels);
    const begun = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
    // Both threads are in a fit, and stay there until the gate is opened.
    await vi.waitUntil(() => begun().length === 2, { timeout: 60_000 });
    await threads.threads[0]!.terminate();
    writeFileSync(gate, '');
    const there = await fitting;
    const fits = begun();
    expect(fits).toHaveLength(7);
    expect(new Set(fits).size).toBe(6);
    expect(fits.every((fit) => fit.endsWith('thread'))).toBe(true);
    expect(withoutTimes({ ...there.cvResults_, param_file: 0 })).toEqual(
      withoutTimes({ ...here.cvResults_, param_file: 0 }),
    );
  });

  test('by the same fit again and again is an error of this fit alone', async () => {
    const { result, warnings } = await collectWarnings(() =>
      new GridSearchCV({
        estimator: new Noting(),
        paramGrid: { endsThread: ['never', 'always'] },
        ...{ cv: 3, refit: false, modules, nJobs: 2 },
      }).fit(X, labels),
    );
    expect(result.cvResults_.mean_test_score).toEqual([0.5, Number.NaN]);
    expect(warnings.map(({ code }) => code)).toEqual(['FIT_FAILED']);
    expect(warnings[0]!.message).toMatch(/ended before the fit did, 3 times/);
  });
});

test('an abort rejects with its reason at once and leaves no thread at work', async () => {
  const abort = new AbortController();
  const file = join(directory, 'fits');
  const threads = workerThreads({ nJobs: 2 });
  const fitting = new GridSearchCV({
    estimator: new Noting({ file, gate: join(directory, 'never') }),
    paramGrid: { label: ['a', 'b'] },
    ...{ cv: 3, modules: [{ from, name: 'Noting' }], backend: threads },
  }).fit(X, y, { signal: abort.signal });
  await vi.waitUntil(() => existsSync(file), { timeout: 60_000 });
  abort.abort(new Error('enough'));
  await expect(fitting).rejects.toThrow('enough');
  expect(threads.threads).toEqual([]);
});

test("errors of fits, and their codes, come back from threads; 'raise' throws the first one", async () => {
  const options = { cv: 3, nJobs: 2, modules: [{ from, name: 'TwoLayers' }] };
  const rows = X.map((row, i) => (i === 59 ? [...row.slice(1), Number.NaN] : row));
  const { result, warnings } = await collectWarnings(() => crossValidate(makeNet(), rows, y, options));
  expect(result.test_score!.filter(Number.isNaN).length).toBeGreaterThan(0);
  expect(warnings[0]).toMatchObject({ code: 'FIT_FAILED', message: expect.stringContaining('NaN') });
  await expect(crossValidate(makeNet(), rows, y, { ...options, errorScore: 'raise' })).rejects.toMatchObject({
    code: 'FIT_FAILED',
    got: 'X_NOT_FINITE',
  });
});
