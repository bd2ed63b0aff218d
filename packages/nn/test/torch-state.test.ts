// Weights from PyTorch load by name: a network built as there, and a state dict written by hand with the names and shapes
// that PyTorch's rules give it.

import {
  BatchNorm2d,
  Conv2d,
  Embedding,
  Flatten,
  Linear,
  MaxPool2d,
  Module,
  PReLU,
  ReLU,
  Sequential,
  type StateDict,
} from '@tacit/nn';
import { ones, type Tensor, tensor } from '@tacit/tensor';
import { expect, test } from 'vitest';

/**
 * In PyTorch:
 *
 *     class Net(nn.Module):
 *         def __init__(self):
 *             super().__init__()
 *             self.features = nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.PReLU(), nn.MaxPool2d(2), nn.Flatten())
 *             self.heads = nn.ModuleDict({'label': nn.Linear(2, 3), 'score': nn.Linear(2, 1, bias=False)})
 *             self.blocks = nn.ModuleList([nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)])
 *             self.kind = nn.Embedding(3, 2)
 */
class Net extends Module<[Tensor, Tensor]> {
  readonly features = new Sequential(
    new Conv2d(1, 2, 2),
    new BatchNorm2d(2),
    new PReLU(),
    new MaxPool2d(2),
    new Flatten(),
  );
  readonly heads = { label: new Linear(2, 3), score: new Linear(2, 1, { bias: false }) };
  readonly blocks = [new Linear(2, 2), new ReLU(), new Linear(2, 2)];
  readonly kind = new Embedding(3, 2);

  forward(images: Tensor, kinds: Tensor): Tensor {
    const x = this.features.forward(images).add(this.kind.forward(kinds));
    const y = this.blocks.reduce((value, block) => block.forward(value), x);
    return this.heads.label.forward(y).add(this.heads.score.forward(y));
  }
}

/** By PyTorch's rules: attributes joined by dots, positions in Sequential and ModuleList, keys in ModuleDict. */
const torchShapes: Record<string, number[]> = {
  'features.0.weight': [2, 1, 2, 2],
  'features.0.bias': [2],
  'features.1.weight': [2],
  'features.1.bias': [2],
  'features.1.running_mean': [2],
  'features.1.running_var': [2],
  'features.1.num_batches_tracked': [],
  'features.2.weight': [1],
  'heads.label.weight': [3, 2],
  'heads.label.bias': [3],
  'heads.score.weight': [1, 2],
  'blocks.0.weight': [2, 2],
  'blocks.0.bias': [2],
  'blocks.2.weight': [2, 2],
  'blocks.2.bias': [2],
  'kind.weight': [3, 2],
};

test('the names and shapes are those of PyTorch', () => {
  const shapes = Object.entries(new Net().stateDict()).map(([name, { shape }]) => [name, shape]);
  expect(Object.fromEntries(shapes)).toEqual(torchShapes);
});

test('a state of PyTorch loads, buffers included, and gives the output worked out by hand', () => {
  const values: Record<string, number[]> = {
    'features.0.weight': [1, 0, 0, 0, 0, 0, 0, -1], // the upper left pixel; minus the lower right one
    'features.0.bias': [0, 1],
    'features.1.weight': [2, 1],
    'features.1.bias': [0, 0.5],
    'features.1.running_mean': [1, 0],
    'features.1.running_var': [4, 1],
    'features.1.num_batches_tracked': [17],
    'features.2.weight': [0.5],
    'heads.label.weight': [1, 0, 0, 1, 1, 1],
    'heads.label.bias': [0, 0, 10],
    'heads.score.weight': [0, 100],
    'blocks.0.weight': [1, 0, 0, 1],
    'blocks.0.bias': [0, 0],
    'blocks.2.weight': [1, 0, 0, 1],
    'blocks.2.bias': [0, 1],
    'kind.weight': [0, 0, 0, 0, 7, 8],
  };
  const state: StateDict = Object.fromEntries(
    Object.entries(torchShapes).map(([name, shape]) => [
      name,
      tensor(Float32Array.from(values[name]), { shape }),
    ]),
  );
  const net = new Net();
  net.loadStateDict(state);
  expect(net.eval().stateDict()['features.1.num_batches_tracked'].item()).toBe(17);
  const image = tensor([
    [
      [
        [3, 1, 0],
        [5, 2, 0],
        [0, 0, 0],
      ],
    ],
  ]);
  const output = net.forward(image, tensor([2]));
  // Filter 1 gives [[3, 1], [5, 2]], normalized (x − 1)/2 · 2 = x − 1: largest 4. Filter 2 gives 1 − [[2, 0], [0, 0]],
  // plus 0.5: largest 1.5. The embedding adds (7, 8): (11, 9.5); the blocks add (0, 1): (11, 10.5); the score is 1050.
  for (const [i, expected] of [1061, 1060.5, 1081.5].entries())
    expect(output.data[i]).toBeCloseTo(expected, 1);
});

test('what is missing or unexpected is named', () => {
  const { 'kind.weight': _, ...rest } = new Net().stateDict();
  expect(() => new Net().loadStateDict({ ...rest, 'fc.weight': ones([1]) })).toThrow(
    'missing: kind.weight; unexpected: fc.weight',
  );
});
