import {
  makeBinaryClassifier,
  makeRegressor,
  NeuralNetBinaryClassifier,
  NeuralNetClassifier,
  NeuralNetRegressor,
} from '@tacit/learn';
import { Adam, Linear, ReLU, Sequential, SparseQuantNeuralNet } from '@tacit/nn';
import { describe } from 'vitest';
import { checkClassifier, checkRegressor } from './support/estimator-checks.js';
import { Mlp } from './support/modules.js';

const common = { optimizer: Adam, lr: 0.02, maxEpochs: 40, batchSize: 8, verbose: 0, seed: 0 } as const;

describe('NeuralNetClassifier with a module class', () => {
  checkClassifier(() => new NeuralNetClassifier({ ...common, module: Mlp, module__width: 12 }));
});

describe('NeuralNetClassifier with a factory, without validation', () => {
  checkClassifier(
    () =>
      new NeuralNetClassifier({
        ...common,
        module: () => new Sequential(new Linear(2, 12), new ReLU(), new Linear(12, 3)),
        trainSplit: null,
      }),
  );
});

describe('NeuralNetClassifier with SparseQuantNeuralNet', () => {
  checkClassifier(
    () => new NeuralNetClassifier({ ...common, module: SparseQuantNeuralNet, module__nWBits: 3 }),
  );
});

describe('NeuralNetClassifier with bounded accumulators', () => {
  checkClassifier(
    () =>
      new NeuralNetClassifier({
        ...common,
        module: SparseQuantNeuralNet,
        module__nHiddenNeuronsMultiplier: 8,
        module__accumulators: 'bounded',
        module__nWBits: 2,
        module__nABits: 3,
      }),
  );
});

describe('NeuralNetBinaryClassifier', () => {
  checkClassifier(
    () => new NeuralNetBinaryClassifier({ ...common, module: makeBinaryClassifier() }),
    ['a', 'b'],
  );
});

describe('NeuralNetRegressor with an MLP', () => {
  checkRegressor(() => new NeuralNetRegressor({ ...common, module: makeRegressor({ hiddenUnits: 16 }) }));
});

describe('NeuralNetRegressor with SparseQuantNeuralNet', () => {
  checkRegressor(
    () =>
      new NeuralNetRegressor({
        ...common,
        module: SparseQuantNeuralNet,
        module__nWBits: 6,
        module__nABits: 6,
        module__nHiddenNeuronsMultiplier: 8,
      }),
  );
});
