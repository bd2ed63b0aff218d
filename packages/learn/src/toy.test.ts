import { Adam, Softmax, Tanh } from '@tacit/nn';
import { zeros } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { manyRows } from '../test/support/modules.js';
import { NeuralNetBinaryClassifier } from './binary-classifier.js';
import { NeuralNetClassifier } from './classifier.js';
import { NeuralNetRegressor } from './regressor.js';
import { MLPModule, makeBinaryClassifier, makeClassifier, makeRegressor } from './toy.js';

describe('A25 MLPModule', () => {
  test.each([0, 1, 2, 5])('%d hidden layers: 2(h+1) parameters, 3h+1 layers', (numHidden) => {
    const module = new MLPModule({ numHidden });
    expect(module.parameters()).toHaveLength(2 * (numHidden + 1));
    expect(module.sequential).toHaveLength(3 * numHidden + 1);
    const ended = new MLPModule({ numHidden, outputNonlin: Softmax });
    expect(ended.sequential).toHaveLength(3 * numHidden + 2);
  });

  test('names of parameters are skorch’s', () => {
    expect(new MLPModule().namedParameters().map(([name]) => name)).toEqual([
      'sequential.0.weight',
      'sequential.0.bias',
      'sequential.3.weight',
      'sequential.3.bias',
    ]);
  });

  test('20 inputs and 2 outputs unless something is known', () => {
    expect(new MLPModule().forward(zeros([3, 20])).shape).toEqual([3, 2]);
  });

  test('activations as class, factory or module; dropout; a single output as a list', () => {
    const module = new MLPModule({
      nonlin: () => new Tanh(),
      dropout: 0.5,
      outputDim: 1,
      squeezeOutput: true,
    });
    expect(module.forward(zeros([3, 20])).shape).toEqual([3]);
    expect(module.sequential.at(1)).toBeInstanceOf(Tanh);
  });
});

describe('factories', () => {
  const { X, y } = manyRows(40);
  const quiet = { optimizer: Adam, verbose: 0, seed: 0, maxEpochs: 3 } as const;

  test('makeClassifier, with options from the data, the factory and the net', async () => {
    const net = new NeuralNetClassifier({
      module: makeClassifier({ hiddenUnits: 7 }),
      module__numHidden: 2,
      ...quiet,
    });
    await net.fit(
      X,
      y.map((_, row) => row % 4),
    );
    const shapes = net.module_.parameters().map(({ shape }) => [...shape]);
    expect(shapes).toEqual([[7, 20], [7], [7, 7], [7], [4, 7], [4]]);
    expect(
      () => new NeuralNetClassifier({ module: makeClassifier(), module__hidenUnits: 1 } as never),
    ).toThrow(/module__hiddenUnits/);
  });

  test('makeBinaryClassifier gives one output a row, makeRegressor one a target', async () => {
    const binary = await new NeuralNetBinaryClassifier({ module: makeBinaryClassifier(), ...quiet }).fit(
      X,
      y,
    );
    expect((await binary.forward(X)).shape).toEqual([40]);
    const regressor = new NeuralNetRegressor({ module: makeRegressor(), ...quiet });
    await regressor.fit(
      X,
      y.map((v) => [v, -v, 0]),
    );
    expect((await regressor.forward(X)).shape).toEqual([40, 3]);
  });
});
