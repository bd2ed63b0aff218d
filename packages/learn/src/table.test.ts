import { Tensor } from '@tacit/tensor';
import { tableFromArrays } from 'apache-arrow';
import { expect, test } from 'vitest';
import { Matrix } from './matrix.js';
import { cellsOf, type Table, toTable } from './table.js';
import { takeRows } from './take-rows.js';

const cells = (table: Table) => table.columns.map((column) => cellsOf(column, table.rows));

test('every form of a table gives the same columns', () => {
  const expected = [
    [1, 3],
    [2, 4],
  ];
  const numbers = Float64Array.of(1, 2, 3, 4);
  const forms = [
    [
      [1, 2],
      [3, 4],
    ],
    { data: numbers, shape: [2, 2] },
    new Matrix(numbers, [2, 2]),
    new Tensor(Float32Array.from(numbers), [2, 2]),
    { a: [1, 3], b: Int32Array.of(2, 4) },
    tableFromArrays({ a: Float64Array.of(1, 3), b: Int32Array.of(2, 4) }),
  ];
  for (const form of forms) expect(cells(toTable(form))).toEqual(expected);
});

test('names come from records, Arrow tables and matrices', () => {
  const matrix = new Matrix(Float64Array.of(1, 2), [1, 2], ['a', 'b']);
  for (const form of [{ a: [1], b: [2] }, tableFromArrays({ a: [1], b: [2] }), matrix])
    expect(toTable(form).names).toEqual(['a', 'b']);
  expect(toTable([[1, 2]]).names).toBeNull();
});

test('null, undefined and NaN are missing; text and booleans stay what they are', () => {
  const table = toTable({
    age: [1, null, undefined, Number.NaN],
    city: ['Bern', null, undefined, 'Genf'],
    isMember: [true, false, null, true],
    nothing: [null, null, null, null],
  });
  expect(table.columns.map(({ kind }) => kind)).toEqual(['number', 'cell', 'cell', 'number']);
  expect(cells(table)).toEqual([
    [1, null, null, null],
    ['Bern', null, null, 'Genf'],
    [true, false, null, true],
    [null, null, null, null],
  ]);
});

test('columns of an Arrow table keep text, booleans and gaps', () => {
  const table = toTable(tableFromArrays({ city: ['Bern', null, 'Genf'], isMember: [true, false, null] }));
  expect(cells(table)).toEqual([
    ['Bern', null, 'Genf'],
    [true, false, null],
  ]);
});

test('numbers are viewed where they lie', () => {
  const ages = Float64Array.of(1, 2);
  expect(toTable({ ages }).columns[0]).toMatchObject({ data: ages });
});

test.each<[string, unknown, string]>([
  ['a number', 3, 'X_TYPE'],
  ['nothing', null, 'X_TYPE'],
  ['no rows', [], 'X_EMPTY'],
  ['no columns', {}, 'X_EMPTY'],
  ['a column of no rows', { a: [] }, 'X_EMPTY'],
  ['rows that are no arrays', [1, 2], 'X_TYPE'],
  ['a column that is no list', { a: 'text' }, 'X_TYPE'],
  ['dates', { a: [new Date(0)], b: [1] }, 'X_TYPE'],
  ['ragged rows', [[1, 2], [3]], 'X_RAGGED'],
  ['unequal columns', { a: [1, 2], b: [1] }, 'LENGTH_MISMATCH'],
  ['a shape that does not fit', { data: Float64Array.of(1, 2, 3), shape: [2, 2] }, 'X_SHAPE'],
  ['images', new Tensor(new Float32Array(8), [2, 2, 2]), 'X_SHAPE'],
  ['infinity', { a: [1, Number.POSITIVE_INFINITY] }, 'X_NOT_FINITE'],
  ['infinity beside text', { a: ['x', Number.NEGATIVE_INFINITY] }, 'X_NOT_FINITE'],
])('refuses %s', (_, X, code) => {
  expect(() => toTable(X)).toThrow(expect.objectContaining({ code }));
});

test('rows of a matrix are a matrix with the same names', () => {
  const matrix = new Matrix(Float64Array.of(1, 2, 3, 4), [2, 2], ['a', 'b']);
  const taken = takeRows(matrix as never, [1]) as Matrix;
  expect(taken).toEqual(new Matrix(Float64Array.of(3, 4), [1, 2], ['a', 'b']));
});
