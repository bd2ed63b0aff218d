// Schedules, clipping, mapped parameters, scores of batches, start epochs. A12, A14, A19–A22, B8, B11, Q5 are numbers of the
// project's inventory of skorch; values of B runs were printed by skorch 1.4.0 on torch 1.13.1, tolerance relative 1e-5.

import {
  BatchScoring,
  type Callback,
  Checkpoint,
  EarlyStopping,
  EpochScoring,
  Freezer,
  GradientNormClipping,
  Initializer,
  InputShapeSetter,
  LoadInitState,
  LRScheduler,
  type Net,
  NeuralNet,
  NeuralNetClassifier,
  ParamMapper,
  PrintLog,
  predefinedSplit,
  type Scorer,
  TrainEndCheckpoint,
  Unfreezer,
} from '@tacit/learn';
import {
  CyclicLR,
  ExponentialLR,
  Linear,
  Module,
  MSELoss,
  Parameter,
  ReduceLROnPlateau,
  ReLU,
  Sequential,
  StepLR,
} from '@tacit/nn';
import { type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectClose } from './support/close.js';
import { Lin, line, Mlp, manyRows, Spy } from './support/modules.js';

const { X, y } = manyRows(1000);
const quiet = { verbose: 0, seed: 0, iteratorTrain__shuffle: false } as const;

function lin(callbacks: Record<string, Callback<object> | null>, more: object = {}) {
  return new NeuralNet({ module: Lin, criterion: MSELoss, lr: 0.05, ...quiet, ...more, callbacks });
}

describe('A19 schedules', () => {
  test('simulate gives the rates before each step', () => {
    const step = new LRScheduler({ policy: 'StepLR', policyOptions: { stepSize: 2 } });
    expectClose(step.simulate(6, 1), [1, 1, 0.1, 0.1, 0.01, 0.01]);
    const cyclic = new LRScheduler({
      policy: CyclicLR,
      policyOptions: { baseLr: 1, maxLr: 5, stepSizeUp: 4 },
    });
    expectClose(cyclic.simulate(11, 1), [1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3]);
    const plateau = new LRScheduler({
      policy: 'ReduceLROnPlateau',
      policyOptions: { factor: 0.1, patience: 1 },
    });
    expectClose(plateau.simulate(5, 1, 0.5), [1, 1, 1, 0.1, 0.1]);
    expectClose(plateau.simulate(5, 1, [0.5, 0.4, 0.4, 0.4, 0.3]), [1, 1, 1, 1, 0.1]);
  });

  test.each<[string, LRScheduler]>([
    ['by name', new LRScheduler({ policy: 'ExponentialLR', policyOptions: { gamma: 0.5 } })],
    ['by class', new LRScheduler({ policy: ExponentialLR, policyOptions: { gamma: 0.5 } })],
    ['as a schedule', new LRScheduler({ policy: new ExponentialLR({ gamma: 0.5 }) })],
    ['the default, WarmRestartLR', new LRScheduler()],
  ])('event_lr of a fit at lr 123 equals simulate: %s', async (_, schedule) => {
    const net = await lin({ schedule }, { lr: 123, maxEpochs: 3 }).fit(line(5).X, line(5).y);
    expect(net.history.column('event_lr')).toEqual(schedule.simulate(3, 123));
  });

  test('a step a batch: 1000 rows, batch 100, 2 epochs are 16 steps', async () => {
    const schedule = new LRScheduler({ policy: new ExponentialLR({ gamma: 0.9 }), stepEvery: 'batch' });
    const net = new NeuralNetClassifier({
      module: Mlp,
      batchSize: 100,
      maxEpochs: 2,
      ...quiet,
      callbacks: { schedule },
    });
    await net.fit(X, y);
    expect(schedule.stepCount_).toBe(16);
  });

  test('a monitor that was not recorded: the error says to put the score first', async () => {
    const schedule = new LRScheduler({ policy: 'ReduceLROnPlateau', monitor: 'bad_key' });
    const error = await lin({ schedule })
      .fit(line(5).X, line(5).y)
      .catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'HISTORY_KEY', got: 'bad_key' });
    expect(error.message).toContain('before the LRScheduler');
  });

  test('a function as monitor: its value is what the schedule is given', async () => {
    const schedule = new LRScheduler({
      policy: new ReduceLROnPlateau({ patience: 0, factor: 0.5 }),
      monitor: () => 55,
    });
    const net = await lin({ schedule }, { maxEpochs: 4, lr: 1e-3 }).fit(line(5).X, line(5).y);
    expectClose(net.history.column('event_lr'), [1e-3, 1e-3, 5e-4, 2.5e-4]);
  });

  test('an unknown policy is named with the nearest one', async () => {
    const error = await lin({ schedule: new LRScheduler({ policy: 'StepLr' as 'StepLR' }) })
      .fit(line(5).X, line(5).y)
      .catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'PARAMETER_VALUE', got: 'StepLr' });
    expect(error.message).toContain('Did you mean StepLR?');
  });
});

test('B11: a step a batch, 12 rows, batch 4: the rates lie with the batches only', async () => {
  const schedule = new LRScheduler({ policy: new ExponentialLR({ gamma: 0.5 }), stepEvery: 'batch' });
  const net = lin({ schedule }, { lr: 1, batchSize: 4, maxEpochs: 2, trainSplit: false });
  await net.fit(
    line(12).X.map(([x]) => [x! / 100]),
    line(12).y,
  );
  expect(net.history.batchColumn('event_lr')).toEqual([
    [1, 0.5, 0.25],
    [0.125, 0.0625, 0.03125],
  ]);
  expect(() => net.history.column('event_lr')).toThrow(/event_lr/);
});

describe('Q5: a fit that goes on has the rates of one that never stopped', () => {
  const data = line(5);
  const build = () =>
    lin({ schedule: new LRScheduler({ policy: new StepLR({ stepSize: 2 }) }) }, { lr: 1e-3 });

  test('by partialFit', async () => {
    const net = build();
    for (let part = 0; part < 3; part++) await net.partialFit(data.X, data.y, { epochs: 2 });
    expectClose(net.history.column('event_lr'), [1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5]);
  });

  test('after loading, with and without the history', async () => {
    const first = await build().fit(data.X, data.y, { epochs: 2 });
    const resumed = await build().fit(data.X, data.y, { epochs: 0 });
    await resumed.loadParams(await first.saveParams('params', 'optimizer', 'history'));
    await resumed.partialFit(data.X, data.y, { epochs: 2 });
    expectClose(resumed.history.column('event_lr'), [1e-3, 1e-3, 1e-4, 1e-4]);
    const anew = await build().fit(data.X, data.y, { epochs: 0 });
    await anew.loadParams(await first.saveParams('params', 'optimizer'));
    await anew.partialFit(data.X, data.y, { epochs: 2 });
    expectClose(anew.history.column('event_lr'), [1e-3, 1e-3]);
  });

  test('a step a batch', async () => {
    const make = () =>
      lin(
        { schedule: new LRScheduler({ policy: new ExponentialLR({ gamma: 0.5 }), stepEvery: 'batch' }) },
        { lr: 1e-3, batchSize: 2, trainSplit: false },
      );
    const straight = await make().fit(data.X, data.y, { epochs: 3 });
    const parts = await make().fit(data.X, data.y, { epochs: 1 });
    await parts.partialFit(data.X, data.y, { epochs: 2 });
    expect(parts.history.batchColumn('event_lr')).toEqual(straight.history.batchColumn('event_lr'));
    expectClose([...parts.module_.weight.data], [...straight.module_.weight.data], 0);
  });

  test('a plateau goes on counting, also after saving and loading', async () => {
    const make = () =>
      lin(
        {
          schedule: new LRScheduler({
            policy: 'ReduceLROnPlateau',
            policyOptions: { patience: 2 },
            monitor: () => 1,
          }),
        },
        { lr: 1e-3 },
      );
    const straight = await make().fit(data.X, data.y, { epochs: 8 });
    const first = await make().fit(data.X, data.y, { epochs: 3 });
    const loaded = await make().fit(data.X, data.y, { epochs: 0 });
    await loaded.loadParams(await first.saveParams());
    await first.partialFit(data.X, data.y, { epochs: 5 });
    await loaded.partialFit(data.X, data.y, { epochs: 5 });
    expect(first.history.column('event_lr')).toEqual(straight.history.column('event_lr'));
    expect(loaded.history.column('event_lr')).toEqual(straight.history.column('event_lr'));
  });
});

describe('A22 clipping', () => {
  /** The gradients [3, 4] and [12], whatever the input. */
  class Steep extends Module {
    readonly a = new Parameter(tensor([0, 0]));
    readonly b = new Parameter(tensor([0]));
    override forward(x: Tensor): Tensor {
      const slopes = this.a
        .mul(tensor([3, 4]))
        .sum()
        .add(this.b.mul(12).sum());
      return x.mul(0).add(slopes);
    }
  }
  const step = async (clip: GradientNormClipping) => {
    const net = new NeuralNet({
      module: Steep,
      criterion: { forward: (output: Tensor) => output.mean() },
      lr: 1,
      maxEpochs: 1,
      batchSize: -1,
      trainSplit: false,
      ...quiet,
      callbacks: { clip },
    });
    await net.fit([[1], [2]], [1, 2]);
    return [...net.module_.a.data, ...net.module_.b.data].map((value) => -value);
  };

  test.each<[string, object, number[]]>([
    ['norm 1', { gradientClipValue: 1 }, [0.230769, 0.307692, 0.923077]],
    ['a norm that is not reached', { gradientClipValue: 20 }, [3, 4, 12]],
    ['null: off', {}, [3, 4, 12]],
    ['the largest magnitude', { gradientClipValue: 6, gradientClipNormType: Infinity }, [1.5, 2, 6]],
  ])('%s', async (_, options, expected) =>
    expectClose(await step(new GradientNormClipping(options)), expected),
  );

  test('(c) 0 freezes the net', async () => {
    const changes = await step(new GradientNormClipping({ gradientClipValue: 0 }));
    expect(changes.map(Math.abs)).toEqual([0, 0, 0]);
  });
});

/** Three layers whose names are sequential.0, sequential.2, sequential.4. */
class Deep extends Module {
  readonly sequential = new Sequential(
    new Linear(20, 5),
    new ReLU(),
    new Linear(5, 5),
    new ReLU(),
    new Linear(5, 2),
  );
  override forward(x: Tensor): Tensor {
    return this.sequential.forward(x);
  }
}

function deep(callbacks: Record<string, Callback<object>>, more: object = {}) {
  return new NeuralNetClassifier({
    module: Deep,
    maxEpochs: 3,
    batchSize: 256,
    ...quiet,
    ...more,
    callbacks,
  });
}

const valuesOf = (net: { readonly module_: Module }) =>
  Object.fromEntries(Object.entries(net.module_.stateDict()).map(([name, { data }]) => [name, [...data]]));

describe('A21 mappers', () => {
  const five = (parameter: Parameter) => parameter.data.fill(5);

  test('Initializer sets what its globs match', async () => {
    const net = deep(
      {
        weights: new Initializer({ patterns: 'sequential.*.weight', fn: five }),
        bias: new Initializer({ patterns: 'sequential.2.bias', fn: ({ data }) => data.fill(10) }),
      },
      { lr: 0 },
    );
    const values = valuesOf(await net.fit(X, y));
    for (const [name, list] of Object.entries(values)) {
      if (name.endsWith('weight')) expect(new Set(list)).toEqual(new Set([5]));
    }
    expect(new Set(values['sequential.2.bias'])).toEqual(new Set([10]));
    expect(new Set(values['sequential.0.bias'])).not.toEqual(new Set([10]));
  });

  test.each<[string, ParamPatternsLike]>([
    ['a glob', 'sequential.*.weight'],
    ['a function', (name) => name.endsWith('weight')],
    ['a list of both', ['sequential.0.weight', (name) => name === 'sequential.2.weight', 'sequential.4.w*']],
  ])('Freezer keeps what %s matches, and the rest is trained', async (_, patterns) => {
    const net = await deep({ freeze: new Freezer({ patterns }) }, { lr: 0.1, maxEpochs: 0 }).fit(X, y);
    const before = valuesOf(net);
    await net.partialFit(X, y, { epochs: 2 });
    const after = valuesOf(net);
    for (const name of Object.keys(before)) {
      if (name.endsWith('weight')) expect(after[name]).toEqual(before[name]);
      else expect(after[name]).not.toEqual(before[name]);
    }
    const free = net.module_.namedParameters().filter(([, { requiresGrad }]) => requiresGrad);
    expect(free.map(([name]) => name.split('.').at(-1))).toEqual(['bias', 'bias', 'bias']);
  });

  test('Unfreezer lets them go again', async () => {
    const net = await deep(
      { freeze: new Freezer({ patterns: '*.weight' }), thaw: new Unfreezer({ patterns: '*.weight', at: 2 }) },
      { maxEpochs: 0, lr: 0.1 },
    ).fit(X, y);
    const before = valuesOf(net);
    await net.partialFit(X, y, { epochs: 2 });
    const after = valuesOf(net);
    for (const name of Object.keys(before)) expect(after[name]).not.toEqual(before[name]);
  });

  test('a schedule does both, and replaces fn and at', async () => {
    const seen: string[] = [];
    const note = (what: string) => () => void seen.push(what);
    const mapper = new ParamMapper({
      patterns: 'sequential.0.bias',
      fn: note('never'),
      schedule: ({ history }) =>
        history.length === 1 ? note('one') : history.length === 3 ? note('three') : null,
    });
    await deep({ mapper }).fit(X, y);
    expect(seen).toEqual(['one', 'three']);
  });

  test('a parameter that two patterns match is mapped twice', async () => {
    const names: string[] = [];
    const mapper = new ParamMapper({
      patterns: ['*.0.bias', '*bias'],
      fn: (_, name) => void names.push(name),
    });
    await deep({ mapper }, { maxEpochs: 1 }).fit(X, y);
    expect(names.filter((name) => name === 'sequential.0.bias')).toHaveLength(2);
    expect(names).toHaveLength(4);
  });

  test.each([0, -1, 1.5])('at %s is refused by its number', async (at) => {
    const error = await deep({ freeze: new Freezer({ at }) })
      .fit(X, y)
      .catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'PARAMETER_VALUE', got: String(at) });
  });

  test('Q17: the options stay as they were given', async () => {
    const fn = () => {};
    const mapper = new ParamMapper({ patterns: 'a*', fn, at: 2 });
    await deep({ mapper }).fit(X, y);
    expect(mapper.options).toMatchObject({ patterns: 'a*', fn, at: 2, schedule: null });
    expect(mapper.clone().options).toEqual(mapper.options);
  });
});

type ParamPatternsLike = ConstructorParameters<typeof Freezer>[0] extends { patterns?: infer P } | undefined
  ? P
  : never;

describe('B8', () => {
  const { X: rows, y: targets } = line(5);
  const common = { batchSize: -1, trainSplit: false } as const;

  test('frozen at first, free from epoch 3', async () => {
    const trace: number[][] = [];
    const net = lin(
      {
        freeze: new Freezer({ patterns: 'weight' }),
        thaw: new Unfreezer({ patterns: 'weight', at: 3 }),
        spy: Object.assign(new Spy(), {
          onEpochEnd: ({ module_ }: Net) => {
            const { weight, bias } = module_ as unknown as Lin;
            trace.push([weight.data[0]!, bias.data[0]!]);
          },
        }),
      },
      { ...common, maxEpochs: 4 },
    );
    await net.fit(rows, targets);
    expectClose(trace.flat(), [0, 0.5, 0, 0.95, 1.21, 1.355, 1.613, 1.4775]);
  });

  test('a weight that is set to 5 in epoch 2, lr 0', async () => {
    const set = new Initializer({ patterns: 'weight', fn: ({ data }) => data.fill(5), at: 2 });
    const net = await lin({ set }, { ...common, lr: 0, maxEpochs: 2 }).fit(rows, targets);
    expectClose(net.history.column('train_loss'), [33, 43]);
  });
});

describe('InputShapeSetter', () => {
  class Sized extends Module {
    static readonly defaults = { columns: 3 };
    readonly layer: Linear;
    constructor({ columns = 3 }: { columns?: number } = {}) {
      super();
      this.layer = new Linear(columns, 2);
    }
    override forward(x: Tensor): Tensor {
      return this.layer.forward(x);
    }
  }
  const build = (options: object, more: object = {}) =>
    new NeuralNetClassifier({
      module: Sized,
      ...quiet,
      ...more,
      maxEpochs: 1,
      callbacks: { shape: new InputShapeSetter({ paramName: 'columns', ...options }) },
    });

  test('gives the module the number of columns', async () => {
    const net = await build({}).fit(X, y);
    expect(net.module_.layer.weight.shape).toEqual([2, 20]);
    expect(net.getParams()).toMatchObject({ module__columns: 20 });
  });

  test('builds nothing anew when it is right already', async () => {
    const net = build({}, { module__columns: 20 });
    let built = 0;
    const { initializeModule } = net;
    net.initializeModule = () => {
      built++;
      return initializeModule.call(net);
    };
    await net.fit(X, y);
    expect(built).toBe(1);
  });

  test('a function of X; X without columns is refused', async () => {
    const net = await build({ inputDimFn: (rows: unknown) => (rows as number[][])[0]!.length }).fit(X, y);
    expect(net.module_.layer.weight.shape).toEqual([2, 20]);
    const error = await build({ inputDimFn: () => Number.NaN })
      .fit(X, y)
      .catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

const negativeSquares: Scorer = async (net, rows, truth) => {
  const predicted = (await net.predict(rows)) as number[][];
  return (
    -(truth as number[][]).reduce((sum, [value], row) => sum + (value! - predicted[row]![0]!) ** 2, 0) /
    truth.length
  );
};

describe('A11 scores of batches with a module that gives its input back', () => {
  test.each([true, false])('caching %s', async (useCaching) => {
    const net = lin(
      {
        nmse: new BatchScoring({ scoring: negativeSquares, name: 'nmse', useCaching, lowerIsBetter: false }),
        train: new BatchScoring({ scoring: negativeSquares, name: 'train_nmse', onTrain: true, useCaching }),
      },
      {
        module__weight: 1,
        lr: 0,
        batchSize: 1,
        maxEpochs: 2,
        trainSplit: predefinedSplit([[3], [0]], [[5], [4]]),
      },
    );
    await net.fit([[0], [2]], [[-1], [0]]);
    expect(net.history.column('nmse')).toEqual([-10, -10]);
    expect(net.history.column('train_nmse')).toEqual([-2.5, -2.5]);
    expect(net.history.batchColumn('nmse')).toEqual([
      [-4, -16],
      [-4, -16],
    ]);
  });
});

describe('A15 the scoring of batches', () => {
  const score55 = () => 55;
  test.each<[string, object, string, number]>([
    ['a name', { scoring: 'accuracy' }, 'accuracy', Number.NaN],
    ['a function', { scoring: score55 }, 'score55', 55],
    ['a function under another name', { scoring: score55, name: 'mine' }, 'mine', 55],
    ['nothing: the score of the net', { scoring: null }, 'score', Number.NaN],
  ])('%s', async (_, options, key, value) => {
    const net = await deep({ score: new BatchScoring(options) }, { maxEpochs: 2 }).fit(X, y);
    expect(net.history.column(key)).toHaveLength(2);
    expect(net.history.batchColumn(key)).toEqual([[expect.any(Number)], [expect.any(Number)]]);
    if (value === 55) expect(net.history.batchColumn(key)).toEqual([[55], [55]]);
  });

  test('an unknown name is an error', async () => {
    const error = await deep({ score: new BatchScoring({ scoring: 'acuracy' }) })
      .fit(X, y)
      .catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'SCORING_UNKNOWN' });
  });

  test('a score that throws leaves predictions as they are', async () => {
    const score = new BatchScoring({
      scoring: () => {
        throw new Error('stop');
      },
    });
    const net = deep({ score });
    await expect(net.fit(X, y)).rejects.toThrow('stop');
    expect(await net.predict(X.slice(0, 4))).toHaveLength(4);
  });
});

describe('A12 best flags of 10, 8, 6, 11, 7', () => {
  const sequence = [10, 8, 6, 11, 7];
  const build = (lowerIsBetter: boolean | null) =>
    lin(
      {
        score: new BatchScoring({
          scoring: ({ history }) => sequence[history.length - 1]!,
          name: 'score',
          lowerIsBetter,
        }),
      },
      { maxEpochs: 5, lr: 0 },
    );
  const data = line(10);

  test.each<[boolean, boolean[]]>([
    [true, [true, true, true, false, false]],
    [false, [true, false, false, true, false]],
  ])('lower is better: %s', async (lower, flags) => {
    const net = await build(lower).fit(data.X, data.y);
    expect(net.history.column('score')).toEqual(sequence);
    expect(net.history.column<boolean>('score_best')).toEqual(flags);
  });

  test('null: no flags', async () => {
    const net = await build(null).fit(data.X, data.y);
    expect(Object.keys(net.history.last())).not.toContain('score_best');
  });

  test.each([1, 2, 3, 4])('the same when training is split after epoch %i', async (epochs) => {
    const first = await build(true).fit(data.X, data.y, { epochs });
    const second = build(true).initialize();
    await second.loadParams(await first.saveParams('history'));
    await second.partialFit(data.X, data.y, { epochs: 5 - epochs });
    expect(second.history.column<boolean>('score_best')).toEqual([true, true, true, false, false]);
  });
});

test.each<['auto' | boolean, number]>([
  ['auto', 60],
  [true, 30],
  [false, 90],
])('A14: with useCaching %s the module is called %i times', async (useCaching, calls) => {
  const rows = manyRows(40);
  class Counting extends NeuralNetClassifier<typeof Mlp> {
    calls = 0;
    override infer(input: Tensor): Tensor {
      this.calls++;
      return super.infer(input);
    }
  }
  const net = new Counting({
    module: Mlp,
    batchSize: 4,
    maxEpochs: 3,
    useCaching,
    ...quiet,
    callbacks: {
      validAcc: null,
      a: new BatchScoring({ scoring: 'accuracy', name: 'a', onTrain: true, useCaching: false }),
      b: new BatchScoring({ scoring: 'accuracy', name: 'b', useCaching: true }),
      c: new EpochScoring({ scoring: 'accuracy', name: 'c', onTrain: true, useCaching: true }),
      d: new EpochScoring({ scoring: 'accuracy', name: 'd', useCaching: false }),
    } as never,
  });
  await net.fit(rows.X, rows.y);
  expect(net.calls).toBe(calls);
});

describe('startEpoch', () => {
  test('hooks of epochs and batches wait for it; those of the fit do not', async () => {
    const spy = new Spy();
    spy.setOptions({ startEpoch: 3 });
    await deep({ spy }, { maxEpochs: 4 }).fit(X, y);
    expect(spy.count('onTrainBegin')).toBe(1);
    expect(spy.count('onEpochEnd')).toBe(2);
    expect(spy.count('onBatchEnd')).toBe(10);
    expect(spy.count('onTrainEnd')).toBe(1);
  });

  test('any callback takes it, at construction and by name', async () => {
    const early = new EarlyStopping({ patience: 1, threshold: 1e9, startEpoch: 4 });
    const net = deep({ early }, { maxEpochs: 9 });
    await net.fit(X, y);
    // Epoch 4 is the first that counts, 5 the first without an improvement.
    expect(net.history.length).toBe(5);
    net.setParams({ callbacks__early__startEpoch: 2 } as never);
    await net.fit(X, y);
    expect(net.history.length).toBe(3);
  });
});

test('what restores is called before the others, what saves after them, tables last', async () => {
  const checkpoint = new Checkpoint();
  const net = deep({
    table: new PrintLog({ sink: () => {} }),
    end: new TrainEndCheckpoint(),
    load: new LoadInitState({ checkpoint }),
    mine: new Spy(),
    checkpoint,
  });
  await net.fit(X, y);
  expect(net.callbacks_.map(({ name }) => name)).toEqual([
    'load',
    'epochTimer',
    'trainLoss',
    'validLoss',
    'validAcc',
    'mine',
    'end',
    'checkpoint',
    'printLog',
    'table',
  ]);
});
