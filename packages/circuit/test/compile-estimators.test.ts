// Estimators of every kind, compiled: what the circuit predicts is what the estimator predicts.

import { compile, type FittedPipeline } from '@tacit/circuit';
import { type Cell, type ClientStep, parseClientSpec, prepareRows } from '@tacit/circuit/spec';
import { NeuralNetBinaryClassifier, NeuralNetClassifier, NeuralNetRegressor } from '@tacit/learn';
import { Adam, SparseQuantConvNet, SparseQuantNeuralNet } from '@tacit/nn';
import { Generator } from '@tacit/tensor';
import { describe, expect, it } from 'vitest';

const generator = new Generator(11);
const X = Array.from({ length: 200 }, () => Array.from({ length: 4 }, () => generator.normal()));
const common = {
  module: SparseQuantNeuralNet,
  module__hiddenSizes: [6],
  module__nABits: 6,
  optimizer: Adam,
  lr: 0.02,
  maxEpochs: 25,
  trainSplit: null,
  verbose: 0,
  seed: 0,
} as const;
const price = (row: readonly number[]) => 40 + 5 * row[0]! - 3 * row[1]! + row[2]!;

describe('a regressor', () => {
  it('gives a number a row where y had one', async () => {
    const net = new NeuralNetRegressor({ ...common, maxEpochs: 60 });
    await net.fit(
      X,
      X.map((row) => price(row) / 10),
    );
    const circuit = await compile(net, X);
    const [expected, clear, noisy] = [
      (await net.predict(X)) as number[],
      await circuit.predict(X),
      await circuit.predict(X, { mode: 'simulate' }),
    ];
    expect(circuit.clientSpec.task).toEqual({ kind: 'regression', isPlain: true });
    const spread = Math.sqrt(expected.reduce((sum, value) => sum + (value - 4) ** 2, 0) / X.length);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs((clear[i] as number) - value)).toBeLessThan(0.1 * spread);
      expect(Math.abs((noisy[i] as number) - value)).toBeLessThan(0.35 * spread);
    }
    // One output: its weights lie in the tables.
    expect(circuit.report().layers.at(-1)!.norm).toBe(Math.sqrt(circuit.report().pbs));
    expect(circuit.report().simulatedLabelFlips).toBeLessThan(0.05);
    await expect(circuit.predictProba(X)).rejects.toThrow(
      expect.objectContaining({ code: 'NO_PROBABILITIES' }),
    );
  });

  it('gives rows of numbers where y had rows', async () => {
    const net = new NeuralNetRegressor({ ...common });
    await net.fit(
      X,
      X.map((row) => [row[0]!, row[1]! - row[2]!]),
    );
    const circuit = await compile(net, X);
    const [expected, clear] = [(await net.predict(X)) as number[][], await circuit.predict(X)];
    for (const [i, row] of expected.entries()) {
      for (const [k, value] of row.entries())
        expect(Math.abs((clear[i] as number[])[k]! - value)).toBeLessThan(0.3);
    }
  });

  it('whose targets were scaled gives them back in their own units', async () => {
    const net = new NeuralNetRegressor({ ...common });
    await net.fit(
      X,
      X.map((row) => (price(row) - 40) / 6),
    );
    const step: ClientStep = { kind: 'standardScaler', mean: [40], scale: [6] };
    const scaled = { regressor_: net, transformer_: { clientStep: () => ({ step, reason: null }) } };
    const [plain, back] = [
      await (await compile(net, X)).predict(X),
      await (await compile(scaled, X)).predict(X),
    ];
    for (const [i, value] of back.entries()) expect(value).toBeCloseTo(40 + 6 * (plain[i] as number), 6);
    const ownFunction = { regressor_: net, transformer_: null, getParams: () => ({ func: Math.log }) };
    await expect(compile(ownFunction, X)).rejects.toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_STEP' }),
    );
  });
});

describe('a binary classifier', () => {
  it('gives labels and probabilities from one logit', async () => {
    const net = new NeuralNetBinaryClassifier({ ...common, threshold: 0.4 });
    await net.fit(
      X,
      X.map((row) => (row[0]! * row[1]! > 0 ? 'same' : 'other')),
    );
    const circuit = await compile(net, X, { maxLabelFlips: 0.02 });
    expect(circuit.clientSpec.task).toEqual({ kind: 'binary', classes: ['other', 'same'], threshold: 0.4 });
    expect(circuit.clientSpec.outputs).toHaveLength(1);
    const clear = await circuit.predictAll(X);
    const expected = await net.predictProba(X);
    const isClose = clear.probabilities.filter(([, yes], i) => Math.abs(yes! - expected[i]![1]!) < 0.05);
    expect(isClose.length / X.length).toBeGreaterThan(0.95);
    const labels = await net.predict(X);
    expect(clear.predictions.filter((label, i) => label !== labels[i]).length).toBeLessThan(4);
  });
});

describe('a convolutional classifier', () => {
  it('shares tables among the places of a filter, in a small server circuit', async () => {
    const images = Array.from({ length: 120 }, (_, i) =>
      Array.from(
        { length: 64 },
        (_, p) => Number(i % 2 === 0 ? p % 8 === 3 : p >> 3 === 3) + 0.3 * generator.normal(),
      ),
    );
    const net = new NeuralNetClassifier({
      module: SparseQuantConvNet,
      module__inputShape: [1, 8, 8],
      module__convolutions: [{ filters: 2, kernelSize: 3, pool: { size: 2, place: 'before' } }],
      optimizer: Adam,
      lr: 0.02,
      maxEpochs: 20,
      trainSplit: null,
      verbose: 0,
      seed: 0,
    });
    const y = images.map((_, i) => (i % 2 === 0 ? 'upright' : 'flat'));
    await net.fit(images, y);
    const circuit = await compile(net, images);
    const report = circuit.report();
    expect([report.pbs, report.layers[0]!.tables]).toEqual([2 * 9, 2]);
    expect(circuit.serverCircuit.length).toBeLessThan(12_000);
    const simulated = await circuit.predict(images, { mode: 'simulate' });
    expect(simulated.filter((label, i) => label !== y[i]).length).toBeLessThan(3);
  });
});

describe('a pipeline', () => {
  const cities = ['Bern', 'Genf'];
  const raw: Cell[][] = X.map((row, i) => [row[0]!, i % 7 === 0 ? null : 100 * row[1]!, cities[i % 2]]);
  const step: ClientStep = {
    kind: 'pipeline',
    steps: [
      {
        kind: 'columnTransformer',
        blocks: [
          {
            name: 'numbers',
            columns: [0, 1],
            step: {
              kind: 'pipeline',
              steps: [
                { kind: 'simpleImputer', fill: [0, 0], indicators: [], missingValue: null },
                { kind: 'standardScaler', mean: [0, 0], scale: [1, 100] },
              ],
            },
          },
          {
            name: 'city',
            columns: [2],
            step: { kind: 'oneHotEncoder', categories: [cities], drop: [null], handleUnknown: 'error' },
          },
        ],
      },
    ],
  };

  it('puts the steps before the net on the client, who takes raw rows', async () => {
    const prepared = X.map((row, i) => [row[0]!, i % 7 === 0 ? 0 : row[1]!, Number(i % 2 === 0), i % 2]);
    const y = prepared.map(([a, , bern]) => a! > 0 === (bern === 1));
    const net = new NeuralNetClassifier({ ...common });
    await net.fit(prepared, y);
    const pipeline: FittedPipeline<typeof net> = {
      finalEstimator_: net,
      clientStep: () => ({ step, reason: null }),
    };
    const circuit = await compile(pipeline, raw);
    const alone = await compile(net, prepared);
    expect(await circuit.predict(raw)).toEqual(await alone.predict(prepared));
    expect(circuit.serverCircuit).toEqual(alone.serverCircuit);
    const spec = parseClientSpec(JSON.parse(JSON.stringify(circuit.clientSpec)));
    expect(prepareRows(spec, raw)).toEqual(prepareRows(alone.clientSpec, prepared));
    expect(spec.steps.map(({ kind }) => kind)).toEqual(['columnTransformer']);
    await expect(circuit.predict([[0, 1, 'Basel']])).rejects.toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });

  it('with a step that no client can do is refused with the reason', async () => {
    const pipeline = {
      finalEstimator_: {},
      clientStep: () => ({ step: null, reason: 'the function is your own' }),
    };
    await expect(compile(pipeline, raw)).rejects.toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_STEP',
        message: expect.stringContaining('the function is your own'),
      }),
    );
  });
});
