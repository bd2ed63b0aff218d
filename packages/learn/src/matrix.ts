// What transformers give where all columns are numbers: a row-major block of float64 with the columns' names. Nets and all other
// estimators take it as they take { data, shape }, so that large tables are never turned into arrays of arrays.

/** Numbers in rows and columns. Missing values are NaN. */
export class Matrix {
  /** Row after row. */
  readonly data: Float64Array;
  /** [nRows, nColumns] */
  readonly shape: readonly [number, number];
  /** Names of the columns, or null where the input had none. */
  readonly columnNames: readonly string[] | null;

  constructor(
    data: Float64Array,
    shape: readonly [number, number],
    columnNames: readonly string[] | null = null,
  ) {
    this.data = data;
    this.shape = shape;
    this.columnNames = columnNames;
  }

  /** The same numbers as an array of rows. */
  toArray(): number[][] {
    const [rows, columns] = this.shape;
    return Array.from({ length: rows }, (_, row) =>
      Array.from(this.data.subarray(row * columns, (row + 1) * columns)),
    );
  }
}
