import { Linear, Sequential, SparseQuantNeuralNet } from '@tacit/nn';
import { expect, it } from 'vitest';
import { NeuralNetClassifier } from '../classifier.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';
import { NoiseInjector, type NoiseInjectorOptions } from './noise-injector.js';

const X = Array.from({ length: 20 }, (_, i) => [i % 5, i % 3]);
const y = X.map((_, i) => i % 2);

/** The noise of both hidden layers in each epoch. */
async function noises(noiseFraction: NoiseInjectorOptions['noiseFraction']): Promise<unknown[]> {
  const seen: unknown[] = [];
  class Spy extends Callback {
    override onEpochEnd({ module_ }: Net): void {
      seen.push((module_ as SparseQuantNeuralNet).layers.map(({ noise }) => noise?.fraction ?? null));
    }
  }
  await new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    module__nLayers: 3,
    module__hiddenSizes: [4, 3],
    callbacks: { noise: new NoiseInjector({ noiseFraction }), spy: new Spy() },
    maxEpochs: 2,
    trainSplit: null,
    verbose: 0,
  }).fit(X, y);
  return seen;
}

it('sets one fraction for all layers, or one for each', async () => {
  expect(await noises(0.02)).toEqual([
    [0.02, 0.02, null],
    [0.02, 0.02, null],
  ]);
  expect(await noises([0.01, 0.03])).toEqual([
    [0.01, 0.03, null],
    [0.01, 0.03, null],
  ]);
});

it('follows a schedule of epochs', async () => {
  expect(await noises((epoch) => epoch / 100)).toEqual([
    [0.01, 0.01, null],
    [0.02, 0.02, null],
  ]);
});

it('refuses fractions that do not fit the layers, and modules without such noise', async () => {
  await expect(noises([0.1])).rejects.toMatchObject({ cause: { code: 'LAYERS_INVALID' } });
  await expect(noises(-1)).rejects.toMatchObject({ cause: { code: 'PARAMETER_INVALID' } });
  const net = new NeuralNetClassifier({
    module: () => new Sequential(new Linear(2, 2)),
    callbacks: { noise: new NoiseInjector() },
    verbose: 0,
    trainSplit: null,
  });
  await expect(net.fit(X, y)).rejects.toMatchObject({
    cause: { code: 'PARAMETER_VALUE', got: 'Sequential' },
  });
});
