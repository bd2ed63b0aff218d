// Processor seconds an epoch of a multilayer perceptron as a user of @tacit/nn writes it: shuffled batches, modules, a loss,
// an optimizer. A program like those in peers/, with the same arguments: rows, features, classes, epochs, hidden sizes with
// commas. Prints {"seconds": [...]}, one number an epoch; two seconds come before, in which the engine compiles.

import * as nn from '../../packages/nn/dist/index.js';
import { Generator, indexSelect, tensor } from '../../packages/tensor/dist/index.js';
import { randomBatch } from './nets.mjs';

const BATCH = 128;

const [rows, features, classes, epochs] = process.argv.slice(2, 6).map(Number);
const hidden = process.argv[6].split(',').map(Number);
const epoch = epochsOf({ rows, sizes: [features, ...hidden, classes] });
const start = performance.now();
while (performance.now() - start < 2000) epoch();
console.log(JSON.stringify({ seconds: Array.from({ length: epochs }, () => secondsOf(epoch)) }));

function secondsOf(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** @returns a function that trains for one epoch and gives the mean loss. */
function epochsOf({ rows, sizes }) {
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
