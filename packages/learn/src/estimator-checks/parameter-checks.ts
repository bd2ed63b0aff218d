// Checks of parameters: read, set, cloned, refused.

import { clone } from '../clone.js';
import { isLearnError } from '../errors.js';
import { isParametrized } from '../estimator.js';
import { isPlainObject } from '../plain-object.js';
import { assert, type EstimatorCheck, everyKind, fitted, isClose } from './check.js';

export const parameterChecks: readonly EstimatorCheck[] = [
  {
    name: 'parameters are what the constructor takes, and nothing learned',
    kinds: everyKind,
    async run(context) {
      const estimator = await fitted(context);
      const learned = Object.keys(estimator.getParams(true)).filter((name) => name.endsWith('_'));
      assert(learned.length === 0, `getParams gives ${learned.join(', ')}`);
      const params = estimator.getParams(false);
      const Class = estimator.constructor as new (params: object) => typeof estimator;
      assert(isSame(new Class(params).getParams(false), params), 'the constructor changes parameters');
    },
  },
  {
    name: 'fit leaves the parameters as they are',
    kinds: everyKind,
    async run(context) {
      const copy = clone(context.estimator as never) as typeof context.estimator;
      const before = copy.getParams(false);
      await copy.fit(context.X as never, context.y as never);
      assert(isSame(copy.getParams(false), before), 'fit changed a parameter');
    },
  },
  {
    name: 'clone has equal parameters and nothing learned',
    kinds: everyKind,
    async run(context) {
      const copy = clone((await fitted(context)) as never) as typeof context.estimator;
      assert(isSame(copy.getParams(false), context.estimator.getParams(false)), 'parameters differ');
      const isFitted = await (context.kind === 'transformer'
        ? copy.transform(context.X)
        : copy.predict(context.X)
      ).then(
        () => true,
        () => false,
      );
      assert(!isFitted, 'the clone of a fitted estimator is fitted');
    },
  },
  {
    name: 'setParams takes what getParams gives',
    kinds: everyKind,
    async run({ estimator }) {
      const copy = clone(estimator as never) as typeof estimator;
      const result: unknown = copy.setParams({ ...copy.getParams(false) });
      assert(result === copy, 'setParams does not give the estimator');
      assert(isSame(copy.getParams(false), estimator.getParams(false)), 'parameters differ');
    },
  },
  {
    name: 'unknown parameters are refused by name, and nothing is changed',
    kinds: everyKind,
    async run({ estimator }) {
      const copy = clone(estimator as never) as typeof estimator;
      const before = copy.getParams(false);
      assert(
        refuses(() => copy.setParams({ noSuchParameter: 1 })),
        'setParams took noSuchParameter',
      );
      assert(isSame(copy.getParams(false), before), 'a refused setParams changed a parameter');
      const Class = estimator.constructor as new (params: object) => unknown;
      assert(
        refuses(() => new Class({ ...before, noSuchParameter: 1 })),
        'the constructor took noSuchParameter',
      );
    },
  },
];

function refuses(task: () => unknown): boolean {
  try {
    task();
    return false;
  } catch (error) {
    return (
      isLearnError(error) && error.code === 'UNKNOWN_PARAMETER' && error.message.includes('noSuchParameter')
    );
  }
}

/** Whether parameters are equal: those that are estimators or instances, by class and parameters. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((entry, index) => isSame(entry, b[index]));
  if (isPlainObject(a) && isPlainObject(b))
    return isSame(Object.keys(a), Object.keys(b)) && Object.keys(a).every((name) => isSame(a[name], b[name]));
  if (isParametrized(a) && isParametrized(b))
    return a.constructor === b.constructor && isSame(a.getParams(false), b.getParams(false));
  if (isInstance(a) && isInstance(b)) return a.constructor === b.constructor;
  return isClose(a, b);
}

function isInstance(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
