import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ColumnTransformer,
  NeuralNetClassifier,
  NeuralNetRegressor,
  OneHotEncoder,
  OrdinalEncoder,
  PCA,
  Pipeline,
  SimpleImputer,
  StandardScaler,
  TransformedTargetRegressor,
} from '@tacit/learn';
import { AdamW, Linear, SparseQuantNeuralNet, Tanh } from '@tacit/nn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModel, type ModelDescription, saveModel } from './model-directory.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-model-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 60 }, (_, i) => i);
const X = {
  n: Float64Array.from(rows, (i) => (i % 9 === 0 ? Number.NaN : Math.sin(i))),
  m: Float64Array.from(rows, (i) => i / 60),
  c: rows.map((i) => ['a', 'b', null, 'd'][i % 4]!),
};
const labels = rows.map((i) => (i % 4 < 2 ? 'low' : 'high'));
const numbers = rows.map((i) => 100 * Math.cos(i) + 1000);
const description: ModelDescription = {
  task: 'classification',
  target: 'y',
  columns: [{ name: 'n', type: 'numeric' }],
  classes: ['high', 'low'],
  metrics: { train: { accuracy: 1 } },
};

const columns = () =>
  new ColumnTransformer({
    transformers: {
      numbers: [
        new Pipeline({
          steps: {
            fill: new SimpleImputer({ addIndicator: true }),
            scale: new StandardScaler(),
            turn: new PCA(),
          },
        }),
        ['n', 'm'],
      ],
      codes: [new OrdinalEncoder({ encodedMissingValue: -1 }), 'c'],
      flags: [new OneHotEncoder({ handleUnknown: 'ignore' }), ['c']],
    },
  });
const common = {
  module: SparseQuantNeuralNet,
  module__hiddenSizes: [4],
  module__activation: Tanh,
  optimizer: AdamW,
  maxEpochs: 5,
  seed: 0,
  verbose: 0,
} as const;
const classifier = () =>
  new Pipeline({
    steps: { columns: columns(), skipped: 'passthrough', net: new NeuralNetClassifier(common) },
  });
const regressor = () =>
  new Pipeline({
    steps: {
      columns: columns(),
      net: new TransformedTargetRegressor({
        regressor: new NeuralNetRegressor(common),
        transformer: new StandardScaler(),
      }),
    },
  });

describe('a saved model', () => {
  it('predicts what it did before, labels and probabilities, and keeps its description', async () => {
    const model = await classifier().fit(X, labels);
    const directory = join(folder, 'deep/model');
    await saveModel(directory, { model, description }, { 'notes.txt': 'hello' });
    const loaded = await loadModel(directory);
    expect(loaded.description).toEqual(description);
    expect(await loaded.model.predict(X)).toEqual(await model.predict(X));
    expect(await loaded.model.predictProba!(X)).toEqual(await model.predictProba(X));
    expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('hello');
  });

  it('of a regression predicts in the units of its target', async () => {
    const model = await regressor().fit(X, numbers);
    await saveModel(folder, { model, description });
    expect(await (await loadModel(folder)).model.predict(X)).toEqual(await model.predict(X));
  });

  it('can be fitted again with the parameters that it was fitted with', async () => {
    const model = await classifier().fit(X, labels);
    await saveModel(folder, { model, description });
    const loaded = (await loadModel(folder)).model as typeof model;
    expect(loaded.getParams()).toMatchObject({ net__maxEpochs: 5, net__optimizer: AdamW });
    const again = await loaded.fit(X, labels);
    expect(await again.predictProba(X)).toEqual(await model.predictProba(X));
  });

  it('is replaced as a whole, and nothing is left beside it', async () => {
    const directory = join(folder, 'model');
    await saveModel(directory, { model: await classifier().fit(X, labels), description }, { 'old.txt': '' });
    const model = await regressor().fit(X, numbers);
    await saveModel(directory, { model, description });
    expect((await readdir(directory)).sort()).toEqual(['model.json', 'net.safetensors']);
    expect(await readdir(folder)).toEqual(['model']);
    expect(await (await loadModel(directory)).model.predict(X)).toEqual(await model.predict(X));
  });

  it('that cannot be saved leaves the one that is there', async () => {
    await saveModel(folder, { model: await classifier().fit(X, labels), description });
    const before = await readFile(join(folder, 'model.json'));
    const net = new NeuralNetClassifier({ module: () => new Linear(2, 2), trainSplit: false, verbose: 0 });
    const model = await new Pipeline({ steps: { net } }).fit(
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
    );
    await expect(saveModel(folder, { model, description })).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN_CLASS',
    });
    expect(await readFile(join(folder, 'model.json'))).toEqual(before);
  });
});

describe('loadModel refuses', () => {
  const change = async (edit: (text: string) => string) => {
    const path = join(folder, 'model.json');
    await writeFile(path, edit(await readFile(path, 'utf8')));
  };
  beforeEach(async () => saveModel(folder, { model: await classifier().fit(X, labels), description }));

  it.each<[string, string, () => Promise<unknown>]>([
    ['a directory without a model', 'MODEL_MISSING', () => rm(join(folder, 'model.json'))],
    ['a file that is no JSON', 'MODEL_FORMAT', () => change(() => 'model')],
    ['a later version', 'MODEL_FORMAT', () => change((text) => text.replace('"version": 1', '"version": 2'))],
    [
      'a class that Tacit does not have',
      'MODEL_UNKNOWN_CLASS',
      () => change((text) => text.replace('"PCA"', '"Function"')),
    ],
    [
      'a class that is no estimator',
      'MODEL_FORMAT',
      () => change((text) => text.replace('"PCA"', '"History"')),
    ],
    [
      'a net that is not the one that was saved',
      'MODEL_DAMAGED',
      () => writeFile(join(folder, 'net.safetensors'), 'x'),
    ],
    ['a net that is not there', 'MODEL_DAMAGED', () => rm(join(folder, 'net.safetensors'))],
    [
      'a net outside of the directory',
      'MODEL_DAMAGED',
      () => change((text) => text.replaceAll('net.safetensors', '../net.safetensors')),
    ],
  ])('%s', async (_, code, spoil) => {
    await spoil();
    await expect(loadModel(folder)).rejects.toMatchObject({ name: 'ModelError', code });
  });
});

it.each(['a file', 'other files'])('saveModel never touches %s in its way', async (kind) => {
  const directory = join(folder, 'taken');
  if (kind === 'a file') await writeFile(directory, 'mine');
  else {
    await mkdir(directory);
    await writeFile(join(directory, 'mine.txt'), 'mine');
  }
  const model = await classifier().fit(X, labels);
  await expect(saveModel(directory, { model, description })).rejects.toMatchObject({
    code: 'DIRECTORY_TAKEN',
  });
  const mine = kind === 'a file' ? directory : join(directory, 'mine.txt');
  expect(await readFile(mine, 'utf8')).toBe('mine');
});
