import { expect, it } from 'vitest';
import { spec } from '../test/support.js';
import { Client } from './client.js';
import type { TfheModule } from './tfhe-module.js';

/** Nothing of it may be reached. */
const untouched = {} as TfheModule;

it.each([
  ['a small key without noise', { lweNoise: 1e-12 }],
  ['a large key without noise', { glweNoise: 1e-19 }],
  ['a small key of few bits', { lweDimension: 500 }],
  ['a large key of few bits', { glweDimension: 1 }],
])('refuses to make keys for %s', (_, change) => {
  const parameters = { ...spec.parameters, ...change };
  expect(() => new Client({ ...spec, parameters }, untouched)).toThrow(
    expect.objectContaining({ code: 'PARAMETERS_INSECURE' }),
  );
});

it('refuses parameters that it would only allocate by', () => {
  const parameters = { ...spec.parameters, lweDimension: 1e9 };
  expect(() => new Client({ ...spec, parameters }, untouched)).toThrow(
    expect.objectContaining({ code: 'SPEC_INVALID' }),
  );
});
