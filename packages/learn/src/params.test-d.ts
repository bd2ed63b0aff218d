// The types of `component__name` parameters: right uses compile, wrong ones do not. Each `@ts-expect-error` stands directly
// above the property that is wrong, so that it cannot hide another mistake.

import {
  Adam,
  type CrossEntropyLoss,
  Linear,
  Module,
  type MSELoss,
  ReLU,
  Sequential,
  SGD,
  SparseQuantNeuralNet,
} from '@tacit/nn';
import type { IntTensor, Tensor } from '@tacit/tensor';
import { describe, expectTypeOf, test } from 'vitest';
import {
  Callback,
  type Criterion,
  clone,
  DataLoader,
  type DataLoaderOptions,
  Dataset,
  type DatasetLike,
  type DatasetOptions,
  EarlyStopping,
  EpochScoring,
  type Estimator,
  type Label,
  type Net,
  NeuralNet,
  NeuralNetBinaryClassifier,
  NeuralNetClassifier,
  NeuralNetRegressor,
  PrintLog,
  predefinedSplit,
  streamOf,
  ValidSplit,
} from './index.js';

interface MlpOptions {
  inputDim?: number;
  width?: number;
  activation?: 'relu' | 'tanh';
}

class Mlp extends Module {
  readonly width: number;
  constructor(options: MlpOptions = {}) {
    super();
    this.width = options.width ?? 4;
  }
  override forward(x: Tensor): Tensor {
    return x;
  }
}

class FocalLoss implements Criterion {
  constructor(readonly options: { gamma?: number } = {}) {}
  forward(output: Tensor): Tensor {
    return output;
  }
}

class Balanced extends DataLoader {
  constructor(dataset: DatasetLike, options: DataLoaderOptions & { perClass?: number } = {}) {
    super(dataset, options);
  }
}

class Snapshot extends Callback<{ every: number; path: string }> {
  static readonly defaults = { every: 1, path: '' };
}

describe('module', () => {
  test('options of a class are accepted with their types', () => {
    new NeuralNetClassifier({ module: Mlp, module__width: 30, module__activation: 'tanh' });
    new NeuralNetClassifier({
      module: SparseQuantNeuralNet,
      module__nLayers: 3,
      module__hiddenSizes: [8, 8],
    });
  });

  test('an unknown name is an error', () => {
    // @ts-expect-error module__widht is none of the options
    new NeuralNetClassifier({ module: Mlp, module__widht: 30 });
    // @ts-expect-error one underscore is not enough
    new NeuralNetClassifier({ module: Mlp, module_width: 30 });
  });

  test('a value of the wrong type is an error', () => {
    // @ts-expect-error a string is no width
    new NeuralNetClassifier({ module: Mlp, module__width: '30' });
    // @ts-expect-error 'sine' is none of the activations
    new NeuralNetClassifier({ module: Mlp, module__activation: 'sine' });
    // @ts-expect-error a string is no number of bits
    new NeuralNetClassifier({ module: SparseQuantNeuralNet, module__nWBits: '3' });
  });

  test('options of a factory are its last parameter', () => {
    const make = (options: { width?: number }) => new Mlp(options);
    new NeuralNetClassifier({ module: make, module__width: 3 });
    // @ts-expect-error the factory does not take it
    new NeuralNetClassifier({ module: make, module__activation: 'relu' });
  });

  test('a factory without parameters and an instance take no options', () => {
    new NeuralNetClassifier({ module: () => new Sequential(new Linear(2, 2), new ReLU()) });
    new NeuralNetClassifier({ module: new Mlp() });
    // @ts-expect-error the factory takes nothing
    new NeuralNetClassifier({ module: () => new Mlp(), module__width: 3 });
    // @ts-expect-error an instance is built already
    new NeuralNetClassifier({ module: new Mlp(), module__width: 3 });
  });

  test('the module is required, and has to be one', () => {
    // @ts-expect-error no module
    new NeuralNetClassifier({ lr: 0.1 });
    // @ts-expect-error a loss by its options is no module
    new NeuralNetClassifier({ module: FocalLoss });
  });

  test('a subclass of a module keeps the options of its own constructor', () => {
    class Deep extends Mlp {
      constructor(options: MlpOptions & { depth?: number } = {}) {
        super(options);
      }
    }
    new NeuralNetClassifier({ module: Deep, module__depth: 3, module__width: 2 });
    // @ts-expect-error Mlp has no depth
    new NeuralNetClassifier({ module: Mlp, module__depth: 3 });
  });
});

describe('criterion', () => {
  test('options of the default and of a given one', () => {
    new NeuralNetClassifier({ module: Mlp, criterion__weight: [1, 2], criterion__labelSmoothing: 0.1 });
    new NeuralNetClassifier({ module: Mlp, criterion: FocalLoss, criterion__gamma: 2 });
    new NeuralNetClassifier({ module: Mlp, criterion: new FocalLoss() });
  });

  test('wrong uses', () => {
    // @ts-expect-error a number is no list of weights
    new NeuralNetClassifier({ module: Mlp, criterion__weight: 2 });
    // @ts-expect-error FocalLoss has no weight
    new NeuralNetClassifier({ module: Mlp, criterion: FocalLoss, criterion__weight: [1, 2] });
    // @ts-expect-error a module of inputs alone computes no loss of a target
    new NeuralNetClassifier({ module: Mlp, criterion: 'cross-entropy' });
  });
});

describe('optimizer', () => {
  test('options of the default and of a given one', () => {
    new NeuralNetClassifier({ module: Mlp, optimizer__momentum: 0.9, optimizer__lr: 0.1 });
    new NeuralNetClassifier({ module: Mlp, optimizer: Adam, optimizer__betas: [0.9, 0.99] });
    new NeuralNetClassifier({ module: Mlp, optimizer__paramGroups: [['*.bias', { lr: 0.1 }]] });
  });

  test('a parameter of another optimizer is an error', () => {
    // @ts-expect-error Adam has no momentum
    new NeuralNetClassifier({ module: Mlp, optimizer: Adam, optimizer__momentum: 0.9 });
    // @ts-expect-error SGD, the default, has no betas
    new NeuralNetClassifier({ module: Mlp, optimizer__betas: [0.9, 0.99] });
    // @ts-expect-error nor in a group
    new NeuralNetClassifier({ module: Mlp, optimizer__paramGroups: [['*', { betas: [0.9, 0.99] }]] });
  });

  test('an optimizer cannot be given as an instance, for it needs the parameters', () => {
    const module = new Linear(1, 1);
    // @ts-expect-error an instance
    new NeuralNetClassifier({ module, optimizer: new SGD(module.parameters()) });
  });
});

describe('iteratorTrain, iteratorValid', () => {
  test('options of the default and of a given one', () => {
    new NeuralNetClassifier({ module: Mlp, iteratorTrain__shuffle: false, iteratorTrain__dropLast: true });
    new NeuralNetClassifier({ module: Mlp, iteratorValid__batchSize: -1 });
    new NeuralNetClassifier({ module: Mlp, iteratorTrain: Balanced, iteratorTrain__perClass: 3 });
  });

  test('wrong uses', () => {
    // @ts-expect-error a string is no batch size
    new NeuralNetClassifier({ module: Mlp, iteratorTrain__batchSize: '12' });
    // @ts-expect-error only Balanced has it
    new NeuralNetClassifier({ module: Mlp, iteratorTrain__perClass: 3 });
    // @ts-expect-error the validation rows still come from a DataLoader
    new NeuralNetClassifier({ module: Mlp, iteratorTrain: Balanced, iteratorValid__perClass: 3 });
  });
});

describe('trainSplit', () => {
  test('an instance, a class with options, none', () => {
    new NeuralNetClassifier({ module: Mlp, trainSplit: new ValidSplit(0.2, { randomState: 1 }) });
    new NeuralNetClassifier({ module: Mlp, trainSplit: new ValidSplit({ cv: 3, stratified: true }) });
    new NeuralNetClassifier({
      module: Mlp,
      trainSplit: ValidSplit,
      trainSplit__cv: 3,
      trainSplit__stratified: true,
    });
    new NeuralNetClassifier({ module: Mlp, trainSplit: predefinedSplit([[1, 2]], [0]) });
    new NeuralNetClassifier({ module: Mlp, trainSplit__cv: 3, trainSplit__stratified: false });
    new NeuralNetClassifier({ module: Mlp, trainSplit: { split: (data) => ({ train: data, valid: null }) } });
    new NeuralNetClassifier({ module: Mlp, trainSplit: null });
    new NeuralNetClassifier({ module: Mlp, trainSplit: false });
  });

  test('wrong uses', () => {
    // @ts-expect-error a string is no number of folds
    new NeuralNetClassifier({ module: Mlp, trainSplit__cv: '3' });
    // @ts-expect-error an instance is built already
    new NeuralNetClassifier({ module: Mlp, trainSplit: new ValidSplit(3), trainSplit__cv: 3 });
    // @ts-expect-error folds is called cv
    new NeuralNetClassifier({ module: Mlp, trainSplit: ValidSplit, trainSplit__folds: 3 });
    // @ts-expect-error true chooses no rows
    new NeuralNetClassifier({ module: Mlp, trainSplit: true });
    // @ts-expect-error a share alone is not a splitter
    new NeuralNetClassifier({ module: Mlp, trainSplit: 0.2 });
  });
});

describe('callbacks', () => {
  test('options of the default ones, and switching them off', () => {
    new NeuralNetClassifier({
      module: Mlp,
      callbacks__printLog: null,
      callbacks__validAcc__scoring: 'accuracy',
    });
    new NeuralNetClassifier({ module: Mlp, callbacks__printLog__sink: (line: string) => void line });
    new NeuralNetClassifier({ module: Mlp, callbacks: null, callbacks__printLog__digits: 2 });
    new NeuralNetClassifier({ module: Mlp, callbacks: 'disable' });
  });

  test('options of given ones, besides those of the default ones', () => {
    const callbacks = { early: new EarlyStopping({ patience: 5 }), snapshot: new Snapshot() };
    new NeuralNetClassifier({
      module: Mlp,
      callbacks,
      callbacks__early__patience: 3,
      callbacks__snapshot__every: 2,
    });
    new NeuralNetClassifier({ module: Mlp, callbacks, callbacks__early: null, callbacks__printLog: null });
    new NeuralNetClassifier({
      module: Mlp,
      callbacks: { printLog: new PrintLog() },
      callbacks__printLog__digits: 3,
    });
  });

  test('wrong uses', () => {
    const callbacks = { early: new EarlyStopping() };
    // @ts-expect-error no callback is called so
    new NeuralNetClassifier({ module: Mlp, callbacks__late: null });
    // @ts-expect-error EarlyStopping has no such option
    new NeuralNetClassifier({ module: Mlp, callbacks, callbacks__early__patiense: 3 });
    // @ts-expect-error a string is no patience
    new NeuralNetClassifier({ module: Mlp, callbacks, callbacks__early__patience: '3' });
    // @ts-expect-error disabled callbacks have no options
    new NeuralNetClassifier({ module: Mlp, callbacks: 'disable', callbacks__printLog: null });
    // @ts-expect-error the base net has no accuracy
    new NeuralNet({ module: Mlp, criterion: FocalLoss, callbacks__validAcc: null });
    // @ts-expect-error an option of EarlyStopping is checked in its constructor too
    new EarlyStopping({ patiense: 3 });
    // @ts-expect-error a metric is a name or a function
    new EpochScoring({ scoring: 3 });
  });
});

describe('parameters of the net itself', () => {
  test('right and wrong ones', () => {
    new NeuralNetClassifier({
      module: Mlp,
      lr: 0.1,
      maxEpochs: 3,
      batchSize: -1,
      seed: null,
      classes: ['a', 'b'],
    });
    // @ts-expect-error maxEpoch
    new NeuralNetClassifier({ module: Mlp, maxEpoch: 3 });
    // @ts-expect-error a string is no learning rate
    new NeuralNetClassifier({ module: Mlp, lr: '0.1' });
    // @ts-expect-error only classifiers have classes
    new NeuralNet({ module: Mlp, criterion: FocalLoss, classes: [0, 1] });
  });
});

describe('what a net gives', () => {
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    optimizer: Adam,
    callbacks: { early: new EarlyStopping() },
  });

  test('components have the types of their recipes', () => {
    expectTypeOf(net.module_).toEqualTypeOf<SparseQuantNeuralNet>();
    expectTypeOf(net.criterion_).toEqualTypeOf<CrossEntropyLoss>();
    expectTypeOf(net.optimizer_).toEqualTypeOf<Adam>();
    expectTypeOf(new NeuralNetClassifier({ module: () => new Mlp() }).module_).toEqualTypeOf<Mlp>();
    expectTypeOf(new NeuralNetClassifier({ module: new Mlp() }).module_).toEqualTypeOf<Mlp>();
  });

  test('fit resolves to the net, predictions to labels', () => {
    expectTypeOf(net.fit([[1]], ['a'])).resolves.toEqualTypeOf<typeof net>();
    expectTypeOf(net.predict([[1]])).resolves.toEqualTypeOf<Label[]>();
    expectTypeOf(net.predictProba([[1]])).resolves.toEqualTypeOf<number[][]>();
    expectTypeOf(net.score([[1]], [true])).resolves.toEqualTypeOf<number>();
  });

  test('setParams checks the same names', () => {
    net.setParams({ module__nWBits: 2, callbacks__early__patience: 10, optimizer__weightDecay: 0.1, lr: 1 });
    // @ts-expect-error nWbits
    net.setParams({ module__nWbits: 2 });
    // @ts-expect-error Adam has no momentum
    net.setParams({ optimizer__momentum: 0.9 });
    // @ts-expect-error a string is no patience
    net.setParams({ callbacks__early__patience: '10' });
  });

  test('getParams is typed, its entries optional', () => {
    expectTypeOf(net.getParams().module__nWBits).toEqualTypeOf<number | readonly number[] | undefined>();
    expectTypeOf(net.getParams().lr).toEqualTypeOf<number | undefined>();
    // @ts-expect-error no such parameter
    net.getParams().module__nWbits;
  });

  test('clone keeps the type, and checks changes', () => {
    expectTypeOf(clone(net)).toEqualTypeOf<typeof net>();
    clone(net, { module__nWBits: 2 });
    // @ts-expect-error nWbits
    clone(net, { module__nWbits: 2 });
  });

  test('every classifier is an Estimator, for code that knows names as text', () => {
    expectTypeOf(net).toExtend<Estimator>();
    expectTypeOf(net).toExtend<Net>();
    expectTypeOf(new NeuralNetClassifier({ module: Mlp })).toExtend<Estimator>();
    const estimators: Estimator[] = [net, new NeuralNetClassifier({ module: Mlp })];
    for (const estimator of estimators) estimator.setParams({ ['module__' + 'width']: 3 });
  });

  test('data of the wrong kind does not compile', () => {
    // @ts-expect-error text is no feature
    void net.fit([['1']], [0]);
    // @ts-expect-error a flat list is no table
    void net.fit([1, 2], [0, 1]);
    // @ts-expect-error rows of numbers are no labels
    void net.fit([[1]], [[0]]);
    void net.fit({ data: new Float32Array(2), shape: [2, 1] }, new Int32Array(2));
    void net.fit([[1], [2]] as const, ['a', 'b'] as const);
  });
});

describe('a net subclass', () => {
  class Regularized extends NeuralNetClassifier<typeof Mlp> {
    override getLoss(yPred: Tensor, yTrue: IntTensor, X: Tensor, training: boolean): Tensor {
      return super.getLoss(yPred, yTrue, X, training);
    }
  }

  test('has the parameters of the module it is made for', () => {
    new Regularized({ module: Mlp, module__width: 3 });
    // @ts-expect-error no such option
    new Regularized({ module: Mlp, module__widht: 3 });
    expectTypeOf(new Regularized({ module: Mlp }).module_).toEqualTypeOf<Mlp>();
  });
});

describe('regressors and binary nets', () => {
  test('have parameters, results and types of their own', () => {
    const regressor = new NeuralNetRegressor({ module: Mlp, module__width: 3, criterion__reduction: 'sum' });
    expectTypeOf(regressor.criterion_).toEqualTypeOf<MSELoss>();
    expectTypeOf(regressor).toExtend<Net>();
    expectTypeOf(regressor.score([[1]], [1])).resolves.toEqualTypeOf<number>();
    const binary = new NeuralNetBinaryClassifier({ module: Mlp, threshold: 0.3, classes: ['a', 'b'] });
    expectTypeOf(binary).toExtend<Estimator>();
    expectTypeOf(binary.predict([[1]])).resolves.toEqualTypeOf<Label[]>();
    // @ts-expect-error only binary nets have a threshold
    new NeuralNetRegressor({ module: Mlp, threshold: 0.3 });
    // @ts-expect-error a word is no threshold
    new NeuralNetBinaryClassifier({ module: Mlp, threshold: 'high' });
    // @ts-expect-error the default criterion has no label smoothing
    new NeuralNetBinaryClassifier({ module: Mlp, criterion__labelSmoothing: 0.1 });
  });
});

describe('options of one group', () => {
  test('by number', () => {
    new NeuralNetClassifier({ module: Mlp, optimizer__paramGroups__0__lr: 0.1 });
    new NeuralNetClassifier({ module: Mlp }).setParams({ optimizer__paramGroups__12__momentum: 0.9 });
    // @ts-expect-error SGD has no betas
    new NeuralNetClassifier({ module: Mlp, optimizer__paramGroups__0__betas: [0.9, 0.99] });
    // @ts-expect-error a group is a number
    new NeuralNetClassifier({ module: Mlp, optimizer__paramGroups__first__lr: 0.1 });
  });
});

describe('dataset', () => {
  class Noisy extends Dataset {
    constructor(X: Tensor, y: Tensor | IntTensor | null, options: DatasetOptions & { sigma?: number } = {}) {
      super(X, y, options);
    }
  }

  test('a class with options; weights and groups are no parameters', () => {
    new NeuralNetClassifier({ module: Mlp, dataset: Noisy, dataset__sigma: 0.1 });
    // @ts-expect-error a word is no sigma
    new NeuralNetClassifier({ module: Mlp, dataset: Noisy, dataset__sigma: 'much' });
    // @ts-expect-error the default data set has no sigma
    new NeuralNetClassifier({ module: Mlp, dataset__sigma: 0.1 });
    // @ts-expect-error weights come with fit
    new NeuralNetClassifier({ module: Mlp, dataset__sampleWeight: null });
  });
});

describe('several inputs and outputs', () => {
  class Pair extends Module<[{ left: Tensor; right: IntTensor }], [Tensor, Tensor]> {
    override forward({ left }: { left: Tensor; right: IntTensor }): [Tensor, Tensor] {
      return [left, left];
    }
  }

  test('infer and forward have the types of the module', () => {
    const net = new NeuralNet({ module: Pair, criterion: FocalLoss });
    expectTypeOf(net.infer).parameter(0).toEqualTypeOf<{ left: Tensor; right: IntTensor }>();
    expectTypeOf(net.infer).returns.toEqualTypeOf<[Tensor, Tensor]>();
    expectTypeOf(net.forward({ left: [[1]], right: Int32Array.of(1) })).resolves.toEqualTypeOf<
      [Tensor, Tensor]
    >();
    expectTypeOf(
      new NeuralNet({ module: Mlp, criterion: FocalLoss }).forward([[1]]),
    ).resolves.toEqualTypeOf<Tensor>();
    void net.fit({ left: [[1]], right: Int32Array.of(1) }, [1], { sampleWeight: [1], groups: ['a'] });
    // @ts-expect-error text is no input
    void net.fit({ left: [['a']], right: Int32Array.of(1) }, [1]);
  });

  test('streams give chunks', () => {
    const net = new NeuralNetClassifier({ module: Mlp });
    void net.fit(streamOf(() => [{ X: [[1]], y: ['a'] }]));
    // @ts-expect-error a chunk has X
    streamOf(() => [{ y: ['a'] }]);
  });

  test('history reads are typed by what is asked for', () => {
    const { history } = new NeuralNetClassifier({ module: Mlp });
    expectTypeOf(history.get<number[]>(':', 'train_loss')).toEqualTypeOf<number[]>();
    expectTypeOf(history.plot()).resolves.toEqualTypeOf<string>();
    expectTypeOf(history.plot({ format: 'spec' })).resolves.toEqualTypeOf<object>();
    // @ts-expect-error a selector is a number, ':' or a range
    history.get('all', 'train_loss');
    // @ts-expect-error four parts at most
    history.get(':', 'batches', ':', 'x', 0);
  });
});
