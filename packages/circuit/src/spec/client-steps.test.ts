import { expect, it } from 'vitest';
import { parseClientSpec } from './client-spec.js';
import { applySteps, type Cell, type ClientStep, clientStepSchema } from './client-steps.js';

const run = (step: ClientStep, ...rows: Cell[][]) => Array.from(applySteps([step], rows));

// Each expected row is the formula of scikit-learn 1.7's transformer of that name, worked out by hand.
const cases: readonly (readonly [step: ClientStep, row: Cell[], expected: Cell[]])[] = [
  [{ kind: 'standardScaler', mean: [1, 2], scale: [2, 4] }, [5, 0], [2, -0.5]],
  [{ kind: 'standardScaler', mean: null, scale: [2, 4] }, [5, 0], [2.5, 0]],
  [{ kind: 'standardScaler', mean: null, scale: null }, [5, null], [5, Number.NaN]],
  [{ kind: 'minMaxScaler', scale: [0.5, 1], min: [-1, 0], clip: null }, [6, 3], [2, 3]],
  [{ kind: 'minMaxScaler', scale: [0.5, 1], min: [-1, 0], clip: [0, 1] }, [6, -3], [1, 0]],
  [{ kind: 'robustScaler', center: [1], scale: [4] }, [3], [0.5]],
  [{ kind: 'function', name: 'log1p' }, [0, Math.E - 1], [0, 1]],
  [
    { kind: 'simpleImputer', fill: [7, 'x', 9], indicators: [0, 2], missingValue: null },
    [null, 'a', Number.NaN],
    [7, 'a', 9, 1, 1],
  ],
  [{ kind: 'simpleImputer', fill: [7], indicators: [], missingValue: -1 }, [-1], [7]],
  [
    {
      kind: 'ordinalEncoder',
      categories: [
        ['a', 'b'],
        [1, 5, null],
      ],
      handleUnknown: 'useEncodedValue',
      unknownValue: -1,
      encodedMissingValue: null,
    },
    ['c', 5],
    [-1, 1],
  ],
  [
    {
      kind: 'oneHotEncoder',
      categories: [
        ['a', 'b', 'c'],
        [true, false],
      ],
      drop: [null, 0],
      handleUnknown: 'ignore',
    },
    ['b', false],
    [0, 1, 0, 1],
  ],
  [
    { kind: 'oneHotEncoder', categories: [['a', null]], drop: [null], handleUnknown: 'error' },
    [null],
    [0, 1],
  ],
  [{ kind: 'pca', mean: [1, 1], components: [[3, 4]], scale: [5] }, [2, 3], [11 / 5]],
  [
    {
      kind: 'columnTransformer',
      blocks: [
        { name: 'numbers', columns: [2, 0], step: { kind: 'standardScaler', mean: [1, 1], scale: null } },
        {
          name: 'city',
          columns: [1],
          step: {
            kind: 'oneHotEncoder',
            categories: [['Bern', 'Genf']],
            drop: [null],
            handleUnknown: 'error',
          },
        },
      ],
    },
    [5, 'Genf', 3],
    [2, 4, 0, 1],
  ],
  [
    {
      kind: 'pipeline',
      steps: [
        { kind: 'simpleImputer', fill: [4], indicators: [], missingValue: null },
        { kind: 'function', name: 'square' },
      ],
    },
    [undefined],
    [16],
  ],
];

it.each(cases)('does %o as its transformer does', (step, row, expected) => {
  expect(run(step, row)).toEqual([expected]);
  expect(clientStepSchema.parse(JSON.parse(JSON.stringify(step)))).toEqual(step);
});

it.each<[name: string, step: ClientStep, row: Cell[], code: string]>([
  [
    'text where numbers belong',
    { kind: 'standardScaler', mean: [0], scale: null },
    ['seven'],
    'INPUT_INVALID',
  ],
  [
    'a new category',
    { kind: 'oneHotEncoder', categories: [['a']], drop: [null], handleUnknown: 'error' },
    ['secret'],
    'INPUT_INVALID',
  ],
  [
    'a missing column',
    { kind: 'pca', mean: [0, 0], components: [[1, 1]], scale: null },
    [1],
    'FEATURE_COUNT',
  ],
  [
    'a column that a block reads in vain',
    {
      kind: 'columnTransformer',
      blocks: [{ name: 'a', columns: [3], step: { kind: 'function', name: 'abs' } }],
    },
    [1, 2],
    'FEATURE_COUNT',
  ],
])('refuses %s, and does not tell the value', (_, step, row, code) => {
  expect(() => run(step, row)).toThrow(
    expect.objectContaining({ code, message: expect.not.stringMatching(/seven|secret/) }),
  );
});

it('refuses rows that are none', () => {
  const step: ClientStep = { kind: 'function', name: 'abs' };
  expect(() => applySteps([step], [3] as unknown as Cell[][])).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  );
});

it('refuses steps nested so deeply that checking them would exhaust the stack', () => {
  let step: unknown = { kind: 'function', name: 'abs' };
  for (let depth = 0; depth < 20_000; depth++) step = { kind: 'pipeline', steps: [step] };
  expect(() => parseClientSpec({ format: 'tacit.client', version: 2, steps: [step] })).toThrow(
    expect.objectContaining({ code: 'SPEC_INVALID', got: 'more than 64 levels' }),
  );
});

it('refuses a step that it does not know', () => {
  expect(clientStepSchema.safeParse({ kind: 'quantileTransformer' }).success).toBe(false);
  expect(clientStepSchema.safeParse({ kind: 'function', name: 'constructor' }).success).toBe(false);
});
