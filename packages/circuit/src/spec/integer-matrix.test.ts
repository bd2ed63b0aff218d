import fc from 'fast-check';
import { expect, it } from 'vitest';
import { denseOf, matrixOfDense, matrixOfRows, multiply, rowEntries, rowValues } from './integer-matrix.js';

const weight = fc.constantFrom(0, 0, 1, -1, 7, -128);

it('keeps a matrix as it is, zeros left out', () => {
  fc.assert(
    fc.property(fc.array(weight, { minLength: 12, maxLength: 12 }), (values) => {
      const matrix = matrixOfDense(3, 4, values);
      expect([...denseOf(matrix)]).toEqual(values.map((value) => value + 0));
      expect(matrix.values).not.toContain(0);
      expect(matrix.values).toHaveLength(values.filter((value) => value !== 0).length);
    }),
  );
});

it('multiplies as its dense form does', () => {
  const vector = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(weight, { minLength: 12, maxLength: 12 }), vector, (values, vectors) => {
      const products = multiply(matrixOfDense(3, 4, values), vectors, 2);
      for (const sample of [0, 1]) {
        for (const row of [0, 1, 2]) {
          let sum = 0;
          for (const column of [0, 1, 2, 3]) sum += values[row * 4 + column]! * vectors[sample * 4 + column]!;
          expect(products[sample * 3 + row]).toBe(sum);
        }
      }
    }),
  );
});

it('gives the entries of a row', () => {
  const matrix = matrixOfRows(5, [
    [],
    [
      { column: 1, value: 3 },
      { column: 2, value: 0 },
      { column: 4, value: -2 },
    ],
  ]);
  expect(rowEntries(matrix, 0)).toEqual([]);
  expect(rowEntries(matrix, 1)).toEqual([
    { column: 1, value: 3 },
    { column: 4, value: -2 },
  ]);
  expect([...rowValues(matrix, 1)]).toEqual([3, -2]);
});
