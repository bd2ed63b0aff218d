import { MSELoss } from '@tacit/nn';
import { describe, expect, test } from 'vitest';
import { Clf, clfRows, Lin, line } from '../test/support/modules.js';
import { EpochScoring } from './callbacks/index.js';
import { NeuralNetClassifier } from './classifier.js';
import { lossPerRow, lossScoring } from './loss-scoring.js';
import { NeuralNetRegressor } from './regressor.js';

const { X, y } = line(5);

async function net(reduction: string) {
  const made = new NeuralNetRegressor({
    module: Lin,
    criterion: MSELoss,
    criterion__reduction: reduction as 'mean',
    batchSize: 2,
    trainSplit: false,
    verbose: 0,
  });
  return made.fit(X, y, { epochs: 0 });
}

describe('A25 losses 1, 9, 25, 49, 81 in batches of 2', () => {
  test('mean, sum, each', async () => {
    expect(await lossScoring(await net('mean'), X, y)).toBe(33);
    expect(await lossScoring(await net('sum'), X, y)).toBe(165);
    expect(await lossPerRow(await net('none'), X, y)).toEqual([1, 9, 25, 49, 81]);
    expect(await lossScoring(await net('none'), X, y)).toBe(33);
  });

  test('another reduction is refused, and a mean has no losses of rows', async () => {
    const odd = await net('mean');
    await expect(lossPerRow(odd, X, y)).rejects.toMatchObject({ code: 'LOSS_REDUCED' });
    Object.assign(odd.criterion_, { reduction: 'median' });
    await expect(lossScoring(odd, X, y)).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

test('as a score of EpochScoring it is the validation loss', async () => {
  const classifier = new NeuralNetClassifier({
    module: Clf,
    trainSplit__cv: 2,
    verbose: 0,
    callbacks: { mine: new EpochScoring({ scoring: lossScoring, name: 'loss_again' }) },
  });
  await classifier.fit(clfRows.X, clfRows.y);
  expect(classifier.history.column('loss_again')).toEqual(classifier.history.column('valid_loss'));
});

test('labels are those of the fit', async () => {
  const names = ['a', 'b', 'c'];
  const labels = clfRows.y.map((code) => names[code]!);
  const fitted = await new NeuralNetClassifier({ module: Clf, trainSplit: null, verbose: 0 }).fit(
    clfRows.X,
    labels,
  );
  expect(await lossScoring(fitted, clfRows.X, labels)).toBeGreaterThan(0);
  await expect(lossScoring(fitted, clfRows.X, clfRows.y)).rejects.toMatchObject({ code: 'UNKNOWN_LABEL' });
});
