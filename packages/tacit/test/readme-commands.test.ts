// The commands of the README, run as they stand there, with its grid.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelErrorCodes } from 'tacit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runTacit } from './support/run-tacit.js';
import { peopleCsv } from './support/tables.js';

let folder: string;
const readme = await readFile(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
const [, shell = ''] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
const [, grid = ''] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-readme-'));
  await writeFile(join(folder, 'people.csv'), peopleCsv(200));
  await writeFile(join(folder, 'new.csv'), peopleCsv(3, 1));
  await writeFile(join(folder, 'grid.json'), grid);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The words of a line, quotes taken off. */
const words = (line: string) => line.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''));

it('every command succeeds and prints something, one after the other', async () => {
  const lines = shell.trim().split('\n');
  expect(lines.map((line) => words(line)[1])).toEqual(['train', 'predict', 'search', 'demo']);
  for (const line of lines) {
    const [program, ...args] = words(line);
    expect(program).toBe('tacit');
    const { code, stdout, stderr } = await runTacit(args, { cwd: folder });
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(20);
  }
});

it('the README lists exactly the codes of ModelError', () => {
  const [row = ''] = /^\| `ModelError`.*$/m.exec(readme) ?? [];
  const codes = [...row.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code]) => code);
  expect(codes.sort()).toEqual([...modelErrorCodes].sort());
});
