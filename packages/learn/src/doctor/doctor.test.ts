import { SGD } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Lin, line, Mlp, manyRows } from '../../test/support/modules.js';
import { NeuralNetClassifier } from '../classifier.js';
import { NeuralNetRegressor } from '../regressor.js';
import { Doctor, type DoctorOptions } from './doctor.js';
import { summarize } from './summary.js';

const { X, y } = manyRows(40);

async function examined(options: Partial<DoctorOptions> = {}, more: object = {}) {
  const doctor = new Doctor(options);
  const net = new NeuralNetClassifier({
    module: Mlp,
    batchSize: 8,
    maxEpochs: 2,
    verbose: 0,
    seed: 0,
    callbacks: { doctor },
    ...more,
  });
  await net.fit(X, y);
  return { doctor, net };
}

describe('records', () => {
  test('each training step, layer and parameter', async () => {
    const { doctor } = await examined();
    expect(doctor.steps_).toHaveLength(8);
    expect(doctor.steps_.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(doctor.steps_.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(doctor.layerNames_.sort()).toEqual(['', 'hidden', 'output']);
    expect(doctor.parameterNames_).toEqual(['hidden.weight', 'hidden.bias', 'output.weight', 'output.bias']);
    expect(Object.keys(doctor.steps_[0]!.gradients)).toEqual(doctor.parameterNames_);
    expect(doctor.steps_[0]!.activations.hidden!.count).toBe(8 * 4);
  });

  test('the numbers of a step that can be worked out by hand', async () => {
    const doctor = new Doctor();
    const { X: rows, y: targets } = line(2);
    const net = new NeuralNetRegressor({
      module: Lin,
      module__weight: 1,
      optimizer: SGD,
      lr: 0.1,
      maxEpochs: 1,
      trainSplit: false,
      verbose: 0,
      callbacks: { doctor },
    });
    await net.fit(rows, targets);
    // Outputs 0 and 1 for targets 1 and 3: the gradient of the weight is 2 · (−1 · 0 − 2 · 1) / 2 = −2.
    const { activations, gradients, updates } = doctor.steps_[0]!;
    expect(activations['']).toMatchObject({ mean: 0.5, std: 0.5, min: 0, max: 1, zeros: 0.5 });
    expect(gradients.weight).toMatchObject({ mean: -2, count: 1 });
    expect(updates.weight).toBe(0);
  });

  test('the net learns the same with a doctor, and is left as it was', async () => {
    const { net } = await examined();
    const alone = await new NeuralNetClassifier({
      module: Mlp,
      batchSize: 8,
      maxEpochs: 2,
      verbose: 0,
      seed: 0,
    }).fit(X, y);
    expect([...net.module_.hidden.weight.data]).toEqual([...alone.module_.hidden.weight.data]);
    expect(Object.hasOwn(net.module_, 'forward')).toBe(false);
    expect(Object.hasOwn(net.module_.hidden, 'forward')).toBe(false);
  });

  test('also after an error in the middle of a step', async () => {
    class Breaks extends Mlp {
      override forward(x: Tensor): Tensor {
        super.forward(x);
        throw new Error('broken');
      }
    }
    const doctor = new Doctor();
    const net = new NeuralNetClassifier({ module: Breaks, verbose: 0, callbacks: { doctor } });
    await expect(net.fit(X, y)).rejects.toThrow('broken');
    expect(Object.hasOwn(net.module_.hidden, 'forward')).toBe(false);
  });

  test('only what matches, only every second step', async () => {
    const { doctor } = await examined({ match: (name) => name.startsWith('output'), every: 2 });
    expect(doctor.steps_).toHaveLength(4);
    expect(doctor.layerNames_).toEqual(['output']);
    expect(doctor.parameterNames_).toEqual(['output.weight', 'output.bias']);
  });

  test('update ratios grow with the learning rate', async () => {
    const ratio = async (lr: number) =>
      (await examined({}, { lr })).doctor.steps_[0]!.updates['output.weight']!;
    expect((await ratio(0.1)) / (await ratio(0.01))).toBeCloseTo(10, 1);
  });

  test('a filter that matches nothing, and a step that is no number, are refused', async () => {
    await expect(examined({ match: () => false })).rejects.toMatchObject({
      cause: { code: 'PARAMETER_VALUE' },
    });
    await expect(examined({ every: 0 })).rejects.toMatchObject({ cause: { code: 'PARAMETER_VALUE' } });
  });
});

test('summaries count zeros and numbers that are not finite', () => {
  const summary = summarize(Float32Array.of(0, 0, 1, 3, Number.NaN, Number.POSITIVE_INFINITY));
  expect(summary).toMatchObject({ count: 6, mean: 1, min: 0, max: 3, zeros: 2 / 6, nonFinite: 2 });
  expect(summary.std).toBeCloseTo(Math.sqrt(1.5), 12);
  expect(summary.histogram.reduce((sum, n) => sum + n)).toBe(4);
  expect(summarize(Float32Array.of(Number.NaN)).mean).toBeNaN();
});

describe('charts', async () => {
  const { doctor } = await examined();

  test.each([
    ['plotActivations', 'hidden: '],
    ['plotGradients', 'output.weight: '],
    ['plotUpdates', 'hidden.bias'],
    ['plotActivationsOverTime', 'mean ± std'],
    ['plotGradientsOverTime', 'hidden.weight'],
  ] as const)('%s', async (plot, text) => {
    const svg = await doctor[plot]();
    expect(svg).toMatch(/^<svg/);
    expect(svg).toContain(text);
  });

  test('of a step that is not there', async () => {
    await expect(doctor.plotActivations({ step: 99 })).rejects.toMatchObject({ code: 'HISTORY_EMPTY' });
    await expect(new Doctor().plotUpdates()).rejects.toMatchObject({ code: 'HISTORY_EMPTY' });
  });
});
