// Every TypeScript block of README.md, run as it stands: what it prints must be what the comments behind its console.log
// calls promise. Files go to a folder of the test.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const scratch = join(root, '.tacit', `datasets-readme-${process.pid}`);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code], index) => [index + 1, code!] as const,
);

it('finds the blocks', () => {
  expect(blocks).toHaveLength(3);
});

it.each(blocks)('block %d prints what it promises', async (number, code) => {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, `block-${number}.ts`);
  writeFileSync(file, code.replaceAll("'people.csv'", JSON.stringify(join(scratch, 'people.csv'))));
  const printed: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...values) => void printed.push(format(...values)));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    log.mockRestore();
  }
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, line]) => line);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});
