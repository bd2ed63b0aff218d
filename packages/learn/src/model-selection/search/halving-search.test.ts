import { expect, test } from 'vitest';
import { Constant } from '../../../test/support/constant.js';
import { randint } from './distributions.js';
import { halvingSchedule } from './halving-schedule.js';
import { HalvingGridSearchCV, HalvingRandomSearchCV } from './halving-search.js';

const budget = {
  candidates: 6,
  factor: 2,
  minResources: 20,
  maxResources: 1000,
  aggressiveElimination: false,
  exhausts: false,
};

// The numbers are those of the examples in scikit-learn's user guide on successive halving.
test.each([
  [
    'smallest',
    budget,
    [
      [6, 20],
      [3, 40],
      [2, 80],
    ],
    20,
  ],
  [
    'exhaust',
    { ...budget, exhausts: true },
    [
      [6, 250],
      [3, 500],
      [2, 1000],
    ],
    250,
  ],
  [
    'few resources',
    { ...budget, maxResources: 40 },
    [
      [6, 20],
      [3, 40],
    ],
    20,
  ],
  [
    'aggressive elimination',
    { ...budget, maxResources: 40, aggressiveElimination: true },
    [
      [6, 20],
      [3, 20],
      [2, 40],
    ],
    20,
  ],
  [
    'an exact power of the factor',
    { ...budget, candidates: 243, factor: 3, minResources: 1, maxResources: 243 },
    [
      [243, 1],
      [81, 3],
      [27, 9],
      [9, 27],
      [3, 81],
      [1, 243],
    ],
    1,
  ],
])('the schedule of %s is scikit-learn’s', (_, given, rounds, minResources) => {
  const schedule = halvingSchedule(given);
  expect(schedule.rounds.map(({ candidates, resources }) => [candidates, resources])).toEqual(rounds);
  expect(schedule.minResources).toBe(minResources);
});

test('smallest resources above the largest are refused', () => {
  expect(() => halvingSchedule({ ...budget, maxResources: 10 })).toThrow(
    expect.objectContaining({ code: 'PARAMETER_VALUE' }),
  );
});

const X = Array.from({ length: 120 }, (_, i) => [i]);
const y = X.map(([i]) => i! / 120);

test('the best candidates go on with more of the resource; the best of the last round is refitted', async () => {
  const search = new HalvingGridSearchCV({
    estimator: new Constant(),
    paramGrid: { value: [0, 0.2, 0.5, 0.9, 3, 4, 5, 6, 7] },
    resource: 'effort',
    maxResources: 9,
    cv: 2,
    seed: 0,
  });
  await search.fit(X, y);
  expect(search.nCandidates_).toEqual([9, 3, 1]);
  expect(search.nResources_).toEqual([1, 3, 9]);
  expect([
    search.nIterations_,
    search.nRemainingCandidates_,
    search.minResources_,
    search.maxResources_,
  ]).toEqual([3, 1, 1, 9]);
  expect(search.cvResults_.iter).toEqual([...Array(9).fill(0), ...Array(3).fill(1), 2]);
  expect(search.cvResults_.n_resources!.at(-1)).toBe(9);
  expect(search.bestParams_).toEqual({ value: 0.5, effort: 9 });
  expect(search.bestIndex_).toBe(12);
});

test('rows as the resource: parts of each fold, the same ones for all candidates and for the same seed', async () => {
  const search = () =>
    new HalvingRandomSearchCV({
      estimator: new Constant(),
      paramDistributions: { value: randint(0, 10) },
      minResources: 20,
      cv: 2,
      seed: 1,
    }).fit(X, y);
  const [first, again] = [await search(), await search()];
  expect(first.nCandidates_).toEqual([6, 2]);
  expect(first.nResources_).toEqual([20, 60]);
  expect(again.cvResults_.params).toEqual(first.cvResults_.params);
  expect(again.cvResults_.mean_test_score).toEqual(first.cvResults_.mean_test_score);
  expect(first.bestEstimator_.rows_).toBe(120);
});

test.each([
  [{ resource: 'efort', maxResources: 4 }, 'UNKNOWN_PARAMETER', /Did you mean effort/],
  [{ resource: 'effort' }, 'PARAMETER_VALUE', /maxResources/],
  [{ resource: 'value', maxResources: 4 }, 'PARAMETER_VALUE', /candidates set themselves/],
  [{ maxResources: 1000 }, 'PARAMETER_VALUE', /at most 120/],
  [{ scoring: ['r2'] }, 'PARAMETER_VALUE', /one metric/],
  [{ factor: 1 }, 'PARAMETER_VALUE', /factor/],
])('%o is refused before any fit', async (params, code, message) => {
  const search = new HalvingGridSearchCV({
    estimator: new Constant(),
    paramGrid: { value: [1, 2] },
    cv: 2,
    ...params,
  });
  const before = Constant.fits;
  await expect(search.fit(X, y)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(Constant.fits).toBe(before);
});
