import { describe, expect, test } from 'vitest';
import { Mlp, manyRows } from '../../test/support/modules.js';
import { NeuralNetClassifier } from '../classifier.js';
import { clone } from '../clone.js';
import { History } from '../history.js';
import { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.js';
import type { Net } from './net.js';

interface Trace {
  readonly misses: number[];
  readonly thresholds: number[];
  readonly messages: string[];
  readonly stoppedAt: number | null;
  readonly bestEpoch: number;
}

/** Feeds scores to the callback, as epochs would. */
function traced(scores: readonly number[], options: Partial<EarlyStoppingOptions> = {}): Trace {
  const messages: string[] = [];
  const callback = new EarlyStopping({
    patience: 3,
    monitor: 's',
    sink: (m) => messages.push(m),
    ...options,
  });
  const history = new History();
  let stoppedAt: number | null = null;
  const net = {
    history,
    verbose: 0,
    requestStop: () => {
      stoppedAt = history.length;
    },
  } as unknown as Net;
  const misses: number[] = [];
  const thresholds: number[] = [];
  callback.onTrainBegin();
  for (const score of scores) {
    if (stoppedAt !== null) break;
    history.newEpoch();
    history.record('s', score);
    callback.onEpochEnd(net);
    misses.push(callback.misses_);
    thresholds.push(callback.dynamicThreshold_);
  }
  return { misses, thresholds, messages, stoppedAt, bestEpoch: callback.bestEpoch_ };
}

const scores = [1, 0.9, 0.9, 0.89995, 0.8995, 0.95, 0.95, 0.95];

// Traces of runs of skorch 1.4.0: B7 in the project's inventory, appendix B.
describe('B7', () => {
  test('a: a relative threshold of 1e-4, patience 3', () => {
    const trace = traced(scores);
    expect(trace.misses).toEqual([0, 0, 1, 2, 0, 1, 2, 3]);
    expect(trace.stoppedAt).toBe(8);
    expect(trace.bestEpoch).toBe(5);
    expect(trace.thresholds[0]).toBeCloseTo(0.9999, 12);
    expect(trace.thresholds[1]).toBeCloseTo(0.89991, 12);
    expect(trace.thresholds.at(-1)).toBeCloseTo(0.89941005, 12);
  });

  test('b: an absolute threshold of 0', () => {
    const trace = traced(scores, { threshold: 0, thresholdMode: 'abs' });
    expect(trace.misses).toEqual([0, 0, 1, 0, 0, 1, 2, 3]);
  });

  test('c: an absolute threshold of 0.1', () => {
    const trace = traced([1, 0.95, 0.9, 0.85, 0.8], { threshold: 0.1, thresholdMode: 'abs' });
    expect(trace.misses).toEqual([0, 1, 2, 0, 1]);
  });

  test('d: higher is better, patience 2', () => {
    const trace = traced([0.5, 0.6, 0.6, 0.60005, 0.7], { lowerIsBetter: false, patience: 2 });
    expect(trace.stoppedAt).toBe(4);
  });

  test('e: NaN never improves', () => expect(traced([Number.NaN, Number.NaN, Number.NaN]).stoppedAt).toBe(3));

  test('f: a constant score, patience 5: six epochs, one message that names score and patience', () => {
    const trace = traced(new Array<number>(9).fill(1), { patience: 5 });
    expect(trace.stoppedAt).toBe(6);
    expect(trace.messages).toEqual(['Stopping: s has not improved in the last 5 epochs.']);
  });
});

test('a slowly worsening negative score does not count as improving (Q7 of the inventory)', () => {
  expect(traced([-1, -0.99995, -0.9999, -0.9998]).misses).toEqual([0, 1, 2, 3]);
});

describe('in a fit', () => {
  const { X, y } = manyRows(60, 4);
  const make = (early: EarlyStopping, maxEpochs = 20) =>
    new NeuralNetClassifier({
      module: Mlp,
      lr: 0.5,
      batchSize: 8,
      maxEpochs,
      verbose: 0,
      seed: 2,
      callbacks: { early },
    });

  test('A16 loadBest: the weights are those of a fresh run of the same seed over the best epochs', async () => {
    const messages: string[] = [];
    const early = new EarlyStopping({
      monitor: 'valid_acc',
      lowerIsBetter: false,
      patience: 3,
      loadBest: true,
      sink: (message) => messages.push(message),
    });
    const net = await make(early).fit(X, y);
    expect(net.history.length).toBeLessThan(20);
    expect(messages).toHaveLength(2);
    const fresh = await make(new EarlyStopping({ patience: 99 }), early.bestEpoch_).fit(X, y);
    expect(net.module_.stateDict()).toEqual(fresh.module_.stateDict());
  });

  test('A16 e: an unknown thresholdMode is refused when training begins', async () => {
    const early = new EarlyStopping({ thresholdMode: 'incorrect' as 'rel' });
    await expect(make(early).fit(X, y)).rejects.toMatchObject({
      code: 'CALLBACK_FAILED',
      cause: { code: 'PARAMETER_VALUE' },
    });
  });

  test('a monitor that is never recorded is named, with what there is', async () => {
    const net = make(new EarlyStopping({ monitor: 'valid_los' }));
    await expect(net.fit(X, y)).rejects.toMatchObject({
      cause: { code: 'HISTORY_KEY', hint: 'Did you mean valid_loss?' },
    });
  });

  test('copies of a net stop by themselves', async () => {
    const net = make(new EarlyStopping({ patience: 1, threshold: 10, thresholdMode: 'abs' }));
    const copy = clone(net);
    await Promise.all([net.fit(X, y), copy.fit(X, y)]);
    expect([net.history.length, copy.history.length]).toEqual([2, 2]);
    expect(net.stopReason_).toContain('valid_loss');
  });
});
