// Nets of several modules, criteria and optimizers, and optimizers that compute more than once a step.

import {
  Callback,
  type Criterion,
  clone,
  type Inputs,
  type Net,
  NeuralNet,
  NeuralNetClassifier,
  NeuralNetRegressor,
  type StepAccumulator,
  type StepResult,
} from '@tacit/learn';
import { Adam, LBFGS, Linear, Module, MSELoss, Parameter, SGD } from '@tacit/nn';
import { type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test, vi } from 'vitest';
import { expectClose } from './support/close.js';
import { Lin, line, Mlp, manyRows, Spy } from './support/modules.js';

class Scale extends Module {
  static readonly defaults = { start: 1 };
  readonly factor: Parameter;
  constructor(options: { start?: number } = {}) {
    super();
    this.factor = new Parameter(tensor([options.start ?? 1]));
  }
  override forward(x: Tensor): Tensor {
    return x.mul(this.factor);
  }
}

type Extra = {
  scale?: typeof Scale;
  scale__start?: number;
  penalty__weight?: number;
  scaleOptimizer__lr?: number;
};

class Penalty implements Criterion {
  static readonly defaults = { weight: 0 };
  readonly weight: number;
  constructor(options: { weight?: number } = {}) {
    this.weight = options.weight ?? 0;
  }
  forward(output: Tensor): Tensor {
    return output.mul(output).mean().mul(this.weight);
  }
}

/** y = scale(line(x)), with a penalty on the output. */
class Scaled extends NeuralNetRegressor<
  typeof Lin,
  typeof MSELoss,
  typeof SGD,
  never,
  never,
  never,
  Record<never, never>,
  Extra
> {
  static override readonly defaults: Readonly<Record<string, unknown>> = {
    ...NeuralNetRegressor.defaults,
    scale: Scale,
    penalty: Penalty,
    scaleOptimizer: SGD,
  };
  static override readonly components = {
    scale: 'module',
    penalty: 'criterion',
    scaleOptimizer: { optimizes: ['scale'] },
  } as const;
  get scale_(): Scale {
    return this.modules_.scale as unknown as Scale;
  }
  override infer(X: Tensor): Tensor {
    return this.scale_.forward(super.infer(X));
  }
  override getLoss(yPred: Tensor, yTrue: Tensor, X: Inputs, training: boolean): Tensor {
    const { penalty } = this.criteria_;
    return super.getLoss(yPred, yTrue, X, training).add(penalty!.forward(yPred, yTrue));
  }
}

const quiet = { verbose: 0, seed: 0 } as const;

describe('declared components', () => {
  test('are built, trained by their own optimizers, and switched with the others', async () => {
    const net = new Scaled({ module: Lin, lr: 0.01, scaleOptimizer__lr: 0, scale__start: 3, ...quiet });
    await net.fit(line(6).X, line(6).y);
    expect(net.scale_.factor.item()).toBe(3);
    expect(Object.keys(net.modules_)).toEqual(['module', 'scale']);
    expect(Object.keys(net.criteria_)).toEqual(['criterion', 'penalty']);
    expect(Object.keys(net.optimizers_)).toEqual(['optimizer', 'scaleOptimizer']);
    expect(net.learnableParameters().map(([name]) => name)).toEqual(['weight', 'bias', 'scale.factor']);
    expect(net.optimizer_.paramGroups[0]!.names).toEqual(['weight', 'bias']);
    expect(net.module_.weight.item()).not.toBe(0);
    expect(net.scale_.training).toBe(false);
    net.setParams({ scaleOptimizer__lr: 0.01 });
    await net.partialFit(line(6).X, line(6).y);
    expect(net.scale_.factor.item()).not.toBe(3);
  });

  test('names are checked at construction, with the nearest one', () => {
    expect(() => new Scaled({ module: Lin, scale__strat: 1 } as never)).toThrow(/scale__start/);
    expect(() => new Scaled({ module: Lin, scal: Scale } as never)).toThrow(/scale/);
  });

  test('clone and getParams know them', () => {
    const copy = clone(new Scaled({ module: Lin, scale__start: 2, ...quiet }));
    expect(copy.getParams(false)).toMatchObject({ scale: Scale, scale__start: 2 });
  });

  test('A5 a custom module parameter rebuilds as the module does, two at once rebuild once', () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(text));
    const net = new Scaled({ module: Lin, module__weight: 1 }).initialize();
    const built = vi.spyOn(net, 'initializeModule');
    net.setParams({ module__weight: 2, scale__start: 5 });
    log.mockRestore();
    expect(built).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([
      'Building module anew, because of module__weight, scale__start.',
      'Building criterion anew.',
      'Building optimizer anew.',
    ]);
    expect(net.scale_.factor.item()).toBe(5);
  });
});

describe('registered components', () => {
  test('within initializeModule they take part; elsewhere it is an error', () => {
    class Own extends NeuralNet<typeof Lin, typeof MSELoss> {
      override initializeModule() {
        this.registerModule('second', new Linear(1, 1));
        return super.initializeModule();
      }
    }
    const net = new Own({ module: Lin, criterion: MSELoss, ...quiet }).initialize();
    expect(net.learnableParameters().map(([name]) => name)).toEqual([
      'second.weight',
      'second.bias',
      'weight',
      'bias',
    ]);
    expect(() => net.registerModule('third', new Linear(1, 1))).toThrow(
      expect.objectContaining({ code: 'REGISTER_OUTSIDE' }),
    );
  });

  test('a criterion with parameters is trained too, its names begin with its own', () => {
    class Weighted extends Module<[Tensor, Tensor]> {
      readonly weight = new Parameter(tensor([1]));
      override forward(output: Tensor, target: Tensor): Tensor {
        return output.sub(target).mul(this.weight).mean();
      }
    }
    const net = new NeuralNet({ module: Lin, criterion: Weighted as never, ...quiet }).initialize();
    expect(net.optimizer_.paramGroups[0]!.names).toEqual(['weight', 'bias', 'criterion.weight']);
  });
});

test('A6 options of one group are live, remembered, and refused for a group that is not there', () => {
  const net = new NeuralNet({
    module: Mlp,
    module__inputDim: 2,
    module__outputDim: 2,
    criterion: MSELoss,
    lr: 0.3,
    optimizer__paramGroups: [
      ['hidden.*', { lr: 0.1 }],
      ['output.*', { lr: 0.5 }],
    ],
    ...quiet,
  }).initialize();
  const rates = () => net.optimizer_.paramGroups.map(({ lr }) => lr);
  const built = vi.spyOn(net, 'initializeOptimizer');
  net.setParams({ optimizer__paramGroups__0__lr: 0.2 });
  expect(rates()).toEqual([0.2, 0.5]);
  expect(net.getParams().lr).toBe(0.3);
  expect(built).not.toHaveBeenCalled();
  expect(() => net.setParams({ optimizer__paramGroups__7__lr: 1 })).toThrow(/optimizer__paramGroups__7__lr/);
  expect(() => net.setParams({ optimizer__paramGroup__0__lr: 1 } as never)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_PARAMETER' }),
  );
  // Q26: a typo is refused on a live net too, and new groups regroup.
  expect(() => net.setParams({ optimizer__momentmu: 1 } as never)).toThrow(/optimizer__momentum/);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  net.setParams({
    optimizer__paramGroups: [['*.bias', { lr: 0.9 }]],
    optimizer__paramGroups__0__lr: undefined,
  });
  log.mockRestore();
  expect(rates()).toEqual([0.9, 0.3]);
  net.setParams({ lr: 10 });
  expect(rates()).toEqual([10, 10]);
});

test('Q24 groups from the tenth on have options of their own too', () => {
  const modules = Array.from({ length: 12 }, (_, i) => `*${String.fromCharCode(97 + i)}`);
  class Many extends Module {
    constructor() {
      super();
      for (const name of modules) Reflect.set(this, name.slice(1), new Parameter(tensor([1])));
    }
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const net = new NeuralNet({
    module: Many,
    criterion: MSELoss,
    optimizer__paramGroups: modules.map((glob) => [glob, {}] as const),
    ...quiet,
  }).initialize();
  net.setParams({ optimizer__paramGroups__11__lr: 0.7 });
  expect(net.optimizer_.paramGroups[11]!.lr).toBe(0.7);
});

describe('A22 optimizers that compute several times a step', () => {
  class Thrice extends SGD {
    override step(closure?: () => Tensor): never {
      for (let i = 0; i < 3; i++) closure?.();
      return super.step() as never;
    }
  }
  const { X, y } = manyRows(1000);

  class Counting extends NeuralNetClassifier<typeof Mlp, never, typeof Thrice> {
    readonly losses: number[] = [];
    override trainStepSingle(batch: Parameters<NeuralNet['trainStepSingle']>[0]) {
      const step = super.trainStepSingle(batch) as StepResult;
      this.losses.push(step.loss.item());
      return step;
    }
    override getTrainStepAccumulator(): StepAccumulator {
      let last: StepResult | null = null;
      return {
        storeStep: (step) => {
          last = step;
        },
        getStep: () => last!,
      };
    }
  }

  test('the closure computes anew each time, and the accumulator chooses what is recorded', async () => {
    const net = new Counting({
      module: Mlp,
      optimizer: Thrice,
      batchSize: 100,
      maxEpochs: 2,
      trainSplit: null,
      ...quiet,
    });
    await net.fit(X, y);
    expect(net.losses).toHaveLength(60);
    expect(net.history.batchColumn('train_loss').flat()).toEqual(net.losses.filter((_, i) => i % 3 === 2));
  });

  test('B10: L-BFGS, lr 1, one batch; five gradients in the first step', async () => {
    const spy = new Spy();
    const { X: rows, y: targets } = line(5);
    const net = new NeuralNetRegressor({
      module: Lin,
      optimizer: LBFGS,
      lr: 1,
      batchSize: -1,
      maxEpochs: 2,
      trainSplit: false,
      callbacks: { spy },
      ...quiet,
    });
    await net.fit(rows, targets);
    const [first, second] = net.history.column('train_loss');
    expectClose([first!], [33]);
    expect(second).toBeLessThan(1e-11);
    expectClose([net.module_.weight.item(), net.module_.bias.item()], [2, 0.999997]);
    const hooks = spy.calls.map(({ hook }) => hook);
    const step = hooks.slice(hooks.indexOf('onBatchBegin'), hooks.indexOf('onBatchEnd'));
    expect(step.filter((hook) => hook === 'onGradComputed')).toHaveLength(5);
  });

  class Later extends Callback {
    override async onGradComputed(): Promise<void> {
      await Promise.resolve();
    }
  }

  test('an asynchronous hook suits optimizers that compute once; others say why they cannot', async () => {
    const fit = (optimizer: typeof SGD | typeof Thrice) =>
      new NeuralNetClassifier({
        module: Mlp,
        optimizer: optimizer as typeof SGD,
        maxEpochs: 1,
        callbacks: { later: new Later() },
        ...quiet,
      }).fit(X, y);
    await fit(SGD);
    await expect(fit(Thrice)).rejects.toMatchObject({ code: 'ASYNC_CLOSURE' });
  });
});

describe('A22 accumulated gradients', () => {
  const { X, y } = manyRows(1000);

  function countSteps(net: NeuralNetClassifier<typeof Mlp>): () => number {
    let steps = 0;
    net.initializeOptimizer = (parameters) => {
      const optimizer = new SGD(parameters as [string, Parameter][]);
      const step = optimizer.step.bind(optimizer);
      return Object.assign(optimizer, { step: () => step(void steps++ as undefined) });
    };
    return () => steps;
  }

  test.each([
    [1, 35],
    [2, 15],
    [3, 10],
    [5, 5],
    [10, 0],
  ])('by an override, every %d batches: %d steps', async (every, expected) => {
    class Accumulating extends NeuralNetClassifier<typeof Mlp> {
      override async trainStep(batch: Parameters<NeuralNet['trainStep']>[0]) {
        const result = await this.trainStepSingle(batch);
        if (this.history.last().batches.length % every === 0) {
          this.optimizer_.step();
          this.optimizer_.zeroGrad();
        }
        return result;
      }
    }
    const net = new Accumulating({ module: Mlp, maxEpochs: 5, ...quiet });
    const steps = countSteps(net);
    await net.fit(X, y);
    expect(steps()).toBe(expected);
  });

  test.each([
    [1, 35],
    [2, 20],
    [3, 15],
    [10, 5],
  ])(
    'by accumulateBatches %d: %d steps, none of the batches is lost',
    async (accumulateBatches, expected) => {
      const spy = new Spy();
      const net = new NeuralNetClassifier({
        module: Mlp,
        maxEpochs: 5,
        accumulateBatches,
        callbacks: { spy },
        ...quiet,
      });
      const steps = countSteps(net as never);
      await net.fit(X, y);
      expect(steps()).toBe(expected);
      expect(spy.count('onGradComputed')).toBe(expected);
    },
  );

  test('two accumulated batches of two rows move as one batch of four', async () => {
    const fit = async (batchSize: number, accumulateBatches: number) => {
      const net = new NeuralNetRegressor({
        module: Lin,
        lr: 0.05,
        batchSize,
        accumulateBatches,
        trainSplit: false,
        iteratorTrain__shuffle: false,
        ...quiet,
      });
      await net.fit(line(8).X, line(8).y);
      return [net.module_.weight.item(), net.module_.bias.item()];
    };
    expectClose(await fit(2, 2), await fit(4, 1));
  });

  test.each([0, 1.5, '2'])('%s batches are refused', async (accumulateBatches) => {
    const net = new NeuralNetClassifier({
      module: Mlp,
      accumulateBatches: accumulateBatches as number,
      ...quiet,
    });
    await expect(net.fit(X, y)).rejects.toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

test('Adam and SGD in one net: each steps its own module, with gradients from the same point', async () => {
  const stepped: string[] = [];
  class Noted extends Adam {
    override step(closure?: () => Tensor): never {
      stepped.push('adam');
      return super.step(closure!) as never;
    }
  }
  class Two extends Scaled {
    static override readonly defaults: Readonly<Record<string, unknown>> = {
      ...Scaled.defaults,
      scaleOptimizer: Noted,
    };
  }
  const spy = new Spy();
  const net = new Two({ module: Lin, maxEpochs: 1, batchSize: 2, callbacks: { spy } as never, ...quiet });
  await net.fit(line(6).X, line(6).y);
  const trainBatches = net.history.batchColumn('train_loss').flat().length;
  expect(stepped).toHaveLength(trainBatches);
  expect(spy.count('onGradComputed')).toBe(trainBatches);
});

test('A22 the criterion is in training mode for training batches only', async () => {
  const modes: boolean[] = [];
  class Modes extends Callback {
    override onBatchEnd(net: Net, { training }: { training: boolean }): void {
      modes.push((net.criterion_ as unknown as Module).training === training);
    }
  }
  await new NeuralNetRegressor({
    module: Lin,
    maxEpochs: 2,
    callbacks: { modes: new Modes() },
    ...quiet,
  }).fit(line(6).X, line(6).y);
  expect(modes).toEqual([true, true, true, true]);
});
