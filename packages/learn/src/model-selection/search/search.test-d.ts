import { Adam, Linear } from '@tacit/nn';
import { expectTypeOf, test } from 'vitest';
import { NeuralNetClassifier } from '../../classifier.js';
import { Pipeline } from '../../preprocessing/pipeline.js';
import { StandardScaler } from '../../preprocessing/standard-scaler.js';
import { MLPModule } from '../../toy.js';
import { logUniform, randint } from './distributions.js';
import { GridSearchCV } from './grid-search.js';
import { HalvingRandomSearchCV } from './halving-search.js';
import { RandomizedSearchCV } from './randomized-search.js';

const net = new NeuralNetClassifier({ module: MLPModule, optimizer: Adam });

test('a grid has the names and values of the estimator', () => {
  const search = new GridSearchCV({
    estimator: net,
    paramGrid: { lr: [0.1], module__hiddenUnits: [4, 8], optimizer__betas: [[0.9, 0.99]] },
  });
  expectTypeOf(search.bestEstimator_).toExtend<typeof net>();
  // Several grids.
  new GridSearchCV({ estimator: net, paramGrid: [{ lr: [0.1] }, { maxEpochs: [1, 2] }] });
  // @ts-expect-error an unknown name
  new GridSearchCV({ estimator: net, paramGrid: { module__hiddenUnit: [4] } });
  // @ts-expect-error values of the wrong type
  new GridSearchCV({ estimator: net, paramGrid: { lr: ['fast'] } });
  // @ts-expect-error a value that is no list
  new GridSearchCV({ estimator: net, paramGrid: { lr: 0.1 } });
  const linear = new NeuralNetClassifier({ module: () => new Linear(2, 2) });
  // @ts-expect-error a parameter of another module
  new GridSearchCV({ estimator: linear, paramGrid: { module__hiddenUnits: [4] } });
});

test('a pipeline reaches into its steps', () => {
  const estimator = new Pipeline({ steps: { scale: new StandardScaler(), net } });
  new GridSearchCV({ estimator, paramGrid: { net__lr: [0.1], scale__withMean: [true, false] } });
  // @ts-expect-error no such step
  new GridSearchCV({ estimator, paramGrid: { nett__lr: [0.1] } });
});

test('distributions stand beside lists, of the right type', () => {
  const paramDistributions = {
    lr: logUniform(1e-3, 1),
    batchSize: randint(8, 65),
    module__dropout: [0, 0.5],
  };
  new RandomizedSearchCV({ estimator: net, paramDistributions, nIter: 3 });
  new HalvingRandomSearchCV({ estimator: net, paramDistributions, resource: 'maxEpochs', maxResources: 9 });
  // @ts-expect-error numbers for what is none
  new RandomizedSearchCV({ estimator: net, paramDistributions: { warmStart: logUniform(1, 2) } });
});

test('the estimator of a search is reached by name, an imported one takes any', () => {
  const search = new GridSearchCV({ estimator: net, paramGrid: { lr: [0.1] } });
  search.setParams({ estimator__lr: 0.5, cv: 3 });
  // @ts-expect-error an unknown name of the estimator
  search.setParams({ estimator__lrr: 0.5 });
  new GridSearchCV({
    estimator: { from: 'file:///model.js', name: 'makeNet' },
    paramGrid: { anything: [1] },
  });
});
