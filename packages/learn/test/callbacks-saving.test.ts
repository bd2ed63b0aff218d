// Checkpoints. A17, Q4, Q8, Q9, Q22 are numbers of the project's inventory of skorch.

import {
  Checkpoint,
  type CheckpointOptions,
  collectWarnings,
  EpochScoring,
  isLearnError,
  MemoryStore,
  NeuralNetClassifier,
  TrainEndCheckpoint,
} from '@tacit/learn';
import { describe, expect, test } from 'vitest';
import { Mlp, manyRows } from './support/modules.js';

const { X, y } = manyRows(10, 4);

function fitted(callbacks: object, more: object = {}) {
  const net = new NeuralNetClassifier({
    module: Mlp,
    verbose: 0,
    seed: 1,
    maxEpochs: 10,
    ...more,
    callbacks: callbacks as Record<string, Checkpoint>,
  });
  return net.fit(X, y);
}

/** Counts writes. */
class CountingStore extends MemoryStore {
  readonly written: string[] = [];
  override async write(name: string, bytes: Uint8Array): Promise<void> {
    this.written.push(name);
    await super.write(name, bytes);
  }
}

describe('A17 checkpoints', () => {
  test('(a) without a monitor: every part of every epoch, a message for each', async () => {
    const store = new CountingStore();
    const messages: string[] = [];
    const cp = new Checkpoint({ monitor: null, store, fTraining: null, sink: (line) => messages.push(line) });
    const net = await fitted({ cp });
    expect(store.written).toHaveLength(40);
    expect(messages).toHaveLength(10);
    expect(net.history.column<boolean>('event_cp')).toEqual(Array.from({ length: 10 }, () => true));
  });

  test('Q8: a message names the epoch that was saved', async () => {
    const messages: string[] = [];
    await fitted(
      { cp: new Checkpoint({ monitor: null, sink: (line) => messages.push(line) }) },
      { maxEpochs: 1 },
    );
    expect(messages[0]).toMatch(/^Checkpoint of epoch 1: params\.safetensors, /);
  });

  test('(b) the best epochs of a score, with the epoch in the names', async () => {
    const store = new CountingStore();
    const cp = new Checkpoint({
      monitor: 'score_best',
      store,
      fTraining: null,
      fParams: ({ epoch, net }) =>
        `model_${epoch.epoch}_${(net.getParams() as { maxEpochs: number }).maxEpochs}`,
      fOptimizer: 'optimizer_{epoch}',
      fCriterion: 'criterion_{epoch}',
    });
    const score = new EpochScoring({
      scoring: ({ history }) => (history.length === 3 ? 1 : 0),
      name: 'score',
      lowerIsBetter: false,
    });
    const net = await fitted({ score, cp });
    expect(store.written).toHaveLength(8);
    expect(store.names).toEqual(
      expect.arrayContaining(['model_1_10', 'model_3_10', 'optimizer_3', 'history.json']),
    );
    expect(net.history.column<boolean>('event_cp')).toEqual([
      true,
      false,
      true,
      ...Array.from({ length: 7 }, () => false),
    ]);
    expect(cp.fileNames(net as never)).toEqual({
      module: 'model_3_10',
      optimizer: 'optimizer_3',
      criterion: 'criterion_3',
      history: 'history.json',
    });
  });

  test('(c) all parts null: nothing is saved', async () => {
    const store = new CountingStore();
    const none = { fParams: null, fOptimizer: null, fCriterion: null, fHistory: null, fTraining: null };
    await fitted({ cp: new Checkpoint({ monitor: null, store, ...none }) });
    expect(store.written).toEqual([]);
  });

  test('(d) a monitor that has a _best beside it: a warning, once', async () => {
    const { warnings } = await collectWarnings(() =>
      fitted({ cp: new Checkpoint({ monitor: 'valid_loss' }) }),
    );
    expect(warnings.map(({ code }) => code)).toEqual(['CHECKPOINT_MONITOR']);
    expect(warnings[0]!.message).toContain('valid_loss_best');
  });

  test('(e) a prefix', async () => {
    const store = new MemoryStore();
    await fitted({ cp: new Checkpoint({ monitor: null, store, fnPrefix: 'unet_' }) });
    expect([...store.names].sort()).toEqual([
      'unet_criterion.safetensors',
      'unet_history.json',
      'unet_optimizer.safetensors',
      'unet_params.safetensors',
      'unet_training.safetensors',
    ]);
  });

  test('(f) no validation data: the error says so', async () => {
    const error = await fitted({ cp: new Checkpoint() }, { trainSplit: false }).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'CALLBACK_FAILED' });
    expect(error.cause).toMatchObject({ code: 'HISTORY_KEY', got: 'valid_loss_best' });
    expect(error.message).toContain('validation data');
  });

  test('(g) a wrong option: the name with an f is proposed', () => {
    expect(() => new Checkpoint({ module: 'x' } as unknown as CheckpointOptions)).toThrow(
      'Did you mean fModule?',
    );
    expect(() => new TrainEndCheckpoint({ params: 'x' } as unknown as CheckpointOptions)).toThrow('fParams');
  });

  test('(h) fParams and fModule are the same part', () => {
    expect(() => new Checkpoint({ fParams: 'a', fModule: 'b' })).toThrow(/same part/);
  });

  test('(i) Q9: a part that cannot be saved fails the fit', async () => {
    class Full extends MemoryStore {
      override async write(): Promise<void> {
        throw new Error('no space left');
      }
    }
    const error = await fitted({ cp: new Checkpoint({ monitor: null, store: new Full() }) }).catch(
      (caught) => caught,
    );
    expect(isLearnError(error)).toBe(true);
    expect(error.message).toContain('no space left');
  });

  test('a component of that name that the net lacks is named', async () => {
    const cp = new Checkpoint({ monitor: null, fDiscriminator: 'discriminator' });
    const error = await fitted({ cp }).catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'PART_UNKNOWN', got: 'discriminator' });
  });

  test('loadBest goes back to the weights of the file', async () => {
    const run = async (loadBest: boolean) => {
      const cp = new Checkpoint({ monitor: ({ history }) => history.length === 1, loadBest });
      const net = await fitted({ cp });
      const end = net.module_.stateDict();
      const saved = await new NeuralNetClassifier({ module: Mlp, verbose: 0 }).fit(X, y, { epochs: 0 });
      await saved.loadParams({ params: await cp.store.read('params.safetensors') });
      return { net, end, best: saved.module_.stateDict() };
    };
    const [with_, without] = [await run(true), await run(false)];
    expect(with_.end).toEqual(with_.best);
    expect(without.end).not.toEqual(without.best);
    // Q22: the history stays whole.
    expect(with_.net.history.length).toBe(10);
  });

  test('Q4: loadBest with the epoch in the name of the history', async () => {
    const cp = new Checkpoint({ monitor: null, fHistory: 'history_{epoch}.json', loadBest: true });
    const net = await fitted({ cp }, { maxEpochs: 2 });
    expect(await cp.store.has('history_2.json')).toBe(true);
    expect(net.history.length).toBe(2);
  });

  test('the saved history holds the event of its own epoch', async () => {
    const cp = new Checkpoint({ monitor: null });
    await fitted({ cp }, { maxEpochs: 2 });
    const text = new TextDecoder().decode(await cp.store.read('history.json'));
    expect(JSON.parse(text).epochs[1].event_cp).toBe(true);
  });
});

describe('TrainEndCheckpoint', () => {
  test('saves once, at the end, also after an abort', async () => {
    const store = new CountingStore();
    await fitted({ end: new TrainEndCheckpoint({ store }) });
    expect(store.written).toHaveLength(5);
    expect(store.written[0]).toMatch(/^train_end_/);
    const aborted = new CountingStore();
    const end = new TrainEndCheckpoint({ store: aborted });
    const controller = new AbortController();
    const cp = new Checkpoint({ monitor: null, sink: () => controller.abort(new Error('enough')) });
    const net = new NeuralNetClassifier({ module: Mlp, verbose: 0, callbacks: { cp, end } });
    await expect(net.fit(X, y, { signal: controller.signal })).rejects.toThrow('enough');
    expect(aborted.written).toHaveLength(5);
  });

  test('a fit of no epochs leaves nothing to save', async () => {
    const store = new CountingStore();
    await fitted({ end: new TrainEndCheckpoint({ store }) }, { maxEpochs: 0 });
    expect(store.written).toEqual([]);
  });
});
