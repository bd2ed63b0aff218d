import { readFile } from 'node:fs/promises';
import * as browserEntry from '@tacit/client';
import { clientErrorCodes } from '@tacit/client';
import * as nodeEntry from '@tacit/client/node';
import { expect, it, vi } from 'vitest';
import { evaluateLinear, spec } from './support.js';

const here = (path: string) => new URL(`../${path}`, import.meta.url);
const readme = await readFile(here('README.md'), 'utf8');

it('documents every error code and no other', () => {
  const documented = [...readme.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code);
  expect(documented.sort()).toEqual([...clientErrorCodes].sort());
});

it('documents every public name', () => {
  const names = [...Object.keys(browserEntry), ...Object.keys(nodeEntry)];
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(readme).toContain(`\`${name}`);
});

it('runs the example of the README', async () => {
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const body = example!.replace(/^import .*\n/gm, '').replaceAll('console.log', 'print');
  const print = vi.fn();
  const send = async (request: Uint8Array) => evaluateLinear(request);
  // Real evaluation keys take seconds and are tested elsewhere; no server that reads them takes part here.
  const makeEvaluationKey = async () => Uint8Array.of(1);
  const createClient = () => nodeEntry.createClient(spec, { makeEvaluationKey });
  const keyStore = new Map<string, browserEntry.KeyPair>();
  const saveKeys = async (path: string, keys: browserEntry.KeyPair) => keyStore.set(path, keys);
  const run = new Function('createClient', 'saveKeys', 'send', 'print', `return (async () => {${body}})()`);
  await run(createClient, saveKeys, send, print);
  expect(keyStore.size).toBe(1);
  expect(print.mock.calls).toEqual([[['left', 'middle']]]);
});

it('keeps Node and WASM packages out of the main entry', async () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = async (file: URL): Promise<void> => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    const source = await readFile(file, 'utf8');
    for (const [, from] of source.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      if (from!.startsWith('.')) await visit(new URL(from!.replace(/\.js$/, '.ts'), file));
      else packages.add(from!);
    }
  };
  await visit(here('src/index.ts'));
  expect(seen.size).toBeGreaterThan(5);
  expect([...packages].sort()).toEqual(['@msgpack/msgpack', '@tacit/circuit/spec']);
});
