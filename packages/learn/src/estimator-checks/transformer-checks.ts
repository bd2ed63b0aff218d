// Checks of transformers: names of columns, columns by name, the way back, the client's step.

import { clone } from '../clone.js';
import { Matrix } from '../matrix.js';
import { fromJsonText, isPlainValue, toJsonText } from '../persistence/json.js';
import { type TableRecord, toTable } from '../table.js';
import {
  assert,
  assertRefused,
  type CheckContext,
  type EstimatorCheck,
  fitted,
  isClose,
  output,
} from './check.js';

/** The rows as columns with names, in an order of the names. */
function asRecord({ X }: CheckContext, isReversed = false): TableRecord {
  const columns = X[0]!.map((_, column) => [`column${column}`, X.map((row) => row[column]!)] as const);
  return Object.fromEntries(isReversed ? columns.reverse() : columns);
}

export const transformerChecks: readonly EstimatorCheck[] = [
  {
    name: 'fitTransform gives what fit and transform give',
    kinds: ['transformer'],
    async run(context) {
      const { estimator, X, y } = context;
      const copy = clone(estimator as never) as typeof estimator;
      const made = await copy.fitTransform(X, y as never);
      const rows = made instanceof Matrix ? made.toArray() : made;
      assert(isClose(rows, await output(context, await fitted(context), X)), 'they differ');
    },
  },
  {
    name: 'there is a name for each column that comes out',
    kinds: ['transformer'],
    async run(context) {
      const estimator = await fitted(context);
      const { columns } = toTable(await estimator.transform(context.X));
      const names = estimator.getFeatureNamesOut();
      assert(names.length === columns.length, `${names.length} names for ${columns.length} columns`);
      assert(new Set(names).size === names.length, 'two have the same name');
    },
  },
  {
    name: 'named columns may come in any order, but have to be there',
    kinds: ['transformer'],
    async run(context) {
      const estimator = await fitted(context, asRecord(context));
      const names = context.X[0]!.map((_, column) => `column${column}`);
      assert(
        isClose(estimator.featureNamesIn_, names),
        `featureNamesIn_ is ${String(estimator.featureNamesIn_)}`,
      );
      const [one, other] = [
        await estimator.transform(asRecord(context)),
        await estimator.transform(asRecord(context, true)),
      ];
      const cells = (X: typeof one) => (X instanceof Matrix ? X.toArray() : X);
      assert(isClose(cells(one), cells(other)), 'the order of columns changes the result');
      const { column0: _, ...others } = asRecord(context);
      const lacking =
        Object.keys(others).length === 0 ? { other: context.X.map(([value]) => value!) } : others;
      await assertRefused(() => estimator.transform(lacking), 'a missing column', ['COLUMN_MISSING']);
    },
  },
  {
    name: 'the way back leads to as many columns as there were',
    kinds: ['transformer'],
    async run(context) {
      const estimator = await fitted(context);
      if (estimator.inverseTransform === undefined) return;
      const back = await estimator
        .inverseTransform((await estimator.transform(context.X)) as never)
        .catch((error: { code?: string }) => {
          // A pipeline knows only then whether each of its steps has a way back.
          if (error.code === 'STEP_METHOD') return null;
          throw error;
        });
      if (back === null) return;
      assert(toTable(back).columns.length === context.X[0]!.length, 'there are more or fewer');
    },
  },
  {
    name: 'the step for a client is plain data, or there is a reason why there is none',
    kinds: ['transformer'],
    async run(context) {
      const { step, reason } = (await fitted(context)).clientStep();
      if (step === null) return assert(reason !== '', 'there is no reason');
      assert(isPlainValue(step), 'it holds something else than plain data');
      assert(isClose(fromJsonText(toJsonText(step)), step), 'JSON does not hold all of it');
    },
  },
];
