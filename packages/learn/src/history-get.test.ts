// A4: reads by four parts. 3 epochs × 4 batches; the numbers are those of the case.

import { describe, expect, test } from 'vitest';
import { History, type HistorySelector } from './history.js';

function filled(): History {
  const history = new History();
  for (let e = 0; e < 3; e++) {
    history.newEpoch();
    history.record('duration', 1);
    history.record('total_loss', e + 4);
    if (e === 2) history.record('extra', 42);
    for (let b = 0; b < 4; b++) {
      history.newBatch();
      history.recordBatch('loss', e + b);
      if (b % 2 === 0 && e < 2) history.recordBatch('extra_batch', 23);
    }
  }
  return history;
}

type Parts = [HistorySelector, (string | string[])?, HistorySelector?, (string | string[])?];

describe('A4', () => {
  test.each<[Parts, unknown]>([
    [
      [':', 'total_loss'],
      [4, 5, 6],
    ],
    [
      [':', ['total_loss', 'duration']],
      [
        [4, 1],
        [5, 1],
        [6, 1],
      ],
    ],
    [[':', 'extra'], [42]],
    [[':', ['total_loss', 'extra']], [[6, 42]]],
    [[[0, 1], 'total_loss'], [4]],
    [
      [[-2], 'total_loss'],
      [5, 6],
    ],
    [
      [-1, ['duration', 'total_loss']],
      [1, 6],
    ],
    [
      [':', 'batches', 0, 'loss'],
      [0, 1, 2],
    ],
    [
      [0, 'batches', ':', 'loss'],
      [0, 1, 2, 3],
    ],
    [
      [1, 'batches', [1, 3], 'loss'],
      [2, 3],
    ],
    [
      [':', 'batches', ':', 'extra_batch'],
      [
        [23, 23],
        [23, 23],
      ],
    ],
    [
      [':', 'batches', ':', ['loss', 'extra_batch']],
      [
        [
          [0, 23],
          [2, 23],
        ],
        [
          [1, 23],
          [3, 23],
        ],
      ],
    ],
  ])('get(%j)', (parts, expected) => {
    expect(filled().get(...(parts as Parameters<History['get']>))).toEqual(expected);
  });

  test.each<[Parts, string]>([
    [[0, 'extra'], 'HISTORY_KEY'],
    [[':', 'x'], 'HISTORY_KEY'],
    [[':', 'batches', ':', 'x'], 'HISTORY_KEY'],
    [[':', 'batches', 1, 'extra_batch'], 'HISTORY_KEY'],
    [[':', 'x', 0], 'HISTORY_PARTS'],
    [[3, 'total_loss'], 'HISTORY_EMPTY'],
    [[-4], 'HISTORY_EMPTY'],
    [[0, 'batches', 4], 'HISTORY_EMPTY'],
  ])('get(%j) throws %s', (parts, code) => {
    expect(() => filled().get(...(parts as Parameters<History['get']>))).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('five parts', () => {
    const get = filled().get as (...parts: unknown[]) => unknown;
    expect(() => get.call(filled(), ':', 'batches', 0, 'loss', 0)).toThrow(
      expect.objectContaining({ code: 'HISTORY_PARTS' }),
    );
  });

  test('whole epochs and batches', () => {
    expect(filled().get<object[]>(':')).toHaveLength(3);
    expect(filled().get(1)).toMatchObject({ total_loss: 5 });
    expect(filled().get(':', 'batches', -1)).toEqual([{ loss: 3 }, { loss: 4 }, { loss: 5 }]);
  });

  test('an empty history, an epoch without batches, epochs of unequal length', () => {
    const history = new History();
    expect(history.get(':', 'batches')).toEqual([]);
    expect(history.get(':', 'batches', -1)).toEqual([]);
    expect(() => history.get(-1, 'batches')).toThrow(expect.objectContaining({ code: 'HISTORY_EMPTY' }));
    history.newEpoch();
    expect(() => history.get(-1, 'batches', ':', 'foo')).toThrow(
      expect.objectContaining({ code: 'HISTORY_KEY' }),
    );
    history.newBatch();
    history.newEpoch();
    history.newBatch();
    history.newBatch();
    expect(history.get(-1, 'batches', 1)).toEqual({});
  });

  test('Q21 a history with NaN and infinities survives JSON', () => {
    const history = filled();
    history.record('total_loss', Number.NaN);
    history.recordBatch('loss', Number.NEGATIVE_INFINITY);
    const again = History.fromJSON(JSON.stringify(history));
    expect(again.get(':', 'total_loss')).toEqual([4, 5, Number.NaN]);
    expect(again.get(-1, 'batches', -1, 'loss')).toBe(Number.NEGATIVE_INFINITY);
    expect([...again]).toEqual([...history]);
  });
});
