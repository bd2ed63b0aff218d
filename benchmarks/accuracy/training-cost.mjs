// What quantizers cost in training: an epoch of a quantized net against one of its float twin, in turns.

import { loadDigits } from '../../packages/datasets/dist/index.js';
import { NeuralNetClassifier } from '../../packages/learn/dist/index.js';
import { Adam, SparseQuantNeuralNet } from '../../packages/nn/dist/index.js';

const rounds = 7;

/** @returns the row `training-cost`. */
export async function trainingCost(progress) {
  progress('training-cost: 64-128-10 on digits, quantized and float in turns');
  const { data, target } = await loadDigits();
  const times = { quantized: [], float: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [name, quantize] of [
      ['quantized', true],
      ['float', false],
    ]) {
      times[name].push(await epochSeconds(data, target, quantize));
    }
  }
  const ratio = median(times.quantized.map((time, round) => time / times.float[round]));
  return {
    id: 'training-cost',
    value: median(times.quantized),
    unit: 's/epoch',
    peer: 'float twin, same run',
    peerValue: median(times.float),
    ratio,
    target: '≤ 1.5 × the float twin',
    ok: ratio <= 1.5,
  };
}

async function epochSeconds(X, y, quantize) {
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    module__hiddenSizes: [128],
    module__quantize: quantize,
    optimizer: Adam,
    lr: 1e-3,
    batchSize: 128,
    maxEpochs: 12,
    trainSplit: null,
    verbose: 0,
    seed: 0,
  });
  await net.fit(X, y);
  return median(net.history.column('dur').slice(2));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
