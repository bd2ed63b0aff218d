// Estimators that worker threads import. Plain JavaScript: threads run the build, which knows nothing of tests.

import { appendFileSync, existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { NeuralNetClassifier } from '@tacit/learn';
import { Adam, Linear, Module, ReLU } from '@tacit/nn';

/** A net with one hidden layer, of a class that no package knows. */
export class TwoLayers extends Module {
  static defaults = { width: 4, inputDim: null, outputDim: null };

  constructor({ width = 4, inputDim, outputDim } = {}) {
    super();
    this.hidden = new Linear(inputDim, width);
    this.activation = new ReLU();
    this.output = new Linear(width, outputDim);
  }

  forward(X) {
    return this.output.forward(this.activation.forward(this.hidden.forward(X)));
  }
}

export function makeNet() {
  return new NeuralNetClassifier({
    module: TwoLayers,
    optimizer: Adam,
    maxEpochs: 5,
    trainSplit: false,
    verbose: 0,
  });
}

/** Predicts what it is told; notes each fit in a file, waits in the middle of it for another file, and can end its thread. */
export class Noting {
  constructor({ file = null, label = 'a', endsThread = 'never', gate = null, seed = null } = {}) {
    this.params = { file, label, endsThread, gate, seed };
  }

  getParams() {
    return { ...this.params };
  }

  setParams(changes) {
    Object.assign(this.params, changes);
    return this;
  }

  async fit(_X, y) {
    const { file, label, endsThread, gate, seed } = this.params;
    if (file !== null) appendFileSync(file, `${label} ${seed} ${isMainThread ? 'main' : 'thread'}\n`);
    if (endsThread === 'always' && !isMainThread) process.exit(1);
    while (gate !== null && !existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 1));
    this.classes_ = [...new Set(y)].sort();
    return this;
  }

  async predict(X) {
    return Array.from({ length: X.length }, () => this.params.label);
  }

  async score(_X, y) {
    return Array.from(y).filter((label) => label === this.params.label).length / y.length;
  }
}

/** A scorer of one's own. */
export function shareOfA(_estimator, _X, y) {
  return Array.from(y).filter((label) => label === 'a').length / y.length;
}
