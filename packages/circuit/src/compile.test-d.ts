import { type Label, NeuralNetBinaryClassifier, NeuralNetClassifier, NeuralNetRegressor } from '@tacit/learn';
import { SparseQuantNeuralNet } from '@tacit/nn';
import { expectTypeOf, it } from 'vitest';
import { type CompileOptions, compile, type FittedPipeline } from './index.js';

const X = [[1, 2]];

it('types predictions after the estimator', async () => {
  const classifier = new NeuralNetClassifier({ module: SparseQuantNeuralNet });
  expectTypeOf(await (await compile(classifier, X)).predict(X)).toEqualTypeOf<Label[]>();
  const binary = new NeuralNetBinaryClassifier({ module: SparseQuantNeuralNet });
  expectTypeOf(await (await compile(binary, X)).predictAll(X)).toHaveProperty('probabilities');
  const regressor = new NeuralNetRegressor({ module: SparseQuantNeuralNet });
  expectTypeOf(await (await compile(regressor, X)).predict(X)).toEqualTypeOf<(number | number[])[]>();
  const pipeline = {} as FittedPipeline<typeof classifier>;
  expectTypeOf(await (await compile(pipeline, X)).predict(X)).toEqualTypeOf<Label[]>();
});

it('takes raw rows of numbers, text and missing values', async () => {
  const classifier = new NeuralNetClassifier({ module: SparseQuantNeuralNet });
  const circuit = await compile(classifier, X);
  expectTypeOf(circuit.predict).parameter(0).toExtend<ArrayLike<ArrayLike<unknown>>>();
  await circuit.predict([[1, 'Bern', null, true]]);
  // @ts-expect-error: dates are no values of a row
  await circuit.predict([[new Date()]]);
});

it('knows its options', () => {
  expectTypeOf<CompileOptions['precision']>().toEqualTypeOf<'approximate' | 'exact' | undefined>();
  expectTypeOf<CompileOptions['security']>().toEqualTypeOf<128 | 132 | undefined>();
});
