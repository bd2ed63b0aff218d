// Matrices by their non-zero entries: rows of convolutions and pruned neurons read few of many columns.

/** A matrix; what is not listed is 0. */
export interface SparseMatrix<Values extends Int32Array | Float64Array = Int32Array | Float64Array> {
  readonly rows: number;
  readonly columns: number;
  /** [rows + 1]: the entries of row k are those from `starts[k]` up to, not including, `starts[k + 1]`. */
  readonly starts: Uint32Array;
  /** Column of each entry; within a row they ascend. */
  readonly indices: Uint32Array;
  /** Value of each entry, never 0. */
  readonly values: Values;
}

/** Weights that multiply ciphertexts. */
export type IntegerMatrix = SparseMatrix<Int32Array>;

/** One non-zero weight. */
export interface Entry {
  readonly column: number;
  readonly value: number;
}

/** @param values - [rows, columns], row by row, integers. */
export function matrixOfDense(rows: number, columns: number, values: ArrayLike<number>): IntegerMatrix {
  return matrixOfRows(
    columns,
    Array.from({ length: rows }, (_, row) => {
      const entries: Entry[] = [];
      for (let column = 0; column < columns; column++) {
        entries.push({ column, value: values[row * columns + column]! });
      }
      return entries;
    }),
  );
}

/** @param rows - the entries of each row, integers, columns ascending; zeros among them are left out. */
export function matrixOfRows(columns: number, rows: readonly (readonly Entry[])[]): IntegerMatrix {
  const matrix = realMatrixOfRows(columns, rows);
  return { ...matrix, values: Int32Array.from(matrix.values) };
}

/** As {@link matrixOfRows}, of real numbers. */
export function realMatrixOfRows(
  columns: number,
  rows: readonly (readonly Entry[])[],
): SparseMatrix<Float64Array> {
  const kept = rows.map((entries) => entries.filter((entry) => entry.value !== 0));
  const starts = new Uint32Array(rows.length + 1);
  for (const [row, entries] of kept.entries()) starts[row + 1] = starts[row]! + entries.length;
  const indices = new Uint32Array(starts[rows.length]!);
  const values = new Float64Array(starts[rows.length]!);
  let position = 0;
  for (const entries of kept) {
    for (const { column, value } of entries) {
      indices[position] = column;
      values[position++] = value;
    }
  }
  return { rows: rows.length, columns, starts, indices, values };
}

/** The non-zero entries of one row. */
export function rowEntries(matrix: SparseMatrix, row: number): Entry[] {
  const entries: Entry[] = [];
  for (let i = matrix.starts[row]!; i < matrix.starts[row + 1]!; i++) {
    entries.push({ column: matrix.indices[i]!, value: matrix.values[i]! });
  }
  return entries;
}

/** The non-zero weights of one row, as a view. */
export function rowValues<Values extends Int32Array | Float64Array>(
  matrix: SparseMatrix<Values>,
  row: number,
): Values {
  return matrix.values.subarray(matrix.starts[row], matrix.starts[row + 1]) as Values;
}

/** The matrix with all its zeros, [rows · columns] row by row. */
export function denseOf(matrix: IntegerMatrix): Int32Array {
  const dense = new Int32Array(matrix.rows * matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    for (let i = matrix.starts[row]!; i < matrix.starts[row + 1]!; i++) {
      dense[row * matrix.columns + matrix.indices[i]!] = matrix.values[i]!;
    }
  }
  return dense;
}

/** Vectors that are multiplied at once: each weight is read once for all of them. */
const blockVectors = 64;

/**
 * Products with many vectors.
 *
 * @param vectors - [count, columns], row by row.
 * @returns [count, rows].
 */
export function multiply(matrix: SparseMatrix, vectors: ArrayLike<number>, count: number): Float64Array {
  const { rows, columns, starts, indices, values } = matrix;
  const products = new Float64Array(count * rows);
  const width = Math.min(blockVectors, count);
  const block = new Float64Array(columns * width); // [columns, width]
  const sums = new Float64Array(width);
  for (let first = 0; first < count; first += width) {
    const size = Math.min(width, count - first);
    for (let v = 0; v < size; v++) {
      const start = (first + v) * columns;
      for (let column = 0; column < columns; column++) block[column * width + v] = vectors[start + column]!;
    }
    for (let row = 0; row < rows; row++) {
      sums.fill(0);
      for (let i = starts[row]!; i < starts[row + 1]!; i++) {
        const value = values[i]!;
        const start = indices[i]! * width;
        for (let v = 0; v < size; v++) sums[v]! += value * block[start + v]!;
      }
      for (let v = 0; v < size; v++) products[(first + v) * rows + row] = sums[v]!;
    }
  }
  return products;
}
