import { expect, test } from 'vitest';
import type { FitOutcome } from './fit-task.js';
import { cvResults, ranks } from './results.js';

// scikit-learn ranks with scipy.stats.rankdata(-means, method='min'), NaN set below all others.
test('ranks: ties share the best place, NaN comes last, all NaN are all first', () => {
  expect(ranks([0.5, 0.9, 0.9, 0.1])).toEqual([3, 1, 1, 4]);
  expect(ranks([Number.NaN, 0.1, Number.NaN, 0.2])).toEqual([3, 2, 3, 1]);
  expect(ranks([Number.NaN, Number.NaN])).toEqual([1, 1]);
  expect(ranks([])).toEqual([]);
});

const outcome = (index: number, score: number | null): FitOutcome => ({
  index,
  testScores: score === null ? {} : { score },
  trainScores: { score: 1 },
  fitTime: 2,
  scoreTime: 1,
  failures: [],
  warnings: [],
  predictions: null,
  classes: null,
  estimator: null,
});

test('columns have the names, means and deviations of scikit-learn', () => {
  const results = cvResults(
    {
      candidates: [{ lr: 1 }, { lr: 2, width: 3 }],
      outcomes: [
        [outcome(0, 0.5), outcome(1, 1)],
        [outcome(2, null), outcome(3, 1)],
      ],
      scoring: [{ name: 'score', scoring: null }],
      returnTrainScore: true,
      errorScore: 0,
    },
    { iter: [0, 0] },
  );
  expect(results).toEqual({
    iter: [0, 0],
    mean_fit_time: [2, 2],
    std_fit_time: [0, 0],
    mean_score_time: [1, 1],
    std_score_time: [0, 0],
    param_lr: [1, 2],
    param_width: [null, 3],
    split0_test_score: [0.5, 0],
    split1_test_score: [1, 1],
    mean_test_score: [0.75, 0.5],
    std_test_score: [0.25, 0.5],
    rank_test_score: [1, 2],
    split0_train_score: [1, 1],
    split1_train_score: [1, 1],
    mean_train_score: [1, 1],
    std_train_score: [0, 0],
    params: [{ lr: 1 }, { lr: 2, width: 3 }],
  });
});
