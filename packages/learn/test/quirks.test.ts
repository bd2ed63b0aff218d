// What skorch does and nobody wants, in the numbers of the project's inventory of it, §8: each test shows the mended behavior.
// Those of callbacks and of saving stand with the tests of these.

import {
  Callback,
  EarlyStopping,
  type Net,
  NeuralNetClassifier,
  NeuralNetRegressor,
  PassthroughScoring,
  PrintLog,
} from '@tacit/learn';
import { Adam, SGD } from '@tacit/nn';
import { describe, expect, test, vi } from 'vitest';
import { Clf, clfRows, Lin, line, Mlp, manyRows } from './support/modules.js';

const quiet = { verbose: 0, seed: 0 } as const;
const { X, y } = manyRows(60);

test('Q1 loaders, data sets and splits of a live net can be changed, and another optimizer is built', async () => {
  const net = new NeuralNetRegressor({ module: Lin, ...quiet });
  await net.fit(line(6).X, line(6).y);
  const { module_ } = net;
  net.setParams({ iteratorTrain__shuffle: false, iteratorValid__batchSize: 1, trainSplit: null });
  expect(net.module_).toBe(module_);
  net.setParams({ optimizer: Adam });
  expect(net.optimizer_).toBeInstanceOf(Adam);
  expect(net.module_).toBe(module_);
  await net.partialFit(line(6).X, line(6).y, { epochs: 1 });
  expect(Object.keys(net.history.last())).not.toContain('valid_batch_count');
});

test('Q2 an option of the optimizer that was set on a live net is remembered', async () => {
  const net = new NeuralNetRegressor({ module: Lin, ...quiet }).initialize();
  net.setParams({ optimizer__momentum: 0.9 });
  expect(net.getParams().optimizer__momentum).toBe(0.9);
  await net.fit(line(6).X, line(6).y);
  expect(net.optimizer_.paramGroups[0]!.momentum).toBe(0.9);
});

test('Q3 callbacks behind the one that stops see the last epoch, and a sink gets every message', async () => {
  const rows: string[] = [];
  const messages: string[] = [];
  const seen: number[] = [];
  class After extends Callback {
    override onEpochEnd(net: Net): void {
      seen.push(net.history.length);
    }
  }
  const net = new NeuralNetClassifier({
    module: Mlp,
    lr: 0,
    maxEpochs: 10,
    callbacks: {
      early: new EarlyStopping({ patience: 2, sink: (message) => messages.push(message) }),
      after: new After(),
      printLog: new PrintLog({ sink: (row) => rows.push(row) }),
    },
    ...quiet,
  });
  await net.fit(X, y);
  expect(net.history.length).toBe(3);
  expect(seen).toEqual([1, 2, 3]);
  expect(rows).toHaveLength(2 + 3);
  expect(messages).toHaveLength(1);
});

test('Q10 getParams shows what was set for a default callback', () => {
  const net = new NeuralNetClassifier({ module: Mlp, ...quiet });
  net.setParams({ callbacks__trainLoss__name: 'foo' });
  expect(net.getParams().callbacks__trainLoss__name).toBe('foo');
  net.setParams({ callbacks__trainLoss: new PassthroughScoring({ name: 'bar', onTrain: true }) });
  expect((net.getParams().callbacks__trainLoss as PassthroughScoring).options.name).toBe('bar');
});

describe('Q11 options of callbacks that are not there', () => {
  test.each([
    [{ callbacks: 'disable', callbacks__printLog__digits: 2 }],
    [{ callbacks__nobody: null }],
    [{ callbacks__nobody__patience: 3 }],
  ])('%j: refused by name', (params) => {
    const name = Object.keys(params).at(-1)!;
    expect(() => new NeuralNetClassifier({ module: Mlp, ...params } as never)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PARAMETER', got: name }),
    );
    const net = new NeuralNetClassifier({ module: Mlp, ...quiet });
    expect(() => net.setParams(params as never)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PARAMETER' }),
    );
  });
});

describe('Q13, Q14, A25 classes', () => {
  const labelled = async (labels: readonly (string | number)[], more: object = {}) => {
    const net = new NeuralNetClassifier({ module: Mlp, trainSplit: false, ...quiet, ...more });
    return net.fit(manyRows(labels.length).X, labels as number[]);
  };

  test('predict gives labels, not their positions', async () => {
    const net = await labelled(Array.from({ length: 40 }, (_, row) => ['x', 'y'][row % 2]!));
    expect(['x', 'y']).toEqual(expect.arrayContaining(await net.predict(manyRows(40).X)));
  });

  test.each([
    ['0 to 9', (row: number) => row % 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['without 0 and 5', (row: number) => [1, 2, 3, 4, 6, 7, 8, 9][row % 8]!, [1, 2, 3, 4, 6, 7, 8, 9]],
  ])('labels %s', async (_, label, classes) => {
    const net = await labelled(Array.from({ length: 80 }, (_unused, row) => label(row)));
    expect(net.classes_).toEqual(classes);
    expect(net.module_.output.outFeatures).toBe(classes.length);
  });

  test('given classes hold for every partialFit; an empty list is refused', async () => {
    const net = await labelled([1, 2, 1, 2], { classes: [1, 2, 3] });
    await net.partialFit(manyRows(2).X, [3, 3]);
    expect(net.classes_).toEqual([1, 2, 3]);
    await expect(labelled([1, 2], { classes: [] })).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

test('Q19 bytes that are given to load stay the caller’s: unchanged, and of no influence later', async () => {
  const net = await new NeuralNetRegressor({ module: Lin, ...quiet }).fit(line(6).X, line(6).y);
  const saved = await net.saveParams('module');
  const copy = saved.module.slice();
  await net.loadParams(saved);
  expect(saved.module).toEqual(copy);
  const before = await net.predict(line(6).X);
  saved.module.fill(0);
  expect(await net.predict(line(6).X)).toEqual(before);
  await net.loadParams({ module: copy });
  expect(await net.predict(line(6).X)).toEqual(before);
});

test('Q24 getParams has nothing that is not a parameter', async () => {
  const net = await new NeuralNetClassifier({ module: Clf, trainSplit: false, ...quiet }).fit(
    clfRows.X,
    clfRows.y,
  );
  for (const name of Object.keys(net.getParams())) {
    expect(() =>
      net.setParams({ [name]: (net.getParams() as Record<string, unknown>)[name] } as never),
    ).not.toThrow();
  }
});

test('A5 fit on an initialized net says what it builds anew, without a reason', async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(text));
  const net = new NeuralNetRegressor({ module: Lin, callbacks: 'disable' });
  await net.fit(line(6).X, line(6).y);
  expect(lines).toEqual([]);
  await net.fit(line(6).X, line(6).y);
  log.mockRestore();
  expect(lines).toEqual(['Building module anew.', 'Building criterion anew.', 'Building optimizer anew.']);
});

test('A5 a change that fails leaves net and parameters as they were', () => {
  class Picky extends Lin {
    constructor(options: { weight?: number } = {}) {
      super(options);
      if ((options.weight ?? 0) > 1) throw new Error('too heavy');
    }
  }
  const net = new NeuralNetRegressor({ module: Picky, ...quiet }).initialize();
  const { module_, optimizer_ } = net;
  expect(() => net.setParams({ module__weight: 2, lr: 5 })).toThrow('too heavy');
  expect(net.getParams(false)).toMatchObject({ lr: 0.01 });
  expect(net.module_).toBe(module_);
  expect(net.optimizer_).toBe(optimizer_);
});

test('A7 a name that begins like a shorter component belongs to the longer one', () => {
  class Two extends NeuralNetRegressor<typeof Lin> {
    static override readonly defaults: Readonly<Record<string, unknown>> = {
      ...NeuralNetRegressor.defaults,
      optimizer2: SGD,
      extra: Lin,
    };
    static override readonly components = { extra: 'module', optimizer2: { optimizes: ['extra'] } } as const;
  }
  const net = new Two({ module: Lin, optimizer2__lr: 0.7, ...quiet } as never).initialize();
  expect(net.optimizer_.paramGroups[0]!.lr).toBe(0.01);
  expect((net.optimizers_.optimizer2 as SGD).paramGroups[0]!.lr).toBe(0.7);
});

test('A22 the loss has gradients in training batches only', async () => {
  const withGradients: [boolean, boolean][] = [];
  class Look extends Callback {
    override onBatchEnd(
      _: Net,
      { loss, training }: Parameters<NonNullable<Callback['onBatchEnd']>>[1],
    ): void {
      withGradients.push([training, loss.requiresGrad]);
    }
  }
  await new NeuralNetClassifier({ module: Mlp, callbacks: { look: new Look() }, ...quiet }).fit(X, y);
  expect(withGradients.every(([training, has]) => training === has)).toBe(true);
});

test('C a loss part that getLoss records stands before train_loss in the batch', async () => {
  class Parts extends NeuralNetRegressor<typeof Lin> {
    override getLoss(...args: Parameters<NeuralNetRegressor['getLoss']>) {
      const loss = super.getLoss(...args);
      this.history.recordBatch('part', loss.item() / 2);
      return loss;
    }
  }
  const net = await new Parts({ module: Lin, maxEpochs: 1, ...quiet }).fit(line(6).X, line(6).y);
  expect(Object.keys(net.history.get<object>(0, 'batches', 0))).toEqual([
    'part',
    'train_loss',
    'train_batch_size',
  ]);
});

test('B2 a split at random stays the same while training goes on', async () => {
  const net = new NeuralNetRegressor({ module: Lin, trainSplit__cv: 0.3, lr: 0, ...quiet });
  await net.fit(line(20).X, line(20).y, { epochs: 1 });
  await net.partialFit(line(20).X, line(20).y, { epochs: 1 });
  const [first, second] = net.history.column('valid_loss');
  expect(second).toBe(first);
});
