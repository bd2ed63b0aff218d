import { describe, expect, test } from 'vitest';
import { History } from '../history.js';

function curves(): History {
  const history = new History();
  for (let epoch = 1; epoch <= 4; epoch++) {
    history.newEpoch();
    history.record('epoch', epoch);
    for (const loss of [1 / epoch, 2 / epoch]) {
      history.newBatch();
      history.recordBatch('train_loss', loss);
      history.recordBatch('train_batch_size', 8);
    }
    history.record('train_loss', 1 / epoch);
    history.record('valid_loss', epoch === 4 ? Number.NaN : 2 / epoch);
    history.record('valid_loss_best', epoch < 4);
    history.record('valid_acc', epoch / 5);
    history.record('train_batch_count', 2);
    history.record('dur', 0.1);
  }
  return history;
}

interface Spec {
  readonly data: { readonly values: readonly { key: string; panel: string; x: number; best: boolean }[] };
  readonly vconcat: readonly object[];
}

describe('plot', () => {
  test('losses share a panel, other scores have their own; counts and durations have none', async () => {
    const { data, vconcat } = (await curves().plot({ format: 'spec' })) as Spec;
    expect(new Set(data.values.map(({ key, panel }) => `${panel}: ${key}`))).toEqual(
      new Set(['loss: train_loss', 'loss: valid_loss', 'acc: valid_acc']),
    );
    expect(vconcat).toHaveLength(2);
  });

  test('the last best value is marked, NaN left out', async () => {
    const { data } = (await curves().plot({ format: 'spec', keys: ['valid_loss'] })) as Spec;
    expect(data.values.map(({ x, best }) => [x, best])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  test('per batch', async () => {
    const { data } = (await curves().plot({ format: 'spec', per: 'batch' })) as Spec;
    expect(data.values.map(({ x }) => x)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('SVG with a curve for each key and their names, and a page around it', async () => {
    const svg = await curves().plot({ title: 'a < b' });
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.match(/aria-roledescription="line mark"/g)).toHaveLength(3);
    for (const text of ['train_loss', 'valid_loss', 'valid_acc', 'epoch', 'a &lt; b'])
      expect(svg).toContain(text);
    const html = await curves().plot({ format: 'html', title: 'a < b' });
    expect(html).toContain('<title>a &lt; b</title>');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|src=/);
  });

  test('nothing to draw, and an unknown key, are said', async () => {
    await expect(new History().plot()).rejects.toMatchObject({ code: 'HISTORY_EMPTY' });
    await expect(curves().plot({ keys: ['valid_los'] })).rejects.toThrow(/valid_loss/);
  });
});
