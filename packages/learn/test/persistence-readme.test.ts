// The examples of README.md about files and logs are run as they stand there.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as datasets from '@tacit/datasets';
import * as learn from '@tacit/learn';
import * as node from '@tacit/learn/node';
import * as nn from '@tacit/nn';
import { expect, test } from 'vitest';

const modules: Readonly<Record<string, object>> = {
  '@tacit/datasets': datasets,
  '@tacit/learn': learn,
  '@tacit/learn/node': node,
  '@tacit/nn': nn,
};

/** What the code under a heading prints, run in a folder of its own. */
async function run(heading: string): Promise<unknown[]> {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme.slice(readme.indexOf(`\n## ${heading}`)))!;
  const body = code!.replaceAll(/^import (\{[^}]*\}) from '([^']+)';$/gm, "const $1 = modules['$2'];");
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (modules: object, console: object) => Promise<void>;
  const printed: unknown[] = [];
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'tacit-readme-'));
  try {
    process.chdir(folder);
    await new AsyncFunction('modules', 'console', body)(modules, {
      log: (...values: unknown[]) => printed.push(...values),
    });
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
  return printed;
}

test('saving, loading and going on', async () =>
  expect(await run('Saving, loading, going on')).toEqual([true]));

test('logs', async () => expect(await run('Logs')).toEqual([3]));
