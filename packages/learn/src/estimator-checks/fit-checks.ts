// Checks of fitting and of input that cannot be used, for every kind of estimator.

import { checkIsFitted } from '../check-is-fitted.js';
import { clone } from '../clone.js';
import { Matrix } from '../matrix.js';
import {
  assert,
  assertRefused,
  type EstimatorCheck,
  everyKind,
  fitted,
  isClose,
  ofSearch,
  output,
  predictors,
} from './check.js';

interface Saved {
  saveLearned?(): never;
  restoreLearned?(saved: never): unknown;
  saveNet?(): Promise<Uint8Array>;
  loadNet?(bytes: Uint8Array): Promise<unknown>;
}

export const fitChecks: readonly EstimatorCheck[] = [
  {
    name: 'fit gives the estimator, which is fitted then and not before',
    kinds: everyKind,
    async run({ estimator, X, y }) {
      const copy = clone(estimator as never) as typeof estimator;
      await assertRefused(async () => checkIsFitted(copy), 'checkIsFitted before fit', ['NOT_FITTED']);
      const result: unknown = await copy.fit(X as never, y as never);
      assert(result === copy, 'fit gives something else');
      checkIsFitted(copy);
      assert(copy.nFeaturesIn_ === X[0]!.length, `nFeaturesIn_ is ${copy.nFeaturesIn_}`);
    },
  },
  {
    name: 'what needs a fit is refused before it',
    kinds: everyKind,
    async run(context) {
      const copy = clone(context.estimator as never) as typeof context.estimator;
      await assertRefused(() => output(context, copy, context.X), 'use before fit', ['NOT_FITTED']);
    },
  },
  {
    name: 'fit is repeatable, and forgets the last fit',
    kinds: everyKind,
    async run(context) {
      const once = await fitted(context);
      const twice = await fitted(
        context,
        context.X.map((row) => row.map((value, column) => (column + 1) * value - 3)),
      );
      await twice.fit(context.X as never, context.y as never);
      const [first, second] = [
        await output(context, once, context.X),
        await output(context, twice, context.X),
      ];
      assert(isClose(first, second, 0), 'a second fit to the same rows gives something else');
    },
  },
  {
    name: 'a refused fit changes nothing',
    kinds: everyKind,
    async run(context) {
      const estimator = await fitted(context);
      const before = await output(context, estimator, context.X);
      await assertRefused(() => estimator.fit([] as never, [] as never), 'no rows');
      assert(
        isClose(await output(context, estimator, context.X), before),
        'it does something else afterwards',
      );
    },
  },
  {
    name: 'input is not changed',
    kinds: everyKind,
    async run(context) {
      const rows = Object.freeze(context.X.map((row) => Object.freeze([...row])));
      const targets = Object.freeze([...context.y]);
      const data = Float64Array.from(context.X.flat());
      const matrix = new Matrix(data.slice(), [rows.length, rows[0]!.length]);
      for (const X of [rows, matrix]) {
        const copy = clone(context.estimator as never) as typeof context.estimator;
        await copy.fit(X as never, targets as never);
        await output(context, copy, X as never);
      }
      assert(isClose(matrix.data, data), 'numbers of a matrix were changed');
    },
  },
  {
    name: 'numbers with a shape give what rows give',
    kinds: everyKind,
    async run(context) {
      const shaped = {
        data: Float64Array.from(context.X.flat()),
        shape: [context.X.length, context.X[0]!.length],
      };
      const estimator = await fitted(context);
      const [rows, numbers] = [
        await output(context, estimator, context.X),
        await output(context, estimator, shaped),
      ];
      assert(isClose(rows, numbers), 'they differ');
    },
  },
  {
    name: 'permuted rows give permuted results, and one row is enough',
    kinds: everyKind,
    async run(context) {
      const estimator = await fitted(context);
      const all = (await output(context, estimator, context.X)) as unknown[];
      const reversed = (await output(context, estimator, [...context.X].reverse())) as unknown[];
      assert(isClose([...reversed].reverse(), all), 'results depend on the order of rows');
      const one = await output(context, estimator, context.X.slice(0, 1));
      assert(isClose(one, all.slice(0, 1)), 'one row alone gives something else');
    },
  },
  {
    name: 'another number of columns is refused',
    kinds: everyKind,
    async run(context) {
      const estimator = await fitted(context);
      const wide = context.X.map((row) => [...row, 1]);
      await assertRefused(() => output(context, estimator, wide), 'one column more', ['X_FEATURES']);
    },
  },
  {
    name: 'rows of different lengths and infinity are refused',
    kinds: everyKind,
    async run(context) {
      const { X } = context;
      await assertRefused(() => fitted(context, [X[0]!.slice(1), ...X.slice(1)]), 'a short row');
      const infinite = [X[0]!.map(() => Number.POSITIVE_INFINITY), ...X.slice(1)];
      await assertRefused(() => fitted(context, infinite), 'infinity', ['X_NOT_FINITE', ...ofSearch]);
    },
  },
  {
    name: 'missing values and text are refused with a code, or understood',
    kinds: everyKind,
    async run(context) {
      const { X, kind } = context;
      const gap = [[null, ...X[0]!.slice(1)], ...X.slice(1)];
      const text = X.map((row) => row.map((value) => (value > 0 ? 'high' : 'low')));
      for (const [rows, what] of [
        [gap, 'a missing value'],
        [text, 'text'],
      ] as const) {
        const use = fitted(context, rows).then((estimator) => output(context, estimator, rows));
        const error = await use.then(
          () => null,
          (caught: unknown) => caught,
        );
        if (error !== null) await assertRefused(() => Promise.reject(error), what);
        else
          assert(
            kind === 'transformer' || 'steps' in context.estimator.getParams(false),
            `${what} was taken`,
          );
      }
    },
  },
  {
    name: 'X and y of different lengths, and y that is missing, are refused',
    kinds: predictors,
    async run({ estimator, X, y }) {
      const copy = () => clone(estimator as never) as typeof estimator;
      await assertRefused(() => copy().fit(X as never, y.slice(1) as never), 'a short y', [
        'LENGTH_MISMATCH',
      ]);
      await assertRefused(() => copy().fit(X as never, undefined as never), 'no y', [
        'Y_MISSING',
        ...ofSearch,
      ]);
    },
  },
  {
    name: 'what was learned can be saved, and does the same when it is read back',
    kinds: everyKind,
    async run(context) {
      const estimator: typeof context.estimator & Saved = await fitted(context);
      const copy = clone(estimator as never) as typeof estimator;
      if (estimator.saveNet !== undefined) await copy.loadNet!(await estimator.saveNet());
      else if (estimator.saveLearned !== undefined) copy.restoreLearned!(estimator.saveLearned());
      else return;
      const [before, after] = [
        await output(context, estimator, context.X),
        await output(context, copy, context.X),
      ];
      assert(isClose(before, after), 'it does something else');
    },
  },
];
