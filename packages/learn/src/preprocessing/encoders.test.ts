import { expect, test } from 'vitest';
import { Matrix } from '../matrix.js';
import { LabelEncoder } from './label-encoder.js';
import { OneHotEncoder } from './one-hot-encoder.js';
import { OrdinalEncoder } from './ordinal-encoder.js';
import { RobustScaler } from './robust-scaler.js';
import { SimpleImputer } from './simple-imputer.js';
import { StandardScaler } from './standard-scaler.js';

const people = { age: [30, null, 50], city: ['Bern', 'Genf', null], isMember: [true, false, true] };

test('a new category is refused by its name, its row, its column, and with a remedy', async () => {
  for (const encoder of [new OneHotEncoder(), new OrdinalEncoder()]) {
    await encoder.fit({ city: ['Bern', 'Genf'] });
    const error = await encoder.transform({ city: ['Bern', 'Gent'] }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'UNKNOWN_CATEGORY', got: "'Gent' in row 1, column city" });
    expect((error as Error).message).toMatch(/Is it 'Genf'\? .*handleUnknown/);
  }
});

test('missing values are a category of their own, the last one', async () => {
  const encoder = await new OneHotEncoder().fit({ city: people.city });
  expect(encoder.categories_).toEqual([['Bern', 'Genf', null]]);
  expect(encoder.getFeatureNamesOut()).toEqual(['city_Bern', 'city_Genf', 'city_missing']);
  const back = await encoder.inverseTransform(await encoder.transform({ city: people.city }));
  expect(back).toEqual({ city: people.city });
});

test('booleans and numbers are categories too; a column that mixes kinds is refused by name', async () => {
  const encoder = await new OrdinalEncoder().fit({ isMember: people.isMember });
  expect(encoder.categories_).toEqual([[false, true]]);
  await expect(new OrdinalEncoder().fit({ size: [1, 'large'] })).rejects.toMatchObject({
    code: 'X_TYPE',
    got: expect.stringContaining('column size'),
  });
});

test('zeros that can mean nothing have no way back', async () => {
  const encoder = await new OneHotEncoder().fit([['a'], ['b']]);
  await expect(encoder.inverseTransform([[0, 0]])).rejects.toMatchObject({ code: 'UNKNOWN_CATEGORY' });
});

test('a code that is that of a category is no code for unknown or missing ones', async () => {
  const taken = [{ handleUnknown: 'useEncodedValue', unknownValue: 1 }, { encodedMissingValue: 0 }] as const;
  for (const params of taken)
    await expect(new OrdinalEncoder(params).fit([['a'], ['b']])).rejects.toMatchObject({
      code: 'PARAMETER_VALUE',
    });
  const forgotten = new OrdinalEncoder({ handleUnknown: 'useEncodedValue' });
  await expect(forgotten.fit([['a']])).rejects.toMatchObject({ got: 'unknownValue: null' });
});

test('codes that are none are refused', async () => {
  const ordinal = await new OrdinalEncoder().fit([['a'], ['b']]);
  await expect(ordinal.inverseTransform([[2]])).rejects.toMatchObject({ code: 'CODE_UNKNOWN' });
  const labels = await new LabelEncoder().fit(['x', 'y']);
  await expect(labels.inverseTransform([0, 5])).rejects.toMatchObject({ code: 'CODE_UNKNOWN' });
  await expect(labels.transform(['z'])).rejects.toMatchObject({ code: 'UNKNOWN_LABEL' });
});

test('labels are encoded and given back', async () => {
  const encoder = new LabelEncoder();
  expect(Array.from(await encoder.fitTransform(['cat', 'ant', 'cat']))).toEqual([1, 0, 1]);
  expect(encoder.classes_).toEqual(['ant', 'cat']);
  expect(await encoder.inverseTransform([1, 0])).toEqual(['cat', 'ant']);
  expect(new LabelEncoder().restoreLearned(encoder.saveLearned()).classes_).toEqual(['ant', 'cat']);
  await expect(new LabelEncoder().transform(['cat'])).rejects.toMatchObject({ code: 'NOT_FITTED' });
});

test('parameters that cannot be used are refused when a fit begins', async () => {
  const drop = new OneHotEncoder({ drop: ['c'] });
  await expect(drop.fit([['a'], ['b']])).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  const lists = new OneHotEncoder({ categories: [['a']] });
  await expect(lists.fit([['a', 'b']])).rejects.toMatchObject({ got: '1 lists' });
  const ends = new RobustScaler({ unitVariance: true, quantileRange: [0, 75] });
  await expect(ends.fit([[1], [2]])).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  const strategy = new SimpleImputer({ strategy: 'most' as never });
  await expect(strategy.fit([[1]])).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
});

test('a column without any value is refused by name, unless it is to be kept', async () => {
  const X = { age: [1, 2], income: [null, null] };
  for (const strategy of ['mean', 'median', 'mostFrequent'] as const) {
    const error = await new SimpleImputer({ strategy }).fit(X).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'COLUMN_ALL_MISSING', got: 'no value in column income' });
  }
  const kept = await new SimpleImputer({ keepEmptyFeatures: true }).fit(X);
  expect(kept.statistics_).toEqual([1.5, 0]);
});

test('text is filled with its most frequent value, and stays text', async () => {
  const imputer = new SimpleImputer({ strategy: 'mostFrequent' });
  const filled = await imputer.fitTransform({ ...people, city: ['Genf', null, 'Genf'] });
  expect(filled).toEqual({
    age: Float64Array.of(30, 30, 50),
    city: ['Genf', 'Genf', 'Genf'],
    isMember: [true, false, true],
  });
  await expect(imputer.transform({ ...people, city: [1, 2, 3] })).rejects.toMatchObject({
    code: 'X_TYPE',
    got: expect.stringContaining('column city'),
  });
  await expect(new SimpleImputer().fit({ city: people.city })).rejects.toMatchObject({
    code: 'X_NOT_NUMERIC',
    hint: expect.stringContaining('mostFrequent'),
  });
});

test('text for a column of numbers is refused', async () => {
  const imputer = new SimpleImputer({ strategy: 'constant', fillValue: '?' });
  await expect(imputer.fit({ age: [1, null] })).rejects.toMatchObject({ code: 'X_TYPE' });
});

test('scaled columns keep their names, and text among them is refused by name', async () => {
  const scaled = await new StandardScaler().fitTransform({ age: [30, 50] });
  expect(scaled).toBeInstanceOf(Matrix);
  expect(scaled.columnNames).toEqual(['age']);
  await expect(new StandardScaler().fit(people)).rejects.toMatchObject({
    code: 'X_NOT_NUMERIC',
    got: expect.stringContaining('column city'),
    hint: expect.stringContaining('OneHotEncoder'),
  });
});
