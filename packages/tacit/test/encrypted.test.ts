// Circuits of several shapes on real ciphertexts, with real 128-bit keys: what comes back must be what the clear circuit
// says, up to the noise that the circuit predicts.

import { loadBreastCancer, loadDiabetes, loadDigits, loadIris, loadWine } from '@tacit/datasets';
import {
  AdamW,
  type Circuit,
  collectWarnings,
  compile,
  NeuralNetBinaryClassifier,
  NeuralNetClassifier,
  NeuralNetRegressor,
  type Prediction,
  Sine,
  SparseQuantConvNet,
  SparseQuantNeuralNet,
  type SparseQuantNeuralNetOptions,
} from 'tacit';
import { beforeAll, expect, it } from 'vitest';

interface Table {
  readonly X: number[][];
  readonly y: string[];
}
let iris: Table;
let wine: Table;

beforeAll(async () => {
  [iris, wine] = (await Promise.all(
    [loadIris(), loadWine()].map(async (loading) => {
      const { data, target } = await loading;
      return { X: data, y: target };
    }),
  )) as [Table, Table];
});

const training = {
  optimizer: AdamW,
  lr: 0.01,
  maxEpochs: 40,
  batchSize: 16,
  trainSplit: null,
  verbose: 0,
  seed: 0,
} as const;

async function fitted(options: NetOptions, { X, y }: Table, maxEpochs = 40) {
  const moduleOptions = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [`module__${name}`, value]),
  );
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    ...training,
    maxEpochs,
    ...moduleOptions,
  });
  return net.fit(X, y);
}

/** Outputs of the net, [rows][outputs]. */
function outputsOf(prediction: Prediction): number[][] {
  if (prediction.kind === 'classification') return prediction.logits;
  return prediction.predictions.map((value) => (typeof value === 'number' ? [value] : value));
}

/** Simulated runs of each row that give the spread of its outputs. */
const simulations = 400;

/**
 * Executes rows on ciphertexts, and compares each output with the simulator's: within seven of its standard deviations of its
 * mean. Noise beyond is a false alarm in 10⁷ even where a table on the border of two levels adds to it.
 */
async function expectAsSimulated(circuit: Circuit, rows: number[][]): Promise<void> {
  const encrypted = outputsOf(await circuit.predictAll(rows, { mode: 'execute' }));
  expect(encrypted).toHaveLength(rows.length);
  for (const [r, row] of rows.entries()) {
    const runs = outputsOf(
      await circuit.predictAll(new Array<number[]>(simulations).fill(row), { mode: 'simulate', seed: r }),
    );
    for (const [k, output] of encrypted[r]!.entries()) {
      const mean = runs.reduce((sum, run) => sum + run[k]!, 0) / simulations;
      const variance = runs.reduce((sum, run) => sum + (run[k]! - mean) ** 2, 0) / (simulations - 1);
      expect(Math.abs(output - mean)).toBeLessThan(7 * Math.sqrt(variance));
    }
  }
}

type NetOptions = Omit<SparseQuantNeuralNetOptions, 'generator'>;
const bounded = { accumulators: 'bounded', nWBits: 2, nABits: 2, nAccumBits: 6 } as const;
type Precision = 'approximate' | 'exact';
const shapes: readonly (readonly [name: string, options: NetOptions, pbs: number, precision: Precision])[] = [
  ['one hidden layer', { hiddenSizes: [6], nABits: 6 }, 6, 'approximate'],
  [
    'two hidden layers of sines',
    { nLayers: 3, hiddenSizes: [5, 4], activation: Sine, nABits: null, nInputBits: 5 },
    9,
    'approximate',
  ],
  ['three hidden layers', { nLayers: 4, hiddenSizes: [6, 5, 4], nABits: 5 }, 15, 'approximate'],
  ['a linear skip', { hiddenSizes: [3], linearSkip: true }, 3, 'approximate'],
  ['a linear model', { nLayers: 1, nWBits: 6, nABits: 6 }, 0, 'approximate'],
  ['half of its neurons pruned', { hiddenSizes: [8], nPruneNeuronsPercentage: 0.5 }, 4, 'approximate'],
  ['one hidden layer, exact', { ...bounded, hiddenSizes: [8] }, 8, 'exact'],
  ['two hidden layers, exact', { ...bounded, nLayers: 3, hiddenSizes: [6, 5] }, 11, 'exact'],
  ['three hidden layers, exact', { ...bounded, nLayers: 4, hiddenSizes: [6, 5, 5] }, 16, 'exact'],
];

it.each(shapes)('a net with %s predicts encrypted as simulated', async (_, options, pbs, precision) => {
  const data = precision === 'exact' ? wine : iris;
  const net = await fitted(options, data);
  const { result: circuit } = await collectWarnings(() =>
    compile(net, data.X, { maxLabelFlips: 0.02, precision }),
  );
  const report = circuit.report();
  expect(report.pbs).toBe(pbs);
  expect(report.accumulatorBits).toBeLessThanOrEqual(8);
  if (precision === 'exact') expect(report.integerBits).toBeLessThanOrEqual(6);
  await expectAsSimulated(circuit, data.X.filter((_, i) => i % 25 === 0).slice(0, 6));
});

it('a convolutional net predicts encrypted as simulated', async () => {
  const { data, target } = await loadDigits();
  const net = new NeuralNetClassifier({
    module: SparseQuantConvNet,
    module__inputShape: [1, 8, 8],
    module__convolutions: [{ filters: 2, kernelSize: 3, pool: { size: 2, place: 'before' } }],
    module__nABits: 5,
    ...training,
    maxEpochs: 3,
    batchSize: 64,
  });
  await net.fit(data, target);
  const { result: circuit } = await collectWarnings(() =>
    compile(net, data.slice(0, 500), { maxLabelFlips: 0.03 }),
  );
  expect([circuit.report().pbs, circuit.report().layers[0]!.tables]).toEqual([2 * 9, 2]);
  await expectAsSimulated(circuit, data.slice(0, 3));
});

it('a regressor predicts encrypted as simulated', async () => {
  const { data, target } = await loadDiabetes();
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const net = new NeuralNetRegressor({
    module: SparseQuantNeuralNet,
    module__hiddenSizes: [4],
    ...training,
    maxEpochs: 10,
  });
  await net.fit(
    data,
    target.map((value) => (value - mean) / 77),
  );
  const circuit = await compile(net, data);
  expect(circuit.report().pbs).toBeLessThanOrEqual(4);
  await expectAsSimulated(circuit, data.slice(0, 4));
});

it('a binary classifier predicts encrypted as simulated', async () => {
  const { data, target } = await loadBreastCancer();
  const net = new NeuralNetBinaryClassifier({
    module: SparseQuantNeuralNet,
    module__hiddenSizes: [3],
    ...training,
    maxEpochs: 10,
  });
  await net.fit(data, target);
  const circuit = await compile(net, data);
  expect(circuit.clientSpec.outputs).toHaveLength(1);
  await expectAsSimulated(circuit, data.slice(0, 4));
});

it('writes client.json and server.bin, whole or not at all', async () => {
  const { mkdtemp, readdir, readFile, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const directory = await mkdtemp(join(tmpdir(), 'tacit-save-'));
  try {
    const circuit = await compile(await fitted({ hiddenSizes: [3] }, iris, 2), iris.X, { maxLabelFlips: 1 });
    const target = join(directory, 'new', 'iris');
    await circuit.save(target);
    expect((await readdir(target)).sort()).toEqual(['client.json', 'server.bin']);
    expect(JSON.parse(await readFile(join(target, 'client.json'), 'utf8'))).toEqual(circuit.clientSpec);
    expect(new Uint8Array(await readFile(join(target, 'server.bin')))).toEqual(circuit.serverCircuit);
    expect(await readFile(join(target, 'server.bin'), 'latin1')).not.toMatch(/setosa|virginica/);
    await expect(circuit.save(join(target, 'client.json'))).rejects.toThrow();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
