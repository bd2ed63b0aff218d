// Names at run time, as plain JavaScript and search grids give them: the types are switched off by the cast.

import { Adam, Module } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Spy } from '../test/support/modules.js';
import { NeuralNetClassifier } from './index.js';

class Declared extends Module {
  static readonly defaults = { numUnits: 3, nWBits: 4 };
  override forward(x: Tensor): Tensor {
    return x;
  }
}

class Undeclared extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

type Args = ConstructorParameters<typeof NeuralNetClassifier>[0];

function make(params: object) {
  return new NeuralNetClassifier({ module: Declared, ...params } as Args);
}

// A7 of the project's inventory of skorch, and more spellings.
describe('A7 unknown names are refused at construction, with the nearest valid one', () => {
  test.each([
    ['unknown_arg_of_nothing', null],
    ['mxaEpochs', 'maxEpochs'],
    ['iteratorTrain_shuffle', 'iteratorTrain__shuffle'],
    ['iterator_train__shuffle', 'iteratorTrain__shuffle'],
    ['optimizer_momentum', 'optimizer__momentum'],
    ['module__nWbits', 'module__nWBits'],
    ['module__n_w_bits', 'module__nWBits'],
    ['modulenumUnits', 'module__numUnits'],
    ['criterionreduction', 'criterion__reduction'],
    ['trainSplit__cv_', 'trainSplit__cv'],
    ['callbacks__printlog', 'callbacks__printLog'],
    ['callbacks__printLog__digit', 'callbacks__printLog__digits'],
    ['callbacks__mine__notes', null],
  ])('%s → %s', (name, nearest) => {
    const question = nearest === null ? '' : ` Did you mean ${nearest}?`;
    expect(() => make({ [name]: 1 })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_PARAMETER',
        got: name,
        message: `Unknown parameter ${name} of NeuralNetClassifier.${question}`,
      }),
    );
  });

  test('all wrong names are in one error, sorted', () => {
    expect(() => make({ mxaEpochs: 1, bathcSize: 2, lr: 0.1 })).toThrow(
      expect.objectContaining({ got: 'bathcSize, mxaEpochs', expected: 'batchSize, maxEpochs' }),
    );
  });

  test('a component that declares no names accepts any, but not without its two underscores', () => {
    expect(() => make({ module: Undeclared, module__anything: 1 })).not.toThrow();
    expect(() => make({ module: Undeclared, modulenumUnits: 1 })).toThrow(/module__numUnits/);
  });

  test('names of another optimizer are refused', () => {
    expect(() => make({ optimizer: Adam, optimizer__momentum: 0.9 })).toThrow(/optimizer__momentum/);
    expect(() => make({ optimizer: Adam, optimizer__betas: [0.9, 0.99] })).not.toThrow();
  });

  test('callbacks of the record count, disabled ones do not', () => {
    expect(() => make({ callbacks: { spy: new Spy() }, callbacks__spy: null })).not.toThrow();
    expect(() => make({ callbacks: 'disable', callbacks__printLog: null })).toThrow(/callbacks__printLog/);
    expect(() => make({ callbacks__printLog: null, callbacks__printLog__digits: 2 })).not.toThrow();
  });
});

describe('setParams', () => {
  test('refuses unknown names and changes nothing then', () => {
    const net = make({});
    expect(() => net.setParams({ lr: 5, module__nWbits: 2 } as never)).toThrow(/module__nWBits/);
    expect(net.getParams().lr).toBe(0.01);
  });

  test('undefined goes back to the default', () => {
    const net = make({ lr: 5 });
    expect(net.setParams({ lr: undefined }).getParams().lr).toBe(0.01);
  });

  test('options of a module have to fit the new module', () => {
    const net = make({ module__nWBits: 2 });
    class Other extends Undeclared {
      static readonly defaults = { depth: 1 };
    }
    expect(() => net.setParams({ module: Other })).toThrow(/module__nWBits/);
    expect(() => net.setParams({ module: Other, module__nWBits: undefined } as never)).not.toThrow();
  });
});

describe('getParams', () => {
  test('has given values, defaults, and with deep what components declare', () => {
    const params = make({ module__nWBits: 2 }).getParams() as Record<string, unknown>;
    expect(params).toMatchObject({
      lr: 0.01,
      module__nWBits: 2,
      module__numUnits: 3,
      optimizer__momentum: 0,
      iteratorTrain__shuffle: true,
      callbacks__printLog__digits: 4,
    });
    // The net sets it, so the optimizer's own default would mislead.
    expect(params).not.toHaveProperty('optimizer__lr');
    expect(Object.keys(params).filter((name) => name.endsWith('_'))).toEqual([]);
  });

  test('shallow has no options that were not given', () => {
    const params = make({ module__nWBits: 2 }).getParams(false);
    expect(params).toHaveProperty('module__nWBits', 2);
    expect(params).not.toHaveProperty('module__numUnits');
    expect(params).not.toHaveProperty('callbacks__printLog');
  });

  test('a changed option of a default callback shows its value', () => {
    const params = make({ callbacks__trainLoss__name: 'foo' }).getParams() as Record<string, unknown>;
    expect(params.callbacks__trainLoss__name).toBe('foo');
  });
});

test('values are checked in fit, all wrong ones in one error', async () => {
  const net = make({ lr: -1, maxEpochs: 1.5, batchSize: 0, seed: -1, useCaching: 'x', verbose: 0 });
  await expect(net.fit([[1], [2]], [0, 1])).rejects.toMatchObject({
    code: 'PARAMETER_VALUE',
    got: "lr: -1, maxEpochs: 1.5, batchSize: 0, seed: -1, useCaching: 'x'",
  });
});
