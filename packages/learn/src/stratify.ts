// Splits that keep the shares of the classes, or groups together, by scikit-learn's rules.

import type { Generator } from '@tacit/tensor';

/** Class codes, numbered by first appearance. */
export interface ClassCodes {
  readonly codes: Int32Array;
  /** Members of each class. */
  readonly counts: readonly number[];
}

/** Numbers labels by first appearance. */
export function codesByAppearance(labels: ArrayLike<unknown>): ClassCodes {
  const known = new Map<unknown, number>();
  const codes = new Int32Array(labels.length);
  const counts: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    const code = known.get(label) ?? known.size;
    if (code === known.size) known.set(label, code);
    codes[row] = code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return { codes, counts };
}

/**
 * The fold of each row in a stratified k-fold split without shuffling. Were the rows sorted by class and dealt to the folds
 * in turn, each fold would get a certain number of each class; in their own order, the rows of a class fill fold 0 up to its
 * number, then fold 1, and so on.
 */
export function stratifiedFolds({ codes, counts }: ClassCodes, folds: number): Int32Array {
  const quotas = foldQuotas(counts, folds);
  const current = new Int32Array(counts.length);
  return codes.map((code) => {
    while (quotas[current[code]!]![code] === 0) current[code]!++;
    const fold = current[code]!;
    quotas[fold]![code]!--;
    return fold;
  });
}

/** [folds][classes]: how many rows of each class a fold gets. */
function foldQuotas(counts: readonly number[], folds: number): Int32Array[] {
  const quotas = Array.from({ length: folds }, () => new Int32Array(counts.length));
  let position = 0;
  for (const [code, count] of counts.entries()) {
    for (let member = 0; member < count; member++) quotas[position++ % folds]![code]!++;
  }
  return quotas;
}

/** The fold of each row in a k-fold split without shuffling: neighbors stay together, the first n % k folds have one more. */
export function consecutiveFolds(rows: number, folds: number): Int32Array {
  const size = Math.floor(rows / folds);
  const larger = rows % folds;
  const border = larger * (size + 1);
  return Int32Array.from({ length: rows }, (_, row) =>
    row < border ? Math.floor(row / (size + 1)) : larger + Math.floor((row - border) / size),
  );
}

/**
 * The fold of each row when groups stay together: the largest group first, each to the fold with the fewest rows so far. Of
 * equally large groups the later one comes first, as in scikit-learn.
 */
export function groupedFolds({ codes, counts }: ClassCodes, folds: number): Int32Array {
  const order = counts.map((_, group) => group).sort((a, b) => counts[b]! - counts[a]! || b - a);
  const sizes = new Float64Array(folds);
  const foldOf = new Int32Array(counts.length);
  for (const group of order) {
    const lightest = sizes.indexOf(Math.min(...sizes));
    sizes[lightest]! += counts[group]!;
    foldOf[group] = lightest;
  }
  return codes.map((code) => foldOf[code]!);
}

/**
 * Shares `total` out in proportion to `counts`: whole parts first, then one each to the largest remainders, ties at random.
 * No class gets more than it has.
 */
export function allocate(counts: readonly number[], total: number, generator: Generator): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count * total) / all);
  const parts = exact.map(Math.floor);
  const missing = total - parts.reduce((sum, part) => sum + part, 0);
  const order = Array.from(generator.permutation(counts.length)).sort(
    (a, b) => exact[b]! - parts[b]! - (exact[a]! - parts[a]!),
  );
  for (const code of order.slice(0, missing)) parts[code]!++;
  return parts;
}

/** Row numbers of a random split. */
export interface ShuffledSplit {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Numbers of rows of the two parts; together at most all rows. */
export interface SplitSizes {
  readonly train: number;
  readonly test: number;
}

/** A random split; both parts in random order. */
export function shuffledSplit(
  rows: number,
  { test, train }: SplitSizes,
  generator: Generator,
): ShuffledSplit {
  const order = generator.permutation(rows);
  return { test: order.slice(0, test), train: order.slice(test, test + train) };
}

/** A random split in which each class has its share of the rows of either part, up to rounding. */
export function stratifiedShuffledSplit(
  { codes, counts }: ClassCodes,
  sizes: SplitSizes,
  generator: Generator,
): ShuffledSplit {
  const testLeft = allocate(counts, sizes.test, generator);
  const rest = counts.map((count, code) => count - testLeft[code]!);
  const isAll = sizes.train + sizes.test === codes.length;
  const trainLeft = isAll ? rest : allocate(rest, sizes.train, generator);
  const test: number[] = [];
  const train: number[] = [];
  // In random order, so the first rows met of each class are a random choice of it.
  for (const row of generator.permutation(codes.length)) {
    const code = codes[row]!;
    if (testLeft[code]! > 0) {
      testLeft[code]!--;
      test.push(row);
    } else if (trainLeft[code]! > 0) {
      trainLeft[code]!--;
      train.push(row);
    }
  }
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}
