// `tacit search` on a table with numbers, categories and gaps: the candidates, the best model, and grids that are wrong.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from 'tacit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runTacit as tacit } from './support/run-tacit.js';
import { diabetesCsv, peopleCsv } from './support/tables.js';

let folder: string;
const path = (name: string) => join(folder, name);
const grid = {
  lr: [0.05, 1e-9],
  optimizer: ['Adam'],
  columns__numbers__impute__strategy: ['mean', 'median'],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-search-'));
  await writeFile(path('people.csv'), peopleCsv(240));
  await writeFile(path('diabetes.csv'), await diabetesCsv());
  await writeFile(path('grid.json'), JSON.stringify(grid));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const search = (...args: string[]) =>
  tacit(['search', path('people.csv'), '--target', 'decision', '--cv', '3', '--maxEpochs', '10', ...args]);

interface Candidate {
  readonly rank: number;
  readonly parameters: Record<string, unknown>;
  readonly meanTestScore: number;
}

/** What a search found, without what depends on the clock. */
const found = (stdout: string) =>
  (JSON.parse(stdout).candidates as Candidate[]).map(({ rank, parameters, meanTestScore }) => ({
    rank,
    parameters,
    meanTestScore,
  }));

it('tries all candidates, tells them in order, and writes the best model', async () => {
  const { code, stdout, stderr } = await search('--grid', path('grid.json'), '--out', path('best'), '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ scoring: 'accuracy', cv: 3, fits: 12, out: path('best') });
  const candidates = document.candidates as Candidate[];
  expect(candidates).toHaveLength(4);
  expect(candidates.map(({ rank }) => rank)).toEqual(
    candidates.map(({ rank }) => rank).sort((a, b) => a - b),
  );
  // A net that learns nothing comes last.
  expect(candidates[0]!.parameters).toMatchObject({ lr: 0.05, optimizer: 'Adam' });
  expect(candidates[3]!.parameters).toMatchObject({ lr: 1e-9 });
  expect(document.bestParameters).toEqual(candidates[0]!.parameters);
  expect(document.bestScore).toBe(candidates[0]!.meanTestScore);
  const { model, description } = await loadModel(path('best'));
  expect(description.metrics).toEqual(document.best.metrics);
  expect(model.getParams()).toMatchObject({ net__lr: 0.05, net__maxEpochs: 10 });
  expect((await readdir(path('best'))).sort()).toContain('report.html');
});

it('draws some candidates of a grid, prints a table, and writes nothing unless told to', async () => {
  const { code, stdout } = await search('--grid', path('grid.json'), '--draw', '2', '--scoring', 'roc_auc');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^rank {2}roc_auc, mean ± deviation of 3 folds$/m);
  expect(stdout.match(/^ +[12] {2}-?\d\.\d{4} ± \d\.\d{4} {2}.*optimizer Adam/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^6 fits in /m);
  expect(stdout).not.toContain('written to');
});

it('two jobs find the same as one, bit for bit', async () => {
  const [one, two] = await Promise.all(
    ['1', '2'].map((jobs) => search('--grid', path('grid.json'), '--jobs', jobs, '--seed', '5', '--json')),
  );
  expect([one!.code, two!.code]).toEqual([0, 0]);
  expect(found(two!.stdout)).toEqual(found(one!.stdout));
});

it('searches a regression, and several grids', async () => {
  await writeFile(path('grids.json'), JSON.stringify([{ lr: [0.05] }, { module__nLayers: [1] }]));
  const { code, stdout } = await tacit([
    ...['search', path('diabetes.csv'), '--target', 'progression', '--grid', path('grids.json')],
    ...['--cv', '2', '--maxEpochs', '10', '--json'],
  ]);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document.scoring).toBe('r2');
  expect(
    found(stdout)
      .map(({ parameters }) => Object.keys(parameters)[0])
      .sort(),
  ).toEqual(['lr', 'module__nLayers']);
  expect(document.best.metrics.test.r2).toBeGreaterThan(0.2);
});

const wrong: readonly (readonly [
  what: string,
  grid: string | null,
  args: readonly string[],
  reason: RegExp,
])[] = [
  ['an unknown parameter', '{"module__nWbits":[2]}', [], /Did you mean module__nWBits\?/],
  ['a grid that is no JSON', 'lr: 1', [], /is not JSON/],
  ['an empty list of grids', '[]', [], /an empty list/],
  ['a grid without parameters', '{}', [], /without parameters/],
  ['values that are no list', '{"lr":0.1}', [], /0\.1 for lr.*list/],
  ['no values', '{"lr":[]}', [], /for lr/],
  ['a class that is none', '{"optimizer":["Adma"]}', [], /"Adma"/],
  ['no such file', null, [], /cannot be read/],
  ['an unknown scorer', '{"lr":[0.1]}', ['--scoring', 'roc_acu'], /roc_auc/],
  ['one fold', '{"lr":[0.1]}', ['--cv', '1'], /at least 2/],
  ['no jobs', '{"lr":[0.1]}', ['--jobs', '0'], /at least 1, or 'all'/],
];
it.each(wrong)('%s is an error of usage', async (_, content, args, reason) => {
  if (content === null) await rm(path('wrong.json'), { force: true });
  else await writeFile(path('wrong.json'), content);
  const { code, stdout, stderr } = await search('--grid', path('wrong.json'), ...args);
  expect(stderr).toMatch(reason);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('more folds than rows of a label is an error that says so', async () => {
  await writeFile(path('one.json'), '{"lr":[0.1]}');
  const { code, stderr } = await search('--grid', path('one.json'), '--cv', '150');
  expect(code).toBe(1);
  expect(stderr).toMatch(/150/);
});

it.each(['1', '2'])('Ctrl-C ends a search with %s jobs: exit code 130, nothing written', async (jobs) => {
  await writeFile(path('long.json'), '{"lr":[0.1,0.2]}');
  const outcome = await tacit(
    [
      ...['search', path('people.csv'), '--target', 'decision', '--grid', path('long.json'), '--jobs', jobs],
      ...['--maxEpochs', '1000000', '--trainSplit', 'false', '--out', path('cancelled')],
    ],
    { whileRunning: (kill) => void setTimeout(() => kill('SIGINT'), 2500) },
  );
  expect(outcome).toMatchObject({ code: 130, stdout: '' });
  expect(outcome.stderr).toMatch(/Cancelled\./);
  expect(await readdir(folder)).not.toContain('cancelled');
});
