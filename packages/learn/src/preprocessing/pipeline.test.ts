import { loadIris } from '@tacit/datasets';
import { Adam } from '@tacit/nn';
import { describe, expect, test } from 'vitest';
import { BaseTransformer } from '../base-transformer.js';
import { checkIsFitted } from '../check-is-fitted.js';
import { NeuralNetClassifier } from '../classifier.js';
import { clone } from '../clone.js';
import { Matrix } from '../matrix.js';
import { NeuralNetRegressor } from '../regressor.js';
import { makeClassifier, makeRegressor } from '../toy.js';
import { collectWarnings } from '../warnings.js';
import { makeColumnSelector } from './column-selection.js';
import { ColumnTransformer } from './column-transformer.js';
import { FunctionTransformer } from './function-transformer.js';
import { MinMaxScaler } from './min-max-scaler.js';
import { OneHotEncoder } from './one-hot-encoder.js';
import { PCA } from './pca.js';
import { Pipeline } from './pipeline.js';
import { SimpleImputer } from './simple-imputer.js';
import { StandardScaler } from './standard-scaler.js';
import { StepCache } from './step-cache.js';
import { TransformedTargetRegressor } from './transformed-target-regressor.js';

const { data, target } = await loadIris();
const net = () =>
  new NeuralNetClassifier({ module: makeClassifier(), optimizer: Adam, lr: 0.02, seed: 0, verbose: 0 });

/** Counts how often it is fitted. */
class Counting extends BaseTransformer<{ label?: string }, { rows: number }, Matrix> {
  static override readonly defaults = { label: 'a' };
  static fits = 0;
  protected override learn(table: { rows: number }) {
    Counting.fits++;
    return { rows: table.rows };
  }
  protected override apply(table: { rows: number }) {
    return new Matrix(new Float64Array(table.rows), [table.rows, 1]);
  }
  protected override namesOut() {
    return ['zero'];
  }
  protected override describeStep() {
    return { step: null, reason: 'it only counts' } as const;
  }
}

describe('Pipeline', () => {
  test('predicts what its steps by hand predict, and leaves the steps that were given alone', async () => {
    const steps = { scale: new StandardScaler(), net: net() };
    const pipeline = await new Pipeline({ steps }).fit(data, target);
    const scaled = await new StandardScaler().fitTransform(data);
    const alone = await net().fit(scaled, target);
    expect(await pipeline.predict(data)).toEqual(await alone.predict(scaled));
    expect(await pipeline.predictProba(data)).toEqual(await alone.predictProba(scaled));
    expect(await pipeline.score(data, target)).toBe(await alone.score(scaled, target));
    expect(pipeline.classes_).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(pipeline.namedSteps_.scale.mean_).toHaveLength(4);
    expect(() => checkIsFitted(steps.scale)).toThrow('not fitted');
    expect(() => checkIsFitted(steps.net)).toThrow('not fitted');
  });

  test('names reach into steps; unknown ones are refused under the names given, and nothing is changed', () => {
    const pipeline = new Pipeline({ steps: { scale: new StandardScaler(), net: net() } });
    pipeline.setParams({ scale__withMean: false, net__lr: 0.5, net__module__hiddenUnits: 7 });
    expect(pipeline.getParams()).toMatchObject({ scale__withMean: false, net__lr: 0.5 });
    const wrong = { scale__withStd: false, net__module__hiddenUnit: 9, scal__withMean: true, other: 1 };
    expect(() => pipeline.setParams(wrong as never)).toThrow(
      'Unknown parameter net__module__hiddenUnit of Pipeline. Did you mean net__module__hiddenUnits?\n' +
        'Unknown parameter other of Pipeline.\n' +
        'Unknown parameter scal__withMean of Pipeline. Did you mean scale__withMean?',
    );
    expect(pipeline.getParams()).toMatchObject({ scale__withStd: true, net__module__hiddenUnits: 7 });
  });

  test('a step can be exchanged by its name, and a copy has steps of its own', () => {
    const pipeline = new Pipeline({ steps: { scale: new StandardScaler(), net: net() } });
    const copy = clone(pipeline);
    copy.setParams({ scale: new MinMaxScaler(), net__lr: 0.25 });
    expect(Object.keys(copy.getParams(false).steps)).toEqual(['scale', 'net']);
    expect(copy.getParams()).toMatchObject({ scale__clip: false, net__lr: 0.25 });
    expect(pipeline.getParams()).toMatchObject({ scale__withMean: true, net__lr: 0.02 });
  });

  test.each([
    ['no steps', {}, 'no steps'],
    ['a net before the last step', { net: net(), scale: new StandardScaler() }, 'step net'],
    ['a name with __', { a__b: new StandardScaler() }, "'a__b'"],
    ['a whole number as a name', { 1: new StandardScaler() }, "'1'"],
    ['a name of its own parameters', { memory: new StandardScaler() }, "'memory'"],
    ['something else', { scale: 3 }, 'step scale'],
  ])('refuses %s', async (_, steps, words) => {
    const error = await new Pipeline({ steps: steps as never }).fit(data, target).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'PARAMETER_VALUE', got: expect.stringContaining(words) });
  });

  test('a net knows the names of the columns that it is given', async () => {
    const X = { width: data.map((row) => row[0]!), length: data.map((row) => row[1]!) };
    const pipeline = await new Pipeline({ steps: { scale: new StandardScaler(), net: net() } }).fit(
      X,
      target,
    );
    expect(pipeline.namedSteps_.net.featureNamesIn_).toEqual(['width', 'length']);
    expect(pipeline.featureNamesIn_).toEqual(['width', 'length']);
    const swapped = { length: X.length, width: X.width };
    expect(await pipeline.predict(swapped)).toEqual(await pipeline.predict(X));
  });

  test('says which step lacks what is asked for', async () => {
    const pipeline = await new Pipeline({ steps: { scale: new StandardScaler(), pca: new PCA() } }).fit(data);
    const error = await pipeline.predict(data).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'STEP_METHOD', got: 'step pca, which is a PCA' });
    const through = await new Pipeline({ steps: { scale: new StandardScaler(), rest: 'passthrough' } }).fit(
      data,
    );
    expect((await through.transform(data)) as Matrix).toEqual(await new StandardScaler().fitTransform(data));
    await expect(through.predict(data)).rejects.toMatchObject({ code: 'STEP_METHOD' });
  });

  test('goes back through its steps from the last one', async () => {
    const pipeline = new Pipeline({ steps: { scale: new StandardScaler(), pca: new PCA() } });
    const back = (await pipeline.inverseTransform(await pipeline.fitTransform(data))) as Matrix;
    for (const [index, value] of data.flat().entries()) expect(back.data[index]).toBeCloseTo(value, 10);
  });

  test('a memory fits each step once for the same rows and parameters', async () => {
    const memory = new StepCache();
    const pipeline = () => new Pipeline({ steps: { count: new Counting(), net: net() }, memory });
    Counting.fits = 0;
    await pipeline().setParams({ net__lr: 0.1 }).fit(data, target);
    await pipeline().setParams({ net__lr: 0.2 }).fit(data, target);
    expect(Counting.fits).toBe(1);
    await pipeline().setParams({ count__label: 'b' }).fit(data, target);
    expect(Counting.fits).toBe(2);
    await pipeline().fit([...data], target);
    expect(Counting.fits).toBe(3);
  });

  test('the step for the client holds all transformers, or says which one cannot be there', async () => {
    const pipeline = new Pipeline({
      steps: { fill: new SimpleImputer(), scale: new StandardScaler(), net: net() },
    });
    await pipeline.fit(data, target);
    expect(pipeline.clientStep()).toMatchObject({
      step: { kind: 'pipeline', steps: [{ kind: 'simpleImputer' }, { kind: 'standardScaler' }] },
    });
    const coded = new Pipeline({
      steps: { own: new FunctionTransformer({ func: (X) => X as Matrix }), net: net() },
    });
    await coded.fit(data, target);
    expect(coded.clientStep()).toMatchObject({ step: null, reason: expect.stringContaining('code') });
  });
});

describe('ColumnTransformer', () => {
  const people = {
    age: [20, 40, null],
    city: ['Bern', 'Genf', 'Bern'],
    size: [1, 2, 3],
    note: ['x', 'y', 'z'],
  };
  const columns = () =>
    new ColumnTransformer({
      transformers: {
        numbers: [
          new Pipeline({ steps: { fill: new SimpleImputer(), scale: new StandardScaler() } }),
          makeColumnSelector({ type: 'number' }),
        ],
        city: [new OneHotEncoder(), ['city']],
      },
    });

  test('puts blocks side by side, with names that say where columns come from', async () => {
    const transformer = columns();
    const made = (await transformer.fitTransform(people)) as Matrix;
    expect(made.shape).toEqual([3, 4]);
    expect(made.columnNames).toEqual(['numbers__age', 'numbers__size', 'city__city_Bern', 'city__city_Genf']);
    transformer.setParams({ verboseFeatureNamesOut: false });
    expect(transformer.getFeatureNamesOut()).toEqual(['age', 'size', 'city_Bern', 'city_Genf']);
  });

  test('columns that no block needs may be missing, further ones may be there; a needed one is named', async () => {
    const transformer = await columns().fit(people);
    const { note: _, ...needed } = people;
    const expected = await transformer.transform(people);
    expect(await transformer.transform({ extra: [1, 2, 3], ...needed })).toEqual(expected);
    const { city: __, ...lacking } = { ...people, citty: people.city };
    const error = await transformer.transform(lacking).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'COLUMN_MISSING' });
    expect((error as Error).message).toContain('city (is it citty?)');
  });

  test('the rest is dropped, passed on as it is, or transformed', async () => {
    const X = { a: [1, 3], b: [5, 7] };
    const make = (remainder: 'drop' | 'passthrough' | StandardScaler) =>
      new ColumnTransformer({ transformers: { first: [new MinMaxScaler(), 'a'] }, remainder });
    expect(await make('drop').fitTransform(X)).toMatchObject({ data: Float64Array.of(0, 1) });
    expect(await make('passthrough').fitTransform(X)).toMatchObject({ data: Float64Array.of(0, 5, 1, 7) });
    const scaled = make(new StandardScaler());
    expect(await scaled.fitTransform(X)).toMatchObject({ data: Float64Array.of(0, -1, 1, 1) });
    expect(scaled.setParams({ remainder__withMean: false } as never).getParams()).toMatchObject({
      remainder__withMean: false,
    });
  });

  test('text that passes through stays text', async () => {
    const transformer = new ColumnTransformer({ transformers: { text: ['passthrough', ['city', 'age']] } });
    expect(await transformer.fitTransform(people)).toEqual({
      text__city: people.city,
      text__age: Float64Array.of(20, 40, Number.NaN),
    });
  });

  test.each([
    ['a name that is not there', ['town'], 'COLUMN_MISSING'],
    ['a position that is not there', [9], 'COLUMN_UNKNOWN'],
  ])('refuses %s', async (_, selection, code) => {
    const transformer = new ColumnTransformer({
      transformers: { some: [new StandardScaler(), selection as string[]] },
    });
    await expect(transformer.fit(people)).rejects.toMatchObject({ code });
  });

  test('messages count columns as in the whole table', async () => {
    const X = [
      [1, 'a'],
      [2, 'b'],
    ];
    const transformer = new ColumnTransformer({ transformers: { text: [new OneHotEncoder(), [1]] } });
    await transformer.fit(X);
    await expect(transformer.transform([[1, 'c']])).rejects.toMatchObject({
      got: "'c' in row 0, column 1",
    });
  });

  test('refuses names of columns of rows without names, two columns of one name, and blocks without columns', async () => {
    const byName = new ColumnTransformer({ transformers: { some: [new StandardScaler(), ['a']] } });
    await expect(byName.fit([[1], [2]])).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN' });
    const twice = new ColumnTransformer({
      transformers: { one: [new StandardScaler(), 'size'], two: [new MinMaxScaler(), 'size'] },
      verboseFeatureNamesOut: false,
    });
    await expect(twice.fitTransform(people)).rejects.toMatchObject({ got: 'two columns size' });
    const none = new ColumnTransformer({ transformers: { some: ['drop', ['size']] } });
    await expect(none.fit(people)).rejects.toMatchObject({ code: 'X_EMPTY' });
  });
});

describe('TransformedTargetRegressor', () => {
  const X = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const y = X.map(([a, b]) => Math.exp(a! + b! + 5));
  const regressor = () =>
    new NeuralNetRegressor({
      module: makeRegressor(),
      optimizer: Adam,
      lr: 0.02,
      maxEpochs: 60,
      seed: 0,
      verbose: 0,
      batchSize: 8,
    });

  test('trains on transformed numbers and predicts in the units of y', async () => {
    const model = new TransformedTargetRegressor({
      regressor: regressor(),
      func: Math.log,
      inverseFunc: Math.exp,
    });
    await model.fit(X, y);
    const alone = await regressor().fit(X, y.map(Math.log));
    const expected = (await alone.predict(X)) as number[];
    expect(await model.predict(X)).toEqual(expected.map(Math.exp));
    expect(await model.score(X, y)).toBeGreaterThan(0.9);
  });

  test('rows of numbers stay rows', async () => {
    const rows = y.map((value, index) => [value, index]);
    const model = new TransformedTargetRegressor({
      regressor: regressor(),
      transformer: new StandardScaler(),
    });
    await model.fit(X, rows);
    expect((await model.predict(X))[0]).toHaveLength(2);
    expect(model.transformer_!.mean_).toHaveLength(2);
  });

  test('warns of a way back that does not lead back, unless told not to', async () => {
    const params = {
      regressor: regressor(),
      func: (value: number) => value / 1000,
      inverseFunc: (value: number) => value,
    };
    const model = new TransformedTargetRegressor(params);
    const { warnings } = await collectWarnings(() => model.fit(X, y));
    expect(warnings).toMatchObject([{ code: 'TARGET_INVERSE' }]);
    const silent = model.setParams({ checkInverse: false });
    expect((await collectWarnings(() => silent.fit(X, y))).warnings).toEqual([]);
  });

  test('refuses half a pair of functions, functions beside a transformer, and numbers without a transform', async () => {
    const half = new TransformedTargetRegressor({ regressor: regressor(), func: Math.log });
    await expect(half.fit(X, y)).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
    const log = { func: Math.log, inverseFunc: Math.exp };
    const both = new TransformedTargetRegressor({
      regressor: regressor(),
      ...log,
      transformer: new StandardScaler(),
    });
    await expect(both.fit(X, y)).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
    const model = new TransformedTargetRegressor({ regressor: regressor(), ...log });
    await expect(
      model.fit(
        X,
        y.map((_, row) => row),
      ),
    ).rejects.toMatchObject({ code: 'Y_NOT_FINITE' });
  });
});

test('PCA: as few components as explain the share; too many or a single row are refused', async () => {
  const pca = await new PCA({ nComponents: 0.95 }).fit(data);
  expect(pca.nComponents_).toBe(2);
  await expect(new PCA({ nComponents: 5 }).fit(data)).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  await expect(new PCA().fit(data.slice(0, 1))).rejects.toMatchObject({ code: 'X_TOO_FEW_ROWS' });
  await expect(
    new PCA().fit([
      [1, null],
      [2, 3],
    ]),
  ).rejects.toMatchObject({ code: 'X_NOT_FINITE' });
});

test('a function that gives another number of rows is refused', async () => {
  const first = new FunctionTransformer({ func: (X) => (X as Matrix).toArray().slice(0, 1) });
  await expect(first.fitTransform(data)).rejects.toMatchObject({ code: 'OUTPUT_SHAPE' });
});
