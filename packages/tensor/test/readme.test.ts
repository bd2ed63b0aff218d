// README.md says what is true: its example prints what its comments say, and its tables name what is exported.

import * as tensorPackage from '@tacit/tensor';
import { expect, test } from 'vitest';
import { operationNames } from './operation-names.js';
import { documentedCodes, readReadme, runReadmeExample } from './readme.js';

const readme = readReadme(new URL('../README.md', import.meta.url));

test('the example prints what its comments say', () => {
  const { printed, promised } = runReadmeExample(readme, { '@tacit/tensor': tensorPackage });
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});

/** Names in backticks at the beginning of the cells of one section's table. */
function documentedNames(section: string, column: number): string[] {
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  return cells.flatMap((line) =>
    [...line.split('|')[column].matchAll(/`([A-Za-z0-9]+)[(`]/g)].map((match) => match[1]),
  );
}

test('the table of operations lists every operation, and nothing else', async () => {
  const operations = (await operationNames()).filter((name) => name in tensorPackage);
  expect(operations.length).toBeGreaterThan(50);
  expect(documentedNames('Operations', 1).sort()).toEqual(operations.sort());
});

test('the tables together list every export, and the table of errors every code', () => {
  const names = Object.keys(tensorPackage);
  const listed = [
    ...documentedNames('Operations', 1),
    ...documentedNames('Other public names', 2),
    'elementary',
  ];
  expect(names.filter((name) => !listed.includes(name))).toEqual([]);
  expect(documentedCodes(readme)).toEqual([...tensorPackage.tensorErrorCodes]);
});

test('every elementary function is listed', () => {
  const names = Object.keys(tensorPackage.elementary);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !readme.includes(`.${name}\``))).toEqual([]);
});
