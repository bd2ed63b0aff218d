import { Adam, Tanh } from '@tacit/nn';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../commands/usage-error.js';
import { parameterValue, readWords } from './parameters.js';

describe('readWords', () => {
  it('tells operands from parameters, in any order and either form', () => {
    const words = [
      '--lr',
      '0.1',
      'data.csv',
      '--module__hiddenSizes=[8, 4]',
      '--trainSplit',
      'false',
      'more',
    ];
    expect(readWords(words)).toEqual({
      operands: ['data.csv', 'more'],
      parameters: { lr: 0.1, module__hiddenSizes: [8, 4], trainSplit: false },
    });
  });

  it.each([
    ['-1', -1],
    ['null', null],
    ['1e-3', 0.001],
    ['"5"', '5'],
    ['rounded', 'rounded'],
    ['', ''],
    ['[1', '[1'],
  ])('the value %s is %o', (text, value) => {
    expect(readWords(['--x', text]).parameters).toEqual({ x: value });
  });

  it.each([[['--lr']], [['--lr', '--seed', '1']], [['--lr', '1', '--lr', '2']]])('%o is refused', (words) => {
    expect(() => readWords(words)).toThrow(UsageError);
  });
});

describe('parameterValue', () => {
  it('names of classes are the classes where a parameter is one', () => {
    expect(parameterValue('optimizer', 'Adam')).toBe(Adam);
    expect(parameterValue('module__activation', 'Tanh')).toBe(Tanh);
    expect(parameterValue('module__accumulators', 'bounded')).toBe('bounded');
    expect(parameterValue('optimizer', null)).toBe(null);
  });

  it('refuses what is no such class, and lists those that there are', () => {
    expect(() => parameterValue('optimizer', 'Tanh')).toThrow(/"Tanh".*Adagrad, Adam, AdamW/);
    expect(() => parameterValue('criterion', 'Loss')).toThrow(/CrossEntropyLoss/);
    expect(() => parameterValue('module__activation', 'constructor')).toThrow(UsageError);
  });
});
