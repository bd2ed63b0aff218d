// Saving, loading and going on. The numbers A10, A18, B2, Q25 are those of the project's inventory of skorch.

import { readFileSync } from 'node:fs';
import {
  type Callback,
  Checkpoint,
  decodeSafetensors,
  EarlyStopping,
  type History,
  isLearnError,
  LoadInitState,
  MemoryStore,
  NeuralNet,
  NeuralNetClassifier,
} from '@tacit/learn';
import {
  Adagrad,
  Adam,
  AdamW,
  Dropout,
  LBFGS,
  Linear,
  Module,
  MSELoss,
  Parameter,
  ReLU,
  RMSprop,
  Sequential,
  SGD,
  SparseQuantNeuralNet,
} from '@tacit/nn';
import { type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectClose } from './support/close.js';
import { Lin, line, Mlp, manyRows } from './support/modules.js';

const rows = manyRows(60, 5);

/** Draws random numbers while it trains, and when it is built. */
class Noisy extends Module {
  static readonly defaults = { inputDim: null, outputDim: null };
  readonly layers: Sequential;

  constructor({ inputDim = 5, outputDim = 2 }: { inputDim?: number | null; outputDim?: number | null } = {}) {
    super();
    this.layers = new Sequential(
      new Linear(inputDim ?? 5, 8),
      new ReLU(),
      new Dropout({ p: 0.3 }),
      new Linear(8, outputDim ?? 2),
    );
  }

  override forward(x: Tensor): Tensor {
    return this.layers.forward(x);
  }
}

const common = { verbose: 0, seed: 3, maxEpochs: 2, batchSize: 16 } as const;

function noisy(callbacks: Record<string, Callback<object> | null> = {}) {
  return new NeuralNetClassifier({ module: Noisy, optimizer: Adam, lr: 0.01, callbacks, ...common });
}

type AnyNet = { readonly module_: unknown; readonly optimizer_: unknown; readonly history: History };

/** All that a fit leaves behind but the seconds it took. */
function traceOf({ module_, optimizer_, history }: AnyNet) {
  const numbers = (state: object) =>
    Object.fromEntries(
      Object.entries(state).map(([name, value]) => [name, value?.data ? [...value.data] : value]),
    );
  const { state } = (optimizer_ as Adam).stateDict();
  return {
    weights: numbers((module_ as Module).stateDict()),
    optimizer: Object.values(state).map(numbers),
    history: history.toTable().map(({ dur: _, ...epoch }) => epoch),
    batches: [...history].map(({ batches }) => batches),
  };
}

async function codeOf(task: Promise<unknown>): Promise<unknown> {
  return task.then(
    () => 'nothing',
    (error) => (isLearnError(error) ? error.code : error),
  );
}

describe('parts', () => {
  test('A18: a fresh net takes over losses, optimizer steps and weights of a saved one', async () => {
    const first = await noisy().fit(rows.X, rows.y);
    const saved = await first.saveParams();
    expect(Object.keys(saved).sort()).toEqual(['criterion', 'history', 'module', 'optimizer', 'training']);
    const second = await noisy().fit(rows.X, rows.y, { epochs: 1 });
    await second.loadParams(saved);
    expect(traceOf(second)).toEqual(traceOf(first));
    const steps = Object.values((second.optimizer_ as Adam).stateDict().state).map(({ step }) => step);
    expect(new Set(steps)).toEqual(new Set([6]));
  });

  test('resume equals a straight run bit for bit: shuffling, dropout, Adam, history', async () => {
    const straight = await noisy().fit(rows.X, rows.y, { epochs: 5 });
    const saved = await (await noisy().fit(rows.X, rows.y)).saveParams();
    // Other weights and another seed at first: nothing of them may remain.
    const resumed = noisy();
    resumed.setParams({ seed: 99 });
    await resumed.fit(rows.X, rows.y, { epochs: 0 });
    await resumed.loadParams(saved);
    await resumed.partialFit(rows.X, rows.y, { epochs: 3 });
    expect(traceOf(resumed)).toEqual(traceOf(straight));
  });

  test('B2: two epochs, saved and loaded, and two more are the four of a straight run', async () => {
    const { X, y } = line(5);
    const build = () =>
      new NeuralNet({
        module: Lin,
        criterion: MSELoss,
        optimizer: SGD,
        lr: 0.05,
        batchSize: 3,
        iteratorTrain__shuffle: false,
        maxEpochs: 2,
        verbose: 0,
      });
    const saved = await (await build().fit(X, y)).saveParams('params', 'optimizer', 'history');
    const resumed = build().initialize();
    await resumed.loadParams(saved);
    await resumed.partialFit(X, y);
    expectClose([...resumed.module_.weight.data], [2.03603]);
    expectClose([resumed.history.column('valid_loss').at(-1)!], [0.08687551]);
    expect(resumed.history.column('epoch')).toEqual([1, 2, 3, 4]);
  });

  test('Q6: the first epoch after loading is not the best one for want of others', async () => {
    const { X, y } = line(5);
    const build = () =>
      new NeuralNet({
        module: Lin,
        criterion: MSELoss,
        lr: 0.05,
        batchSize: 3,
        iteratorTrain__shuffle: false,
        verbose: 0,
      });
    const saved = await (await build().fit(X, y, { epochs: 2 })).saveParams('params', 'history');
    const resumed = build().initialize();
    await resumed.loadParams(saved);
    await resumed.partialFit(X, y, { epochs: 2 });
    expect(resumed.history.column<boolean>('valid_loss_best')).toEqual([true, false, false, false]);
  });

  test('early stopping goes on counting, and restores the best weights of before', async () => {
    const build = (patience: number) =>
      noisy({ early: new EarlyStopping({ patience, loadBest: true, threshold: 0.5 }) });
    const straight = await build(4).fit(rows.X, rows.y, { epochs: 20 });
    expect(straight.history.length).toBe(5);
    const store = new MemoryStore();
    const cp = new Checkpoint({ monitor: ({ history }) => history.length === 3, store });
    const interrupted = noisy({
      early: new EarlyStopping({ patience: 4, loadBest: true, threshold: 0.5 }),
      cp,
    });
    await interrupted.fit(rows.X, rows.y, { epochs: 4 });
    const resumed = build(4);
    await resumed.loadParams({ checkpoint: cp });
    await resumed.partialFit(rows.X, rows.y, { epochs: 20 });
    expect(resumed.history.length).toBe(5);
    expect(traceOf(resumed).weights).toEqual(traceOf(straight).weights);
  });

  test('frozen parameters stay frozen', async () => {
    const net = await noisy().fit(rows.X, rows.y);
    const frozen = net.module_.layers.parameters()[0]!;
    frozen.requiresGrad = false;
    const saved = await net.saveParams();
    const other = await noisy().fit(rows.X, rows.y);
    await other.loadParams(saved);
    expect(other.module_.parameters().map((parameter) => parameter.requiresGrad)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  test('a file of PyTorch is a part of the module, by its names', async () => {
    const bytes = readFileSync(new URL('golden/torch-mlp.safetensors', import.meta.url));
    const module = () => new Sequential(new Linear(3, 2), new ReLU(), new Linear(2, 1));
    const net = new NeuralNet({ module, criterion: MSELoss, verbose: 0 }).initialize();
    await net.loadParams({ params: bytes });
    // 1.5 · relu(0.5 − 2.5 + 6 + 0.1) − 2.5 · relu(3.5 − 0.375 − 0.2) + 0.25
    expectClose(((await net.predict([[1, 2, 3]])) as number[][]).flat(), [1.5 * 4.1 - 2.5 * 2.925 + 0.25]);
  });

  test('what calibration set from the first rows is not set again', async () => {
    const build = () =>
      new NeuralNetClassifier({
        module: SparseQuantNeuralNet,
        module__nLayers: 2,
        ...common,
        trainSplit: false,
      });
    const saved = await (await build().fit(rows.X, rows.y)).saveParams('params');
    const other = await build().fit(rows.X, rows.y, { epochs: 0 });
    other.initialize();
    await other.loadParams(saved);
    const before = other.module_.stateDict();
    const wide = rows.X.map((row) => row.map((value) => 100 * value));
    await other.partialFit(wide, rows.y, { epochs: 0 });
    const inputScale = Object.keys(before).filter((name) => name.startsWith('features.quant0'));
    expect(inputScale.length).toBeGreaterThan(0);
    for (const name of inputScale) expect(other.module_.stateDict()[name]!.data).toEqual(before[name]!.data);
  });

  test('A18: before the net is initialized there are no parts, except an empty history', async () => {
    const net = noisy();
    expect(await codeOf(net.saveParams('params'))).toBe('NOT_FITTED');
    expect(await codeOf(net.saveParams('training'))).toBe('NOT_FITTED');
    expect(await codeOf(net.loadParams({ optimizer: new Uint8Array(3) }))).toBe('NOT_FITTED');
    const { history } = await net.saveParams('history');
    await net.loadParams({ history });
    expect(net.history.length).toBe(0);
  });

  test('A18: an unknown part is named, with the nearest one', async () => {
    const net = await noisy().fit(rows.X, rows.y);
    const error = await net.saveParams('optimiser').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'PART_UNKNOWN', got: 'optimiser', hint: 'Did you mean optimizer?' });
    expect(await codeOf(net.saveParams('params', 'module'))).toBe('PART_UNKNOWN');
    expect(await codeOf(net.loadParams({ modul: new Uint8Array(3) }))).toBe('PART_UNKNOWN');
  });

  test('weights of another net are refused, both nets are named, and nothing has changed', async () => {
    const other = await new NeuralNetClassifier({ module: Mlp, ...common }).fit(rows.X, rows.y);
    const net = await noisy().fit(rows.X, rows.y, { epochs: 3 });
    const before = traceOf(net);
    const saved = await other.saveParams();
    const error = await net.loadParams(saved).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'FILE_OTHER_NET' });
    expect((error as Error).message).toContain('was saved from Mlp');
    expect((error as Error).message).toContain('this net, Noisy');
    expect(traceOf(net)).toEqual(before);
  });

  test('Q25: when the last of several parts does not fit, the first ones are taken back', async () => {
    const net = await noisy().fit(rows.X, rows.y);
    const longer = await noisy().fit(rows.X, rows.y, { epochs: 4 });
    const { history, params, optimizer } = await longer.saveParams('history', 'params', 'optimizer');
    const before = traceOf(net);
    const broken = { history, params, optimizer: optimizer.subarray(0, 200) };
    expect(await codeOf(net.loadParams(broken))).toBe('FILE_TRUNCATED');
    expect(await codeOf(net.loadParams({ history, params, optimizer: params }))).toBe('FILE_OTHER_NET');
    expect(await codeOf(net.loadParams({ params, history: params }))).toBe('FILE_FORMAT');
    expect(traceOf(net)).toEqual(before);
  });

  test('saving does not depend on what happens afterwards', async () => {
    const net = await noisy().fit(rows.X, rows.y);
    const saving = net.saveParams('params');
    net.module_.parameters()[0]!.data.fill(0);
    const { params } = await saving;
    await net.loadParams({ params });
    expect(net.module_.parameters()[0]!.data.some((value) => value !== 0)).toBe(true);
  });

  test('a criterion without weights of its own is no part, unless it is asked for', async () => {
    const criterion = { forward: (output: Tensor) => output.mul(output).mean() };
    const net = await new NeuralNet({ module: Lin, criterion, verbose: 0, maxEpochs: 1 }).fit(
      [[1], [2], [3], [4], [5]],
      [1, 2, 3, 4, 5],
    );
    expect(Object.keys(await net.saveParams())).not.toContain('criterion');
    expect(await codeOf(net.saveParams('criterion'))).toBe('PART_MISSING');
  });
});

describe('several components', () => {
  class Scale extends Module {
    readonly factor = new Parameter(tensor([2]));
    override forward(x: Tensor): Tensor {
      return x.mul(this.factor);
    }
  }

  class Scaled extends NeuralNet<typeof Lin, typeof MSELoss> {
    static override readonly defaults = { ...NeuralNet.defaults, scale: Scale, scaleOptimizer: Adam };
    static override readonly components = {
      scale: 'module',
      scaleOptimizer: { optimizes: ['scale'] },
    } as const;
    override infer(X: Tensor): Tensor {
      return (this.modules_.scale as unknown as Scale).forward(super.infer(X));
    }
  }
  const data = line(10);
  const build = () =>
    new Scaled({ module: Lin, criterion: MSELoss, lr: 0.01, batchSize: 4, verbose: 0, seed: 2 });

  test('each is a part under its name, and a resumed fit equals a straight one', async () => {
    const straight = await build().fit(data.X, data.y, { epochs: 4 });
    const saved = await (await build().fit(data.X, data.y, { epochs: 2 })).saveParams();
    expect(Object.keys(saved)).toEqual(
      expect.arrayContaining(['module', 'scale', 'optimizer', 'scaleOptimizer']),
    );
    const resumed = await build().fit(data.X, data.y, { epochs: 0 });
    await resumed.loadParams(saved);
    await resumed.partialFit(data.X, data.y, { epochs: 2 });
    expect(traceOf(resumed)).toEqual(traceOf(straight));
    const whole = await build().loadNet(await straight.saveNet());
    expect(await whole.predict(data.X)).toEqual(await straight.predict(data.X));
  });

  test('a checkpoint saves them by fNAME', async () => {
    const cp = new Checkpoint({ monitor: null, fScale: 'scale.safetensors' });
    const net = build();
    net.setParams({ callbacks: { cp } } as never);
    await net.fit(data.X, data.y, { epochs: 1 });
    const { tensors } = decodeSafetensors(await cp.store.read('scale.safetensors'));
    expect(Object.keys(tensors)).toEqual(['factor']);
  });

  test.each([
    ['SGD with momentum', { optimizer: SGD, optimizer__momentum: 0.9 }],
    ['AdamW', { optimizer: AdamW }],
    ['RMSprop', { optimizer: RMSprop }],
    ['Adagrad', { optimizer: Adagrad }],
    ['LBFGS', { optimizer: LBFGS, optimizer__maxIter: 2, lr: 0.1, batchSize: -1 }],
  ])('the state of %s goes through a file', async (_, optimizer) => {
    const common = { module: Lin, criterion: MSELoss, lr: 0.01, batchSize: 4, verbose: 0, seed: 2 } as const;
    const make = () => new NeuralNet({ ...common, ...(optimizer as object) });
    const straight = await make().fit(data.X, data.y, { epochs: 4 });
    const resumed = await make().fit(data.X, data.y, { epochs: 0 });
    await resumed.loadParams(await (await make().fit(data.X, data.y, { epochs: 2 })).saveParams());
    await resumed.partialFit(data.X, data.y, { epochs: 2 });
    expect(traceOf(resumed)).toEqual(traceOf(straight));
  });
});

describe('a whole net', () => {
  const build = () =>
    new NeuralNetClassifier({
      module: Mlp,
      module__width: 6,
      optimizer: Adam,
      lr: 0.02,
      ...common,
      maxEpochs: 4,
    });
  const labels = rows.y.map((label) => (label === 0 ? 'no' : 'yes'));

  test('predicts as before in a net that never saw the data, with parameters, labels and history', async () => {
    const net = await build().fit(rows.X, labels);
    const loaded = await new NeuralNetClassifier({ module: Mlp, optimizer: Adam }).loadNet(
      await net.saveNet(),
    );
    expect(await loaded.predict(rows.X)).toEqual(await net.predict(rows.X));
    expect(await loaded.predictProba(rows.X)).toEqual(await net.predictProba(rows.X));
    expect(loaded.classes_).toEqual(['no', 'yes']);
    expect(loaded.nFeaturesIn_).toBe(5);
    expect(loaded.getParams(false)).toEqual(net.getParams(false));
    expect(traceOf(loaded)).toEqual(traceOf(net));
    expect(await codeOf(loaded.predict([[1]]))).toBe('X_FEATURES');
  });

  test('goes on like the net that was saved', async () => {
    const net = await build().fit(rows.X, labels);
    const loaded = await build().loadNet(await net.saveNet());
    await loaded.partialFit(rows.X, labels);
    await net.partialFit(rows.X, labels);
    expect(traceOf(loaded)).toEqual(traceOf(net));
  });

  test('equal nets give equal bytes but for the seconds', async () => {
    const silent = { callbacks: 'disable' } as const;
    const make = () => new NeuralNetClassifier({ module: Mlp, ...common, ...silent }).fit(rows.X, labels);
    expect(await (await make()).saveNet()).toEqual(await (await make()).saveNet());
  });

  test('classes that differ are all named', async () => {
    const bytes = await (await build().fit(rows.X, labels)).saveNet();
    const other = new NeuralNetClassifier({ module: Noisy });
    const error = await other.loadNet(bytes).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'FILE_OTHER_NET',
      got: 'optimizer: Adam, module: Mlp',
      expected: 'optimizer: SGD, module: Noisy',
    });
    expect(other.initialized_).toBe(false);
    expect(other.getParams(false)).toEqual(new NeuralNetClassifier({ module: Noisy }).getParams(false));
  });

  test('weights that do not fit leave the net as it was', async () => {
    const bytes = await (await build().fit(rows.X, labels)).saveNet();
    class Wide extends Mlp {
      constructor(options: { inputDim?: number | null; outputDim?: number | null; width?: number } = {}) {
        super({ ...options, width: 2 * (options.width ?? 4) });
      }
    }
    const other = new NeuralNetClassifier({ module: Wide, optimizer: Adam });
    expect(await codeOf(other.loadNet(bytes))).toBe('FILE_OTHER_NET');
    expect(await codeOf(other.loadNet(bytes, { checkNames: false }))).toBe('FILE_OTHER_NET');
    expect(other.initialized_).toBe(false);
    expect(other.getParams(false).maxEpochs).toBe(10);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 1), 'FILE_TRUNCATED'],
    ['text', () => new TextEncoder().encode('{"net": "NeuralNet"}'), 'FILE_FORMAT'],
  ])('a file that is %s is refused', async (_, change, code) => {
    const bytes = await (await build().fit(rows.X, labels)).saveNet();
    expect(await codeOf(build().loadNet(change(bytes)))).toBe(code);
  });

  test('a part is not a whole net', async () => {
    const { params } = await (await build().fit(rows.X, labels)).saveParams('params');
    expect(await codeOf(build().loadNet(params))).toBe('FILE_FORMAT');
  });

  test('a net that is not fitted cannot be saved', async () => {
    expect(await codeOf(build().saveNet())).toBe('NOT_FITTED');
  });
});

describe('A10: trimForPrediction', () => {
  const build = () =>
    new NeuralNetClassifier({ module: Mlp, ...common, callbacks: { early: new EarlyStopping() } });

  test('predicts as before, and what only training needs is gone', async () => {
    const net = await build().fit(rows.X, rows.y);
    const before = await net.predictProba(rows.X);
    expect(net.trimForPrediction().trimForPrediction()).toBe(net);
    expect(await net.predictProba(rows.X)).toEqual(before);
    expect(net.history.length).toBe(0);
    expect(net.callbacks_).toEqual([]);
    expect(net.getParams(false)).toMatchObject({
      callbacks: 'disable',
      trainSplit: null,
      iteratorTrain: null,
    });
  });

  test('cannot be trained any more', async () => {
    const net = (await build().fit(rows.X, rows.y)).trimForPrediction();
    expect(await codeOf(net.fit(rows.X, rows.y))).toBe('TRAINING_IMPOSSIBLE');
    expect(await codeOf(net.partialFit(rows.X, rows.y))).toBe('TRAINING_IMPOSSIBLE');
    expect(() => net.initialize()).toThrow(/trimmed/);
    expect(() => net.setParams({ module__width: 3 })).toThrow(/trimmed/);
    net.setParams({ batchSize: 7 });
    expect(await net.predict(rows.X)).toHaveLength(60);
  });

  test('a net that is not fitted cannot be trimmed', () => {
    expect(() => build().trimForPrediction()).toThrow(/not fitted/);
  });

  test('is smaller in a file, and stays trimmed', async () => {
    const net = await new NeuralNetClassifier({ module: Mlp, optimizer: Adam, ...common }).fit(
      rows.X,
      rows.y,
    );
    const whole = await net.saveNet();
    const trimmed = await net.trimForPrediction().saveNet();
    expect(trimmed.length).toBeLessThan(whole.length / 2);
    const loaded = await new NeuralNetClassifier({ module: Mlp }).loadNet(trimmed);
    expect(await loaded.predictProba(rows.X)).toEqual(await net.predictProba(rows.X));
    expect(await codeOf(loaded.partialFit(rows.X, rows.y))).toBe('TRAINING_IMPOSSIBLE');
  });
});

describe('A18: LoadInitState', () => {
  const build = (checkpoint: Checkpoint, more: object = {}) =>
    new NeuralNetClassifier({
      module: Noisy,
      optimizer: Adam,
      ...common,
      maxEpochs: 10,
      ...more,
      callbacks: { cp: checkpoint, load: new LoadInitState({ checkpoint }) },
    });

  test('the same program run twice trains 10 epochs and 10 more, as one of 20 would', async () => {
    const store = new MemoryStore();
    const run = () => build(new Checkpoint({ monitor: null, store })).fit(rows.X, rows.y);
    await run();
    const second = await run();
    expect(second.history.length).toBe(20);
    const straight = await build(new Checkpoint({ monitor: null })).fit(rows.X, rows.y, { epochs: 20 });
    expect(traceOf(second)).toEqual(traceOf(straight));
  });

  test.each([
    ['a small net', { module: Noisy }],
    [
      'a pruned and quantized net',
      { module: SparseQuantNeuralNet, module__nLayers: 2, module__nPruneNeuronsPercentage: 0.5 },
    ],
  ])('with resume an interrupted fit is finished, to the bits of one that was not: %s', async (_, module) => {
    const store = new MemoryStore();
    const controller = new AbortController();
    const run = (checkpoint: Checkpoint) => build(checkpoint, module as object);
    const interrupted = run(
      new Checkpoint({
        monitor: null,
        store,
        sink: (line) =>
          line.startsWith('Checkpoint of epoch 4') && controller.abort(new Error('power failure')),
      }),
    );
    await expect(interrupted.fit(rows.X, rows.y, { signal: controller.signal })).rejects.toThrow(
      'power failure',
    );
    const again = () => run(new Checkpoint({ monitor: null, store })).fit(rows.X, rows.y, { resume: true });
    const resumed = await again();
    const straight = await run(new Checkpoint({ monitor: null })).fit(rows.X, rows.y, { resume: true });
    expect(resumed.history.length).toBe(10);
    expect(traceOf(resumed)).toEqual(traceOf(straight));
    // Once more there is nothing left to do.
    expect((await again()).history.length).toBe(10);
  });

  test('goes on from the epoch that was saved: 3 and 10 more', async () => {
    const store = new MemoryStore();
    const checkpoint = () =>
      new Checkpoint({
        monitor: ({ history }) => [1, 3].includes(history.length),
        fParams: 'params_{epoch}',
        store,
      });
    await build(checkpoint()).fit(rows.X, rows.y);
    expect(store.names).toContain('params_3');
    const net = await build(checkpoint()).fit(rows.X, rows.y);
    expect(net.history.length).toBe(13);
    const events = [true, false, true, ...Array.from({ length: 10 }, () => false)];
    expect(net.history.column<boolean>('event_cp')).toEqual(events);
  });

  test('Q25: some files of several are an error that names the missing one', async () => {
    const store = new MemoryStore();
    await build(new Checkpoint({ monitor: null, store })).fit(rows.X, rows.y);
    const half = new MemoryStore();
    for (const name of store.names.filter((one) => !one.startsWith('params')))
      await half.write(name, await store.read(name));
    const error = await build(new Checkpoint({ monitor: null, store: half }))
      .fit(rows.X, rows.y)
      .catch((e) => e);
    expect(error.cause).toMatchObject({ code: 'FILE_MISSING', got: 'params.safetensors' });
  });

  test('files of different epochs, as an ended process leaves them, are refused', async () => {
    const store = new MemoryStore();
    await build(new Checkpoint({ monitor: null, store })).fit(rows.X, rows.y, { epochs: 1 });
    const early = await store.read('params.safetensors');
    await build(new Checkpoint({ monitor: null, store })).fit(rows.X, rows.y, { epochs: 1 });
    await store.write('params.safetensors', early);
    const error = await build(new Checkpoint({ monitor: null, store }))
      .fit(rows.X, rows.y)
      .catch((e) => e);
    expect(error.cause).toMatchObject({ code: 'FILE_OTHER_NET', expected: 'files of one epoch' });
  });
});
