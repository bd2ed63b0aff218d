// Every error of @tacit/tensor. Callers match on `code`, never on the words of the message; README.md lists the codes,
// and a test keeps that list and `tensorErrorCodes` the same.

import type { Shape } from './shape.js';

/** The stable codes of {@link TensorError}. */
export const tensorErrorCodes = [
  'SHAPE_MISMATCH',
  'SHAPE_INVALID',
  'SHAPE_RAGGED',
  'DTYPE_MISMATCH',
  'INDEX_OUT_OF_RANGE',
  'AXIS_OUT_OF_RANGE',
  'GRADIENT_SEED_MISSING',
  'GRADIENT_NOT_TRACKED',
  'GRADIENT_GRAPH_FREED',
  'GRADIENT_NOT_LEAF',
  'GRADIENT_COUNT',
  'SEED_INVALID',
  'GENERATOR_STATE_INVALID',
  'ARGUMENT_INVALID',
] as const;

/** One of {@link tensorErrorCodes}. */
export type TensorErrorCode = (typeof tensorErrorCodes)[number];

/** What was got, what would have been right, and what to do about it. */
export interface TensorErrorDetails {
  readonly code: TensorErrorCode;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;
}

/** Base of all errors of this package. */
export class TensorError extends Error {
  readonly code: TensorErrorCode;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;

  constructor(message: string, details: TensorErrorDetails) {
    super(`${message} ${details.hint}`);
    this.name = new.target.name;
    this.code = details.code;
    this.got = details.got;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}

/** Shapes that do not fit together, or a shape that no tensor can have. */
export class ShapeError extends TensorError {}

/** A value of the wrong kind: text among numbers, fractions in an integer tensor. */
export class DtypeError extends TensorError {}

/** An index or an axis outside the tensor. */
export class IndexError extends TensorError {}

/** A backward pass that cannot be made. */
export class GradientError extends TensorError {}

/** An argument outside its range, such as a seed that is no whole number. */
export class ArgumentError extends TensorError {}

/** `[2, 3]`, as shapes are written in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The error of an operation whose operands have shapes that do not fit. */
export function shapeMismatch(operation: string, left: Shape, right: Shape, hint: string): ShapeError {
  const got = `${formatShape(left)} and ${formatShape(right)}`;
  return new ShapeError(`${operation}: shapes ${got} do not fit together.`, {
    code: 'SHAPE_MISMATCH',
    got,
    expected: hint,
    hint,
  });
}

/** The error of an argument outside its range. */
export function invalidArgument(name: string, got: unknown, expected: string): ArgumentError {
  return new ArgumentError(`${name} is ${String(got)}, expected ${expected}.`, {
    code: 'ARGUMENT_INVALID',
    got: String(got),
    expected,
    hint: `Pass ${expected}.`,
  });
}

/** The error of an index that lies outside the tensor. */
export function outOfRange(operation: string, got: string, expected: string, shape: Shape): IndexError {
  return new IndexError(`${operation}: ${got} is outside the shape ${formatShape(shape)}.`, {
    code: 'INDEX_OUT_OF_RANGE',
    got,
    expected,
    hint: `Expected ${expected}.`,
  });
}

/** The error of a tensor of another element type than the operation takes. */
export function wrongDtype(operation: string, got: unknown, expected: 'float32' | 'int32'): DtypeError {
  const found = describeDtype(got);
  return new DtypeError(`${operation}: got ${found}, expected a tensor of ${expected}.`, {
    code: 'DTYPE_MISMATCH',
    got: found,
    expected,
    hint: `Make it with tensor(values, { dtype: '${expected}' }).`,
  });
}

function describeDtype(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'dtype' in value) return `a tensor of ${value.dtype}`;
  return value === null ? 'null' : `a value of type ${typeof value}`;
}
