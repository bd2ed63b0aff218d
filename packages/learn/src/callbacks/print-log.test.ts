import { describe, expect, test, vi } from 'vitest';
import { History } from '../history.js';
import type { Net } from './net.js';
import { PrintLog, type PrintLogOptions } from './print-log.js';

function printed(
  epochs: readonly Record<string, unknown>[],
  options: Partial<PrintLogOptions> = {},
): string[] {
  const lines: string[] = [];
  const log = new PrintLog({ sink: (line) => lines.push(line), ...options });
  const history = new History();
  for (const epoch of epochs) {
    history.newEpoch();
    for (const [key, value] of Object.entries(epoch)) history.record(key, value);
    log.onEpochEnd({ history, verbose: 1 } as Net);
  }
  return lines;
}

const epochs = [
  {
    epoch: 1,
    train_batch_count: 3,
    train_loss: 0.71111,
    train_loss_best: true,
    valid_acc: 0.51,
    valid_acc_best: true,
    valid_loss: 0.6894,
    valid_loss_best: true,
    event_cp: true,
    event_lr: 0.1,
    dur: 0.1345,
  },
  {
    epoch: 2,
    train_loss: 0.69284,
    train_loss_best: true,
    valid_acc: 1,
    valid_acc_best: true,
    valid_loss: 0.7,
    valid_loss_best: false,
    event_cp: false,
    event_lr: 0.01,
    dur: 0.0608,
  },
];

describe('layout', () => {
  // The sample of a run of skorch 1.4.0 in section 3.5 of the project's inventory; E stands for the escape character.
  test('is that of skorch, colors included', () => {
    const lines = printed(epochs, { colors: true }).map((line) => line.replaceAll('\u001b', 'E'));
    expect(lines).toEqual([
      '  epoch    train_loss    valid_acc    valid_loss    cp      lr     dur',
      '-------  ------------  -----------  ------------  ----  ------  ------',
      '      1        E[36m0.7111E[0m       E[32m0.5100E[0m        E[35m0.6894E[0m     +  0.1000  0.1345',
      '      2        E[36m0.6928E[0m       E[32m1.0000E[0m        0.7000        0.0100  0.0608',
    ]);
  });

  test('A3 columns, widths of dashes, ignored keys', () => {
    const rows = [1, 2].map((epoch) => ({
      epoch,
      dur: 1,
      event_odd: epoch % 2 === 1,
      nmse: -10,
      train_loss: 2.5,
      valid_loss: 10,
    }));
    const lines = printed(rows, { keysIgnored: ['dur', 'event_odd'] });
    expect(lines).toHaveLength(4);
    expect(lines[0]!.trim().split(/ +/)).toEqual(['epoch', 'nmse', 'train_loss', 'valid_loss']);
    expect(lines[1]!.split('  ').map((dashes) => dashes.length)).toEqual([7, 8, 12, 12]);
    const all = printed(rows)
      .slice(2)
      .map((line) => line.trim().split(/ +/));
    expect(all[0]).toEqual(['1', '-10.0000', '2.5000', '10.0000', '+', '1.0000']);
    expect(all[1]).toHaveLength(5);
  });

  test('a single ignored key may be given as text', () => {
    expect(printed([{ epoch: 1, a: 2 }], { keysIgnored: 'a' })[0]!.trim()).toBe('epoch');
  });

  test('text, nothing, NaN, and a number of digits', () => {
    const line = printed([{ epoch: 1, a: 'x', b: null, c: Number.NaN, d: 0.126 }], { digits: 2 }).at(-1)!;
    expect(line.trim().split(/ +/)).toEqual(['1', 'x', 'NaN', '0.13']);
  });
});

describe('where it prints', () => {
  test('a sink of its own is used whatever verbose says, without colors', () => {
    const lines: string[] = [];
    const log = new PrintLog({ sink: (line) => lines.push(line) });
    const history = new History();
    history.newEpoch();
    history.record('a', 1);
    history.record('a_best', true);
    log.onEpochEnd({ history, verbose: 0 } as Net);
    expect(lines.at(-1)).toBe('1.0000');
  });

  test('the console only if verbose is not 0', () => {
    const spy = vi.spyOn(console, 'log').mockImplementation(() => {});
    const history = new History();
    history.newEpoch();
    history.record('epoch', 1);
    const log = new PrintLog({ colors: false });
    log.onEpochEnd({ history, verbose: 0 } as Net);
    expect(spy).not.toHaveBeenCalled();
    log.onEpochEnd({ history, verbose: 1 } as Net);
    expect(spy.mock.calls.map(([line]) => line)).toEqual(['  epoch', '-------', '      1']);
    spy.mockRestore();
  });

  test('the header comes again after initialize', () => {
    const lines: string[] = [];
    const log = new PrintLog({ sink: (line) => lines.push(line) });
    const history = new History();
    history.newEpoch();
    history.record('epoch', 1);
    const net = { history, verbose: 1 } as Net;
    log.onEpochEnd(net);
    log.onEpochEnd(net);
    log.initialize();
    log.onEpochEnd(net);
    expect(lines).toHaveLength(7);
  });
});
