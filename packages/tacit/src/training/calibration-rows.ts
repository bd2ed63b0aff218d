// Rows of the training data that stay with the model: compiling measures the ranges of sums on them.

import { takeRows, trainTestSplit } from '@tacit/learn';
import type { FeatureTable } from './training-data.js';

/** Ranges hardly move beyond this many rows, and the rows of a model should be few. */
const MOST_ROWS = 500;

/** At most 500 rows, chosen at random, as JSON lines. */
export function calibrationRows(X: FeatureTable, seed: number): string {
  const names = Object.keys(X);
  const rows = X[names[0]!]?.length ?? 0;
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const chosen =
    rows <= MOST_ROWS ? all : trainTestSplit(all, all, { testSize: MOST_ROWS, seed }).testIndices;
  const columns = names.map((name) => takeRows(X[name]!, chosen));
  const lines = Array.from(chosen, (_, row) =>
    JSON.stringify(Object.fromEntries(names.map((name, column) => [name, present(columns[column]![row])]))),
  );
  return `${lines.join('\n')}\n`;
}

function present(value: number | string | boolean | null | undefined): number | string | boolean | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
