import { expect, it } from 'vitest';
import { loadBreastCancer, loadDiabetes, loadDigits, loadIris, loadWine } from './loaders.js';

const cases = [
  [loadIris, 150, 4, ['setosa', 'versicolor', 'virginica']],
  [loadWine, 178, 13, ['class_0', 'class_1', 'class_2']],
  [loadBreastCancer, 569, 30, ['benign', 'malignant']],
  [loadDigits, 1797, 64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [loadDiabetes, 442, 10, []],
] as const;

it.each(cases)(
  '%o has the rows, features and labels of scikit-learn',
  async (load, rows, features, labels) => {
    const bunch = await load();
    expect(bunch.data).toHaveLength(rows);
    expect(bunch.target).toHaveLength(rows);
    expect(bunch.featureNames).toHaveLength(features);
    expect(bunch.targetNames).toEqual(labels);
    for (const row of bunch.data) {
      expect(row).toHaveLength(features);
      expect(row.every(Number.isFinite)).toBe(true);
    }
  },
);

it('keeps the row order of the distributed files', async () => {
  const iris = await loadIris();
  expect(iris.data[0]).toEqual([5.1, 3.5, 1.4, 0.2]);
  expect([iris.target[0], iris.target[149]]).toEqual(['setosa', 'virginica']);
  const cancer = await loadBreastCancer();
  expect(cancer.data[0]?.slice(0, 3)).toEqual([17.99, 10.38, 122.8]);
  expect(cancer.target.filter((label) => label === 'malignant')).toHaveLength(212);
});

it('carries the stratified quarter of scikit-learn as reference test set', async () => {
  const { target, targetNames, referenceTestIndices } = await loadIris();
  expect(referenceTestIndices.slice(0, 4)).toEqual([39, 12, 48, 23]);
  const counts = targetNames.map((name) => referenceTestIndices.filter((i) => target[i] === name).length);
  expect(counts).toEqual([13, 13, 12]);
  expect(new Set((await loadDigits()).referenceTestIndices).size).toBe(450);
});

it('says where each data set comes from', async () => {
  for (const [load] of cases) expect((await load()).description).toMatch(/doi|Efron/);
});
