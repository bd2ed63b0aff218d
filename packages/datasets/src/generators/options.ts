// What the generators of data share: the source of random numbers, checks of options, and shuffling.

import { Generator } from '@tacit/tensor';
import { DatasetError } from '../errors.js';

/** Options of every generator of data. */
export interface GeneratorOptions {
  /** A seed gives the same rows on any machine. Default null: other rows at each call. */
  readonly seed?: number | null;
  /** Whether rows are in random order. Default true. */
  readonly shuffle?: boolean;
}

/** @throws ArgumentError of `@tacit/tensor`, `SEED_INVALID`. */
export function makeGenerator(seed: number | null | undefined): Generator {
  return new Generator(seed ?? Math.floor(Math.random() * 2 ** 32));
}

/** What an option has to be: words for the message, and the test. */
export type Requirement = readonly [expected: string, isMet: (value: unknown) => boolean];

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const count: Requirement = ['a whole number of at least 1', (n) => isWhole(n) && n >= 1];
export const countOrNone: Requirement = ['a whole number of at least 0', (n) => isWhole(n) && n >= 0];
export const number: Requirement = ['a number', isNumber];
export const atLeastZero: Requirement = ['a number of at least 0', (n) => isNumber(n) && n >= 0];
export const share: Requirement = ['a number from 0 to 1', (n) => isNumber(n) && n >= 0 && n <= 1];

/** Null, or what `requirement` says. */
export function orNull([expected, isMet]: Requirement): Requirement {
  return [`${expected}, or null`, (value) => value === null || isMet(value)];
}

/** One value, or a list of values. */
export function orList([expected, isMet]: Requirement): Requirement {
  const isList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isMet);
  return [`${expected}, or a list of such`, (value) => isMet(value) || isList(value)];
}

/**
 * Checks options by name, all of them before anything is thrown.
 *
 * @throws DatasetError `PARAMETER_VALUE`, which lists all that are wrong.
 */
export function checkOptions(
  generator: string,
  options: Readonly<Record<string, unknown>>,
  requirements: Readonly<Record<string, Requirement>>,
): void {
  const wrong = Object.entries(requirements).filter(([name, [, isMet]]) => !isMet(options[name]));
  if (wrong.length === 0) return;
  const got = wrong.map(([name]) => `${name} ${shown(options[name])}`).join(', ');
  const expected = wrong.map(([name, [words]]) => `${name}: ${words}`).join('; ');
  throw wrongOption(generator, got, expected, `Expected ${expected}.`);
}

/** An option of a generator that cannot be used. */
export function wrongOption(generator: string, got: string, expected: string, hint: string): DatasetError {
  return new DatasetError(`${generator} cannot use ${got}.`, {
    code: 'PARAMETER_VALUE',
    got,
    expected,
    hint,
  });
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value)?.slice(0, 60) ?? 'undefined');
}

/** Rows and their targets in one random order. */
export function shuffleRows<Row, Target>(
  X: readonly Row[],
  y: readonly Target[],
  generator: Generator,
): { readonly X: Row[]; readonly y: Target[] } {
  const order = Array.from(generator.permutation(X.length));
  return { X: order.map((row) => X[row]!), y: order.map((row) => y[row]!) };
}

/** `total` in equal parts; the first ones have one more where it does not divide. */
export function equalParts(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, part) => Math.floor(total / parts) + (part < total % parts ? 1 : 0),
  );
}
