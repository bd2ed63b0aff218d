// Tables as transformers give them: a matrix if all columns are numbers, else columns by name, or rows where there are no names.

import type { Transformed } from '../estimator.js';
import { Matrix } from '../matrix.js';
import { type Column, cellAt } from '../table.js';

/** Columns of `rows` rows in the form that suits them. */
export function columnsOut(
  columns: readonly Column[],
  rows: number,
  names: readonly string[] | null,
): Transformed {
  if (columns.every(({ kind }) => kind === 'number')) return matrixOf(columns, rows, names);
  if (names === null)
    return Array.from({ length: rows }, (_, row) => columns.map((column) => cellAt(column, row)));
  return Object.fromEntries(names.map((name, index) => [name, listOf(columns[index]!, rows)]));
}

function matrixOf(columns: readonly Column[], rows: number, names: readonly string[] | null): Matrix {
  const width = columns.length;
  const data = new Float64Array(rows * width);
  for (const [index, column] of columns.entries()) {
    if (column.kind !== 'number') continue;
    const { data: source, offset, stride } = column;
    for (let row = 0; row < rows; row++) data[row * width + index] = source[offset + row * stride]!;
  }
  return new Matrix(data, [rows, width], names);
}

function listOf(column: Column, rows: number) {
  if (column.kind === 'cell') return column.cells;
  const { data, offset, stride } = column;
  return Float64Array.from({ length: rows }, (_, row) => data[offset + row * stride]!);
}

/** A column of numbers on its own. */
export function columnOfNumbers(data: Float64Array): Column {
  return { kind: 'number', data, offset: 0, stride: 1 };
}

/** Values as a column: of numbers if all are numbers or missing, else of cells. */
export function columnOfCells(cells: readonly (number | string | boolean | null)[]): Column {
  if (cells.some((cell) => typeof cell === 'string' || typeof cell === 'boolean'))
    return { kind: 'cell', cells };
  return columnOfNumbers(Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))));
}
