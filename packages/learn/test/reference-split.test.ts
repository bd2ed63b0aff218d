import { loadMnist } from '@tacit/datasets';
import { trainTestSplit } from '@tacit/learn';
import { expect, test } from 'vitest';

test('the reference test rows of MNIST are those of a stratified split with seed 0', async () => {
  const { data, target, referenceTestIndices } = await loadMnist();
  const { testIndices } = trainTestSplit(data, target, { testSize: 2000, stratify: target, seed: 0 });
  expect([...testIndices]).toEqual(referenceTestIndices);
});
