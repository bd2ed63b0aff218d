// Epochs of a multilayer perceptron as a user of @tacit/nn writes them: shuffled batches, modules, a loss, an optimizer.

import * as nn from '../../packages/nn/dist/index.js';
import { Generator, indexSelect, tensor } from '../../packages/tensor/dist/index.js';
import { randomBatch } from './nets.mjs';

const BATCH = 128;

/** @returns a function that trains for one epoch and gives the mean loss. */
export function epochsOf({ rows, sizes }) {
  const { x, labels } = randomBatch([rows, sizes[0]], sizes.at(-1), 0);
  const generator = new Generator(1);
  const layers = [];
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    layers.push(new nn.Linear(sizes[layer], sizes[layer + 1], { generator }));
    if (layer + 2 < sizes.length) layers.push(new nn.ReLU());
  }
  const net = new nn.Sequential(...layers);
  const optimizer = new nn.Adam(net.parameters(), { lr: 1e-3 });
  const criterion = new nn.CrossEntropyLoss();
  return () => {
    const order = generator.permutation(rows);
    let total = 0;
    for (let first = 0; first < rows; first += BATCH) {
      const batch = order.subarray(first, first + BATCH);
      const targets = tensor(
        batch.map((row) => labels.data[row]),
        { dtype: 'int32' },
      );
      optimizer.zeroGrad();
      const loss = criterion.forward(net.forward(indexSelect(x, batch)), targets);
      loss.backward();
      optimizer.step();
      total += loss.item() * batch.length;
    }
    return total / rows;
  };
}
