// `tacit train` and `tacit predict` on tables with numbers, categories and gaps, and on everything that can be wrong with them.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors } from '@tacit/learn';
import { loadModel } from 'tacit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Outcome, runTacit as tacit } from './support/run-tacit.js';
import { diabetesCsv, irisCsv, peopleCsv } from './support/tables.js';

let folder: string;
const path = (name: string) => join(folder, name);
let trained: Outcome;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-train-'));
  await writeFile(path('people.csv'), peopleCsv(400));
  await writeFile(path('iris.csv'), await irisCsv());
  await writeFile(path('diabetes.csv'), await diabetesCsv());
  trained = await tacit([
    ...['train', path('people.csv'), '--target', 'decision', '--out', path('people')],
    ...['--maxEpochs', '40', '--module__hiddenSizes', '[6]', '--module__nWBits=3', '--json'],
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('train prints one document and writes model, report and calibration rows', async () => {
  expect(trained).toMatchObject({ code: 0, stderr: '' });
  expect(trained.stdout.trim().split('\n')).toHaveLength(1);
  const document = JSON.parse(trained.stdout);
  expect(document).toMatchObject({
    task: 'classification',
    target: 'decision',
    rows: { train: 300, test: 100 },
    columns: { numeric: 2, categorical: 1, boolean: 1 },
    classes: ['leaves', 'stays'],
    layers: [7, 6, 2],
    pbs: 6,
    epochs: expect.any(Number),
    seconds: expect.any(Number),
    out: path('people'),
  });
  expect(document.epochs).toBeLessThanOrEqual(40);
  // The rule is learned, gaps or not: guessing gives the baseline.
  expect(document.metrics.test.accuracy).toBeGreaterThan(document.baseline + 0.1);
  expect(document.metrics.test.roc_auc).toBeGreaterThan(0.8);
  expect((await readdir(path('people'))).sort()).toEqual([
    'calibration.jsonl',
    'model.json',
    'net.safetensors',
    'report.html',
  ]);
  const report = await readFile(path('people/report.html'), 'utf8');
  expect(report).toContain('test accuracy');
  for (const title of ['Training', 'Confusion matrix', 'ROC curve']) expect(report).toContain(`<h2>${title}`);
  expect(report.match(/<svg/g)).toHaveLength(3);
  const rows = (await readFile(path('people/calibration.jsonl'), 'utf8')).trim().split('\n');
  expect(rows).toHaveLength(300);
  expect(Object.keys(JSON.parse(rows[0]!))).toEqual(['age', 'city', 'member', 'noise']);
});

it('a saved model is loaded whole, and predicts what the command said that it does', async () => {
  const { model, description } = await loadModel(path('people'));
  expect(description).toMatchObject({ target: 'decision', classes: ['leaves', 'stays'] });
  expect(description.metrics).toEqual(JSON.parse(trained.stdout).metrics);
  const X = { age: [25, null], city: ['Bern', 'a new city'], member: [true, null], noise: [0, 0] };
  const labels = await model.predict(X);
  expect(labels).toHaveLength(2);
  expect(labels[0]).toBe('leaves');
});

it('predict gives a line for each row, and scores where the target is known', async () => {
  const { code, stdout } = await tacit(['predict', path('people'), path('people.csv'), '--json']);
  expect(code).toBe(0);
  const { predictions, probabilities, classes, scores } = JSON.parse(stdout);
  expect(predictions).toHaveLength(400);
  expect(classes).toEqual(['leaves', 'stays']);
  expect(probabilities[0][0] + probabilities[0][1]).toBeCloseTo(1, 5);
  expect(scores.accuracy).toBeGreaterThan(0.75);
  await writeFile(path('new.csv'), 'city,noise,member,age\nBern,0,true,30\n,,,\n');
  const plain = await tacit(['predict', path('people'), path('new.csv')]);
  expect(plain.code).toBe(0);
  const lines = plain.stdout.trim().split('\n');
  expect(lines[0]).toBe('decision,p(leaves),p(stays)');
  expect(lines[1]).toMatch(/^leaves,0\.\d{4},0\.\d{4}$/);
  expect(lines).toHaveLength(3);
});

it('train on plain numbers ends with a table for people; the same seed gives the same net', async () => {
  const args = ['train', path('iris.csv'), '--target', 'species', '--maxEpochs', '60', '--seed', '3'];
  const [first, second] = await Promise.all(
    ['a', 'b'].map((name) => tacit([...args, '--out', path(`iris-${name}`)])),
  );
  expect(first!.code).toBe(0);
  expect(first!.stdout).toMatch(/^test accuracy +(9\d\.\d|100\.0) %$/m);
  expect(first!.stdout).toMatch(/^labels +setosa, versicolor, virginica$/m);
  expect(second!.code).toBe(0);
  const [a, b] = await Promise.all(
    ['a', 'b'].map(
      async (name) => decodeSafetensors(await readFile(path(`iris-${name}/net.safetensors`))).tensors,
    ),
  );
  expect(Object.keys(a!)).toContain('module.features.fc0.weight');
  for (const [name, tensor] of Object.entries(a!)) expect(tensor.data).toEqual(b![name]!.data);
});

it('train on a target of many numbers is a regression, in the units of the target', async () => {
  const { code, stdout } = await tacit([
    ...['train', path('diabetes.csv'), '--target', 'progression', '--out', path('diabetes'), '--json'],
    ...['--maxEpochs', '30', '--module__hiddenSizes', '[8]'],
  ]);
  expect(code).toBe(0);
  const { task, metrics, baseline, classes } = JSON.parse(stdout);
  expect({ task, classes }).toEqual({ task: 'regression', classes: null });
  expect(metrics.test.r2).toBeGreaterThan(0.25);
  expect(metrics.test.rmse).toBeLessThan(baseline);
  const { model } = await loadModel(path('diabetes'));
  const [prediction] = await model.predict({
    ...{
      age: [50],
      sex: [1],
      bmi: [26],
      bp: [95],
      s1: [190],
      s2: [115],
      s3: [50],
      s4: [4],
      s5: [4.6],
      s6: [91],
    },
  });
  expect(prediction).toBeGreaterThan(25);
  expect(prediction).toBeLessThan(346);
});

const many = `a,b\n${'1,x\n2,y\n'.repeat(20)}`;

const wrong: readonly (readonly [
  what: string,
  csv: string,
  args: readonly string[],
  code: number,
  reason: RegExp,
])[] = [
  ['a target that is not there', 'a,b\n1,x\n2,y\n', ['--target', 'c'], 2, /has no column "c".*a, b/],
  [
    'an unknown parameter',
    many,
    ['--target', 'b', '--module__nWbits', '3'],
    2,
    /Did you mean module__nWBits\?/,
  ],
  [
    'an unknown parameter of a step',
    many,
    ['--target', 'b', '--columns__numbers__impute__strateg', 'mean'],
    2,
    /Did you mean columns__numbers__impute__strategy\?/,
  ],
  ['a value that cannot be', many, ['--target', 'b', '--lr', 'fast'], 2, /lr.*'fast'/],
  ['a class that is none', 'a,b\n1,x\n2,y\n', ['--target', 'b', '--optimizer', 'Adma'], 2, /"Adma".*AdamW/],
  ['a parameter without a value', 'a,b\n1,x\n', ['--target', 'b', '--lr'], 2, /--lr has no value/],
  ['an empty file', '', ['--target', 'b'], 1, /wrong\.csv has nothing in it/],
  ['ragged lines', 'a,b\n1,x\n2\n', ['--target', 'b'], 1, /wrong\.csv, line 3 has 1 cells/],
  ['a single label', 'a,b\n1,x\n2,x\n3,x\n4,x\n', ['--target', 'b'], 1, /class/],
  [
    'a label with a single row',
    'a,b\n1,x\n2,x\n3,y\n4,x\n',
    ['--target', 'b'],
    2,
    /labels with a single row: "y"/,
  ],
  ['a column without values', `a,b,c\n${'1,,x\n2,,y\n'.repeat(20)}`, ['--target', 'c'], 1, /column b/],
  ['text to be a regression', 'a,b\n1,x\n2,y\n', ['--target', 'b', '--task', 'regression'], 2, /strings/],
  ['no target', 'a,b\n1,x\n', [], 2, /--target/],
];
it.each(wrong)('train: %s is refused with the reason', async (_, csv, args, code, reason) => {
  await writeFile(path('wrong.csv'), csv);
  const outcome = await tacit(['train', path('wrong.csv'), '--out', path('wrong'), ...args]);
  expect(outcome.stderr).toMatch(reason);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(await readdir(folder)).not.toContain('wrong');
});

it('train never writes into a directory with other things in it', async () => {
  const { code, stderr } = await tacit(['train', path('iris.csv'), '--target', 'species', '--out', folder]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/other files, and no model/);
});

it('predict names the column that a table lacks, and the directory without a model', async () => {
  await writeFile(path('less.csv'), 'age,city,member\n1,Bern,true\n');
  const less = await tacit(['predict', path('people'), path('less.csv')]);
  expect(less).toMatchObject({ code: 1, stdout: '' });
  expect(less.stderr).toMatch(/less\.csv has no column "noise"/);
  const none = await tacit(['predict', path('nowhere'), path('less.csv')]);
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toMatch(/There is no model in .*nowhere/);
});

it('Ctrl-C ends a training: exit code 130, nothing written', async () => {
  const args = ['train', path('people.csv'), '--target', 'decision', '--out', path('cancelled')];
  const outcome = await tacit([...args, '--maxEpochs', '100000', '--trainSplit', 'false'], {
    whileRunning: (kill) => void setTimeout(() => kill('SIGINT'), 2500),
  });
  expect(outcome).toMatchObject({ code: 130, stdout: '' });
  expect(outcome.stderr).toMatch(/Cancelled\./);
  expect(await readdir(folder)).not.toContain('cancelled');
});
