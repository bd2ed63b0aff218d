// How many rows a second does the simulator predict? 784-48-10, random images, one thread.

import {
  collectWarnings,
  compile,
  NeuralNetClassifier,
  SparseQuantNeuralNet,
} from '../../packages/tacit/dist/index.js';
import { Generator } from '../../packages/tensor/dist/index.js';

const rows = 2000;
const features = 784;

/** Rows of the suite. */
export async function simulator(progress) {
  progress('simulating 784-48-10');
  const generator = new Generator(0);
  const X = Array.from({ length: rows }, () =>
    Array.from({ length: features }, () => generator.integer(256)),
  );
  const y = X.map((_, i) => i % 10);
  const net = new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    module__hiddenSizes: [48],
    maxEpochs: 1,
    trainSplit: null,
    verbose: 0,
    seed: 0,
  });
  await net.fit(X, y);
  const { result: circuit } = await collectWarnings(() =>
    compile(net, X.slice(0, 300), { maxLabelFlips: 1 }),
  );
  await circuit.predict(X.slice(0, 100), { mode: 'simulate' });
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    await circuit.predict(X, { mode: 'simulate' });
    best = Math.min(best, performance.now() - start);
  }
  const value = (1000 * rows) / best;
  return [{ id: 'simulator-784-48-10', value, unit: 'rows/s', target: '≥ 1000', ok: value >= 1000 }];
}
