// What does the estimator cost beyond the bare loop of the same modules, and how does an epoch compare with skorch? All
// sides alternate in one run. Where skorch is not installed, what it took on a machine of the same kind stands beside.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { History, NeuralNetClassifier } from '../packages/learn/dist/index.js';
import {
  Adam,
  CrossEntropyLoss,
  Linear,
  manualSeed,
  ReLU,
  Sequential,
  SparseQuantNeuralNet,
} from '../packages/nn/dist/index.js';
import { Generator, IntTensor, Tensor } from '../packages/tensor/dist/index.js';
import { hasModule, runPeer } from './peers/python.mjs';

const rounds = 5;

/** The first ones are slower, since the engine is still compiling: a median of 20 is of the others. */
const measuredEpochs = 20;

/** Runs every case. */
export async function run(progress) {
  // First, while the heap holds nothing else that could be collected in between.
  progress('memory of a long history');
  const memory = historyMemory();
  progress('10-30-30-2, bare loop against estimator');
  const overhead = await loopOverhead();
  progress('epochs of quantized nets against their float twins');
  const recipe = { nWBits: [2, 8], nABits: null, batchNorm: true, noiseFraction: 0.0095 };
  const [digits, images] = [makeData(1344, 64, 10), makeData(4_000, 784, 10)];
  const quantized = [
    quantizedEpochs('quantized-digits', digits, 64, { hiddenSizes: [32], ...recipe }),
    quantizedEpochs('quantized-mnist', images, 100, { hiddenSizes: [48], ...recipe }),
    quantizedEpochs('quantized-digits-defaults', digits, 64, {}),
    quantizedEpochs('quantized-mnist-defaults', images, 100, { hiddenSizes: [48] }),
  ];
  progress('epochs of 20-64-64-2 and 784-128-10');
  return [
    overhead,
    await againstSkorch('skorch-tabular', makeData(10_000, 20, 2), [20, 64, 64, 2], {
      measured: 0.277,
      factor: 5,
    }),
    await againstSkorch('skorch-mnist', makeData(8_000, 784, 10), [784, 128, 10], {
      measured: 0.3,
      factor: 1.5,
    }),
    ...quantized,
    memory,
  ];
}

/** A net for encrypted inference against its float twin, epoch by epoch in turn. */
function quantizedEpochs(id, data, batchSize, options) {
  const epochs = [true, false].map((quantize) =>
    quantizedTraining(data, batchSize, { ...options, quantize }),
  );
  const times = Array.from({ length: 21 }, () => epochs.map((epoch) => secondsOf(epoch)));
  // The first epochs still meet code that is not compiled.
  const measured = times.slice(6);
  const ratio = median(measured.map(([quantized, twin]) => quantized / twin));
  return {
    id,
    value: median(measured.map(([quantized]) => quantized)),
    unit: 's/epoch',
    peer: 'float twin, same run',
    peerValue: median(measured.map(([, twin]) => twin)),
    ratio,
    target: '≤ 1.5 × the float twin',
    ok: ratio <= 1.5,
  };
}

function quantizedTraining({ X, y, rows, features }, batchSize, options) {
  manualSeed(0);
  const net = new SparseQuantNeuralNet({ inputDim: features, outputDim: 10, ...options });
  net.calibrate(new Tensor(X, [rows, features]));
  const optimizer = new Adam(net.parameters(), { lr: 0.001 });
  const loss = new CrossEntropyLoss();
  const batches = Array.from({ length: Math.floor(rows / batchSize) }, (_, i) => ({
    inputs: new Tensor(X.slice(i * batchSize * features, (i + 1) * batchSize * features), [
      batchSize,
      features,
    ]),
    labels: new IntTensor(y.slice(i * batchSize, (i + 1) * batchSize)),
  }));
  return () => {
    for (const { inputs, labels } of batches) {
      optimizer.zeroGrad();
      loss.forward(net.forward(inputs), labels).backward();
      optimizer.step();
    }
  };
}

function secondsOf(run) {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

async function loopOverhead() {
  const data = makeData(6_400, 10, 2);
  const sizes = [10, 30, 30, 2];
  const ratios = [];
  let last = { bare: 0, estimator: 0 };
  for (let round = 0; round < rounds; round++) {
    last = { bare: bareEpochSeconds(data, sizes, 32), estimator: await epochSeconds(data, sizes, 32) };
    ratios.push(last.estimator / last.bare);
  }
  const ratio = median(ratios);
  return {
    id: 'loop-overhead',
    value: last.estimator,
    unit: 's/epoch',
    peer: 'bare loop, same modules, same run',
    peerValue: last.bare,
    ratio,
    target: '≤ 1.3 × the bare loop',
    ok: ratio <= 1.3,
  };
}

function bareEpochSeconds({ X, y, rows, features }, sizes, batchSize, epochs = measuredEpochs) {
  manualSeed(0);
  const net = mlp(sizes);
  const optimizer = new Adam(net.parameters(), { lr: 0.001 });
  const loss = new CrossEntropyLoss();
  const generator = new Generator(0);
  const seconds = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const start = performance.now();
    const order = generator.permutation(rows);
    for (let first = 0; first < rows; first += batchSize) {
      const indices = order.subarray(first, first + batchSize);
      const batch = new Float32Array(indices.length * features);
      const labels = new Int32Array(indices.length);
      for (const [row, index] of indices.entries()) {
        batch.set(X.subarray(index * features, (index + 1) * features), row * features);
        labels[row] = y[index];
      }
      optimizer.zeroGrad();
      loss
        .forward(net.forward(new Tensor(batch, [indices.length, features])), new IntTensor(labels))
        .backward();
      optimizer.step();
    }
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds.slice(1));
}

/** Median seconds of an epoch through the estimator with its default callbacks, after a first one that warms up. */
async function epochSeconds({ X, y, rows, features }, sizes, batchSize = 128, epochs = measuredEpochs) {
  const net = new NeuralNetClassifier({
    module: () => mlp(sizes),
    optimizer: Adam,
    lr: 0.001,
    maxEpochs: epochs,
    batchSize,
    trainSplit: null,
    callbacks__printLog__sink: () => {},
    seed: 0,
  });
  await net.fit({ data: X, shape: [rows, features] }, y);
  return median(net.history.column('dur').slice(1));
}

function mlp(sizes) {
  const layers = sizes.slice(1).flatMap((size, i) => [new Linear(sizes[i], size), new ReLU()]);
  return new Sequential(...layers.slice(0, -1));
}

function makeData(rows, features, classes) {
  const generator = new Generator(1);
  const X = new Float32Array(rows * features);
  generator.fillNormal(X);
  const y = Int32Array.from({ length: rows }, (_, i) =>
    X[i * features] > 0 ? ((i % classes) | 1) % classes : i % classes,
  );
  return { X, y, rows, features };
}

async function againstSkorch(id, data, sizes, { measured, factor }) {
  const isInstalled = hasModule('skorch');
  const args = [data.rows, data.features, sizes.at(-1), 5, sizes.slice(1, -1).join(',')].map(String);
  const own = [];
  const theirs = isInstalled ? [] : [measured];
  for (let round = 0; round < 3; round++) {
    own.push(await epochSeconds(data, sizes));
    if (isInstalled) theirs.push(median(runPeer('skorch_mlp.py', ...args).seconds));
  }
  const ratio = median(theirs) / median(own);
  return {
    id,
    value: median(own),
    unit: 's/epoch',
    peer: isInstalled ? 'skorch 1.4.0, same run' : 'skorch 1.4.0, measured before, not installed',
    peerValue: median(theirs),
    ratio,
    target: `≥ ${factor} × as fast`,
    ok: isInstalled ? ratio >= factor : null,
  };
}

function historyMemory() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  const before = process.memoryUsage();
  const history = new History();
  for (let epoch = 0; epoch < 100; epoch++) {
    history.newEpoch();
    for (let batch = 0; batch < 1000; batch++) {
      history.newBatch();
      history.recordBatch('train_loss', Math.random());
      history.recordBatch('train_batch_size', 128);
    }
    history.record('train_loss', Math.random());
  }
  collect();
  const after = process.memoryUsage();
  const megabytes = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6;
  if (history.length !== 100) throw new Error('The history lost epochs.');
  return {
    id: 'history-memory',
    value: megabytes,
    unit: 'MB for 100 × 1,000 batches',
    target: '≤ 50',
    ok: megabytes <= 50,
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
