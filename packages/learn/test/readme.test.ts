// The example of README.md is run as it stands there.

import { readFileSync } from 'node:fs';
import * as datasets from '@tacit/datasets';
import * as learn from '@tacit/learn';
import * as nn from '@tacit/nn';
import * as tensor from '@tacit/tensor';
import * as arrow from 'apache-arrow';
import { transformWithOxc } from 'vite';
import { describe, expect, test } from 'vitest';

const modules: Readonly<Record<string, object>> = {
  '@tacit/datasets': datasets,
  '@tacit/learn': learn,
  '@tacit/nn': nn,
  '@tacit/tensor': tensor,
  'apache-arrow': arrow,
};

/** The code with its imports turned into parameters' properties; without types, so that it runs as JavaScript. */
function runnable(code: string): (modules: object, console: object) => Promise<void> {
  const body = code.replaceAll(/^import (\{[^}]*\}) from ['"]([^'"]+)['"];$/gm, "const $1 = modules['$2'];");
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (modules: object, console: object) => Promise<void>;
  return new AsyncFunction('modules', 'console', body);
}

// Q23 of the project's inventory of skorch: examples that do not work as printed.
test('Q23 the example prints a species, and that more than nine of ten are right', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const printed: unknown[][] = [];
  await runnable(code!)(modules, { log: (...values: unknown[]) => printed.push(values) });
  expect(printed).toHaveLength(1);
  const [[species], isGood] = printed[0] as [string[], boolean];
  expect(['setosa', 'versicolor', 'virginica']).toContain(species);
  expect(isGood).toBe(true);
});

// Each block ends in lines that say what they print.
describe('Q23 the examples of the nets', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const section = readme.slice(readme.indexOf('## Nets by example'), readme.indexOf('## Saving, loading'));
  const blocks = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

  test('there are some', () => expect(blocks.length).toBeGreaterThan(6));

  test.each(blocks.map((code) => [/class (\w+)|module: (\w+)/.exec(code)?.[0] ?? '', code]))(
    '%s',
    async (_, code) => {
      const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => text);
      const printed: string[] = [];
      const { code: script } = await transformWithOxc(code, 'example.ts');
      await runnable(script)(modules, { log: (...values: unknown[]) => printed.push(values.join(' ')) });
      expect(expected.length).toBeGreaterThan(0);
      expect(printed).toEqual(expected);
    },
  );
});

test('every name of the table is exported', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const section = readme.slice(readme.indexOf('## Public names'), readme.indexOf('Parameters of a net'));
  const types = new Set([
    ...[
      'Estimator',
      'FitBackend',
      'FitSession',
      'FitJob',
      'ModuleReference',
      'Classifier',
      'Transformer',
      'TableInput',
      'ClientStep',
      'FitOptions',
      'StopSignal',
      'Net',
      'Features',
      'Labels',
      'Targets',
      'Scorer',
    ],
    ...['NetArgs', 'NetParams', 'OptionsOf', 'Recipe', 'ComponentOf', 'ParamGroupRule'],
    ...['get', 'column', 'batchColumn', 'last', 'plot', 'epoch', 'toTable', 'toJSON', 'fromJSON'],
  ]);
  const names = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name!).filter((name) => !types.has(name));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !(name in learn))).toEqual([]);
});
