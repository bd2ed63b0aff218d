import { Adam, Linear, MSELoss, Sequential } from '@tacit/nn';
import { describe, expect, test } from 'vitest';
import { expectClose } from '../test/support/close.js';
import { Lin, line, Mlp } from '../test/support/modules.js';
import { clone } from './clone.js';
import { meanSquaredError, r2Score } from './metrics/regression.js';
import { NeuralNetRegressor } from './regressor.js';

const quiet = { verbose: 0, seed: 0 } as const;
const plain = (n: number) => ({ X: line(n).X, y: line(n).y.flat() });

describe('targets', () => {
  test('a number a row: predictions are numbers, losses those of a column', async () => {
    const column = await new NeuralNetRegressor({ module: Lin, lr: 0.05, ...quiet }).fit(
      line(6).X,
      line(6).y,
    );
    const numbers = await new NeuralNetRegressor({ module: Lin, lr: 0.05, ...quiet }).fit(
      plain(6).X,
      plain(6).y,
    );
    expect(numbers.history.column('train_loss')).toEqual(column.history.column('train_loss'));
    expect(await numbers.predict(line(6).X)).toEqual((await column.predict(line(6).X)).flat());
  });

  test('several outputs: outputDim comes from y, R² is the mean over columns', async () => {
    const X = Array.from({ length: 40 }, (_, i) => [i / 40, (i % 7) / 7]);
    const y = X.map(([a, b]) => [a! + b!, a! - b!]);
    const net = new NeuralNetRegressor({
      module: Mlp,
      module__width: 16,
      optimizer: Adam,
      lr: 0.02,
      maxEpochs: 60,
      batchSize: 8,
      ...quiet,
    });
    await net.fit(X, y);
    expect(net.module_.output.outFeatures).toBe(2);
    expect(await net.score(X, y)).toBeGreaterThan(0.9);
  });

  test('whole numbers in an Int32Array are numbers, not classes', async () => {
    const net = await new NeuralNetRegressor({ module: Lin, ...quiet }).fit(
      line(5).X,
      Int32Array.of(1, 3, 5, 7, 9),
    );
    expect(typeof (await net.predict([[1]]))[0]).toBe('number');
  });

  test.each([
    ['[n] against [n, 2]', plain(5).y],
    ['[n, 3] against [n, 2]', line(5).y.map(([v]) => [v!, v!, v!])],
  ])('%s: both shapes are named', async (_, y) => {
    const net = new NeuralNetRegressor({
      module: () => new Sequential(new Linear(1, 2)),
      trainSplit: null,
      ...quiet,
    });
    const error = await net.fit(line(5).X, y as number[]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'TARGET_SHAPE' });
    const shape = Array.isArray(y[0]) ? '[5, 3]' : '[5]';
    expect((error as Error).message).toContain(`[5, 2], y has ${shape}`);
  });

  test('missing, text, NaN', async () => {
    const net = new NeuralNetRegressor({ module: Lin, ...quiet });
    await expect(net.fit(line(5).X)).rejects.toMatchObject({ code: 'Y_MISSING' });
    await expect(net.fit(line(5).X, ['a', 'b', 'c', 'd', 'e'])).rejects.toMatchObject({ code: 'Y_TYPE' });
    await expect(net.fit(line(5).X, [1, 2, 3, Number.NaN, 5])).rejects.toMatchObject({
      code: 'Y_NOT_FINITE',
    });
  });
});

test('another criterion, without validation', async () => {
  const net = new NeuralNetRegressor({
    module: Lin,
    criterion: MSELoss,
    criterion__reduction: 'sum',
    lr: 0.01,
    trainSplit: false,
    ...quiet,
  });
  await net.fit(line(4).X, line(4).y);
  expect(net.history.column('train_loss').at(-1)!).toBeLessThan(net.history.column('train_loss')[0]!);
});

describe('scores', () => {
  test('R² as in scikit-learn', () => {
    // The examples in the documentation of sklearn.metrics.r2_score, and raw_values of the second.
    expectClose([r2Score([3, -0.5, 2, 7], [2.5, 0, 2, 8])], [0.9486081370449679]);
    expectClose(
      [
        r2Score(
          [
            [0.5, 1],
            [-1, 1],
            [7, -6],
          ],
          [
            [0, 2],
            [-1, 2],
            [8, -5],
          ],
        ),
      ],
      [(0.9654377880184332 + 0.9081632653061225) / 2],
    );
  });

  test('a column without variance: 1 if exact, else 0; a single row has none', () => {
    expect(r2Score([2, 2], [2, 2])).toBe(1);
    expect(r2Score([2, 2], [2, 3])).toBe(0);
    expect(r2Score([2], [2])).toBeNaN();
  });

  test('mean squared error over all numbers', () => {
    expect(
      meanSquaredError(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 0],
          [3, 4],
        ],
      ),
    ).toBe(1);
  });
});

test('a saved regressor gives numbers again, and a clone fits', async () => {
  const net = await new NeuralNetRegressor({ module: Lin, ...quiet }).fit(plain(6).X, plain(6).y);
  const loaded = await new NeuralNetRegressor({ module: Lin }).loadNet(await net.saveNet());
  expect(await loaded.predict(plain(6).X)).toEqual(await net.predict(plain(6).X));
  const copy = clone(net, { lr: 0.02 });
  await expect(copy.predict(plain(6).X)).rejects.toMatchObject({ code: 'NOT_FITTED' });
  await copy.fit(line(6).X, line(6).y);
  expect((await copy.predict([[1]]))[0]).toHaveLength(1);
});
