// README.md says what is true: its example prints what its comments say, and its tables name what is exported.

import { readFileSync } from 'node:fs';
import * as tensorPackage from '@tacit/tensor';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the example prints what its comments say', () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const body = code.replace(/import (\{[^}]*\}) from '@tacit\/tensor';/, 'const $1 = tensorPackage;');
  const printed: string[] = [];
  new Function('tensorPackage', 'console', body)(tensorPackage, {
    log: (line: string) => printed.push(line),
  });
  const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
  expect(expected.length).toBeGreaterThan(0);
  expect(printed).toEqual(expected);
});

test('the table of names lists every export, and the table of errors every code', () => {
  const names = Object.keys(tensorPackage).filter(
    (name) => !/Error$/.test(name) && name !== 'FunctionContext',
  );
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  const codes = [...readme.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map((match) => match[1]);
  expect(codes).toEqual([...tensorPackage.tensorErrorCodes]);
});

test('every elementary function is listed', () => {
  const names = Object.keys(tensorPackage.elementary);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !readme.includes(`.${name}\``))).toEqual([]);
});
