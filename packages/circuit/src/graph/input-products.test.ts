import { expect, it } from 'vitest';
import { matrixOfDense } from '../spec/index.js';
import { keptProducts } from './input-products.js';

it('gives the products of each matrix with each levels, and computes none twice', () => {
  const products = keptProducts();
  const [a, b] = [matrixOfDense(2, 2, [1, 2, 3, 4]), matrixOfDense(1, 2, [5, 6])];
  const [x, y] = [Int32Array.of(1, 0, 0, 1), Int32Array.of(2, 2)];
  expect(Array.from(products(a, x, 2))).toEqual([1, 3, 2, 4]);
  expect(Array.from(products(b, x, 2))).toEqual([5, 6]);
  expect(Array.from(products(a, y, 1))).toEqual([6, 14]);
  expect(products(a, x, 2)).toBe(products(a, x, 2));
});
