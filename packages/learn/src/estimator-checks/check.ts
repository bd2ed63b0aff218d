// What a check is, and the few words that checks are written in.

import { clone } from '../clone.js';
import { isLearnError, type LearnErrorCode } from '../errors.js';
import type { Estimator, Transformer } from '../estimator.js';
import { Matrix } from '../matrix.js';
import { isPlainObject } from '../plain-object.js';
import type { TableInput } from '../table.js';
import type { Label } from '../validate-input.js';

/** Anything with fit, of one of three kinds. */
export type Checked = Estimator & Transformer & { readonly classes_: readonly Label[] } & Probabilistic;

interface Probabilistic {
  predictProba?(X: TableInput): Promise<readonly (readonly number[])[]>;
}

/** What the estimator is for. */
export type EstimatorKind = 'classifier' | 'regressor' | 'transformer';

/** The estimator to check, with rows that it can be fitted to. */
export interface CheckContext {
  /** Never fitted itself: checks fit clones. */
  readonly estimator: Checked;
  readonly kind: EstimatorKind;
  readonly X: number[][];
  readonly y: (Label | number)[];
}

/** One thing that every estimator of some kinds has to do. */
export interface EstimatorCheck {
  /** What has to be so. */
  readonly name: string;
  readonly kinds: readonly EstimatorKind[];
  run(context: CheckContext): Promise<void>;
}

/** How a search says that its fits were refused; the refusal is the cause. */
export const ofSearch = ['FIT_FAILED', 'FITS_FAILED'] as const;

export const everyKind = ['classifier', 'regressor', 'transformer'] as const;
export const predictors = ['classifier', 'regressor'] as const;

/** A clone, fitted to the rows. */
export async function fitted({ estimator, X, y }: CheckContext, rows: TableInput = X): Promise<Checked> {
  const copy = clone(estimator as never) as Checked;
  await copy.fit(rows as never, y as never);
  return copy;
}

/** What the estimator makes of rows: predictions, or transformed rows. */
export async function output({ kind }: CheckContext, estimator: Checked, X: TableInput): Promise<unknown> {
  const result: unknown =
    kind === 'transformer' ? await estimator.transform(X) : await estimator.predict(X as never);
  return result instanceof Matrix ? result.toArray() : result;
}

/** @throws Error unless the condition holds. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** @throws Error unless the task is refused with an error of this package, with one of the codes where some are named. */
export async function assertRefused(
  task: () => Promise<unknown>,
  what: string,
  codes: readonly LearnErrorCode[] = [],
): Promise<void> {
  const error = await task().then(
    () => null,
    (caught: unknown) => caught,
  );
  assert(error !== null, `${what} was not refused`);
  assert(isLearnError(error), `${what} was refused with ${String(error)}, which has no code`);
  assert(
    codes.length === 0 || codes.includes(error.code),
    `${what} was refused with ${error.code}, expected ${codes.join(' or ')}`,
  );
}

/**
 * Whether values are equal, numbers up to `tolerance` (a share of the larger one, or of 1): by default but for the last digits of float32,
 * since those depend on the rows that a net computes together. Functions and instances of classes are equal if they are the same.
 */
export function isClose(a: unknown, b: unknown, tolerance = 1e-5): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  const isEqual = (x: unknown, y: unknown) => isClose(x, y, tolerance);
  if (isList(a) && isList(b))
    return a.length === b.length && Array.prototype.every.call(a, (entry, index) => isEqual(entry, b[index]));
  if (isPlainObject(a) && isPlainObject(b)) {
    const names = Object.keys(a);
    const isSameSize = names.length === Object.keys(b).length;
    return isSameSize && names.every((name) => name in b && isEqual(a[name], b[name]));
  }
  return Object.is(a, b);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
