// The tasks of the accuracy suite: data, protocol, budget of bootstraps, and the nets to choose from. What is chosen is
// chosen on training rows alone; test rows are looked at once, at the end.
//
// The training recipe is one for all: few-bit weights with a scale a neuron, 4-bit pixels, 6-bit features, batch norm and noise before the
// activation, which both fold into the tables, real-valued table outputs, AdamW with a cosine schedule.

import {
  loadBreastCancer,
  loadDiabetes,
  loadDigits,
  loadIris,
  loadMnist,
  loadWine,
} from '../../packages/datasets/dist/index.js';
import { ReLU, Sine } from '../../packages/nn/dist/index.js';

const hidden = { nABits: null, nInputBits: 4, batchNorm: true, noiseFraction: 0.0095 };
const linear = { nLayers: 1, nWBits: 6, nInputBits: 6 };
const skip = { linearSkip: true, nSkipBits: 6 };
const pixels = { inputScalePer: 'tensor', inputClipDeviations: null };

/** The 0-bootstrap model. */
const linearNet = { name: 'linear', options: linear };

const small = (width, activation, more = {}) => ({
  name: `${width} ${activation === Sine ? 'sine' : 'ReLU'}${more.linearSkip ? ' + skip' : ''}`,
  options: { ...hidden, hiddenSizes: [width], activation, nInputBits: 6, nWBits: [4, 4], ...more },
});

const image = (width, activation, more = {}) => ({
  name: `${width} ${activation === Sine ? 'sine' : 'ReLU'}${more.linearSkip ? ' + skip' : ''}`,
  options: { ...hidden, ...pixels, hiddenSizes: [width], activation, nWBits: [2, 4], ...more },
});

const linearPixels = { ...linearNet, options: { ...linear, ...pixels } };
const skipPixels = { linearSkip: true, nSkipBits: 4 };

const tenSplits = Array.from({ length: 10 }, (_, i) => ({ split: i + 1, seed: i + 1 }));
const fiveSeeds = Array.from({ length: 5 }, (_, seed) => ({ split: 0, seed }));

const digitsTask = {
  load: loadDigits,
  runs: fiveSeeds,
  testSize: 0.25,
  floatWidth: 128,
  recipe: { lr: 5e-3, batchSize: 64, maxEpochs: 60, weightDecay: 1e-3 },
  confirmedRows: 40,
  linear: linearPixels,
};

const mnistTask = {
  load: loadMnist,
  runs: fiveSeeds,
  testSize: 0.2,
  floatWidth: 128,
  recipe: { lr: 4e-3, batchSize: 100, maxEpochs: 25, weightDecay: 1e-2 },
  confirmedRows: 40,
  linear: linearPixels,
};

const shifted = { ...mnistTask.recipe, maxEpochs: 40, shifts: 1 };

/** Convolutions with about as many bootstraps as the multilayer perceptron has. */
const convolution = (name, options) => ({
  name,
  isConvolutional: true,
  options: {
    ...hidden,
    ...pixels,
    ...skipPixels,
    nWBits: [2, 4],
    inputShape: [1, 28, 28],
    convolutions: [options],
  },
});

export const tasks = [
  {
    id: 'acc-iris',
    load: loadIris,
    runs: tenSplits,
    testSize: 0.25,
    floatWidth: 64,
    recipe: { lr: 5e-3, batchSize: 32, maxEpochs: 200, weightDecay: 1e-2, restarts: 3 },
    maxPbs: 4,
    target: 0.96,
    peer: '92.1 at 64 PBS, 95.8 at 144',
    confirmedRows: Number.POSITIVE_INFINITY,
    linear: linearNet,
    candidates: [small(4, Sine), small(4, Sine, skip), small(4, ReLU, skip)],
  },
  {
    id: 'acc-wine',
    load: loadWine,
    runs: tenSplits,
    testSize: 0.25,
    floatWidth: 64,
    recipe: { lr: 5e-3, batchSize: 32, maxEpochs: 200, weightDecay: 1e-2, restarts: 3 },
    maxPbs: 2,
    target: 0.97,
    peer: '99.3 on one split at 52 PBS',
    confirmedRows: Number.POSITIVE_INFINITY,
    linear: linearNet,
    candidates: [linearNet, small(2, Sine, skip)],
  },
  {
    id: 'acc-breast-cancer',
    load: loadBreastCancer,
    runs: tenSplits,
    testSize: 0.25,
    floatWidth: 64,
    recipe: { lr: 5e-3, batchSize: 64, maxEpochs: 80, weightDecay: 1e-2, restarts: 3 },
    maxPbs: 2,
    target: 0.965,
    peer: '95.3 at 60 PBS, 89.5 at 1,200',
    confirmedRows: 40,
    linear: linearNet,
    candidates: [linearNet, small(1, Sine, skip), small(2, Sine, skip)],
  },
  {
    id: 'acc-diabetes',
    load: loadDiabetes,
    isRegression: true,
    runs: tenSplits,
    testSize: 0.25,
    floatWidth: 64,
    recipe: { lr: 5e-3, batchSize: 32, maxEpochs: 40, weightDecay: 0.1, restarts: 1 },
    maxPbs: 1,
    target: 0.47,
    peer: 'not measured',
    confirmedRows: 40,
    linear: linearNet,
    candidates: [linearNet, small(1, Sine, skip)],
  },
  {
    ...digitsTask,
    id: 'acc-digits',
    maxPbs: 32,
    target: 0.975,
    peer: '94.4 at 256 PBS',
    candidates: [image(32, ReLU), image(32, Sine), image(32, ReLU, skipPixels)],
  },
  {
    ...digitsTask,
    id: 'acc-digits-bounded',
    maxPbs: 32,
    target: 0.955,
    peer: '94.4 at 256 PBS',
    candidates: [ReLU, Sine].map((activation) =>
      image(32, activation, {
        accumulators: 'bounded',
        nAccumBits: 8,
        nInputBits: 2,
        nWBits: 2,
        nOutputWBits: 4,
      }),
    ),
  },
  {
    ...mnistTask,
    id: 'acc-mnist',
    maxPbs: 48,
    target: 0.95,
    peer: '84.9 on a stand-in at 2,744 PBS',
    candidates: [image(48, ReLU), image(48, ReLU, skipPixels)],
  },
  {
    ...mnistTask,
    id: 'acc-mnist-augmented',
    recipe: shifted,
    maxPbs: 48,
    target: 0.963,
    peer: '84.9 on a stand-in at 2,744 PBS',
    candidates: [image(48, ReLU, skipPixels)],
  },
  {
    ...mnistTask,
    id: 'acc-mnist-conv',
    runs: fiveSeeds.slice(0, 3),
    maxPbs: 48,
    target: null,
    peer: 'the perceptron of acc-mnist',
    candidates: [
      convolution('3 filters 13×13, stride 5', { filters: 3, kernelSize: 13, stride: 5 }),
      convolution('3 filters 5×5, averages of 7×7 sums', {
        filters: 3,
        kernelSize: 5,
        padding: 2,
        pool: { kind: 'average', size: 7, place: 'before' },
      }),
    ],
  },
];
