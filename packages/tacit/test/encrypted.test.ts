// Circuits of several shapes on real ciphertexts, with real 128-bit keys: what comes back must be what the clear circuit
// says, up to the noise that the circuit predicts.

import { loadIris, loadWine } from '@tacit/datasets';
import {
  AdamW,
  collectWarnings,
  compile,
  NeuralNetClassifier,
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

async function fitted(options: NetOptions, { X, y }: Table, maxEpochs = 40) {
  const moduleOptions = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [`module__${name}`, value]),
  );
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    optimizer: AdamW,
    lr: 0.01,
    maxEpochs,
    batchSize: 16,
    trainSplit: null,
    verbose: 0,
    seed: 0,
    ...moduleOptions,
  });
  return net.fit(X, y);
}

// Rows with a clear winner: their labels survive the noise, and what is compared is the arithmetic.
function decidedRows(X: number[][], probabilities: number[][], count: number): number[][] {
  const margin = (row: number[]) => {
    const [first = 0, second = 0] = [...row].sort((a, b) => b - a);
    return first - second;
  };
  return X.filter((_, i) => margin(probabilities[i]!) > 0.5).slice(-count);
}

type NetOptions = Omit<SparseQuantNeuralNetOptions, 'generator'>;
const shapes: readonly (readonly [name: string, options: NetOptions, pbs: number])[] = [
  ['one hidden layer', { hiddenSizes: [6], nABits: 6 }, 6],
  ['three hidden layers', { nLayers: 4, hiddenSizes: [6, 5, 4], nABits: 5 }, 15],
  ['a linear skip', { hiddenSizes: [3], linearSkip: true }, 3],
  ['a linear model', { nLayers: 1, nWBits: 6, nABits: 6 }, 0],
  ['bounded accumulators', { hiddenSizes: [8], accumulators: 'bounded', nWBits: 2, nABits: 2 }, 8],
  ['half of its neurons pruned', { hiddenSizes: [8], nPruneNeuronsPercentage: 0.5 }, 4],
];

it.each(shapes)('a net with %s predicts encrypted as in the clear', async (_, options, pbs) => {
  const data = options.accumulators === 'bounded' ? wine : iris;
  const net = await fitted(options, data);
  const { result: circuit, warnings } = await collectWarnings(() =>
    compile(net, data.X, { maxLabelFlips: 0.02 }),
  );
  expect(warnings.map((warning) => warning.code).filter((code) => code !== 'OMEGA_SMALL')).toEqual([]);
  const report = circuit.report();
  expect(report.pbs).toBe(pbs);
  expect(report.accumulatorBits).toBeLessThanOrEqual(8);
  if (options.accumulators === 'bounded') expect(report.integerBits).toBeLessThanOrEqual(8);
  const rows = decidedRows(data.X, await circuit.predictProba(data.X), 6);
  expect(rows).toHaveLength(6);
  const clear = await circuit.predictAll(rows);
  const encrypted = await circuit.predictAll(rows, { mode: 'execute' });
  expect(encrypted.predictions).toEqual(clear.predictions);
  // Noise moves logits by a few per cent of their spread (1 % of labels); arithmetic that is wrong moves them by all of it.
  const spread = Math.max(...clear.logits.flat()) - Math.min(...clear.logits.flat());
  for (const [row, logits] of encrypted.logits.entries()) {
    for (const [k, logit] of logits.entries()) {
      expect(Math.abs(logit - clear.logits[row]![k]!)).toBeLessThan(0.25 * spread);
    }
  }
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
