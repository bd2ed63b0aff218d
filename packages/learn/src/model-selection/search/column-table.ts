// A table of columns held as lists, which goes wherever an Arrow table does: Arrow has no way to pick rows by number, and its
// tables cannot be sent to a thread.

import { type ArrowTable, type ArrowVector, isArrowTable, isArrowVector, vectorToList } from '../../arrow.js';
import { type RowData, takeRows } from '../../take-rows.js';
import type { NumberVector } from '../../validate-input.js';

/** The values of a column; null is missing. */
export type ColumnValues = readonly unknown[] | NumberVector;

/** Columns in order, as the estimators of this package take Arrow tables. */
export class ColumnTable implements ArrowTable {
  readonly schema: ArrowTable['schema'];
  readonly columns: readonly ColumnValues[];
  readonly numRows: number;

  constructor(names: readonly string[], columns: readonly ColumnValues[], rows: number) {
    this.schema = { fields: names.map((name) => ({ name })) };
    this.columns = columns;
    this.numRows = rows;
  }

  get numCols(): number {
    return this.columns.length;
  }

  get names(): readonly string[] {
    return this.schema.fields.map(({ name }) => name);
  }

  getChildAt(index: number): ArrowVector | null {
    const values = this.columns[index];
    if (values === undefined) return null;
    return {
      length: values.length,
      nullCount: Array.isArray(values) ? values.filter((value) => value === null).length : 0,
      type: {},
      get: (row) => values[row],
      toArray: () => values,
    };
  }

  /** Rows by number, copied. */
  rows(indices: Int32Array): ColumnTable {
    const columns = this.columns.map((values) => takeRows(values as RowData, indices) as ColumnValues);
    return new ColumnTable(this.names, columns, indices.length);
  }
}

/** Data as searches keep it: Arrow's tables and vectors become lists, once; everything else stays what it is. */
export function keepable(data: unknown): unknown {
  if (data instanceof ColumnTable) return data;
  // Tables first: they have all that vectors are told by.
  if (!isArrowTable(data)) return isArrowVector(data) ? vectorToList(data) : data;
  const names = data.schema.fields.map(({ name }) => name);
  const columns = names.map((_, index) => valuesOf(data.getChildAt(index)!));
  return new ColumnTable(names, columns, data.numRows);
}

// Numbers without gaps stay one array; 64-bit integers become numbers, as everywhere in this package.
function valuesOf(vector: ArrowVector): ColumnValues {
  const values = vector.nullCount === 0 ? vector.toArray() : null;
  const isNumbers =
    ArrayBuffer.isView(values) &&
    !(values instanceof BigInt64Array || values instanceof BigUint64Array) &&
    (values as NumberVector).length === vector.length &&
    typeof vector.get(0) === 'number';
  return isNumbers ? (values as NumberVector) : vectorToList(vector);
}
