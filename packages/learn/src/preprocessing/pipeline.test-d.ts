// The types of parameters of transformers, pipelines and the like: right uses compile, wrong ones do not.

import { SparseQuantNeuralNet } from '@tacit/nn';
import { describe, expectTypeOf, test } from 'vitest';
import {
  BaseTransformer,
  type ClientStep,
  ColumnTransformer,
  clone,
  type Estimator,
  type Matrix,
  NeuralNetClassifier,
  NeuralNetRegressor,
  OneHotEncoder,
  Pipeline,
  StandardScaler,
  StepCache,
  TransformedTargetRegressor,
  type Transformer,
} from '../index.js';

const net = new NeuralNetClassifier({ module: SparseQuantNeuralNet });
const steps = { scale: new StandardScaler(), net };

describe('parameters', () => {
  test('of a transformer are checked', () => {
    new StandardScaler({ withMean: false });
    // @ts-expect-error: no such parameter.
    new StandardScaler({ withmean: false });
    // @ts-expect-error: a boolean.
    new StandardScaler({ withMean: 'no' });
    // @ts-expect-error: not one of the names.
    new OneHotEncoder({ handleUnknown: 'warn' });
  });

  test('of the steps of a pipeline are checked through the name of the step', () => {
    const pipeline = new Pipeline({ steps, memory: new StepCache() });
    pipeline.setParams({ scale__withMean: false, net__lr: 0.1, net__module__nWBits: 3 });
    pipeline.setParams({ scale: 'passthrough' });
    // @ts-expect-error: no such parameter of the scaler.
    pipeline.setParams({ scale__withmean: false });
    // @ts-expect-error: no such option of the module.
    pipeline.setParams({ net__module__nWbits: 3 });
    // @ts-expect-error: no such step.
    pipeline.setParams({ scal__withMean: false });
    expectTypeOf(pipeline.namedSteps_.scale).toEqualTypeOf<StandardScaler>();
    expectTypeOf(clone(pipeline)).toEqualTypeOf(pipeline);
    // @ts-expect-error: a pipeline has steps.
    new Pipeline({});
  });

  test('of the blocks of a column transformer, and of a regressor with a transformed target', () => {
    const columns = new ColumnTransformer({
      transformers: { numbers: [new StandardScaler(), ['age']], text: ['passthrough', 0] },
    });
    columns.setParams({ numbers__withStd: false, remainder: 'passthrough' });
    // @ts-expect-error: no such parameter of the block.
    columns.setParams({ numbers__withstd: false });
    const regressor = new NeuralNetRegressor({ module: SparseQuantNeuralNet });
    const model = new TransformedTargetRegressor({ regressor, transformer: new StandardScaler() });
    model.setParams({ regressor__lr: 0.1, transformer__withMean: false });
    // @ts-expect-error: no such parameter of the regressor.
    model.setParams({ regressor__learningRate: 0.1 });
    expectTypeOf(model.transformer_).toEqualTypeOf<StandardScaler | null>();
  });
});

test('scalers give matrices, which nets take; pipelines are estimators', async () => {
  const scaler = new StandardScaler();
  expectTypeOf(await scaler.fitTransform([[1, null]])).toEqualTypeOf<Matrix>();
  await net.fit(await scaler.transform({ age: [1, null] }), ['a', 'b']);
  const pipeline: Estimator = new Pipeline({ steps });
  const transformer: Transformer = scaler;
  expectTypeOf(pipeline.predict).toBeFunction();
  expectTypeOf(transformer.clientStep().step).toEqualTypeOf<ClientStep | null>();
  // @ts-expect-error: a transformer says what it learns and how it transforms.
  class _Nothing extends BaseTransformer<object, object, Matrix> {}
});
