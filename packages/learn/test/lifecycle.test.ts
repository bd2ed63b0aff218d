// What a fit does and in which order. The numbers A1, A2, … are those of the behavioral cases in the project's inventory of
// skorch, appendix A.

import {
  Callback,
  CallbackError,
  clone,
  collectWarnings,
  DataLoader,
  type DataLoaderOptions,
  type DatasetLike,
  EpochScoring,
  type Net,
  NeuralNet,
  NeuralNetClassifier,
  NotFittedError,
  PrintLog,
  ValidSplit,
} from '@tacit/learn';
import { Linear, Module, MSELoss, type Parameter, SGD } from '@tacit/nn';
import { Tensor } from '@tacit/tensor';
import { describe, expect, test, vi } from 'vitest';
import { Clf, clfRows, Lin, line, Mlp, manyRows, Spy } from './support/modules.js';

const { X, y } = manyRows(1000);

describe('A1 events', async () => {
  const spy = new Spy();
  const net = new NeuralNetClassifier({
    module: Mlp,
    verbose: 0,
    seed: 0,
    callbacks: { spy },
  });
  await net.fit(X, y);

  test('hooks are called once a fit, epoch or batch', () => {
    expect(spy.count('onTrainBegin')).toBe(1);
    expect(spy.count('onTrainEnd')).toBe(1);
    expect(spy.count('onEpochBegin')).toBe(10);
    expect(spy.count('onEpochEnd')).toBe(10);
    expect(spy.count('onBatchBegin')).toBe(90);
    expect(spy.count('onBatchEnd')).toBe(90);
    expect(spy.count('onGradComputed')).toBe(70);
  });

  test('batch sizes: seven of training, two of validation', () => {
    expect(net.history.batchColumn('train_batch_size')[0]).toEqual([128, 128, 128, 128, 128, 128, 32]);
    expect(net.history.batchColumn('valid_batch_size')[0]).toEqual([128, 72]);
  });

  test('the first argument of every hook is the net', () => {
    expect(spy.calls.every((call) => call.net === net)).toBe(true);
  });

  test('every epoch has its records', () => {
    for (const epoch of net.history) {
      expect(Object.keys(epoch)).toEqual(
        expect.arrayContaining(['epoch', 'train_loss', 'valid_loss', 'valid_acc', 'dur', 'batches']),
      );
    }
  });
});

test('events of one epoch come in the order of skorch, with their records (5 rows, batch 2)', async () => {
  const spy = new Spy();
  const net = new NeuralNet({
    module: Lin,
    criterion: MSELoss,
    batchSize: 2,
    maxEpochs: 1,
    verbose: 0,
    callbacks: { spy },
  });
  const data = line(5);
  await net.fit(data.X, data.y);
  const training = ['onBatchBegin', 'onGradComputed', 'onBatchEnd'];
  expect(spy.calls.map(({ hook }) => hook)).toEqual([
    ...['onTrainBegin', 'onEpochBegin', ...training, ...training],
    ...['onBatchBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'],
  ]);
  const ends = spy.calls.filter(({ hook }) => hook === 'onBatchEnd').map(({ record }) => record);
  expect(ends.map(({ training: isTraining }) => isTraining)).toEqual([true, true, false]);
  expect(ends.every(({ loss, yPred }) => loss instanceof Tensor && yPred instanceof Tensor)).toBe(true);
  expect(spy.initialized).toBe(1);
});

describe('A2 batch sizes', () => {
  class Recorder extends DataLoader {
    static readonly sizes: (number | undefined)[] = [];
    constructor(dataset: DatasetLike, options: DataLoaderOptions = {}) {
      super(dataset, options);
      Recorder.sizes.push(options.batchSize);
    }
  }

  test.each([
    ['batchSize −1', { batchSize: -1 }, 800, 200],
    ['only iteratorTrain −1', { iteratorTrain__batchSize: -1 }, 800, 128],
    ['only iteratorValid −1', { iteratorValid__batchSize: -1 }, 128, 200],
  ])('%s: the loader gets the number of rows, never −1', async (_, sizes, train, valid) => {
    Recorder.sizes.length = 0;
    const net = new NeuralNetClassifier({
      module: Mlp,
      maxEpochs: 1,
      verbose: 0,
      iteratorTrain: Recorder,
      iteratorValid: Recorder,
      ...sizes,
    });
    await net.fit(X, y);
    expect(Recorder.sizes).toEqual([train, valid]);
    expect(net.history.batchColumn('train_batch_size')[0]![0]).toBe(train);
    expect(net.history.batchColumn('valid_batch_size')[0]![0]).toBe(valid);
  });

  test.each([
    [40, 20, 5],
    [100, 8, 2],
  ])('batch %i: counts of batches', async (batchSize, train, valid) => {
    const net = new NeuralNetClassifier({ module: Mlp, maxEpochs: 1, verbose: 0, batchSize });
    await net.fit(X, y);
    expect(net.history.column('train_batch_count')).toEqual([train]);
    expect(net.history.column('valid_batch_count')).toEqual([valid]);
  });
});

describe('A5 what setParams builds anew', () => {
  function initialized() {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const net = new NeuralNet({
      module: Lin,
      criterion: MSELoss,
      optimizer: SGD,
      verbose: 1,
      callbacks: { printLog: new PrintLog({ sink: () => {} }) },
    }).initialize();
    const before = { module: net.module_, criterion: net.criterion_, optimizer: net.optimizer_ };
    const fresh = () => ({
      module: net.module_ !== before.module,
      criterion: net.criterion_ !== before.criterion,
      optimizer: net.optimizer_ !== before.optimizer,
    });
    return { net, lines, fresh, end: () => log.mockRestore() };
  }

  test('nothing for lr and options of the optimizer, which change in place and are remembered', () => {
    const { net, lines, fresh, end } = initialized();
    net.setParams({}).setParams({ lr: 0.5 }).setParams({ optimizer__momentum: 0.9 });
    end();
    expect(fresh()).toEqual({ module: false, criterion: false, optimizer: false });
    expect(lines).toEqual([]);
    expect(net.optimizer_.paramGroups[0]).toMatchObject({ lr: 0.5, momentum: 0.9 });
    expect(net.getParams().optimizer__momentum).toBe(0.9);
  });

  test('all for options of the module, naming them sorted', () => {
    const { net, lines, fresh, end } = initialized();
    net.setParams({ module__weight: 1, module__bias: 2, optimizer__momentum: 0.5 });
    end();
    expect(fresh()).toEqual({ module: true, criterion: true, optimizer: true });
    expect(lines).toEqual([
      'Building module anew, because of module__bias, module__weight.',
      'Building criterion anew.',
      'Building optimizer anew.',
    ]);
    expect(net.module_.bias.item()).toBe(2);
    expect(net.optimizer_.paramGroups[0]).toMatchObject({ momentum: 0.5 });
  });

  test('criterion and optimizer for options of the criterion', () => {
    const { net, lines, fresh, end } = initialized();
    net.setParams({ criterion__reduction: 'sum' });
    end();
    expect(fresh()).toEqual({ module: false, criterion: true, optimizer: true });
    expect(lines[0]).toContain('criterion__reduction');
  });

  test('the optimizer for another class of it', () => {
    const { net, fresh, end } = initialized();
    net.setParams({ optimizer: class Other extends SGD {} });
    end();
    expect(fresh()).toEqual({ module: false, criterion: false, optimizer: true });
    expect(net.optimizer_.constructor.name).toBe('Other');
  });

  test('the optimizer for an option that goes back to its default', () => {
    const { net, fresh, end } = initialized();
    net.setParams({ optimizer__momentum: 0.9 });
    net.setParams({ optimizer__momentum: undefined });
    end();
    expect(fresh()).toEqual({ module: false, criterion: false, optimizer: true });
    expect(net.optimizer_.paramGroups[0]!.momentum).toBe(0);
  });

  test('nothing for loaders and splits, which count from the next fit', () => {
    const { net, fresh, end } = initialized();
    net.setParams({ iteratorTrain__shuffle: false, batchSize: 3, trainSplit: null });
    end();
    expect(fresh()).toEqual({ module: false, criterion: false, optimizer: false });
  });

  test('a net that is not initialized stores and prints nothing', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const net = new NeuralNet({ module: Lin, criterion: MSELoss }).setParams({ module__weight: 3 });
    expect(net.initialized_).toBe(false);
    expect(net.initialize().module_.weight.item()).toBe(3);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  test('lr and optimizer__lr: the latter wins', () => {
    const net = new NeuralNet({ module: Lin, criterion: MSELoss, lr: 0.5, optimizer__lr: 0.25 }).initialize();
    expect(net.optimizer_.paramGroups[0]!.lr).toBe(0.25);
    net.setParams({ lr: 10 });
    expect(net.optimizer_.paramGroups[0]!.lr).toBe(0.25);
  });
});

test('A6 groups of parameters by glob have options of their own, the rest those of the net', () => {
  class Three extends Module {
    readonly a = new Linear(2, 2);
    readonly b = new Linear(2, 2);
    readonly c = new Linear(2, 2);
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const net = new NeuralNet({
    module: Three,
    criterion: MSELoss,
    lr: 0.5,
    optimizer__paramGroups: [
      ['a.*', { lr: 0.1 }],
      ['nomatch*', { lr: 9 }],
      ['*.bias', { lr: 0.2 }],
    ],
  }).initialize();
  expect(net.optimizer_.paramGroups.map(({ names, lr }) => [names, lr])).toEqual([
    [['a.weight', 'a.bias'], 0.1],
    [['b.bias', 'c.bias'], 0.2],
    [['b.weight', 'c.weight'], 0.5],
  ]);
});

describe('A8, A9 callbacks', () => {
  class Noter extends Callback<{ note: number; notes: number[] }> {
    static readonly defaults = { note: 0, notes: [] };
    override onEpochEnd(): void {
      this.options.notes.push(this.options.note);
    }
  }

  test('default ones come first, then the given ones, the table last', async () => {
    const net = new NeuralNetClassifier({
      module: Mlp,
      callbacks: { b: new Spy(), a: new Spy() },
      verbose: 0,
    });
    await net.fit(X, y, { epochs: 0 });
    const names = net.callbacks_.map(({ name }) => name);
    expect(names).toEqual(['epochTimer', 'trainLoss', 'validLoss', 'validAcc', 'b', 'a', 'printLog']);
  });

  test('a callback that is set to null is no longer called', async () => {
    const notes: number[] = [];
    const note = (n: number) => new Noter({ note: n, notes });
    const net = new NeuralNetClassifier({
      module: Mlp,
      maxEpochs: 2,
      verbose: 0,
      callbacks: { cb0: note(0), cb1: note(1), cb2: note(2) },
    });
    await net.fit(X, y);
    net.setParams({ callbacks__cb1: null });
    await net.fit(X, y);
    expect(notes).toEqual([0, 1, 2, 0, 1, 2, 0, 2, 0, 2]);
  });

  test('an option that is set on an initialized net holds, and survives the next fit', async () => {
    const notes: number[] = [];
    const net = new NeuralNetClassifier({
      module: Mlp,
      maxEpochs: 1,
      verbose: 0,
      callbacks: { cb: new Noter({ notes }) },
    });
    await net.fit(X, y);
    net.setParams({ callbacks__cb__note: 7 });
    await net.partialFit(X, y);
    await net.fit(X, y);
    expect(notes).toEqual([0, 7, 7]);
  });

  test("'disable' leaves none, and epochs without scores", async () => {
    const net = new NeuralNetClassifier({ module: Mlp, maxEpochs: 1, callbacks: 'disable' });
    await net.fit(X, y);
    expect(net.callbacks_).toEqual([]);
    expect(Object.keys(net.history.last()).sort()).toEqual([
      'batches',
      'epoch',
      'train_batch_count',
      'valid_batch_count',
    ]);
  });

  test('a callback that throws is named, and the cause is kept', async () => {
    const cause = new Error('disk full');
    class Broken extends Callback {
      override onEpochEnd(): void {
        throw cause;
      }
    }
    const spy = new Spy();
    const net = new NeuralNetClassifier({
      module: Mlp,
      verbose: 0,
      callbacks: { broken: new Broken(), spy },
    });
    const error = await net.fit(X, y).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CallbackError);
    expect(error).toMatchObject({ code: 'CALLBACK_FAILED', cause });
    expect((error as Error).message).toBe('Callback broken (Broken) failed in onEpochEnd: disk full');
    expect(spy.count('onTrainEnd')).toBe(1);
  });

  test('hooks that return promises are awaited in order', async () => {
    const order: string[] = [];
    class Slow extends Callback {
      override async onEpochEnd(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push('slow');
      }
    }
    class Fast extends Callback {
      override onEpochEnd(): void {
        order.push('fast');
      }
    }
    const callbacks = { slow: new Slow(), fast: new Fast() };
    await new NeuralNetClassifier({ module: Mlp, maxEpochs: 2, verbose: 0, callbacks }).fit(X, y);
    expect(order).toEqual(['slow', 'fast', 'slow', 'fast']);
  });

  test('an error of a train-end hook does not hide the first one, and is told as a warning', async () => {
    class AtEnd extends Callback {
      override onTrainEnd(): void {
        throw new Error('second');
      }
    }
    class Early extends Callback {
      override onTrainBegin(): void {
        throw new Error('first');
      }
    }
    const spy = new Spy();
    const callbacks = { early: new Early(), atEnd: new AtEnd(), spy };
    const net = new NeuralNetClassifier({ module: Mlp, verbose: 0, callbacks });
    const { result, warnings } = await collectWarnings(() => net.fit(X, y).catch((error: unknown) => error));
    expect((result as CallbackError).cause).toMatchObject({ message: 'first' });
    expect(warnings.map(({ code }) => code)).toEqual(['TRAIN_END_FAILED']);
    expect(spy.count('onTrainEnd')).toBe(1);
  });
});

describe('A10 fit, warm start, partialFit', () => {
  const few = manyRows(100);
  const make = () => new NeuralNetClassifier({ module: Mlp, verbose: 0, seed: 3 });
  const weightsOf = (net: { module_: Mlp }) => [...net.module_.hidden.weight.data];

  test('a second fit starts from the beginning', async () => {
    const net = make();
    await net.fit(few.X, few.y);
    const trained = weightsOf(net);
    net.setParams({ maxEpochs: 0 });
    await net.fit(few.X, few.y);
    expect(weightsOf(net)).not.toEqual(trained);
    expect(net.history.length).toBe(0);
  });

  test.each(['warm start', 'partialFit'])('%s keeps weights and history', async (way) => {
    const net = make();
    await net.fit(few.X, few.y);
    const trained = weightsOf(net);
    net.setParams({ maxEpochs: 0, warmStart: way === 'warm start' });
    await (way === 'partialFit' ? net.partialFit(few.X, few.y) : net.fit(few.X, few.y));
    expect(weightsOf(net)).toEqual(trained);
    expect(net.history.length).toBe(10);
  });

  test('before a fit everything that needs one says so, naming the class', async () => {
    for (const call of [
      () => make().predict(few.X),
      () => make().predictProba(few.X),
      () => make().forward(few.X),
      () => make().forwardIter(few.X).next(),
      () => make().score(few.X, few.y),
      async () => make().module_,
      async () => make().classes_,
    ]) {
      const error = await call().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(NotFittedError);
      expect(error).toMatchObject({ code: 'NOT_FITTED' });
      expect((error as Error).message).toContain('NeuralNetClassifier');
    }
  });
});

describe('stopping and aborting', () => {
  class At extends Callback<{ epoch: number; act: (net: Net) => void; hook: 'onEpochEnd' | 'onBatchEnd' }> {
    override onEpochEnd(net: Net): void {
      if (this.options.hook === 'onEpochEnd' && net.history.length === this.options.epoch)
        this.options.act(net);
    }
    override onBatchEnd(net: Net): void {
      if (this.options.hook === 'onBatchEnd' && net.history.length === this.options.epoch)
        this.options.act(net);
    }
  }
  const make = (at: At) => {
    const spy = new Spy();
    const net = new NeuralNetClassifier({ module: Mlp, verbose: 0, seed: 1, callbacks: { at, spy } });
    return { net, spy };
  };

  test('requestStop at the end of an epoch: later callbacks still see it, and fit resolves', async () => {
    const { net, spy } = make(new At({ epoch: 3, hook: 'onEpochEnd', act: (n) => n.requestStop('enough') }));
    await net.fit(X, y);
    expect(net.history.length).toBe(3);
    expect(net.stopReason_).toBe('enough');
    expect(spy.count('onEpochEnd')).toBe(3);
    expect(spy.count('onTrainEnd')).toBe(1);
    await net.partialFit(X, y, { epochs: 1 });
    expect(net.history.length).toBe(4);
  });

  test('requestStop within an epoch ends it after the batch', async () => {
    const { net } = make(new At({ epoch: 2, hook: 'onBatchEnd', act: (n) => n.requestStop() }));
    await net.fit(X, y);
    expect(net.history.last().batches).toHaveLength(1);
    expect(net.history.column('train_loss')).toHaveLength(1);
  });

  test('an abort rejects with the reason, runs train-end hooks, and leaves the net usable', async () => {
    const controller = new AbortController();
    const reason = new Error('user left');
    const { net, spy } = make(new At({ epoch: 2, hook: 'onBatchEnd', act: () => controller.abort(reason) }));
    await expect(net.fit(X, y, { signal: controller.signal })).rejects.toBe(reason);
    expect(spy.count('onTrainEnd')).toBe(1);
    expect(await net.predict(X)).toHaveLength(1000);
    net.setParams({ callbacks__at: null });
    await net.fit(X, y, { epochs: 1 });
    expect(net.history.length).toBe(1);
  });

  test('a signal that is aborted already: nothing is done', async () => {
    const net = new NeuralNetClassifier({ module: Mlp, verbose: 0 });
    await expect(net.fit(X, y, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(net.initialized_).toBe(false);
  });

  test('a second fit during a fit is refused, and the first one goes on', async () => {
    const net = new NeuralNetClassifier({ module: Mlp, verbose: 0, maxEpochs: 2 });
    const first = net.fit(X, y);
    await expect(net.fit(X, y)).rejects.toMatchObject({ code: 'FIT_IN_PROGRESS' });
    await first;
    expect(net.history.length).toBe(2);
  });

  test('a long fit lets the event loop breathe', async () => {
    const data = manyRows(4000);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await new NeuralNetClassifier({
      module: Mlp,
      module__width: 64,
      batchSize: 4,
      maxEpochs: 3,
      verbose: 0,
    }).fit(data.X, data.y);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('the seed', () => {
  const weightsAfter = async (seed: number | null, module: typeof Mlp = Mlp) => {
    const net = new NeuralNetClassifier({ module, verbose: 0, maxEpochs: 2, batchSize: 32, seed });
    await net.fit(X.slice(0, 200), y.slice(0, 200));
    return { weights: [...net.module_.hidden.weight.data], seed: net.seed_ };
  };

  test('equal seeds give equal weights, others give others', async () => {
    const first = await weightsAfter(5);
    expect((await weightsAfter(5)).weights).toEqual(first.weights);
    expect((await weightsAfter(6)).weights).not.toEqual(first.weights);
  });

  test('two nets that train at the same time do not disturb each other', async () => {
    const alone = await weightsAfter(5);
    const [one, two] = await Promise.all([weightsAfter(5), weightsAfter(5)]);
    expect(one.weights).toEqual(alone.weights);
    expect(two.weights).toEqual(alone.weights);
  });

  test('null draws a seed that repeats the fit', async () => {
    const drawn = await weightsAfter(null);
    expect((await weightsAfter(drawn.seed)).weights).toEqual(drawn.weights);
  });

  test('training rows are shuffled by default, each epoch anew', async () => {
    const spy = new Spy();
    const rows = line(64);
    const net = new NeuralNet({
      module: Lin,
      criterion: MSELoss,
      lr: 1e-6,
      trainSplit: null,
      maxEpochs: 2,
      verbose: 0,
      seed: 0,
      callbacks: { spy },
    });
    await net.fit(rows.X, rows.y);
    const orders = spy.calls
      .filter(({ hook }) => hook === 'onBatchBegin')
      .map(({ record }) => [...(record.batch as { X: Tensor }).X.data]);
    expect(orders[0]).not.toEqual(orders[1]);
    expect([...orders[0]!].sort((a, b) => a - b)).toEqual(rows.X.flat());
  });
});

describe('hooks of the module', () => {
  class Hooked extends Clf {
    readonly heard: (number | string)[] = [];
    calibrate(inputs: Tensor): void {
      this.heard.push(`calibrate ${inputs.shape.join('×')}`);
    }
    trainingProgress(fraction: number): void {
      this.heard.push(fraction);
    }
  }
  const { X: rows, y: labels } = clfRows;
  const common = { module: Hooked, verbose: 0, maxEpochs: 4 } as const;

  test('calibrate sees the training rows once, progress goes from 0 to 1', async () => {
    const net = await new NeuralNetClassifier({ ...common, trainSplit: null }).fit(rows, labels);
    expect(net.module_.heard).toEqual(['calibrate 10×2', 0, 0.25, 0.5, 0.75, 1]);
  });

  test('finishTraining sees the training rows after the last epoch, after partialFit too', async () => {
    class Finished extends Hooked {
      finishTraining(inputs: Tensor): void {
        this.heard.push(`finish ${inputs.shape.join('×')}`);
      }
    }
    const options = { ...common, module: Finished, trainSplit: null, maxEpochs: 1 } as const;
    const net = await new NeuralNetClassifier(options).fit(rows, labels);
    await net.partialFit(rows, labels);
    const round = [0, 1, 'finish 10×2'];
    expect(net.module_.heard).toEqual(['calibrate 10×2', ...round, ...round]);
  });

  test('what calibrate found out about the data becomes warnings', async () => {
    class Warned extends Hooked {
      calibrationWarnings() {
        return [{ code: 'DATA_ODD', message: `seen ${this.heard.length} times` }];
      }
    }
    const { warnings } = await collectWarnings(() =>
      new NeuralNetClassifier({ ...common, module: Warned, trainSplit: null }).fit(rows, labels),
    );
    expect(warnings).toEqual([{ code: 'DATA_ODD', message: 'seen 1 times' }]);
  });

  test('validation rows are not among those to calibrate with', async () => {
    const trainSplit = new ValidSplit(2);
    const split = await new NeuralNetClassifier({
      ...common,
      trainSplit,
      maxEpochs: 0,
    }).fit(rows, labels);
    expect(split.module_.heard).toEqual(['calibrate 5×2', 1]);
  });

  test('partialFit does not calibrate again', async () => {
    const net = await new NeuralNetClassifier({ ...common, trainSplit: null, maxEpochs: 1 }).fit(
      rows,
      labels,
    );
    await net.partialFit(rows, labels);
    expect(net.module_.heard).toEqual(['calibrate 10×2', 0, 1, 0, 1]);
  });

  test('1 comes last also when training is stopped', async () => {
    class Stop extends Callback {
      override onEpochEnd(net: Net): void {
        net.requestStop();
      }
    }
    const net = new NeuralNetClassifier({ ...common, trainSplit: null, callbacks: { stop: new Stop() } });
    await net.fit(rows, labels);
    expect(net.module_.heard).toEqual(['calibrate 10×2', 0, 1]);
  });
});

test('a module given as an instance is trained where it is: fits go on from its weights', async () => {
  const module = new Lin();
  const net = new NeuralNet({ module, criterion: MSELoss, verbose: 0, trainSplit: null, maxEpochs: 1 });
  const data = line(4);
  await net.fit(data.X, data.y);
  expect(net.module_).toBe(module);
  const [first] = net.history.column('train_loss');
  await net.fit(data.X, data.y);
  expect(net.history.column('train_loss')[0]).toBeLessThan(first!);
});

test.each([-1, 1.5, Number.NaN])('%d epochs are refused', async (epochs) => {
  const net = new NeuralNetClassifier({ module: Mlp, verbose: 0 });
  await expect(net.fit(X, y, { epochs })).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
});

describe('dimensions from the data', () => {
  test('inputDim and outputDim are taken from X and y where the module declares them', async () => {
    const net = await new NeuralNetClassifier({ module: Mlp, verbose: 0, maxEpochs: 1 }).fit(X, y);
    expect([net.module_.hidden.inFeatures, net.module_.output.outFeatures]).toEqual([20, 2]);
    expect(net.nFeaturesIn_).toBe(20);
    expect(net.getParams().module__inputDim).toBeNull();
  });

  test('a given one is kept', async () => {
    const net = new NeuralNetClassifier({ module: Mlp, module__outputDim: 2, verbose: 0, maxEpochs: 1 });
    await net.fit(X, y);
    expect(net.module_.output.outFeatures).toBe(2);
  });

  test('initialize without data says what to do', () => {
    expect(() => new NeuralNetClassifier({ module: Mlp }).initialize()).toThrow(/module__inputDim/);
  });
});

describe('A22 steps', () => {
  test('onGradComputed has every parameter with its gradient, as often as one likes', async () => {
    const names: string[][] = [];
    class Watch extends Callback {
      override onGradComputed(
        _: Net,
        { namedParameters }: { namedParameters: Iterable<readonly [string, Tensor]> },
      ) {
        names.push([...namedParameters].map(([name]) => name));
        expect([...namedParameters].every(([, parameter]) => parameter.grad !== null)).toBe(true);
      }
    }
    await new NeuralNetClassifier({
      module: Mlp,
      verbose: 0,
      maxEpochs: 1,
      callbacks: { watch: new Watch() },
    }).fit(X, y);
    expect(names).toHaveLength(7);
    expect(names[0]).toEqual(['hidden.weight', 'hidden.bias', 'output.weight', 'output.bias']);
  });

  test('steps can be overridden: gradient accumulation', async () => {
    class Accumulating extends NeuralNetClassifier<typeof Mlp> {
      #seen = 0;
      override async trainStep(batch: Parameters<NeuralNet['trainStep']>[0]) {
        const result = await this.trainStepSingle(batch);
        if (++this.#seen % 2 === 0) {
          this.optimizer_.step();
          this.optimizer_.zeroGrad();
        }
        return result;
      }
    }
    const net = new Accumulating({ module: Mlp, verbose: 0, maxEpochs: 5 });
    let steps = 0;
    net.initializeOptimizer = (parameters) => {
      const optimizer = new SGD(parameters as Parameter[] | [string, Parameter][]);
      const step = optimizer.step.bind(optimizer);
      return Object.assign(optimizer, { step: () => step(void steps++) });
    };
    await net.fit(X, y);
    expect(steps).toBe(17);
  });

  test('the module is in training mode for training batches only', async () => {
    const modes: [boolean, boolean][] = [];
    class Modes extends Callback {
      override onBatchEnd(net: Net, { training }: { training: boolean }): void {
        modes.push([training, net.module_.training]);
      }
    }
    await new NeuralNetClassifier({
      module: Mlp,
      verbose: 0,
      maxEpochs: 2,
      callbacks: { modes: new Modes() },
    }).fit(X, y);
    expect(modes.every(([training, mode]) => training === mode)).toBe(true);
    expect(modes.some(([training]) => !training)).toBe(true);
  });
});

test('A14 cached scores infer nothing again, uncached ones do', async () => {
  const counted = async (useCaching: 'auto' | boolean) => {
    let calls = 0;
    class Counting extends NeuralNetClassifier<typeof Mlp> {
      override infer(rows: Tensor): Tensor {
        calls++;
        return super.infer(rows);
      }
    }
    const net = new Counting({
      module: Mlp,
      verbose: 0,
      batchSize: 4,
      maxEpochs: 3,
      useCaching,
      trainSplit: { split: (data: DatasetLike) => ({ train: data, valid: data }) } as never,
      callbacks__validAcc: null,
    }).setParams({});
    net.setParams({ callbacks__validAcc: new EpochScoring({ scoring: 'accuracy', useCaching: false }) });
    await net.fit(X.slice(0, 40), y.slice(0, 40));
    return calls;
  };
  // 10 training and 10 validation batches an epoch, and 10 more where the score is computed anew.
  expect(await counted('auto')).toBe(90);
  expect(await counted(true)).toBe(60);
  expect(await counted(false)).toBe(90);
});

test('clone is exact, unfitted, and shares no callback', async () => {
  const net = new NeuralNetClassifier({
    module: Mlp,
    module__width: 3,
    verbose: 0,
    callbacks: { spy: new Spy() },
  });
  await net.fit(X, y, { epochs: 1 });
  const copy = clone(net, { lr: 0.5 });
  expect(copy.initialized_).toBe(false);
  expect(copy.getParams(false).module__width).toBe(3);
  expect(copy.getParams().lr).toBe(0.5);
  expect(copy.getParams().callbacks).not.toBe(net.getParams().callbacks);
  expect({ ...clone(net).getParams(false), callbacks: null }).toEqual({
    ...net.getParams(false),
    callbacks: null,
  });
  expect(() => clone(new NeuralNetClassifier({ module: new Clf() }))).toThrow(
    expect.objectContaining({ code: 'MODULE_INSTANCE' }),
  );
});
