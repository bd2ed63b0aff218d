// A pipeline as a whole becomes a circuit: raw features go in, the client does what stands before the net.

import { loadBreastCancer } from '@tacit/datasets';
import {
  ColumnTransformer,
  compile,
  Pipeline,
  RobustScaler,
  SparseQuantClassifier,
  StandardScaler,
} from 'tacit';
import { expect, it } from 'vitest';

it('a pipeline predicts encrypted from raw features what it predicts in the clear', async () => {
  const { data, target } = await loadBreastCancer();
  const columns = Array.from({ length: 30 }, (_, i) => i);
  const pipeline = new Pipeline({
    steps: {
      scale: new ColumnTransformer({
        transformers: {
          means: [new StandardScaler(), columns.slice(0, 10)],
          others: [new RobustScaler(), columns.slice(10)],
        },
      }),
      net: new SparseQuantClassifier({
        module__hiddenSizes: [3],
        maxEpochs: 15,
        seed: 0,
        verbose: 0,
        trainSplit: false,
      }),
    },
  });
  await pipeline.fit(data, target);
  const circuit = await compile(pipeline, data);
  const own = await pipeline.predict(data);
  const clear = await circuit.predict(data);
  // Rounded tables and output weights change a label here and there, where the net itself hesitates.
  const equal = clear.filter((label, i) => label === own[i]).length;
  expect(equal / data.length).toBeGreaterThan(0.97);
  const probabilities = await circuit.predictProba(data);
  const decided = data.filter((_, i) => Math.max(...probabilities[i]!) > 0.97).slice(0, 3);
  expect(decided).toHaveLength(3);
  const encrypted = await circuit.predict(decided, { mode: 'execute' });
  expect(encrypted).toEqual(await circuit.predict(decided));
  expect(JSON.stringify(circuit.clientSpec)).toContain('robustScaler');
});
