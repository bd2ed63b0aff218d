// Every error of @tacit/nn. Callers match on `code`, never on the words of the message; README.md lists the codes, and a
// test keeps that list and `nnErrorCodes` the same.

/** The stable codes of {@link NnError}. */
export const nnErrorCodes = [
  'PARAMETER_INVALID',
  'BITS_INVALID',
  'OMEGA_ZERO',
  'LAYERS_INVALID',
  'LAYER_UNSUPPORTED',
  'FRACTION_INVALID',
  'DIMENSION_MISSING',
  'BUFFER_UNKNOWN',
  'STATE_NAMES',
  'STATE_SHAPE',
  'STATE_GROUPS',
  'TARGET_INVALID',
  'PROBABILITY_INVALID',
  'OPTIMIZER_EMPTY',
  'OPTIMIZER_DUPLICATE',
  'OPTIMIZER_GROUPS',
  'CLOSURE_MISSING',
] as const;

/** One of {@link nnErrorCodes}. */
export type NnErrorCode = (typeof nnErrorCodes)[number];

/** What was got, what would have been right, and what to do about it. */
export interface NnErrorDetails {
  readonly code: NnErrorCode;
  readonly got: unknown;
  readonly expected: string;
  /** Joined to the message. Left out where `expected` says it all. */
  readonly hint?: string;
}

/** Base of all errors of this package. */
export class NnError extends Error {
  readonly code: NnErrorCode;
  readonly got: unknown;
  readonly expected: string;
  readonly hint: string;

  constructor(message: string, details: NnErrorDetails) {
    super(details.hint === undefined ? message : `${message} ${details.hint}`);
    this.name = new.target.name;
    this.code = details.code;
    this.got = details.got;
    this.expected = details.expected;
    this.hint = details.hint ?? `Expected ${details.expected}.`;
  }
}

/** An option of a layer, loss or optimizer outside its range. */
export class ParameterError extends NnError {}

/** A state that does not belong to the module or optimizer that should load it. */
export class StateError extends NnError {}

/** Targets or predictions that a loss cannot be computed for. */
export class TargetError extends NnError {}

/** An optimizer whose parameters do not suit it, or that is called without what it needs. */
export class OptimizerError extends NnError {}

/** The error of an option outside its range. */
export function invalidParameter(name: string, got: unknown, expected: string): ParameterError {
  return new ParameterError(`${name} is ${String(got)}, expected ${expected}.`, {
    code: 'PARAMETER_INVALID',
    got,
    expected,
  });
}

/** Requires a finite number of at least `minimum`. @throws ParameterError `PARAMETER_INVALID`. */
export function requireAtLeast(name: string, value: number, minimum: number): void {
  if (!(Number.isFinite(value) && value >= minimum)) {
    throw invalidParameter(name, value, `a finite number, at least ${minimum}`);
  }
}

/** Requires a number in [0, 1). @throws ParameterError `PARAMETER_INVALID`. */
export function requireFraction(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw invalidParameter(name, value, 'a number from 0 to below 1');
}

/** Requires a whole number of at least `minimum`. @throws ParameterError `PARAMETER_INVALID`. */
export function requireWhole(name: string, value: number, minimum: number): void {
  if (!(Number.isSafeInteger(value) && value >= minimum)) {
    throw invalidParameter(name, value, `a whole number, at least ${minimum}`);
  }
}

/** Requires a finite number. @throws ParameterError `PARAMETER_INVALID`. */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw invalidParameter(name, value, 'a finite number');
}

/** Requires a finite number above 0. @throws ParameterError `PARAMETER_INVALID`. */
export function requirePositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw invalidParameter(name, value, 'a finite number above 0');
}

/** Requires a whole number of either sign. @throws ParameterError `PARAMETER_INVALID`. */
export function requireInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw invalidParameter(name, value, 'a whole number');
}
