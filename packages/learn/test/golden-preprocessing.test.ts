// Every scaler, encoder, imputer and PCA against scikit-learn's on five data sets, ties and degenerate cases:
// golden/preprocessing.json, whose `source` says how it was made. Equal to 1e-6 of the larger of 1 and the number, as both compute in
// float64 and differ in the order of their sums only.

import { readFileSync } from 'node:fs';
import { loadBreastCancer, loadDiabetes, loadDigits, loadIris, loadWine } from '@tacit/datasets';
import * as learn from '@tacit/learn';
import { describe, expect, test } from 'vitest';

type Value = number | string | null | readonly Value[];
type Rows = readonly (readonly (number | string | null)[])[];

interface Case {
  readonly estimator: string;
  readonly params: Readonly<Record<string, Value>>;
  readonly data: string;
  readonly holes: boolean;
  readonly first: number | null;
  readonly new: string | null;
  readonly rows: readonly number[];
  readonly attributes: Readonly<Record<string, Value>>;
  readonly transformed: Rows;
  readonly inverse?: Rows;
}

interface Golden {
  readonly tables: Readonly<Record<string, Rows>>;
  readonly mixed: { readonly columns: learn.TableRecord; readonly transformed: Rows };
  readonly labels: Readonly<Record<string, readonly number[]>>;
  readonly logs: Rows;
  readonly cases: readonly Case[];
}

const golden = JSON.parse(
  readFileSync(new URL('golden/preprocessing.json', import.meta.url), 'utf8'),
) as Golden;

const bunches = {
  iris: await loadIris(),
  wine: await loadWine(),
  'breast-cancer': await loadBreastCancer(),
  digits: await loadDigits(),
  diabetes: await loadDiabetes(),
} as const;

const real = new Map<string, Rows>(Object.entries(bunches).map(([name, { data }]) => [name, data]));
const tableOf = (name: string): Rows => real.get(name) ?? golden.tables[name]!;

const withHoles = (rows: Rows): Rows =>
  rows.map((row, i) => row.map((cell, j) => ((7 * i + 3 * j) % 11 === 0 ? null : cell)));

const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Names of values are spelled as here; categories and the like stay as they are. */
const camelValues = new Set(['strategy', 'handle_unknown', 'drop', 'svd_solver']);

function paramsOf({ params }: Case): object {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      camel(name),
      typeof value === 'string' && camelValues.has(name) ? camel(value) : value,
    ]),
  );
}

type Fitted = learn.Transformer & Readonly<Record<string, unknown>>;

function make(one: Case): Fitted {
  const Class = (learn as unknown as Record<string, new (params: object) => Fitted>)[one.estimator]!;
  return new Class(paramsOf(one));
}

function rowsOf(X: learn.Transformed): Rows {
  return X instanceof learn.Matrix ? X.toArray() : (X as Rows);
}

/** Equal to 1e-6; NaN stands for null. */
function expectClose(got: unknown, expected: Value, place: string): void {
  if (Array.isArray(expected)) {
    expect((got as readonly unknown[]).length, place).toBe(expected.length);
    for (const [index, value] of expected.entries())
      expectClose((got as readonly unknown[])[index], value, `${place}[${index}]`);
    return;
  }
  if (typeof expected !== 'number') {
    expect(Number.isNaN(got) ? null : got, place).toBe(expected);
    return;
  }
  const error = Math.abs((got as number) - expected);
  expect(error, `${place}: ${String(got)} for ${expected}`).toBeLessThanOrEqual(
    1e-6 * Math.max(1, Math.abs(expected)),
  );
}

const titleOf = ({ estimator, params, data, holes, first }: Case) =>
  `${estimator} ${JSON.stringify(params)} on ${data}${holes ? ' with holes' : ''}${first ? `, ${first} rows` : ''}`;

test('the goldens hold every class', () => {
  const names = new Set(golden.cases.map(({ estimator }) => estimator));
  expect([...names].sort()).toEqual([
    'MinMaxScaler',
    'OneHotEncoder',
    'OrdinalEncoder',
    'PCA',
    'RobustScaler',
    'SimpleImputer',
    'StandardScaler',
  ]);
});

describe('as scikit-learn', () => {
  test.each(golden.cases.map((one) => [titleOf(one), one] as const))('%s', async (_, one) => {
    const X = one.holes ? withHoles(tableOf(one.data)) : tableOf(one.data);
    const rows = one.new === null ? X : tableOf(one.new);
    const estimator = make(one);
    await estimator.fit(one.first === null ? X : X.slice(0, one.first));
    for (const [name, value] of Object.entries(one.attributes))
      expectClose(estimator[camel(name)], value, name);
    const transformed = await estimator.transform(one.rows.map((row) => rows[row]!));
    expectClose(rowsOf(transformed), one.transformed, 'transformed');
    if (one.inverse === undefined) return;
    const back = await estimator.inverseTransform!(transformed as learn.TableInput);
    expectClose(rowsOf(back), one.inverse, 'inverse');
  });
});

test('ColumnTransformer and Pipeline: imputed and scaled numbers beside encoded text', async () => {
  const columns = new learn.ColumnTransformer({
    transformers: {
      numbers: [
        new learn.Pipeline({
          steps: {
            impute: new learn.SimpleImputer({ strategy: 'median' }),
            scale: new learn.StandardScaler(),
          },
        }),
        ['age', 'height'],
      ],
      text: [
        new learn.Pipeline({
          steps: {
            impute: new learn.SimpleImputer({ strategy: 'mostFrequent' }),
            encode: new learn.OneHotEncoder(),
          },
        }),
        'city',
      ],
    },
  });
  expectClose(rowsOf(await columns.fitTransform(golden.mixed.columns)), golden.mixed.transformed, 'mixed');
});

test.each(Object.entries(bunches))('LabelEncoder: the targets of %s', async (name, { target }) => {
  const encoder = new learn.LabelEncoder();
  expect(Array.from(await encoder.fitTransform(target))).toEqual(golden.labels[name]);
});

test('LabelEncoder sorts text as text', async () => {
  const labels = bunches.digits.target.map((label) => String(11 * label));
  const codes = await new learn.LabelEncoder().fitTransform(labels);
  expect(Array.from(codes)).toEqual(golden.labels['digits-as-text']);
});

test('FunctionTransformer: log1p and back', async () => {
  const rows = bunches.wine.data.filter((_, row) => row % 30 === 0);
  const logs = new learn.FunctionTransformer({ func: 'log1p', inverseFunc: 'expm1' });
  const transformed = await logs.fitTransform(rows);
  expectClose(rowsOf(transformed), golden.logs, 'logs');
  expectClose(rowsOf(await logs.inverseTransform(transformed as learn.Matrix)), rows, 'inverse');
});
