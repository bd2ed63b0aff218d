// Every TypeScript block of the README and of the documents, run as it stands: what it prints must be what the comments
// behind its console.log calls promise.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { circuitErrorCodes } from '@tacit/circuit';
import { afterAll, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const scratch = join(root, '.tacit', `documents-${process.pid}`);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const documents = [
  'README.md',
  'packages/tacit/README.md',
  'packages/circuit/README.md',
  ...readdirSync(join(root, 'docs')).map((file) => `docs/${file}`),
];
const blocks = documents.flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map((match, index) => ({
    name: `${document}, block ${index + 1}`,
    code: match[1]!,
  })),
);

it('finds the blocks', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3);
});

it.each(blocks)('$name prints what it promises', async ({ code }) => {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, `${Math.random().toString(36).slice(2)}.ts`);
  writeFileSync(file, code);
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    log.mockRestore();
  }
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
  expect(printed).toEqual(promised);
});

it('lists exactly the error codes of @tacit/circuit in its README', () => {
  const readme = readFileSync(join(root, 'packages/circuit/README.md'), 'utf8');
  const documented = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]!);
  expect(documented.sort()).toEqual([...circuitErrorCodes].sort());
});
