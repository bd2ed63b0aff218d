// Small nets for the tests of this package.

import { Adam, CrossEntropyLoss, SparseQuantNeuralNet, type SparseQuantNeuralNetOptions } from '@tacit/nn';
import { Generator, IntTensor, Tensor } from '@tacit/tensor';

/** Three blobs in `features` dimensions: rows and class indices. */
export function blobs(samples: number, features: number, seed = 1): { X: number[][]; y: number[] } {
  const generator = new Generator(seed);
  const y = Array.from({ length: samples }, (_, i) => i % 3);
  const X = y.map((label) =>
    Array.from({ length: features }, (_, f) => 1.6 * Number(f % 3 === label) + 0.8 * generator.normal()),
  );
  return { X, y };
}

export function toTensor(X: number[][]): Tensor {
  return new Tensor(Float32Array.from(X.flat()), [X.length, X[0]!.length]);
}

/** A net trained on blobs, as an estimator would leave it. */
export function fittedNet(options: SparseQuantNeuralNetOptions = {}, epochs = 40) {
  const { X, y } = blobs(240, 6);
  const module = new SparseQuantNeuralNet({
    inputDim: 6,
    outputDim: 3,
    generator: new Generator(3),
    ...options,
  });
  const inputs = toTensor(X);
  const labels = new IntTensor(Int32Array.from(y));
  module.calibrate(inputs);
  const optimizer = new Adam(module.parameters(), { lr: 0.02 });
  const loss = new CrossEntropyLoss();
  for (let epoch = 0; epoch < epochs; epoch++) {
    module.trainingProgress(epoch / epochs);
    optimizer.zeroGrad();
    loss.forward(module.forward(inputs), labels).backward();
    optimizer.step();
  }
  module.trainingProgress(1);
  module.finishTraining(inputs);
  module.eval();
  return { net: { initialized_: true, module_: module, classes_: ['a', 'b', 'c'] }, module, X, y };
}
