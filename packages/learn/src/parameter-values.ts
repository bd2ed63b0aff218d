// Checks of parameter values, made when a fit begins: a search may set them one by one before.

import { ParameterError } from './errors.js';

/** What a value has to be, in words, and whether it is. */
export interface ValueRule {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const isWholeFrom = (minimum: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= minimum;
const isBoolean: ValueRule = { expected: 'true or false', isValid: (value) => typeof value === 'boolean' };
const isRate: ValueRule = {
  expected: 'a finite number, at least 0',
  isValid: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
};
const isBatchSize: ValueRule = {
  expected: 'a whole number from 1, or −1 for all rows in one batch',
  isValid: (value) => value === -1 || isWholeFrom(1)(value),
};

/** The rules of the parameters that every net has. */
export const commonRules: Readonly<Record<string, ValueRule>> = {
  module: {
    expected: 'a class of modules, a factory or a module',
    isValid: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  },
  lr: isRate,
  optimizer__lr: isRate,
  maxEpochs: { expected: 'a whole number, at least 0', isValid: isWholeFrom(0) },
  batchSize: isBatchSize,
  accumulateBatches: { expected: 'a whole number, at least 1', isValid: isWholeFrom(1) },
  device: {
    expected: "'cpu' or null: this package computes on the CPU",
    isValid: (value) => value === 'cpu' || value === null,
  },
  iteratorTrain__batchSize: isBatchSize,
  iteratorValid__batchSize: isBatchSize,
  iteratorTrain__shuffle: isBoolean,
  verbose: { expected: 'a number, 0 for silence', isValid: (value) => typeof value === 'number' },
  warmStart: isBoolean,
  seed: {
    expected: 'a whole number from 0 to 2⁵³ − 1, or null',
    isValid: (value) => value === null || isWholeFrom(0)(value),
  },
  predictNonlinearity: {
    expected: "'auto', null or a function",
    isValid: (value) => value === 'auto' || value === null || typeof value === 'function',
  },
  useCaching: {
    expected: "'auto', true or false",
    isValid: (value) => value === 'auto' || typeof value === 'boolean',
  },
};

/**
 * Refuses values that cannot be used, all in one error.
 *
 * @throws ParameterError `PARAMETER_VALUE`.
 */
export function checkParameterValues(
  estimatorName: string,
  params: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, ValueRule>>,
): void {
  const wrong = Object.entries(rules).filter(
    ([name, rule]) => (name === 'module' || params[name] !== undefined) && !rule.isValid(params[name]),
  );
  if (wrong.length === 0) return;
  const lines = wrong.map(
    ([name, rule]) =>
      `Parameter ${name} of ${estimatorName} is ${show(params[name])}, expected ${rule.expected}.`,
  );
  throw new ParameterError(lines.join('\n'), {
    code: 'PARAMETER_VALUE',
    got: wrong.map(([name]) => `${name}: ${show(params[name])}`).join(', '),
    expected: wrong.map(([name, rule]) => `${name}: ${rule.expected}`).join(', '),
    hint: '',
  });
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
