// Searches against scikit-learn's: golden/searches.json, whose `source` says how it was made. Means and deviations are equal to
// 1e-9, as both compute in float64 and differ in the order of their sums only; ranks, ties, rounds and the best index are equal.

import { readFileSync } from 'node:fs';
import { collectWarnings, GridSearchCV, HalvingGridSearchCV, KFold } from '@tacit/learn';
import { describe, expect, test } from 'vitest';
import { Constant } from './support/constant.js';

interface Case {
  readonly search: 'GridSearchCV' | 'HalvingGridSearchCV';
  readonly fails_on?: number | null;
  readonly grid: { readonly value: readonly number[]; readonly effort?: readonly number[] };
  readonly scoring: string | readonly string[];
  readonly refit?: boolean | string;
  readonly options?: Readonly<Record<string, number | string | boolean>>;
  readonly learned?: Readonly<Record<string, unknown>>;
  readonly best_index: number;
  readonly best_score: number;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

const golden = JSON.parse(readFileSync(new URL('golden/searches.json', import.meta.url), 'utf8')) as {
  readonly y: readonly number[];
  readonly cases: readonly Case[];
};
const X = golden.y.map((_, row) => [row]);
const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function searchOf({ search, fails_on = null, grid, scoring, refit = true, options = {} }: Case) {
  const estimator = new Constant({ failsOn: fails_on });
  const common = { estimator, paramGrid: grid, scoring, cv: new KFold({ nSplits: 4 }) };
  if (search === 'GridSearchCV') return new GridSearchCV({ ...common, refit, returnTrainScore: true });
  const own = Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]));
  return new HalvingGridSearchCV({ ...common, ...own, resource: 'effort', returnTrainScore: true });
}

function expectColumn(got: readonly unknown[], expected: readonly unknown[], name: string): void {
  const isScore = /^(mean|std|split\d+)_/.test(name);
  expect(got.length, name).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    if (!isScore) expect(got[index], name).toEqual(value);
    else if (value === null) expect(got[index], name).toBeNaN();
    else expect(Math.abs((got[index] as number) - (value as number)), name).toBeLessThan(1e-9);
  }
}

describe('searches come to what scikit-learn comes to', () => {
  test('there are some', () => expect(golden.cases.length).toBeGreaterThan(6));

  test.each(
    golden.cases.map(
      (one) =>
        [JSON.stringify([one.search, one.scoring, one.fails_on ?? null, one.options ?? {}]), one] as const,
    ),
  )('%s', async (_, one) => {
    const search = searchOf(one);
    await collectWarnings(async () => void (await search.fit(X, golden.y)));
    expect(search.bestIndex_).toBe(one.best_index);
    expect(search.bestScore_).toBeCloseTo(one.best_score, 9);
    const { params, ...columns } = one.columns;
    expect(search.cvResults_.params).toEqual(params);
    for (const [name, expected] of Object.entries(columns))
      expectColumn(search.cvResults_[name]!, expected, name);
    for (const [name, value] of Object.entries(one.learned ?? {})) {
      expect((search as unknown as Record<string, unknown>)[`${camel(name.slice(0, -1))}_`], name).toEqual(
        value,
      );
    }
  });
});
