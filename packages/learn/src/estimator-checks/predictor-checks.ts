// Checks of classifiers and regressors: labels, probabilities, scores.

import { clone } from '../clone.js';
import type { Label } from '../validate-input.js';
import {
  assert,
  assertRefused,
  type CheckContext,
  type EstimatorCheck,
  fitted,
  ofSearch,
  output,
  predictors,
} from './check.js';

export const predictorChecks: readonly EstimatorCheck[] = [
  {
    name: 'it learns what is easy to learn, and its score says so',
    kinds: predictors,
    async run(context) {
      const estimator = await fitted(context);
      const score = await estimator.score(context.X, context.y as never);
      assert(score > 0.8 && score <= 1, `the score is ${score}`);
    },
  },
  {
    name: 'labels may be text, numbers or booleans, and come back as they were',
    kinds: ['classifier'],
    async run(context) {
      const classes = [...new Set(context.y)].sort() as string[];
      const booleans = classes.length === 2 ? [classes.map((_, index) => index === 1)] : [];
      const forms: Label[][] = [
        classes.map((_, index) => `label ${index}`),
        classes.map((_, index) => 10 * index - 5),
        ...booleans,
      ];
      for (const labels of forms) {
        const y = context.y.map((label) => labels[classes.indexOf(label as string)]!);
        const estimator = await fitted({ ...context, y });
        assert(
          labels.every((label, index) => estimator.classes_[index] === label),
          `classes_ is ${String(estimator.classes_)}`,
        );
        const predicted = await estimator.predict(context.X);
        assert(
          predicted.every((label) => labels.includes(label as Label)),
          'a prediction is no label',
        );
      }
    },
  },
  {
    name: 'probabilities add up to 1, and the likeliest label is predicted',
    kinds: ['classifier'],
    async run(context) {
      const estimator = await fitted(context);
      if (estimator.predictProba === undefined) return;
      const [rows, labels] = [await estimator.predictProba(context.X), await estimator.predict(context.X)];
      for (const [index, row] of rows.entries()) {
        assert(row.length === estimator.classes_.length, 'there is not one probability a class');
        assert(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-5, `row ${index} does not add up to 1`);
        assert(
          labels[index] === estimator.classes_[row.indexOf(Math.max(...row))],
          `row ${index} predicts another label`,
        );
      }
    },
  },
  {
    name: 'a single class is refused',
    kinds: ['classifier'],
    async run(context) {
      await assertRefused(() => fitted({ ...context, y: context.y.map(() => 'a') }), 'a single class', [
        'SINGLE_CLASS',
        ...ofSearch,
      ]);
    },
  },
  {
    name: 'predictions have the form of y: a number a row',
    kinds: ['regressor'],
    async run(context) {
      const predicted = (await output(context, await fitted(context), context.X)) as unknown[];
      assert(
        predicted.every((value) => typeof value === 'number' && Number.isFinite(value)),
        'one is no number',
      );
    },
  },
  {
    name: 'labels, ragged rows and numbers that are not finite are refused as targets',
    kinds: ['regressor'],
    async run({ estimator, X, y }: CheckContext) {
      const copy = () => clone(estimator as never) as typeof estimator;
      await assertRefused(() => copy().fit(X as never, y.map(String) as never), 'text as y', ['Y_TYPE']);
      const ragged = y.map((value, row) => (row === 0 ? [value] : [value, value]));
      await assertRefused(() => copy().fit(X as never, ragged as never), 'ragged y', ['Y_RAGGED']);
      const infinite = [Number.POSITIVE_INFINITY, ...y.slice(1)];
      await assertRefused(() => copy().fit(X as never, infinite as never), 'infinity in y', ['Y_NOT_FINITE']);
    },
  },
];
