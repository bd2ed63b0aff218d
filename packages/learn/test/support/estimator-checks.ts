// What every classifier has to do, whatever is inside: one list, run on each.

import { type Cloneable, clone, type Estimator, isLearnError } from '@tacit/learn';
import { expect, test } from 'vitest';

/** A classifier as the checks use it. */
export type Checked = Estimator &
  Cloneable & {
    readonly classes_: readonly unknown[];
    setParams(changes: never): unknown;
    predictProba(X: readonly number[][]): Promise<number[][]>;
  };

/** Clouds that any classifier can tell apart. */
function clouds(names: readonly string[]): { X: number[][]; y: string[] } {
  const count = names.length;
  const X = Array.from({ length: 60 }, (_, row) => {
    const angle = ((row % count) * 2 * Math.PI) / count;
    return [2 * Math.cos(angle) + 0.3 * Math.sin(row * 5), 2 * Math.sin(angle) + 0.3 * Math.cos(row * 11)];
  });
  return { X, y: X.map((_, row) => names[row % count]!) };
}

/** Runs the list. `make` gives a silent estimator with a seed, of enough epochs to learn the clouds. */
export function checkClassifier(make: () => Checked, names: readonly string[] = ['a', 'b', 'c']): void {
  const { X, y } = clouds(names);

  test('learns what is easy to learn', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    expect(await estimator.score(X, y)).toBeGreaterThan(0.95);
  });

  test('predicts the labels it was given, with probabilities that agree', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    const labels = await estimator.predict(X);
    const probabilities = await estimator.predictProba(X);
    expect(estimator.classes_).toEqual(names);
    for (const [index, row] of probabilities.entries()) {
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      expect(labels[index]).toBe(estimator.classes_[row.indexOf(Math.max(...row))]);
    }
  });

  test('fit forgets the last fit, and is repeatable', async () => {
    const [once, twice] = [make(), make()];
    await once.fit(X, y);
    await twice.fit(
      X.map(([a, b]) => [b!, -a!]),
      y,
    );
    await twice.fit(X, y);
    expect(await twice.predictProba(X)).toEqual(await once.predictProba(X));
  });

  test('clone has equal parameters, nothing learned, and learns the same', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    const copy = clone(estimator);
    expect(Object.keys(copy.getParams())).toEqual(Object.keys(estimator.getParams()));
    await expect(copy.predict(X)).rejects.toMatchObject({ code: 'NOT_FITTED' });
    await copy.fit(X, y);
    expect(await copy.predictProba(X)).toEqual(await estimator.predictProba(X));
  });

  test('getParams gives what setParams takes, and nothing learned', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    const params = estimator.getParams(false);
    expect(Object.keys(params).filter((name) => name.endsWith('_'))).toEqual([]);
    const copy = clone(estimator);
    copy.setParams(params as never);
    expect(copy.getParams(false)).toEqual(params);
  });

  test('permuted rows give permuted predictions; one row is enough', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    const labels = await estimator.predict(X);
    expect(await estimator.predict([...X].reverse())).toEqual([...labels].reverse());
    expect(await estimator.predict(X.slice(0, 1))).toEqual(labels.slice(0, 1));
  });

  test('inputs are not changed', async () => {
    const rows = X.map((row) => Object.freeze([...row]) as number[]);
    const estimator = make();
    await estimator.fit(Object.freeze(rows), Object.freeze([...y]) as string[]);
    await estimator.predict(rows);
    expect(rows).toEqual(X);
  });

  test.each<[string, unknown, unknown]>([
    ['NaN', [[Number.NaN, 1], ...X.slice(1)], y],
    ['no rows', [], []],
    ['a single class', X, y.map(() => 'a')],
    ['unequal lengths', X, y.slice(1)],
    ['ragged rows', [[1], ...X.slice(1)], y],
    ['text', [['1', '2'], ...X.slice(1)], y],
  ])('refuses %s with a typed error', async (_, rows, labels) => {
    const error = await make()
      .fit(rows as number[][], labels as string[])
      .catch((caught: unknown) => caught);
    expect(isLearnError(error)).toBe(true);
  });
}

/** A regressor as the checks use it. */
export type CheckedRegressor = Estimator & Cloneable & { setParams(changes: never): unknown };

/** Runs the list for regressors. `make` gives a silent estimator with a seed, of enough epochs to learn a plane. */
export function checkRegressor(make: () => CheckedRegressor): void {
  const X = Array.from({ length: 60 }, (_, row) => [Math.sin(row * 5), Math.cos(row * 11)]);
  const y = X.map(([a, b]) => 2 * a! - b! + 1);

  test('learns a plane; its score is R²', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    expect(await estimator.score(X, y)).toBeGreaterThan(0.9);
  });

  test('fit forgets the last fit, and is repeatable; a clone learns the same', async () => {
    const [once, twice] = [make(), make()];
    await once.fit(X, y);
    await twice.fit(
      X,
      y.map((v) => -v),
    );
    await twice.fit(X, y);
    expect(await twice.predict(X)).toEqual(await once.predict(X));
    const copy = clone(once);
    await expect(copy.predict(X)).rejects.toMatchObject({ code: 'NOT_FITTED' });
    await copy.fit(X, y);
    expect(await copy.predict(X)).toEqual(await once.predict(X));
  });

  test('predictions have the form of y; one row is enough; permuted rows give permuted ones', async () => {
    const estimator = make();
    await estimator.fit(X, y);
    const predicted = (await estimator.predict(X)) as number[];
    expect(predicted.every((value) => typeof value === 'number')).toBe(true);
    // The last digits depend on the rows that are computed together.
    const [alone] = (await estimator.predict(X.slice(0, 1))) as number[];
    expect(alone).toBeCloseTo(predicted[0]!, 5);
    expect(await estimator.predict([...X].reverse())).toEqual([...predicted].reverse());
  });

  test('inputs are not changed', async () => {
    const rows = X.map((row) => Object.freeze([...row]) as number[]);
    await make().fit(Object.freeze(rows), Object.freeze([...y]) as number[]);
    expect(rows).toEqual(X);
  });

  test.each<[string, unknown, unknown]>([
    ['NaN among the features', [[Number.NaN, 1], ...X.slice(1)], y],
    ['NaN among the targets', X, [Number.NaN, ...y.slice(1)]],
    ['infinity among the targets', X, [Number.POSITIVE_INFINITY, ...y.slice(1)]],
    ['no rows', [], []],
    ['unequal lengths', X, y.slice(1)],
    ['no targets', X, undefined],
    ['labels', X, y.map(String)],
    ['ragged targets', X, y.map((v, row) => (row === 0 ? [v] : [v, v]))],
  ])('refuses %s with a typed error', async (_, rows, targets) => {
    const error = await make()
      .fit(rows as number[][], targets as number[])
      .catch((caught: unknown) => caught);
    expect(isLearnError(error)).toBe(true);
  });
}
