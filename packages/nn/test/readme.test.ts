// README.md says what is true: its example prints what its comments say, and its tables name what is exported.

import * as nn from '@tacit/nn';
import * as tensorPackage from '@tacit/tensor';
import { expect, test } from 'vitest';
import { documentedCodes, readReadme, runReadmeExample } from '../../tensor/test/readme.js';

const readme = readReadme(new URL('../README.md', import.meta.url));

test.each([
  ['first', readme],
  ['encrypted', readme.slice(readme.indexOf('## Nets for encrypted inference'))],
])('the %s example prints what its comments say', (_, text) => {
  const { printed, promised } = runReadmeExample(text, { '@tacit/nn': nn, '@tacit/tensor': tensorPackage });
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});

test('the table of names lists every export, and the table of errors every code', () => {
  const names = Object.keys(nn).filter((name) => !/Error$/.test(name));
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  expect(documentedCodes(readme)).toEqual([...nn.nnErrorCodes]);
});
