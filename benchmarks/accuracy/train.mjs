// Fits one net of a task by the recipe: AdamW on the weights, linear warm-up and cosine schedule, label smoothing, restarts
// chosen by training loss.

import {
  Dataset,
  LRScheduler,
  NeuralNetClassifier,
  NeuralNetRegressor,
} from '../../packages/learn/dist/index.js';
import { AdamW, SparseQuantConvNet, SparseQuantNeuralNet } from '../../packages/nn/dist/index.js';
import { warmUpCosine } from '../../packages/tacit/dist/demo/schedule.js';
import { Generator, Tensor } from '../../packages/tensor/dist/index.js';

/** @returns the fitted net with the least training loss of `recipe.restarts`. */
export async function fitNet({ isRegression = false, recipe }, candidate, X, y, seed) {
  const fits = [];
  for (let restart = 0; restart < (recipe.restarts ?? 1); restart++) {
    const net = makeNet(isRegression, recipe, candidate, X.length, seed + 1000 * restart);
    await net.fit(recipe.shifts ? new ShiftedImages(X, seed) : X, y);
    fits.push({ net, loss: net.history.get(-1, 'train_loss') });
  }
  return fits.reduce((best, fit) => (fit.loss < best.loss ? fit : best)).net;
}

function makeNet(isRegression, recipe, { isConvolutional = false, options }, rows, seed) {
  const steps = Math.ceil(rows / recipe.batchSize) * recipe.maxEpochs;
  const Net = isRegression ? NeuralNetRegressor : NeuralNetClassifier;
  return new Net({
    module: isConvolutional ? SparseQuantConvNet : SparseQuantNeuralNet,
    ...prefixed(options),
    optimizer: AdamW,
    optimizer__betas: [0.9, 0.99],
    optimizer__weightDecay: 0,
    optimizer__paramGroups: [['*.weight', { weightDecay: recipe.weightDecay }]],
    ...(isRegression ? {} : { criterion__labelSmoothing: 0.05 }),
    lr: recipe.lr,
    maxEpochs: recipe.maxEpochs,
    batchSize: recipe.batchSize,
    trainSplit: null,
    verbose: 0,
    seed,
    callbacks: {
      schedule: new LRScheduler({
        policy: 'LambdaLR',
        policyOptions: { lrLambda: (step) => warmUpCosine(step, steps) },
        stepEvery: 'batch',
      }),
    },
  });
}

function prefixed(options) {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [`module__${name}`, value]));
}

/** Images of 28 × 28 that move by a pixel, or none, in each direction whenever a batch takes them. */
class ShiftedImages extends Dataset {
  #generator;

  constructor(X, seed) {
    const data = new Float32Array(X.length * 784);
    for (const [i, row] of X.entries()) data.set(row, i * 784);
    super(new Tensor(data, [X.length, 784]));
    this.#generator = new Generator(seed);
  }

  rows(indices) {
    const batch = super.rows(indices);
    const moved = new Float32Array(batch.X.data.length);
    for (let row = 0; row < batch.size; row++) {
      this.#move(
        batch.X.data.subarray(row * 784, (row + 1) * 784),
        moved.subarray(row * 784, (row + 1) * 784),
      );
    }
    return { ...batch, X: new Tensor(moved, batch.X.shape) };
  }

  #move(from, to) {
    const [down, right] = [this.#generator.integer(3) - 1, this.#generator.integer(3) - 1];
    for (let y = Math.max(0, -down); y < Math.min(28, 28 - down); y++) {
      for (let x = Math.max(0, -right); x < Math.min(28, 28 - right); x++) {
        to[y * 28 + x] = from[(y + down) * 28 + x + right];
      }
    }
  }
}
