// Every error of the package. Callers match on `code`; the words may change.

/** What every error of `@tacit/circuit` tells besides its message. */
export interface CircuitErrorDetails {
  /** What was received. */
  readonly got?: unknown;
  /** What would have been right. */
  readonly expected?: unknown;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Codes of {@link CircuitError}. */
export const circuitErrorCodes = [
  'ENVELOPE_INVALID',
  'ENVELOPE_VERSION',
  'ENVELOPE_KIND',
  'ENVELOPE_CHECKSUM',
  'CIRCUIT_MISMATCH',
  'SPEC_INVALID',
  'SPEC_VERSION',
  'PARAMETERS_INSECURE',
  'COSTS_INVALID',
  'NOT_FITTED',
  'UNSUPPORTED_NET',
  'UNSUPPORTED_STEP',
  'ACCUMULATOR_TOO_WIDE',
  'PRECISION_UNSUPPORTED',
  'ROUNDED_ACCUMULATOR_BITS',
  'OPTION_INVALID',
  'FEATURE_COUNT',
  'INPUT_INVALID',
  'NO_RUNTIME',
  'NO_PROBABILITIES',
] as const;

export type CircuitErrorCode = (typeof circuitErrorCodes)[number];

/** A net that cannot be compiled, an artefact that cannot be read, or input that does not fit the circuit. */
export class CircuitError extends Error {
  override readonly name = 'CircuitError';
  readonly code: CircuitErrorCode;
  readonly got: unknown;
  readonly expected: unknown;
  readonly hint: string | undefined;

  constructor(code: CircuitErrorCode, message: string, details: CircuitErrorDetails = {}) {
    super(details.hint === undefined ? message : `${message} ${details.hint}`, { cause: details.cause });
    this.code = code;
    this.got = details.got;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}
