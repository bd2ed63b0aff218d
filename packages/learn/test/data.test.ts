// Rows in every form that a net takes: several inputs by name, Arrow tables, typed arrays, streams, weights, groups.

import {
  Callback,
  DataLoader,
  Dataset,
  type DatasetOptions,
  isLearnError,
  type Net,
  NeuralNet,
  NeuralNetClassifier,
  NeuralNetRegressor,
  predefinedSplit,
  type StreamChunk,
  Subset,
  streamOf,
  takeRows,
  trainTestSplit,
  ValidSplit,
} from '@tacit/learn';
import { Linear, Module, MSELoss } from '@tacit/nn';
import { concat, type IntTensor, slice, Tensor, tensor } from '@tacit/tensor';
import { tableFromArrays, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { expectClose } from './support/close.js';
import { Clf, clfRows, Lin, line, Mlp, manyRows } from './support/modules.js';

const quiet = { verbose: 0, seed: 0 } as const;

/** Two inputs, three classes. */
class Pair extends Module<[{ left: Tensor; right: Tensor }]> {
  readonly output = new Linear(2, 3);
  override forward({ left, right }: { left: Tensor; right: Tensor }): Tensor {
    return this.output.forward(concat([left, right], 1));
  }
}

describe('several inputs by name', () => {
  const { X, y } = clfRows;
  const record = { left: X.map(([a]) => [a!]), right: X.map(([, b]) => [b!]) };

  test('reach the module as one record, split and batched together', async () => {
    const common = { batchSize: 4, lr: 0.5, trainSplit__cv: 3, ...quiet } as const;
    const net = new NeuralNetClassifier({ module: Pair, ...common });
    const single = new NeuralNetClassifier({ module: () => new Linear(2, 3), ...common });
    await net.fit(record, y);
    await single.fit(X, y);
    expect(net.history.column('train_loss')).toEqual(single.history.column('train_loss'));
    expect(net.history.column('valid_acc')).toEqual(single.history.column('valid_acc'));
    expect(await net.predict(record)).toEqual(await single.predict(X));
    expect(await net.score(record, y)).toBe(await single.score(X, y));
    expect((await net.forward(record)).shape).toEqual([10, 3]);
    expect(net.inputShapes_).toEqual({ left: [1], right: [1] });
    expect(net.featureShape_).toBeNull();
  });

  test('integers, single numbers and images may stand side by side', async () => {
    const seen: Record<string, [string, readonly number[]]> = {};
    class Look extends Module<[{ ids: IntTensor; age: Tensor; image: Tensor }]> {
      readonly output = new Linear(1, 1);
      override forward(inputs: { ids: IntTensor; age: Tensor; image: Tensor }): Tensor {
        for (const [name, one] of Object.entries(inputs))
          seen[name] = [one.constructor.name, one.shape.slice(1)];
        return this.output.forward(inputs.age.reshape([-1, 1]));
      }
    }
    const net = new NeuralNetRegressor({ module: Look, trainSplit: null, maxEpochs: 1, ...quiet });
    await net.fit(
      {
        ids: Int32Array.of(1, 2, 3),
        age: [30, 40, 50],
        image: { data: new Uint8Array(12), shape: [3, 2, 2] },
      },
      [1, 2, 3],
    );
    expect(seen).toEqual({ ids: ['IntTensor', []], age: ['Tensor', []], image: ['Tensor', [2, 2]] });
  });

  test.each<[string, object, string, RegExp]>([
    ['different lengths', { left: [[1]], right: [[1], [2]] }, 'LENGTH_MISMATCH', /left: 1, right: 2/],
    ['no inputs', {}, 'X_EMPTY', /record/],
    ['NaN', { left: [[Number.NaN]], right: [[1]] }, 'X_NOT_FINITE', /left/],
    ['text', { left: [['a']], right: [[1]] }, 'X_NOT_NUMERIC', /left/],
    ['NaN in a column', { left: [Number.NaN], right: [[1]] }, 'X_NOT_FINITE', /left/],
  ])('%s: refused, and the input is named', async (_, X_, code, message) => {
    const net = new NeuralNetClassifier({ module: Pair, ...quiet });
    const error = await net.fit(X_ as typeof record, [0]).catch((caught: unknown) => caught);
    expect(isLearnError(error)).toBe(true);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
  });

  test('other names or shapes than at the fit are refused', async () => {
    const net = await new NeuralNetClassifier({ module: Pair, trainSplit: null, ...quiet }).fit(record, y);
    await expect(net.predict({ left: record.left })).rejects.toMatchObject({ code: 'X_INPUTS' });
    await expect(net.predict(X)).rejects.toMatchObject({ code: 'X_INPUTS' });
    await expect(net.predict({ left: X, right: record.right })).rejects.toThrow(/Input left has 2 columns/);
  });

  test('a module that takes its width from the data says that a record has none', async () => {
    const net = new NeuralNetClassifier({ module: Mlp, ...quiet });
    await expect(net.fit(record, y)).rejects.toMatchObject({ code: 'INPUT_DIM_UNKNOWN' });
  });

  test('A24 rows of records are picked and split together', () => {
    const data = {
      f0: [0, 1, 2, 3],
      f1: [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
      ],
    };
    expect(takeRows(data, [1])).toEqual({ f0: [1], f1: [[3, 4, 5]] });
    expect(takeRows(data, [3, 0])).toEqual({
      f0: [3, 0],
      f1: [
        [9, 10, 11],
        [0, 1, 2],
      ],
    });
    const { XTrain, XTest, testIndices } = trainTestSplit(data, [0, 0, 1, 1], { testSize: 1, seed: 0 });
    expect(XTrain.f0).toHaveLength(3);
    expect(XTest.f1[0]![0]).toBe(testIndices[0]! * 3);
  });
});

describe('A25 modules of several outputs', () => {
  class Three extends Module<[Tensor], Tensor[]> {
    readonly inner = new Linear(20, 2);
    override forward(x: Tensor): Tensor[] {
      const full = this.inner.forward(x);
      const rows = full.shape[0]!;
      const column = tensor(Array.from({ length: rows }, (_, row) => full.data[2 * row]!));
      const half = slice(full, 0, Math.ceil(rows / 2));
      return [full, column, half];
    }
  }
  const { X, y } = manyRows(1000);

  test('forward gives all, each concatenated; predictions use the first', async () => {
    const net = new NeuralNetClassifier({ module: Three, maxEpochs: 1, batchSize: 100, ...quiet });
    await net.fit(X, y);
    const outputs = await net.forward(X);
    expect(outputs.map(({ shape }) => [...shape])).toEqual([[1000, 2], [1000], [500, 2]]);
    expect(await net.predict(X)).toHaveLength(1000);
  });

  test('getLoss is given all of them', async () => {
    let outputs = 0;
    class Own extends NeuralNetClassifier<typeof Three> {
      override getLoss(...args: Parameters<NeuralNetClassifier['getLoss']>): Tensor {
        outputs = (args[0] as readonly Tensor[]).length;
        return super.getLoss(...args);
      }
    }
    await new Own({ module: Three, maxEpochs: 1, ...quiet }).fit(X, y);
    expect(outputs).toBe(3);
  });
});

describe('forward', () => {
  test('training: true takes the training loader and leaves the module in training mode', async () => {
    const modes: boolean[] = [];
    class Modes extends Lin {
      override forward(x: Tensor): Tensor {
        modes.push(this.training);
        return super.forward(x);
      }
    }
    const net = await new NeuralNetRegressor({ module: Modes, iteratorTrain__batchSize: 2, ...quiet }).fit(
      line(6).X,
      line(6).y,
      { epochs: 0 },
    );
    await net.forward(line(6).X);
    expect(modes).toEqual([false]);
    await net.forward(line(6).X, { training: true });
    expect(modes).toEqual([false, true, true, true]);
  });
});

describe('Arrow', () => {
  const table = tableFromArrays({
    length: Float64Array.from(clfRows.X, ([a]) => a!),
    width: Int32Array.from(clfRows.X, ([, b]) => b!),
  });
  const species = ['setosa', 'versicolor', 'virginica'];
  const y = vectorFromArray(clfRows.y.map((code) => species[code]!));

  test('a table gives the features in the order of its columns, a vector the labels', async () => {
    const net = await new NeuralNetClassifier({ module: Clf, trainSplit: null, ...quiet }).fit(table, y);
    const rows = await new NeuralNetClassifier({ module: Clf, trainSplit: null, ...quiet }).fit(
      clfRows.X,
      clfRows.y.map((code) => species[code]!),
    );
    expect(net.classes_).toEqual(species);
    expect(net.featureNamesIn_).toEqual(['length', 'width']);
    expect(await net.predictProba(table)).toEqual(await rows.predictProba(clfRows.X));
  });

  test('from a file, with booleans, 64-bit integers and numbers as targets', async () => {
    const mixed = tableFromIPC(
      tableToIPC(
        tableFromArrays({
          flag: [true, false, true, false, true],
          big: BigInt64Array.from([1n, 2n, 3n, 4n, 5n]),
        }),
      ),
    );
    const net = new NeuralNetRegressor({ module: Mlp, trainSplit: null, ...quiet });
    await net.fit(mixed, vectorFromArray(Float32Array.of(1, 2, 3, 4, 5)));
    expect(net.nFeaturesIn_).toBe(2);
  });

  test.each<[string, Record<string, unknown[]>, string, RegExp]>([
    ['text', { a: [1, 2], b: ['x', 'y'] }, 'X_NOT_NUMERIC', /row 0, column b/],
    ['a missing value', { a: [1, null], b: [1, 2] }, 'X_NOT_FINITE', /row 1, column a/],
    ['NaN', { a: [1, Number.NaN], b: [1, 2] }, 'X_NOT_FINITE', /NaN in row 1, column a/],
  ])('%s: refused, and the column is named', async (_, columns, code, message) => {
    const net = new NeuralNetClassifier({ module: Clf, ...quiet });
    const error = await net.fit(tableFromArrays(columns), [0, 1]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
  });

  test('columns in another order than at the fit are refused', async () => {
    const net = await new NeuralNetClassifier({ module: Clf, trainSplit: null, ...quiet }).fit(table, y);
    await expect(net.predict(table.select(['width', 'length']))).rejects.toMatchObject({
      code: 'X_FEATURES',
    });
    expect(await net.predict(table.select(['length', 'width']))).toHaveLength(10);
  });
});

describe('streams', () => {
  const chunksOf = (size: number) =>
    streamOf(function* (): Generator<StreamChunk> {
      for (let start = 0; start < 10; start += size) {
        yield { X: clfRows.X.slice(start, start + size), y: clfRows.y.slice(start, start + size) };
      }
    });
  const common = { module: Clf, classes: [0, 1, 2], lr: 0.5, batchSize: 4, ...quiet } as const;

  test.each([1, 3, 4, 10])('chunks of %d rows train as the rows in memory do', async (size) => {
    const streamed = new NeuralNetClassifier({ ...common, trainSplit: false });
    await streamed.fit(chunksOf(size));
    const inMemory = new NeuralNetClassifier({ ...common, trainSplit: false, iteratorTrain__shuffle: false });
    await inMemory.fit(clfRows.X, clfRows.y);
    expect(streamed.history.batchColumn('train_loss')).toEqual(inMemory.history.batchColumn('train_loss'));
    expect(await streamed.predict(chunksOf(size))).toEqual(await inMemory.predict(clfRows.X));
  });

  test('batchSize −1 takes the chunks as they are', async () => {
    const net = new NeuralNetClassifier({ ...common, batchSize: -1, trainSplit: false, maxEpochs: 1 });
    await net.fit(chunksOf(3));
    expect(net.history.batchColumn('train_batch_size')).toEqual([[3, 3, 3, 1]]);
  });

  test('validation on rows in memory, and on another stream', async () => {
    const memory = new NeuralNetClassifier({ ...common, trainSplit: predefinedSplit(clfRows.X, clfRows.y) });
    const stream = new NeuralNetClassifier({ ...common, trainSplit: predefinedSplit(chunksOf(4)) });
    await memory.fit(chunksOf(4));
    await stream.fit(chunksOf(4));
    expect(stream.history.column('valid_acc')).toEqual(memory.history.column('valid_acc'));
  });

  test('only some chunks are in memory at a time', async () => {
    let alive = 0;
    let most = 0;
    const counted = streamOf(async function* () {
      for (let i = 0; i < 50; i++) {
        alive++;
        most = Math.max(most, alive);
        yield { X: clfRows.X, y: clfRows.y };
        alive--;
      }
    });
    await new NeuralNetClassifier({ ...common, trainSplit: false, maxEpochs: 2 }).fit(counted);
    expect(most).toBe(1);
  });

  test('a generator serves one epoch, then says how to read again', async () => {
    async function* once(): AsyncGenerator<StreamChunk> {
      yield { X: clfRows.X, y: clfRows.y };
    }
    const net = new NeuralNetClassifier({ ...common, trainSplit: false });
    await net.fit(once(), null, { epochs: 1 });
    expect(net.history.batchColumn('train_batch_size')).toEqual([[4, 4, 2]]);
    await expect(net.fit(once(), null, { epochs: 2 })).rejects.toThrow(/streamOf/);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['the default split', () => new NeuralNetClassifier(common).fit(chunksOf(4)), 'SPLIT_INVALID'],
    [
      'y beside the stream',
      () => new NeuralNetClassifier({ ...common, trainSplit: false }).fit(chunksOf(4), clfRows.y),
      'Y_TYPE',
    ],
    [
      'an empty stream',
      () => new NeuralNetClassifier({ ...common, trainSplit: false }).fit(streamOf(() => [])),
      'X_EMPTY',
    ],
    [
      'other columns in a later chunk',
      () =>
        new NeuralNetClassifier({ ...common, trainSplit: false }).fit(
          streamOf(() => [
            { X: clfRows.X, y: clfRows.y },
            { X: [[1, 2, 3]], y: [0] },
          ]),
        ),
      'X_FEATURES',
    ],
    [
      'a label of none of the classes in a later chunk',
      () =>
        new NeuralNetClassifier({ ...common, trainSplit: false }).fit(
          streamOf(() => [
            { X: clfRows.X, y: clfRows.y },
            { X: [[1, 2]], y: [7] },
          ]),
        ),
      'UNKNOWN_LABEL',
    ],
  ])('%s is refused', async (_, fit, code) => {
    await expect(fit()).rejects.toMatchObject({ code });
  });

  test('a module that calibrates sees the first chunk, which is trained on too', async () => {
    const seen: number[] = [];
    class Calibrated extends Clf {
      calibrate(X: Tensor): void {
        seen.push(X.shape[0]!);
      }
    }
    const net = new NeuralNetClassifier({ ...common, module: Calibrated, trainSplit: false, maxEpochs: 1 });
    await net.fit(chunksOf(3));
    expect(seen).toEqual([3]);
    expect(
      net.history
        .batchColumn<number>('train_batch_size')
        .flat()
        .reduce((a, b) => a + b),
    ).toBe(10);
  });
});

describe('weights of rows', () => {
  const { X, y } = line(6);
  const weighted = (more: object = {}) =>
    new NeuralNetRegressor({
      module: Lin,
      criterion: MSELoss,
      criterion__reduction: 'none',
      lr: 0.02,
      batchSize: -1,
      trainSplit: false,
      iteratorTrain__shuffle: false,
      ...quiet,
      ...more,
    });

  test('a weight of 2 counts as the row twice, a weight of 0 as none', async () => {
    const net = await weighted().fit(X, y, { sampleWeight: [1, 2, 1, 0, 1, 1] });
    const rows = [0, 1, 1, 2, 4, 5];
    const repeated = await weighted().fit(takeRows(X, rows), takeRows(y, rows));
    expectClose(net.history.column('train_loss'), repeated.history.column('train_loss'));
    expectClose([net.module_.weight.item()], [repeated.module_.weight.item()]);
  });

  test('are shuffled, split and batched with their rows', async () => {
    const sampleWeight = X.map(([x]) => 1 + x!);
    const pairs: boolean[] = [];
    class Look extends Callback {
      override onBatchBegin(_: Net, { batch }: Parameters<NonNullable<Callback['onBatchBegin']>>[1]): void {
        pairs.push(batch.sampleWeight!.data.every((w, row) => w === 1 + batch.X.data[row]!));
      }
    }
    const net = new NeuralNetRegressor({
      module: Lin,
      criterion__reduction: 'none',
      batchSize: 2,
      callbacks: { look: new Look() },
      ...quiet,
    });
    await net.fit(X, y, { sampleWeight });
    expect(pairs.length).toBeGreaterThan(10);
    expect(pairs.every(Boolean)).toBe(true);
  });

  test('a criterion that has reduced already is named', async () => {
    const net = weighted({ criterion__reduction: 'mean' });
    await expect(net.fit(X, y, { sampleWeight: [1, 1, 1, 1, 1, 1] })).rejects.toMatchObject({
      code: 'LOSS_REDUCED',
    });
  });

  test('losses of rows without weights are averaged', async () => {
    const none = await weighted().fit(X, y);
    const mean = await weighted({ criterion__reduction: 'mean' }).fit(X, y);
    expectClose(none.history.column('train_loss'), mean.history.column('train_loss'));
  });

  test.each<[string, unknown, string]>([
    ['too few', [1], 'LENGTH_MISMATCH'],
    ['negative', [1, 1, 1, 1, 1, -1], 'SAMPLE_WEIGHT'],
    ['NaN', [1, 1, 1, 1, 1, Number.NaN], 'SAMPLE_WEIGHT'],
    ['text', ['a', 1, 1, 1, 1, 1], 'SAMPLE_WEIGHT'],
    ['only zeros', [0, 0, 0, 0, 0, 0], 'SAMPLE_WEIGHT'],
    ['no list', 3, 'SAMPLE_WEIGHT'],
  ])('%s: refused', async (_, sampleWeight, code) => {
    await expect(weighted().fit(X, y, { sampleWeight: sampleWeight as number[] })).rejects.toMatchObject({
      code,
    });
  });
});

describe('A23 groups', () => {
  const rows = tensor(Array.from({ length: 100 }, (_, i) => [i]));
  const groups = Array.from({ length: 100 }, (_, i) => (i < 50 ? 'a' : 'b'));
  const indices = (data: unknown) => [...(data as Subset).indices];

  test('two folds of two groups: the first half trains, the second validates', () => {
    const { train, valid } = new ValidSplit(2, { grouped: true }).split(new Dataset(rows, null, { groups }));
    expect(indices(train)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(indices(valid)).toEqual(Array.from({ length: 50 }, (_, i) => 50 + i));
  });

  test('groups of unequal size: the largest first, each to the lightest fold', () => {
    // By its rule: the group of five is the largest, so it fills the first fold alone.
    const uneven = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3];
    const data = new Dataset(tensor(uneven.map((g) => [g])), null, { groups: uneven });
    const { valid } = new ValidSplit(3, { grouped: true }).split(data);
    expect(indices(valid)).toEqual([0, 1, 2, 3, 4]);
  });

  test('a share of the groups, by the seed', () => {
    const many = Array.from({ length: 100 }, (_, i) => i % 10);
    const data = new Dataset(rows, null, { groups: many });
    const split = new ValidSplit(0.2, { grouped: true, randomState: 1 }).split(data);
    const inValid = new Set(indices(split.valid).map((row) => many[row]));
    expect(inValid.size).toBe(2);
    expect(indices(split.train).some((row) => inValid.has(many[row]))).toBe(false);
  });

  test('reach the split from fit', async () => {
    const { X, y } = manyRows(20);
    const net = new NeuralNetClassifier({
      module: Mlp,
      trainSplit__cv: 2,
      trainSplit__grouped: true,
      trainSplit__stratified: false,
      maxEpochs: 1,
      ...quiet,
    });
    await net.fit(X, y, { groups: X.map((_, row) => (row < 15 ? 0 : 1)) });
    expect(net.history.batchColumn('valid_batch_size')).toEqual([[15]]);
    await expect(net.fit(X, y)).rejects.toMatchObject({ code: 'SPLIT_GROUPS' });
    await expect(net.fit(X, y, { groups: X.map(() => 0) })).rejects.toMatchObject({ code: 'SPLIT_GROUPS' });
    await expect(net.fit(X, y, { groups: [1] })).rejects.toMatchObject({ code: 'LENGTH_MISMATCH' });
  });

  test('stratified and grouped together are refused', () => {
    const data = new Dataset(rows, null, { groups });
    expect(() => new ValidSplit(2, { grouped: true, stratified: true }).split(data)).toThrow(
      expect.objectContaining({ code: 'SPLIT_INVALID' }),
    );
  });
});

describe('data sets of one’s own', () => {
  class Doubled extends Dataset {
    static override readonly defaults = { ...Dataset.defaults, factor: 2 };
    constructor(X: Tensor, y: Tensor | IntTensor | null, options: DatasetOptions & { factor?: number } = {}) {
      super(X.mul(options.factor ?? 2), y, options);
    }
  }

  test('the parameter dataset and its options', async () => {
    const net = new NeuralNet({
      module: Lin,
      module__weight: 1,
      criterion: MSELoss,
      dataset: Doubled,
      dataset__factor: 3,
      lr: 0,
      ...quiet,
    });
    await net.fit(line(5).X, line(5).y);
    expect(await net.predict([[1]])).toEqual([[3]]);
    net.setParams({ dataset__factor: 5 });
    expect(await net.predict([[1]])).toEqual([[5]]);
    expect(() => new NeuralNet({ module: Lin, criterion: MSELoss, dataset__factr: 1 } as never)).toThrow(
      /dataset__factr/,
    );
  });

  test('a data set that loads rows when they are asked for is kept, its labels encoded', async () => {
    const asked: number[] = [];
    const lazy = {
      length: 10,
      y: vectorFromArray(clfRows.y.map((code) => ['a', 'b', 'c'][code]!)) as never,
      rows(indices: Int32Array) {
        asked.push(...indices);
        return { X: tensor(takeRows(clfRows.X, indices)), y: null, size: indices.length };
      },
      range(start: number, end: number) {
        return this.rows(Int32Array.from({ length: end - start }, (_, i) => start + i));
      },
    };
    const net = new NeuralNetClassifier({
      module: Clf,
      trainSplit: false,
      maxEpochs: 2,
      batchSize: 4,
      ...quiet,
    });
    await net.fit(lazy);
    // One row to look at, then every row once an epoch.
    expect(asked).toHaveLength(1 + 20);
    const inMemory = new NeuralNetClassifier({
      module: Clf,
      trainSplit: false,
      maxEpochs: 2,
      batchSize: 4,
      ...quiet,
    });
    await inMemory.fit(
      clfRows.X,
      clfRows.y.map((code) => ['a', 'b', 'c'][code]!),
    );
    expect(net.history.column('train_loss')).toEqual(inMemory.history.column('train_loss'));
    expect(await net.predict(lazy)).toEqual(await inMemory.predict(clfRows.X));
  });

  test('weights and groups of a data set are used, those given beside it win', async () => {
    const { X, y } = line(6);
    const seen: number[] = [];
    class Look extends Callback {
      override onBatchBegin(_: Net, { batch }: Parameters<NonNullable<Callback['onBatchBegin']>>[1]): void {
        seen.push(...batch.sampleWeight!.data);
      }
    }
    const data = new Dataset(tensor(X), tensor(y), { sampleWeight: tensor([1, 2, 3, 4, 5, 6]) });
    const common = {
      module: Lin,
      criterion__reduction: 'none',
      trainSplit: false,
      maxEpochs: 1,
      ...quiet,
    } as const;
    await new NeuralNetRegressor({ ...common, callbacks: { look: new Look() } }).fit(data);
    expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6]);
    seen.length = 0;
    await new NeuralNetRegressor({ ...common, callbacks: { look: new Look() } }).fit(data, null, {
      sampleWeight: [7, 7, 7, 7, 7, 7],
    });
    expect(seen).toEqual([7, 7, 7, 7, 7, 7]);
  });

  test('Q12 a batch that is a tensor of two rows is no pair of X and y', async () => {
    class Bare extends DataLoader {
      override *[Symbol.iterator](): Iterator<never> {
        yield tensor([[1], [2]]) as never;
      }
    }
    const net = new NeuralNetRegressor({ module: Lin, iteratorTrain: Bare, ...quiet });
    await expect(net.fit(line(5).X, line(5).y)).rejects.toMatchObject({ code: 'BATCH_INVALID' });
  });

  test('Q16 empty data is refused before training, and by predict', async () => {
    const net = new NeuralNetRegressor({ module: Lin, trainSplit: false, ...quiet });
    await expect(net.fit([], [])).rejects.toMatchObject({ code: 'X_EMPTY' });
    await net.fit(line(5).X, line(5).y);
    await expect(net.predict([])).rejects.toMatchObject({ code: 'X_EMPTY' });
  });

  test('typed arrays of any kind, with a shape or as rows', async () => {
    const net = new NeuralNetRegressor({ module: Lin, ...quiet });
    await net.fit({ data: Uint8Array.of(0, 1, 2, 3, 4), shape: [5, 1] }, Int16Array.of(1, 3, 5, 7, 9));
    const rows = await new NeuralNetRegressor({ module: Lin, ...quiet }).fit(
      [0, 1, 2, 3, 4].map((x) => Int8Array.of(x)),
      [1, 3, 5, 7, 9],
    );
    expect(await net.predict([[7]])).toEqual(await rows.predict([[7]]));
  });

  test('subsets keep weights and groups', () => {
    const data = new Dataset(tensor([[0], [1], [2]]), null, {
      sampleWeight: tensor([1, 2, 3]),
      groups: ['a', 'b', 'c'],
    });
    const subset = new Subset(data, [2, 0]);
    expect([...subset.rows(Int32Array.of(0)).sampleWeight!.data]).toEqual([3]);
    expect(subset.groups).toEqual(['c', 'a']);
    expect(subset.range(0, 2).X).toBeInstanceOf(Tensor);
  });
});
