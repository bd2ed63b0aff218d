// What the text of arguments means, and what is said where it means nothing. An error here is one of usage: exit code 2.

import { InvalidArgumentError } from 'commander';

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** A whole number of at least 1, or 'all' for infinity. */
export function countOrAll(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number of at least 1, or 'all'.");
}

/** A share between 0 and 1, or a whole number of rows. */
export function shareOrCount(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if ((value >= 0 && value < 1) || (Number.isSafeInteger(value) && value >= 1)) return value;
  throw new InvalidArgumentError('Expected a share such as 0.25, or a number of rows; 0 for none.');
}

/** An option that may come several times, each time with one value more. */
export function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** A number of jobs; 'all' for one a processor, which is −1. */
export function jobCount(text: string): number {
  if (text === 'all' || text === '-1') return -1;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number of at least 1, or 'all'.");
}
