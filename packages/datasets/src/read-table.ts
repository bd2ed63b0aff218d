// Reads one of the package's CSV files into features and targets. The files are read from disk in Node and fetched
// elsewhere, so the same code serves a browser page that hosts the package's `data` folder.

import { parse } from 'csv-parse/sync';

/** A data set in memory, with the fields of scikit-learn's `Bunch`. */
export interface Bunch<Target extends string | number> {
  /** [nSamples, nFeatures], raw feature values. */
  readonly data: number[][];
  /** [nSamples], the label (classification) or the value (regression) of each row. */
  readonly target: Target[];
  readonly featureNames: readonly string[];
  /** Distinct labels in sorted order; empty for regression. */
  readonly targetNames: readonly Target[];
  /** What the rows are, where they come from, and their licence. */
  readonly description: string;
}

/** How one file is to be read. */
export interface TableSpec<Target extends string | number> {
  readonly file: string;
  readonly target: (cell: string) => Target;
  readonly labelled: boolean;
  readonly description: string;
}

/** Reads the table; the last column is the target. */
export async function readTable<Target extends string | number>(
  spec: TableSpec<Target>,
): Promise<Bunch<Target>> {
  const text = await readText(new URL(`../data/${spec.file}`, import.meta.url));
  const [header, ...records] = parse(text, { skip_empty_lines: true });
  if (header === undefined) throw new Error(`${spec.file} is empty. Install @tacit/datasets again.`);
  const target = records.map((record) => spec.target(record[record.length - 1] ?? ''));
  return {
    data: records.map((record) => record.slice(0, -1).map(Number)),
    target,
    featureNames: header.slice(0, -1),
    targetNames: spec.labelled ? [...new Set(target)].sort() : [],
    description: spec.description,
  };
}

async function readText(url: URL): Promise<string> {
  if (url.protocol !== 'file:') return (await fetch(url)).text();
  const { readFile } = await import('node:fs/promises');
  return readFile(url, 'utf8');
}
