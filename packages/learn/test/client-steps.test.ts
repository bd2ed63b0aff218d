// The plain data of clientStep, read by an independent interpreter, gives what transform gives: on raw rows, text and gaps included.

import {
  ColumnTransformer,
  FunctionTransformer,
  Matrix,
  MinMaxScaler,
  OneHotEncoder,
  OrdinalEncoder,
  PCA,
  Pipeline,
  RobustScaler,
  SimpleImputer,
  StandardScaler,
  type TableRecord,
  type Transformer,
} from '@tacit/learn';
import { expect, test } from 'vitest';
import { applyStep } from './support/client-steps.js';

const rows = Array.from({ length: 40 }, (_, i) => [
  Math.sin(i) * 10,
  i % 7 === 3 ? null : (i * i) % 13,
  i % 5,
  i % 9 === 4 ? null : ['Bern', 'Genf', 'Chur'][i % 3]!,
  i % 2 === 0,
]);
const numbers = rows.map((row) => row.slice(0, 3) as (number | null)[]);
const full = numbers.map((row) => row.map((value) => value ?? 0));
const text = rows.map((row) => row.slice(3));

const imputedText = new Pipeline({
  steps: {
    fill: new SimpleImputer({ strategy: 'mostFrequent' }),
    encode: new OneHotEncoder({ drop: 'ifBinary' }),
  },
});

const cases: readonly (readonly [
  string,
  Transformer,
  readonly (readonly (number | string | boolean | null)[])[],
])[] = [
  ['StandardScaler', new StandardScaler(), numbers],
  ['StandardScaler without mean', new StandardScaler({ withMean: false }), numbers],
  ['MinMaxScaler', new MinMaxScaler({ featureRange: [-1, 2], clip: true }), numbers],
  ['RobustScaler', new RobustScaler({ unitVariance: true }), numbers],
  ['RobustScaler without scaling', new RobustScaler({ withScaling: false }), numbers],
  ['SimpleImputer', new SimpleImputer({ addIndicator: true, missingValues: 4 }), numbers],
  [
    'SimpleImputer of text',
    new SimpleImputer({ strategy: 'constant', fillValue: '?' }),
    text.map(([city]) => [city!]),
  ],
  [
    'OrdinalEncoder',
    new OrdinalEncoder({ encodedMissingValue: -1, handleUnknown: 'useEncodedValue', unknownValue: -5 }),
    rows,
  ],
  ['OneHotEncoder', new OneHotEncoder({ drop: 'first', handleUnknown: 'ignore' }), text],
  ['PCA', new PCA({ nComponents: 2, whiten: true }), full],
  ['FunctionTransformer', new FunctionTransformer({ func: 'square' }), numbers],
  [
    'Pipeline',
    new Pipeline({ steps: { fill: new SimpleImputer(), scale: new StandardScaler(), pca: new PCA() } }),
    numbers,
  ],
  [
    'ColumnTransformer',
    new ColumnTransformer({
      transformers: {
        numbers: [new MinMaxScaler(), [2, 0]],
        city: [imputedText, [3]],
        same: ['passthrough', [1]],
      },
      remainder: new OrdinalEncoder(),
    }),
    rows,
  ],
];

test.each(cases)('%s', async (_, transformer, X) => {
  await transformer.fit(X.slice(0, 30));
  const made = await transformer.transform(X);
  const { step } = transformer.clientStep();
  // Through JSON, as it travels.
  const travelled = JSON.parse(JSON.stringify(step)) as NonNullable<typeof step>;
  const expected = made instanceof Matrix ? made.toArray() : (made as readonly (readonly unknown[])[]);
  for (const [index, row] of X.entries()) {
    const got = applyStep(travelled, row);
    expect(got).toHaveLength(expected[index]!.length);
    for (const [column, value] of got.entries()) {
      const wanted = expected[index]![column];
      if (typeof wanted !== 'number') expect(value).toBe(wanted);
      else if (Number.isNaN(wanted)) expect(Number.isNaN(Number(value ?? Number.NaN))).toBe(true);
      else expect(value).toBeCloseTo(wanted, 10);
    }
  }
});

test('columns by name are those of the fit, in its order', async () => {
  const X: TableRecord = { b: [1, 2, 3], a: ['x', 'y', 'x'] };
  const transformer = new ColumnTransformer({ transformers: { text: [new OneHotEncoder(), ['a']] } });
  await transformer.fit(X);
  expect(transformer.clientStep().step).toMatchObject({
    kind: 'columnTransformer',
    blocks: [{ columns: [1] }],
  });
});
