// The list of checks on every estimator: transformers, nets, and what is made of them.

import {
  BaseTransformer,
  ColumnTransformer,
  checkEstimator,
  type EstimatorCheckOptions,
  estimatorChecks,
  FunctionTransformer,
  GridSearchCV,
  Matrix,
  MinMaxScaler,
  makeBinaryClassifier,
  makeClassifier,
  makeRegressor,
  NeuralNetBinaryClassifier,
  NeuralNetClassifier,
  NeuralNetRegressor,
  OneHotEncoder,
  OrdinalEncoder,
  type Parametrized,
  PCA,
  Pipeline,
  RobustScaler,
  SimpleImputer,
  SparseQuantClassifier,
  SparseQuantRegressor,
  StandardScaler,
  TransformedTargetRegressor,
} from '@tacit/learn';
import { Adam, Linear, ReLU, Sequential, SparseQuantNeuralNet } from '@tacit/nn';
import { describe, expect, test } from 'vitest';
import { Mlp } from './support/modules.js';

const common = { optimizer: Adam, lr: 0.02, maxEpochs: 40, batchSize: 8, verbose: 0, seed: 0 } as const;
const classifier = () => new NeuralNetClassifier({ ...common, module: makeClassifier({ hiddenUnits: 12 }) });
const regressor = () => new NeuralNetRegressor({ ...common, module: makeRegressor({ hiddenUnits: 16 }) });

const estimators: readonly (readonly [string, Parametrized, EstimatorCheckOptions?])[] = [
  ['StandardScaler', new StandardScaler()],
  ['StandardScaler of three columns', new StandardScaler({ withMean: false }), { nFeatures: 3 }],
  ['StandardScaler of one column', new StandardScaler(), { nFeatures: 1 }],
  ['MinMaxScaler', new MinMaxScaler({ featureRange: [-1, 1], clip: true })],
  ['RobustScaler', new RobustScaler({ unitVariance: true, quantileRange: [20, 80] })],
  ['OneHotEncoder', new OneHotEncoder({ handleUnknown: 'ignore' })],
  ['OneHotEncoder without first categories', new OneHotEncoder({ drop: 'first' })],
  ['OrdinalEncoder', new OrdinalEncoder({ handleUnknown: 'useEncodedValue', unknownValue: -1 })],
  ['SimpleImputer', new SimpleImputer()],
  ['SimpleImputer of the most frequent', new SimpleImputer({ strategy: 'mostFrequent', addIndicator: true })],
  ['FunctionTransformer', new FunctionTransformer({ func: 'square' })],
  ['FunctionTransformer of a function', new FunctionTransformer({ func: (X) => X as Matrix })],
  ['PCA', new PCA({ nComponents: 1, whiten: true })],
  ['PCA of one column', new PCA(), { nFeatures: 1 }],
  [
    'ColumnTransformer',
    new ColumnTransformer({
      transformers: { first: [new StandardScaler(), 0], second: [new OrdinalEncoder(), [-1]] },
    }),
  ],
  ['Pipeline of transformers', new Pipeline({ steps: { scale: new StandardScaler(), pca: new PCA() } })],
  [
    'Pipeline to a classifier',
    new Pipeline({ steps: { impute: new SimpleImputer(), scale: new MinMaxScaler(), net: classifier() } }),
  ],
  ['NeuralNetClassifier', classifier()],
  [
    'NeuralNetClassifier with a module class',
    new NeuralNetClassifier({ ...common, module: Mlp, module__width: 12 }),
  ],
  [
    'NeuralNetClassifier with a factory, without validation',
    new NeuralNetClassifier({
      ...common,
      module: () => new Sequential(new Linear(2, 12), new ReLU(), new Linear(12, 3)),
      trainSplit: null,
    }),
  ],
  ['SparseQuantClassifier', new SparseQuantClassifier({ seed: 0, verbose: 0, maxEpochs: 20 })],
  [
    'SparseQuantRegressor',
    new SparseQuantRegressor({ seed: 0, verbose: 0, maxEpochs: 40, module__nWBits: 6, module__nABits: 6 }),
  ],
  [
    'NeuralNetClassifier with bounded accumulators',
    new NeuralNetClassifier({
      ...common,
      module: SparseQuantNeuralNet,
      module__nHiddenNeuronsMultiplier: 8,
      module__accumulators: 'bounded',
      module__nWBits: 2,
      module__nABits: 3,
    }),
  ],
  [
    'NeuralNetRegressor with SparseQuantNeuralNet',
    new NeuralNetRegressor({
      ...common,
      module: SparseQuantNeuralNet,
      module__nWBits: 6,
      module__nABits: 6,
      module__nHiddenNeuronsMultiplier: 8,
    }),
  ],
  [
    'NeuralNetClassifier with SparseQuantNeuralNet',
    new NeuralNetClassifier({ ...common, module: SparseQuantNeuralNet, module__nWBits: 3 }),
  ],
  [
    'NeuralNetBinaryClassifier',
    new NeuralNetBinaryClassifier({ ...common, module: makeBinaryClassifier() }),
    { labels: ['a', 'b'] },
  ],
  [
    'GridSearchCV over a pipeline',
    new GridSearchCV({
      estimator: new Pipeline({
        steps: { scale: new StandardScaler(), net: classifier().setParams({ trainSplit: false }) },
      }),
      paramGrid: { net__lr: [0.02] },
      cv: 2,
      errorScore: 'raise',
    }),
  ],
  ['NeuralNetRegressor', regressor()],
  [
    'TransformedTargetRegressor',
    new TransformedTargetRegressor({ regressor: regressor(), transformer: new StandardScaler() }),
  ],
];

for (const [name, estimator, options] of estimators) {
  describe(name, () => {
    const checks = estimatorChecks(estimator, options);

    test('there are checks', () => expect(checks.length).toBeGreaterThan(15));

    test.each(checks.map((check) => [check.name, check] as const))('%s', async (_, check) => {
      await expect(check.run()).resolves.toBeUndefined();
    });
  });
}

describe('checkEstimator', () => {
  test('passes what passes every check', async () => {
    await expect(checkEstimator(new MinMaxScaler())).resolves.toBeUndefined();
  });

  test('names every check that fails', async () => {
    // Forgets to look at the columns, changes its input, and depends on the order of rows.
    class Careless extends BaseTransformer<object, object, Matrix> {
      protected override learn() {
        return {};
      }
      protected override apply(table: Parameters<BaseTransformer<object, object, Matrix>['apply']>[0]) {
        const width = table.columns.length;
        const data = new Float64Array(table.rows * width);
        for (const [index, column] of table.columns.entries()) {
          if (column.kind === 'number') column.data[0] = 7;
          for (let row = 0; row < table.rows; row++) data[row * width + index] = row;
        }
        return new Matrix(data, [table.rows, width]);
      }
      protected override namesOut() {
        return ['only'];
      }
      protected override describeStep() {
        return { step: null, reason: '' } as const;
      }
    }
    const error = await checkEstimator(new Careless()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'CHECKS_FAILED' });
    for (const name of [
      'input is not changed',
      'permuted rows give permuted results',
      'there is a name for each column',
      'the step for a client is plain data',
    ])
      expect((error as Error).message).toContain(name);
  });
});
