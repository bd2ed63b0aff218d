import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isLearnError, learnErrorCodes, NotFittedError } from './errors.js';

test('README lists exactly the codes that there are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const section = readme.slice(readme.indexOf('## Error codes'), readme.indexOf('## Warnings'));
  const listed = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  expect(listed.length).toBeGreaterThan(0);
  expect([...listed].sort()).toEqual([...learnErrorCodes].sort());
});

test('an error carries code, got, expected, hint and its class name, apart from its words', () => {
  const error = new NotFittedError('Net', 'module_');
  expect({ ...error }).toEqual({
    name: 'NotFittedError',
    code: 'NOT_FITTED',
    got: 'module_ of a Net that is not fitted',
    expected: 'a fitted estimator',
    hint: 'Call fit(X, y) first, and await it.',
  });
  expect(isLearnError(error)).toBe(true);
  expect(isLearnError(new TypeError('x'))).toBe(false);
  expect(isLearnError({ code: 'NOT_FITTED' })).toBe(false);
});
