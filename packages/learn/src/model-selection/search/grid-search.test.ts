// Golden numbers of skorch 1.4.0 in scikit-learn's GridSearchCV: case B9 of the project's inventory of skorch.

import { Linear } from '@tacit/nn';
import { Tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';
import { Pipeline } from '../../preprocessing/pipeline.js';
import { StandardScaler } from '../../preprocessing/standard-scaler.js';
import { NeuralNetRegressor } from '../../regressor.js';
import { KFold } from '../splitters/k-fold.js';
import { GridSearchCV } from './grid-search.js';

const rows = Array.from({ length: 12 }, (_, i) => [i / 10]);
const targets = rows.map(([x]) => 2 * x! + 1);

/** One linear unit that begins with the weight `a` and no bias. */
const unit = Object.assign(
  ({ a = 0 }: { a?: number } = {}) => {
    const layer = new Linear(1, 1);
    layer.loadStateDict({
      weight: new Tensor(Float32Array.of(a), [1, 1]),
      bias: new Tensor(Float32Array.of(0), [1]),
    });
    return layer;
  },
  { defaults: { a: 0 } },
);
const makeNet = () =>
  new NeuralNetRegressor({
    module: unit,
    batchSize: 4,
    maxEpochs: 3,
    trainSplit: false,
    verbose: 0,
    iteratorTrain__shuffle: false,
  });

test('B9 the mean scores of four candidates are those of skorch in GridSearchCV, and so is the best one', async () => {
  const search = new GridSearchCV({
    estimator: new Pipeline({ steps: { scale: new StandardScaler(), net: makeNet() } }),
    paramGrid: { net__lr: [0.01, 0.1], net__module__a: [0, 1] },
    cv: new KFold({ nSplits: 3 }),
    scoring: 'neg_mean_squared_error',
  });
  await search.fit(rows, targets);
  const means = search.cvResults_.mean_test_score as readonly number[];
  // Printed with six digits; float32 arithmetic of another order differs in the seventh.
  for (const [i, golden] of [-3.826872, -5.217505, -0.245747, -0.336847].entries()) {
    expect(means[i]).toBeCloseTo(golden, 5);
  }
  expect(search.cvResults_.rank_test_score).toEqual([3, 4, 1, 2]);
  expect(search.bestParams_).toEqual({ net__lr: 0.1, net__module__a: 0 });
  expect(search.bestIndex_).toBe(2);
  expect(search.bestScore_).toBe(means[2]);
});

test('B9 without scaler the score of each fold is R², as skorch gives it', async () => {
  const search = new GridSearchCV({
    estimator: makeNet(),
    paramGrid: { lr: [0.1], module__a: [0] },
    cv: new KFold({ nSplits: 3 }),
    refit: false,
  });
  await search.fit(rows, targets);
  const { split0_test_score, split1_test_score, split2_test_score } = search.cvResults_;
  expect(split0_test_score![0]).toBeCloseTo(-1.213445, 4);
  expect(split1_test_score![0]).toBeCloseTo(0.112063, 4);
  expect(split2_test_score![0]).toBeCloseTo(-28.572968, 3);
});
