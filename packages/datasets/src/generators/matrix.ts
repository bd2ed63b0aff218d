// The few matrices that data is made with, as rows of numbers in double precision.

import type { Generator } from '@tacit/tensor';

export type Matrix = number[][];

export function matrixOf(rows: number, columns: number, value: () => number): Matrix {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, value));
}

/** [n, k] · [k, m] → [n, m] */
export function multiply(left: Matrix, right: Matrix): Matrix {
  const columns = right[0]?.length ?? 0;
  return left.map((row) => {
    const sums = new Array<number>(columns).fill(0);
    for (const [k, factor] of row.entries()) {
      for (let column = 0; column < columns; column++) sums[column]! += factor * right[k]![column]!;
    }
    return sums;
  });
}

/**
 * Columns that are perpendicular and of length 1, in a random direction: normal draws, made so by Gram and Schmidt's method, twice
 * for accuracy.
 *
 * @param columns - at most `rows`.
 */
export function randomOrthonormal(rows: number, columns: number, generator: Generator): Matrix {
  const basis: number[][] = [];
  while (basis.length < columns) {
    const vector = Array.from({ length: rows }, () => generator.normal());
    for (const other of [...basis, ...basis]) {
      const along = dot(vector, other);
      for (let i = 0; i < rows; i++) vector[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(vector, vector));
    basis.push(vector.map((value) => value / length));
  }
  return Array.from({ length: rows }, (_, row) => basis.map((vector) => vector[row]!));
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
