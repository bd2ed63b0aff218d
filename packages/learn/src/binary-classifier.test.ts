import { BCELoss, Linear, Module, Sequential, Sigmoid } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectClose } from '../test/support/close.js';
import { Lin, Mlp, manyRows } from '../test/support/modules.js';
import { NeuralNetBinaryClassifier } from './binary-classifier.js';

const X = [[-2], [-1], [0], [1], [2]];
const y = [0, 0, 1, 1, 1];
const quiet = { verbose: 0, seed: 0 } as const;

async function b6(more: object = {}, epochs = 0) {
  const net = new NeuralNetBinaryClassifier({
    module: Lin,
    module__weight: 1,
    lr: 0.5,
    batchSize: -1,
    maxEpochs: epochs,
    trainSplit: false,
    ...quiet,
    ...more,
  });
  await net.fit(X, y);
  return net;
}

describe('B6: a line through 0, weight 1, bias 0', () => {
  test('probabilities before training', async () => {
    const probabilities = await (await b6()).predictProba(X);
    expectClose(
      probabilities.map(([, yes]) => yes!),
      [0.119203, 0.268941, 0.5, 0.731059, 0.880797],
    );
    for (const [no, yes] of probabilities) expect(no! + yes!).toBeCloseTo(1, 6);
  });

  test.each([
    [0.5, [0, 0, 0, 1, 1]],
    [0.4, [0, 0, 1, 1, 1]],
    [0, [1, 1, 1, 1, 1]],
    [1, [0, 0, 0, 0, 0]],
  ])('threshold %d is strict', async (threshold, expected) => {
    expect(await (await b6({ threshold })).predict(X)).toEqual(expected);
  });

  test('two epochs', async () => {
    const net = await b6({}, 2);
    expectClose(net.history.column('train_loss'), [0.314705, 0.290534]);
    expectClose([net.module_.weight.item(), net.module_.bias.item()], [1.191216, 0.095982]);
  });
});

describe('A25 labels, shapes, criteria', () => {
  const many = manyRows(100);

  test.each([0, 0.25, 0.5, 0.75, 1])('threshold %d: prediction = p₁ > threshold', async (threshold) => {
    const net = new NeuralNetBinaryClassifier({ module: Mlp, threshold, maxEpochs: 2, ...quiet });
    await net.fit(many.X, many.y);
    const probabilities = await net.predictProba(many.X);
    expect(await net.predict(many.X)).toEqual(probabilities.map(([, yes]) => Number(yes! > threshold)));
    expect(net.history.column('valid_acc')).toHaveLength(2);
  });

  test('strings and booleans come back; classes_ is no and yes', async () => {
    const net = new NeuralNetBinaryClassifier({ module: Mlp, maxEpochs: 2, ...quiet });
    await net.fit(
      many.X,
      many.y.map((code) => (code === 1 ? 'stays' : 'leaves')),
    );
    expect(net.classes_).toEqual(['leaves', 'stays']);
    expect(['leaves', 'stays']).toEqual(expect.arrayContaining(await net.predict(many.X)));
    await net.fit(
      many.X,
      many.y.map((code) => code === 1),
    );
    expect(net.classes_).toEqual([false, true]);
  });

  test('an output of two columns is refused, quoting the shape', async () => {
    const net = new NeuralNetBinaryClassifier({
      module: () => new Sequential(new Linear(20, 2)),
      trainSplit: null,
      ...quiet,
    });
    const error = await net.fit(manyRows(128).X, manyRows(128).y).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'OUTPUT_SHAPE' });
    expect((error as Error).message).toContain('(128, 2)');
  });

  test('y in two dimensions, missing (Q20), of one class, of three', async () => {
    const net = new NeuralNetBinaryClassifier({ module: Mlp, ...quiet });
    const fit = (labels: unknown) => net.fit(many.X, labels as number[]);
    await expect(fit(many.y.map((code) => [code]))).rejects.toMatchObject({ code: 'Y_TYPE' });
    await expect(fit(null)).rejects.toMatchObject({ code: 'Y_MISSING' });
    await expect(fit(many.y.map(() => 1))).rejects.toMatchObject({ code: 'SINGLE_CLASS' });
    await expect(fit(many.y.map((_, row) => row % 3))).rejects.toMatchObject({ code: 'NOT_BINARY' });
  });

  test('with BCELoss the module gives probabilities, and the sigmoid is not applied twice', async () => {
    class Probability extends Module {
      readonly inner = new Sequential(new Linear(20, 1), new Sigmoid());
      override forward(x: Tensor): Tensor {
        return this.inner.forward(x.mul(30));
      }
    }
    const net = new NeuralNetBinaryClassifier({ module: Probability, criterion: BCELoss, ...quiet });
    await net.fit(many.X, many.y);
    const yes = (await net.predictProba(many.X)).map(([, p]) => p!);
    expect(Math.min(...yes)).toBeLessThan(0.269);
    expect(Math.max(...yes)).toBeGreaterThan(0.731);
  });

  test.each([-0.1, 1.1, Number.NaN, '0.5'])('a threshold of %s is refused', async (threshold) => {
    const net = new NeuralNetBinaryClassifier({ module: Mlp, threshold: threshold as number, ...quiet });
    await expect(net.fit(many.X, many.y)).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  });

  test('score is the share of labels that are predicted', async () => {
    const net = await b6({}, 1);
    expect(await net.score(X, await net.predict(X))).toBe(1);
  });
});

test('a saved binary net gives its labels again', async () => {
  const net = new NeuralNetBinaryClassifier({ module: Lin, threshold: 0.4, trainSplit: false, ...quiet });
  await net.fit(X, ['no', 'no', 'yes', 'yes', 'yes']);
  const loaded = await new NeuralNetBinaryClassifier({ module: Lin }).loadNet(await net.saveNet());
  expect(loaded.classes_).toEqual(['no', 'yes']);
  expect(await loaded.predict(X)).toEqual(await net.predict(X));
});
