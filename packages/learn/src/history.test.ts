import { describe, expect, test } from 'vitest';
import { History } from './history.js';

// Case A4 of the project's inventory of skorch: three epochs of four batches.
function recorded(): History {
  const history = new History();
  for (let epoch = 0; epoch < 3; epoch++) {
    history.newEpoch();
    history.record('duration', 1);
    history.record('total_loss', epoch + 4);
    if (epoch === 2) history.record('extra', 42);
    for (let batch = 0; batch < 4; batch++) {
      history.newBatch();
      history.recordBatch('loss', epoch + batch);
      if (batch % 2 === 0 && epoch < 2) history.recordBatch('extra_batch', 23);
    }
  }
  return history;
}

describe('A4 reads', () => {
  const history = recorded();

  test('a column has one value an epoch', () => expect(history.column('total_loss')).toEqual([4, 5, 6]));

  test('epochs without the key are left out', () => expect(history.column('extra')).toEqual([42]));

  test('a batch column leaves out batches without the key, and epochs without such a batch', () => {
    expect(history.batchColumn('loss')[0]).toEqual([0, 1, 2, 3]);
    expect(history.batchColumn('extra_batch')).toEqual([
      [23, 23],
      [23, 23],
    ]);
  });

  test('a key that nothing has is an error that names the nearest one', () => {
    expect(() => history.column('total_los')).toThrow(/Did you mean total_loss\?/);
    expect(() => history.batchColumn('x')).toThrow(expect.objectContaining({ code: 'HISTORY_KEY' }));
  });

  test('epochs by index, negative ones from the end', () => {
    expect(history.epoch(-1)).toBe(history.last());
    expect(history.epoch(0).total_loss).toBe(4);
    expect(() => history.epoch(3)).toThrow(expect.objectContaining({ code: 'HISTORY_EMPTY' }));
  });
});

test('an empty history has empty columns, and no last epoch', () => {
  const history = new History();
  expect(history.column('train_loss')).toEqual([]);
  expect(history.batchColumn('train_loss')).toEqual([]);
  expect(() => history.last()).toThrow(expect.objectContaining({ code: 'HISTORY_EMPTY' }));
  expect(() => history.record('a', 1)).toThrow(expect.objectContaining({ code: 'HISTORY_EMPTY' }));
});

test('toTable has a flat row an epoch', () => {
  expect(recorded().toTable()[2]).toEqual({ duration: 1, total_loss: 6, extra: 42 });
});

test('a history survives JSON, numbers that are not finite included', () => {
  const history = recorded();
  history.newEpoch();
  for (const [key, value] of [
    ['nan', Number.NaN],
    ['up', Number.POSITIVE_INFINITY],
    ['down', Number.NEGATIVE_INFINITY],
    ['minusZero', 0],
  ] as const) {
    history.record(key, value);
  }
  history.newBatch();
  history.recordBatch('loss', Number.NaN);
  const text = JSON.stringify(history);
  const read = History.fromJSON(text);
  expect([...read]).toEqual([...history]);
  expect(JSON.stringify(read)).toBe(text);
  expect(text).toContain('{"nonFinite":"-Infinity"}');
  expect([...History.fromJSON(history.toJSON())]).toEqual([...history]);
});

test.each(['', '[]', 'null', '{"format":"other"}', '{"format":"tacit-history","version":1,"epochs":[1]}'])(
  'fromJSON refuses %j',
  (text) => {
    expect(() => History.fromJSON(text)).toThrow(expect.objectContaining({ code: 'HISTORY_FORMAT' }));
  },
);
