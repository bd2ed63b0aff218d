// README.md says what is true: its example prints what its comments say, and its tables name what is exported.

import * as tensorPackage from '@tacit/tensor';
import { expect, test } from 'vitest';
import { documentedCodes, readReadme, runReadmeExample } from './readme.js';

const readme = readReadme(new URL('../README.md', import.meta.url));

test('the example prints what its comments say', () => {
  const { printed, promised } = runReadmeExample(readme, { '@tacit/tensor': tensorPackage });
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});

test('the table of names lists every export, and the table of errors every code', () => {
  const names = Object.keys(tensorPackage).filter(
    (name) => !/Error$/.test(name) && name !== 'FunctionContext',
  );
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  expect(documentedCodes(readme)).toEqual([...tensorPackage.tensorErrorCodes]);
});

test('every elementary function is listed', () => {
  const names = Object.keys(tensorPackage.elementary);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !readme.includes(`.${name}\``))).toEqual([]);
});
