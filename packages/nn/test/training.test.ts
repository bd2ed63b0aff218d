// The parts together: a small convolutional net with batch normalization, a schedule and clipped gradients learns.

import {
  AdamW,
  AdaptiveAvgPool2d,
  BatchNorm2d,
  Conv2d,
  CosineAnnealingLR,
  CrossEntropyLoss,
  clipGradNorm,
  Dropout,
  Flatten,
  LearningRateScheduler,
  Linear,
  MaxPool2d,
  manualSeed,
  ReLU,
  Sequential,
} from '@tacit/nn';
import { argmax, Generator, IntTensor, noGrad, Tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';

/** Noisy 8 × 8 images of bars, 0 for upright ones and 1 for lying ones, at any position. */
function bars(count: number, seed: number): { images: Tensor; labels: IntTensor } {
  const generator = new Generator(seed);
  const images = generator.fillNormal(new Float32Array(count * 64), { standardDeviation: 0.3 });
  const labels = Int32Array.from({ length: count }, (_, n) => {
    const [label, position] = [generator.integer(2), generator.integer(8)];
    for (let i = 0; i < 8; i++) images[n * 64 + (label === 0 ? i * 8 + position : position * 8 + i)] += 1;
    return label;
  });
  return { images: new Tensor(images, [count, 1, 8, 8]), labels: new IntTensor(labels) };
}

function trainedNet(): Sequential {
  manualSeed(0);
  const net = new Sequential(
    new Conv2d(1, 8, 3, { padding: 1 }),
    new BatchNorm2d(8),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 8, 3, { padding: 1, groups: 2 }),
    new ReLU(),
    new AdaptiveAvgPool2d(1),
    new Flatten(),
    new Dropout({ p: 0.1 }),
    new Linear(8, 2),
  );
  const { images, labels } = bars(64, 1);
  const optimizer = new AdamW(net.parameters(), { lr: 0.03 });
  const scheduler = new LearningRateScheduler(optimizer, new CosineAnnealingLR({ tMax: 60 }));
  const criterion = new CrossEntropyLoss();
  for (let epoch = 0; epoch < 60; epoch++) {
    optimizer.zeroGrad();
    criterion.forward(net.forward(images), labels).backward();
    clipGradNorm(net.parameters(), 1);
    optimizer.step();
    scheduler.step();
  }
  return net.eval();
}

test('a convolutional net learns what it was not shown, to the same bits each time', () => {
  const net = trainedNet();
  const { images, labels } = bars(200, 2);
  const predicted = noGrad(() => argmax(net.forward(images), 1)).data;
  const right = predicted.filter((label, n) => label === labels.data[n]).length;
  expect(right).toBeGreaterThan(180);
  expect(trainedNet().stateDict()).toEqual(net.stateDict());
});
