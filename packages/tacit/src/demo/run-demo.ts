// The whole way on one machine: train, compile, make keys, encrypt, evaluate, decrypt. Client and engine exchange bytes
// and nothing else, as they would between two machines.

import type { Circuit, ClassLabel } from '@tacit/circuit';
import type { Client } from '@tacit/client';
import { createClient } from '@tacit/client/node';
import { engineThreads, evaluate, loadCircuit, loadEvaluationKey } from '@tacit/engine';
import { LRScheduler, NeuralNetClassifier } from '@tacit/learn';
import { AdamW, LambdaLR, SparseQuantNeuralNet } from '@tacit/nn';
import type { Progress } from '../commands/progress.js';
import { compile } from '../compile.js';
import { type DemoDataset, type Preset, presets } from './presets.js';
import { warmUpCosine } from './schedule.js';

/** Stricter than the default of compiling: what is shown is how well ciphertexts agree. */
const maxLabelFlips = 0.002;

/** What the demo measures; also the document of `--json`. */
export interface DemoResult {
  readonly dataset: DemoDataset;
  /** Fractions of right labels: of the float twin and the clear circuit on all test rows, encrypted on `samples` rows. */
  readonly accuracy: { readonly float: number; readonly quantised: number; readonly encrypted: number };
  /** Fraction of encrypted labels that equal the clear circuit's. */
  readonly agreement: number;
  /** Rows that were encrypted. */
  readonly samples: number;
  /** Sizes of the net's layers, inputs and outputs included. */
  readonly layers: readonly number[];
  readonly pbs: number;
  /** Bits of the largest table input. */
  readonly accumulatorBits: number;
  /** Bits of the largest span of an integer sum. */
  readonly integerBits: number;
  readonly parameters: ReturnType<Circuit['report']>['parameters'];
  /** The key once; request and response a sample. */
  readonly bytes: { readonly evaluationKey: number; readonly request: number; readonly response: number };
  /** perSample: median of the evaluations, one sample at a time. */
  readonly seconds: {
    readonly train: number;
    readonly compile: number;
    readonly keygen: number;
    readonly perSample: number;
  };
  readonly threads: number;
}

/** What to run. */
export interface DemoOptions {
  readonly dataset: DemoDataset;
  /** Test rows to encrypt, from the first on; Infinity for all. */
  readonly rows: number;
  readonly seed: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

interface Table {
  readonly X: number[][];
  readonly y: (string | number)[];
}

/** Runs the demo. Rejects with the signal's reason when it is aborted. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { dataset, progress, signal } = options;
  const { train, test } = await loadSplit(dataset);
  const float = await fit(options, train, false);
  const quantised = await fit(options, train, true);
  progress.say(`compiling for ${train.X.length} calibration rows`);
  const compiled = await timed(() => compile(quantised.net, train.X, { maxLabelFlips }));
  signal.throwIfAborted();
  const circuit = compiled.result;
  const encryptedRows = test.X.slice(0, options.rows);
  const encrypted = await predictEncrypted(circuit, encryptedRows, progress, signal);
  const clear = await circuit.predict(test.X);
  const report = circuit.report();
  return {
    dataset,
    accuracy: {
      float: await float.net.score(test.X, test.y),
      quantised: agreement(clear, test.y),
      encrypted: agreement(encrypted.labels, test.y),
    },
    agreement: agreement(encrypted.labels, clear),
    samples: encryptedRows.length,
    layers: [...report.layers.map((layer) => layer.inputs), report.layers.at(-1)?.rows ?? 0],
    pbs: report.pbs,
    accumulatorBits: report.accumulatorBits,
    integerBits: report.integerBits,
    parameters: report.parameters,
    bytes: encrypted.bytes,
    seconds: {
      train: quantised.seconds,
      compile: compiled.seconds,
      keygen: encrypted.keygenSeconds,
      perSample: median(encrypted.sampleSeconds),
    },
    threads: engineThreads(),
  };
}

async function loadSplit(dataset: DemoDataset): Promise<{ readonly train: Table; readonly test: Table }> {
  const { data, target, referenceTestIndices } = await presets[dataset].load();
  const isTest = new Set(referenceTestIndices);
  const take = (indices: readonly number[]): Table => ({
    X: indices.map((i) => data[i] ?? []),
    y: indices.map((i) => target[i] ?? ''),
  });
  return { train: take([...data.keys()].filter((i) => !isTest.has(i))), test: take(referenceTestIndices) };
}

/** The net and, with `quantize: false`, its float twin: same layers, seed, scaling and training. */
async function fit({ dataset, seed, progress, signal }: DemoOptions, train: Table, quantize: boolean) {
  const { net: options, lr, maxEpochs, batchSize, weightDecay }: Preset = presets[dataset];
  const bar = progress.bar(quantize ? 'training the quantised net' : 'training the float twin', maxEpochs);
  const module = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [`module__${name}`, value]),
  );
  const steps = maxEpochs * Math.ceil(train.X.length / batchSize);
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    ...module,
    module__quantize: quantize,
    criterion__labelSmoothing: 0.05,
    optimizer: AdamW,
    optimizer__betas: [0.9, 0.99],
    optimizer__weightDecay: 0,
    optimizer__paramGroups: [['*.weight', { weightDecay }]],
    lr,
    maxEpochs,
    batchSize,
    trainSplit: null,
    verbose: 0,
    seed,
    callbacks: {
      progress: bar.callback,
      schedule: new LRScheduler({
        policy: LambdaLR,
        policyOptions: { lrLambda: (step: number) => warmUpCosine(step, steps) },
        stepEvery: 'batch',
      }),
    },
  });
  const { seconds } = await timed(() => net.fit(train.X, train.y, { signal }));
  bar.stop();
  return { net, seconds };
}

async function predictEncrypted(
  circuit: Circuit,
  rows: readonly number[][],
  progress: Progress,
  signal: AbortSignal,
) {
  const client: Client = await createClient(circuit.clientSpec);
  progress.say('making keys');
  const { result: keys, seconds: keygenSeconds } = await timed(() => client.generateKeys({ signal }));
  const serverCircuit = await loadCircuit(circuit.serverCircuit);
  const evaluationKey = await loadEvaluationKey(serverCircuit, keys.evaluationKey, { signal });
  const labels: ClassLabel[] = [];
  const sampleSeconds: number[] = [];
  const bytes = { evaluationKey: keys.evaluationKey.length, request: 0, response: 0 };
  const bar = progress.bar('predicting on ciphertexts', rows.length);
  for (const row of rows) {
    const request = client.encrypt([row], keys.secretKey);
    const { result: response, seconds } = await timed(() =>
      evaluate(serverCircuit, evaluationKey, request, { signal }),
    );
    const prediction = client.decrypt(response, keys.secretKey);
    if (prediction.kind === 'classification') labels.push(...prediction.predictions);
    sampleSeconds.push(seconds);
    bytes.request = request.length;
    bytes.response = response.length;
    bar.advance();
  }
  bar.stop();
  evaluationKey.dispose();
  return { labels, sampleSeconds, bytes, keygenSeconds };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

function agreement(labels: readonly ClassLabel[], others: readonly ClassLabel[]): number {
  return labels.filter((label, i) => label === others[i]).length / labels.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
