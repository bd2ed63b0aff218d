import { noGrad, ones, type Tensor, tensor, zeros } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { ReLU } from './activations/index.js';
import { Dropout } from './layers/dropout.js';
import { Linear } from './layers/linear.js';
import { Module, Parameter, type TrainingHooks } from './module.js';
import { Sequential } from './sequential.js';

class Block extends Module {
  readonly layers = [new Linear(2, 3), new ReLU(), new Linear(3, 2)];
  readonly scale = new Parameter(ones([2]));
  readonly mask = this.registerBuffer('mask', tensor([1, 0]));
  readonly note = 'no part of the state';
  readonly constant = tensor([7]);

  forward(x: Tensor): Tensor {
    const y = this.layers.reduce<Tensor>((value, layer) => layer.forward(value), x);
    return y.mul(this.scale).mul(this.mask);
  }
}

class Net extends Module {
  readonly block = new Block();
  readonly head = new Sequential(new Linear(2, 2, { bias: false }), new Dropout());

  forward(x: Tensor): Tensor {
    return this.head.forward(this.block.forward(x));
  }
}

describe('registration', () => {
  test('lists parameters, buffers and modules by path, own before children, in order of assignment', () => {
    const net = new Net();
    expect(net.namedParameters().map(([path]) => path)).toEqual([
      'block.scale',
      'block.layers.0.weight',
      'block.layers.0.bias',
      'block.layers.2.weight',
      'block.layers.2.bias',
      'head.0.weight',
    ]);
    expect(net.namedBuffers().map(([path]) => path)).toEqual(['block.mask']);
    expect(net.namedModules().map(([path]) => path)).toEqual([
      '',
      'block',
      'block.layers.0',
      'block.layers.1',
      'block.layers.2',
      'head',
      'head.0',
      'head.1',
    ]);
    expect(net.namedChildren().map(([name]) => name)).toEqual(['block', 'head']);
  });

  test('lists a shared parameter once, but saves it under each of its paths', () => {
    class Tied extends Module {
      readonly first = new Linear(2, 2);
      readonly second = this.first;
      forward(x: Tensor): Tensor {
        return this.second.forward(this.first.forward(x));
      }
    }
    const tied = new Tied();
    expect(tied.namedParameters().map(([path]) => path)).toEqual(['first.weight', 'first.bias']);
    expect(Object.keys(tied.stateDict())).toEqual([
      'first.weight',
      'first.bias',
      'second.weight',
      'second.bias',
    ]);
    expect(tied.namedModules().map(([path]) => path)).toEqual(['', 'first']);
  });

  test('a buffer is found by name, and an unknown one is refused', () => {
    const block = new Block();
    expect(block.buffer('mask')).toBe(block.mask);
    expect(() => block.buffer('msk')).toThrow('Block has no buffer msk; it has mask.');
    expect(() => new ReLU().buffer('a')).toThrow(expect.objectContaining({ code: 'BUFFER_UNKNOWN' }));
  });

  test('a parameter is a leaf that requires gradients unless frozen', () => {
    expect(new Parameter(zeros([2])).requiresGrad).toBe(true);
    const frozen = new Parameter(zeros([2]), { requiresGrad: false });
    expect(frozen.requiresGrad).toBe(false);
    const source = noGrad(() => ones([2]).mul(3));
    expect(new Parameter(source).data).toBe(source.data);
  });
});

describe('modes and gradients', () => {
  test('train and eval reach every module and return the net', () => {
    const net = new Net();
    expect(net.eval()).toBe(net);
    expect(net.namedModules().every(([, module]) => !module.training)).toBe(true);
    net.head.train();
    expect([net.training, net.head.at(1)?.training]).toEqual([false, true]);
  });

  test('zeroGrad forgets all gradients', () => {
    const net = new Net();
    net
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(net.parameters().every((parameter) => parameter.grad !== null)).toBe(true);
    net.zeroGrad();
    expect(net.parameters().every((parameter) => parameter.grad === null)).toBe(true);
  });
});

describe('state', () => {
  test('goes from one net to another and makes them equal', () => {
    const [source, target] = [new Net().eval(), new Net().eval()];
    const x = tensor([[1, 2]]);
    expect(target.forward(x).toArray()).not.toEqual(source.forward(x).toArray());
    target.loadStateDict(source.stateDict());
    expect(target.forward(x).toArray()).toEqual(source.forward(x).toArray());
  });

  test('is a copy both ways', () => {
    const layer = new Linear(1, 1);
    const state = layer.stateDict();
    const before = state.weight.item();
    layer.weight.data[0] = before + 1;
    expect(state.weight.item()).toBe(before);
    layer.loadStateDict(state);
    state.weight.data[0] = 99;
    expect(layer.weight.item()).toBe(before);
    expect([state.weight.requiresGrad, layer.weight.requiresGrad]).toEqual([false, true]);
  });

  test('names every missing and unexpected path at once, and changes nothing', () => {
    const layer = new Linear(1, 2);
    const before = layer.stateDict();
    const { weight } = new Linear(1, 2).stateDict();
    expect(() => layer.loadStateDict({ weight, scale: ones([1]), extra: ones([1]) })).toThrow(
      'The state does not fit the module; missing: bias; unexpected: scale, extra.',
    );
    expect(layer.stateDict()).toEqual(before);
    layer.loadStateDict({ weight, scale: ones([1]) }, { strict: false });
    expect(layer.weight.toArray()).toEqual(weight.toArray());
  });

  test('names every wrong shape, also when not strict', () => {
    const layer = new Linear(2, 3);
    for (const strict of [true, false]) {
      expect(() => layer.loadStateDict(new Linear(3, 2).stateDict(), { strict })).toThrow(
        'got weight [2, 3], bias [2]; expected weight [3, 2], bias [3].',
      );
    }
  });
});

describe('hooks of a Sequential', () => {
  class Recorder extends Module implements TrainingHooks {
    readonly seen: unknown[] = [];
    forward(x: Tensor): Tensor {
      return x.mul(2);
    }
    calibrate(inputs: Tensor): void {
      this.seen.push(inputs.toArray());
    }
    trainingProgress(fraction: number): void {
      this.seen.push(fraction);
    }
  }

  test('hand the rows on as each module receives them, without dropout, and restore the modes', () => {
    const [first, second] = [new Recorder(), new Recorder()];
    const net = new Sequential(first, new Dropout({ p: 0.9 }), new Sequential(second), new ReLU());
    net.at(3)?.eval();
    net.calibrate(tensor([[1, 2]]));
    net.trainingProgress(0.5);
    expect([first.seen, second.seen]).toEqual([
      [[[1, 2]], 0.5],
      [[[2, 4]], 0.5],
    ]);
    expect([...net].map((module) => module.training)).toEqual([true, true, true, false]);
  });
});

test('plain records of modules and parameters are registered under their keys', () => {
  class Heads extends Module {
    readonly heads = { price: new Linear(2, 1), rooms: new Linear(2, 1, { bias: false }) };
    readonly scales = { price: new Parameter(ones([1])) };
    readonly note = { text: 'no part of the state', more: { linear: new Linear(1, 1) } };
    forward(x: Tensor): Tensor {
      return this.heads.price.forward(x).mul(this.scales.price).add(this.heads.rooms.forward(x));
    }
  }
  const net = new Heads();
  expect(Object.keys(net.stateDict())).toEqual([
    'scales.price',
    'heads.price.weight',
    'heads.price.bias',
    'heads.rooms.weight',
  ]);
  expect(net.eval().heads.rooms.training).toBe(false);
});
