// Every metric against scikit-learn's on five data sets, ties and degenerate cases: golden/metrics.json, whose `source` says how it
// was made. Equal to 1e-6, as both compute in float64 and differ in the order of their sums only.

import { readFileSync } from 'node:fs';
import * as learn from '@tacit/learn';
import { describe, expect, test } from 'vitest';

type Value = number | string | boolean | null | readonly Value[] | { readonly [name: string]: Value };

interface Case {
  readonly function: string;
  readonly data: readonly [string, string];
  readonly options: Readonly<Record<string, Value>>;
  readonly expected: Value;
}

const golden = JSON.parse(readFileSync(new URL('golden/metrics.json', import.meta.url), 'utf8')) as {
  readonly data: Readonly<Record<string, readonly Value[]>>;
  readonly scorers: readonly string[];
  readonly cases: readonly Case[];
};

const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const metrics = learn as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** Probabilities and scores are kept as 256ths. */
function rowsOf(name: string): readonly unknown[] {
  const rows = golden.data[name]!;
  if (!/_(proba|score)$/.test(name)) return rows;
  return rows.map((row) => (Array.isArray(row) ? row.map((p) => Number(p) / 256) : Number(row) / 256));
}

const special: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

const unquoted = (value: Value): unknown => (typeof value === 'string' ? (special[value] ?? value) : value);

function optionsOf({ options }: Case): Readonly<Record<string, unknown>> {
  const { output_dict: _, ...others } = options;
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      camel(name),
      name === 'sample_weight' ? rowsOf(value as string) : unquoted(value),
    ]),
  );
}

/** What the function gives, in scikit-learn's form. */
function resultOf(one: Case): unknown {
  const result = metrics[camel(one.function)]!(...one.data.map(rowsOf), optionsOf(one)) as never;
  switch (one.function) {
    case 'precision_recall_fscore_support':
      return Object.values(result);
    case 'roc_curve':
    case 'precision_recall_curve':
      return Object.values(result);
    case 'classification_report':
      return one.options.output_dict === true ? reportRecord(result) : String(result);
    default:
      return result;
  }
}

function reportRecord(report: learn.ClassificationReport): Record<string, unknown> {
  const rowOf = (row: learn.ReportRow) => ({ ...row, 'f1-score': row.f1Score });
  return {
    ...Object.fromEntries(Object.entries(report.classes).map(([name, row]) => [name, rowOf(row)])),
    accuracy: report.accuracy,
    'micro avg': rowOf(report.microAverage),
    'macro avg': rowOf(report.macroAverage),
    'weighted avg': rowOf(report.weightedAverage),
  };
}

/** What of a value is not the expected one, or null. */
function difference(got: unknown, expected: Value): string | null {
  if (Array.isArray(expected)) {
    const list = got as readonly unknown[];
    if (list?.length !== expected.length) return `${JSON.stringify(got)} has another length`;
    return (
      expected
        .map((entry, index) => difference(list[index], entry as Value))
        .find((found) => found !== null) ?? null
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    const record = got as Readonly<Record<string, unknown>>;
    const found = Object.entries(expected).map(([name, entry]) => difference(record[name], entry as Value));
    return found.find((one) => one !== null) ?? null;
  }
  const value = unquoted(expected);
  if (typeof value !== 'number' || !Number.isFinite(value))
    return Object.is(got, value) ? null : `${got} for ${value}`;
  return Math.abs(Number(got) - value) <= 1e-6 * Math.max(1, Math.abs(value)) ? null : `${got} for ${value}`;
}

const names = [...new Set(golden.cases.map((one) => one.function))];

test('every metric has its cases, and every data set', () => {
  expect(names).toHaveLength(25);
  expect(names.filter((name) => typeof metrics[camel(name)] !== 'function')).toEqual([]);
  for (const set of ['iris', 'wine', 'breast_cancer', 'digits', 'diabetes']) {
    expect(golden.cases.filter(({ data }) => data[0] === `${set}_true`).length).toBeGreaterThan(20);
  }
});

test('scikit-learn has every scorer of this name', () => {
  expect(learn.getScorerNames().filter((name) => !golden.scorers.includes(name))).toEqual([]);
});

describe('as scikit-learn', () => {
  test.each(names)('%s', async (name) => {
    const cases = golden.cases.filter((one) => one.function === name);
    const { result: wrong } = await learn.collectWarnings(() =>
      cases.flatMap((one) => {
        const shown = `${one.data[0]} ${JSON.stringify(one.options)}`;
        try {
          const found = difference(resultOf(one), one.expected);
          return found === null ? [] : [`${shown}: ${found}`];
        } catch (error) {
          if (!learn.isLearnError(error)) throw error;
          return one.expected === 'raises' ? [] : [`${shown}: ${error.message}`];
        }
      }),
    );
    expect(wrong).toEqual([]);
  });
});
