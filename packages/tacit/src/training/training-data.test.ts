import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectWarnings } from '@tacit/learn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchSizeFor } from './build-model.js';
import { calibrationRows } from './calibration-rows.js';
import { inferTask, readTrainingData } from './training-data.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-data-'));
});
afterAll(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();

async function read(csv: string, request: object = {}) {
  const path = join(folder, 'table.csv');
  await writeFile(path, csv);
  return collectWarnings(() => readTrainingData({ path, target: 'y', signal, ...request }));
}

describe('readTrainingData', () => {
  it('parts the target from the features, and leaves rows without a target out with a warning', async () => {
    const { result, warnings } = await read('a,y,b\n1,x,p\n2,,q\n,z,\n');
    expect(result.y).toEqual(['x', 'z']);
    expect(result.X.a).toEqual(Float64Array.of(1, Number.NaN));
    expect(result.X.b).toEqual(['p', null]);
    expect(result.columns).toEqual([
      { name: 'a', type: 'numeric' },
      { name: 'b', type: 'categorical' },
    ]);
    expect(warnings).toEqual([
      { code: 'TARGET_MISSING', message: '1 of 3 rows have no "y"; they are left out.' },
    ]);
  });

  it('leaves columns out, and takes numbers as categories, where it is told to', async () => {
    const { result } = await read('a,y,b,c\n1,x,2,3\n4,z,5,6\n', { drop: ['b'], categorical: ['c'] });
    expect(Object.keys(result.X)).toEqual(['a', 'c']);
    expect(result.X.c).toEqual(['3', '6']);
  });

  it('warns of numbers with text among them, and of columns with a text of its own in each row', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => `${i === 7 ? 'unknown' : i % 3},name ${i},${i % 2}`);
    const { warnings } = await read(`n,name,y\n${rows.join('\n')}\n`);
    expect(warnings.map(({ code }) => code)).toEqual(['COLUMN_TEXT', 'COLUMN_OF_NAMES']);
    expect(warnings[0]!.message).toContain('line 9 holds "unknown"');
    expect(warnings[1]!.message).toContain('120 different texts in 120 rows');
  });

  it.each([
    [{ target: 'z' }, /has no column "z". Its columns are: a, y/],
    [{ drop: ['z'] }, /has no column "z"/],
    [{ drop: ['a'] }, /no column besides the target/],
  ])('%o is refused', async (request, message) => {
    await expect(read('a,y\n1,x\n2,z\n', request)).rejects.toThrow(message);
  });

  it('a target without any value is refused', async () => {
    await expect(read('a,y\n1,\n2,\n')).rejects.toThrow(/No row has a value of the target "y"/);
  });
});

it.each([
  [['a', 'b'], 'classification'],
  [[true, false], 'classification'],
  [[0, 1, 2, 1], 'classification'],
  [[0.5, 1], 'regression'],
  [Array.from({ length: 21 }, (_, i) => i), 'regression'],
])('%o is a %s', (y, task) => {
  expect(inferTask(y)).toBe(task);
});

it.each([
  [10, 16],
  [300, 16],
  [1300, 64],
  [1e6, 256],
])('%d rows are trained in batches of %d', (rows, size) => {
  expect(batchSizeFor(rows)).toBe(size);
});

it('calibration rows are at most 500 of the rows, missing values kept', () => {
  const a = Float64Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? Number.NaN : i));
  const lines = calibrationRows({ a, b: Array.from(a, (_, i) => `t${i}`) }, 0)
    .trim()
    .split('\n');
  expect(lines).toHaveLength(500);
  const rows = lines.map((line) => JSON.parse(line) as { a: number | null; b: string });
  expect(new Set(rows.map(({ b }) => b)).size).toBe(500);
  for (const { a: value, b } of rows) {
    const index = Number(b.slice(1));
    expect(value).toBe(index % 2 === 0 ? null : index);
  }
  expect(calibrationRows({ a: Float64Array.of(1, 2) }, 0)).toBe('{"a":1}\n{"a":2}\n');
});
