import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { datasetErrorCodes } from './errors.js';

it('the README lists exactly the codes that there are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  expect(listed.sort()).toEqual([...datasetErrorCodes].sort());
});
