// Reads one of the package's CSV files into features and targets.

import { parse } from 'csv-parse/sync';
import { readText } from './text-files.js';

/** A data set in memory, with the fields of scikit-learn's `Bunch`. */
export interface Bunch<Target extends string | number> {
  /** [nSamples, nFeatures], raw feature values. */
  readonly data: number[][];
  /** [nSamples], the label (classification) or the value (regression) of each row. */
  readonly target: Target[];
  readonly featureNames: readonly string[];
  /** Distinct labels in sorted order; empty for regression. */
  readonly targetNames: readonly Target[];
  /**
   * Rows of the reference test set: the quarter, stratified by label, that scikit-learn's `train_test_split` picks with
   * `random_state=0`, so that figures compare across tools. Empty for regression.
   */
  readonly referenceTestIndices: readonly number[];
  /** What the rows are, where they come from, and their licence. */
  readonly description: string;
}

/** How one data set is to be read. */
export interface TableSpec<Target extends string | number> {
  /** Of the file and of its reference split. */
  readonly name: string;
  readonly target: (cell: string) => Target;
  readonly labelled: boolean;
  readonly description: string;
}

/** Reads the file; the last column is the target. */
export async function readBunch<Target extends string | number>(
  spec: TableSpec<Target>,
): Promise<Bunch<Target>> {
  const text = await readText(`${spec.name}.csv`);
  const splits: Record<string, number[]> = JSON.parse(await readText('reference-splits.json'));
  const [header, ...records] = parse(text, { skip_empty_lines: true });
  if (header === undefined) throw new Error(`${spec.name}.csv is empty. Install @tacit/datasets again.`);
  const target = records.map((record) => spec.target(record[record.length - 1] ?? ''));
  return {
    data: records.map((record) => record.slice(0, -1).map(Number)),
    target,
    featureNames: header.slice(0, -1),
    targetNames: spec.labelled ? [...new Set(target)].sort() : [],
    referenceTestIndices: splits[spec.name] ?? [],
    description: spec.description,
  };
}
