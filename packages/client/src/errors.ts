// Every error of the package. Callers match on `code`; the words may change. Input that does not fit the circuit and
// envelopes that do not open are CircuitErrors of @tacit/circuit, which pass through as they are.

/** What every error of `@tacit/client` tells besides its message. */
export interface ClientErrorDetails {
  /** What was received; never a secret or a feature value. */
  readonly got?: unknown;
  /** What would have been right. */
  readonly expected?: unknown;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Codes of {@link ClientError}. */
export const clientErrorCodes = [
  'KEY_INVALID',
  'KEYS_EXIST',
  'KEYS_MISSING',
  'RESPONSE_INVALID',
  'SPEC_UNREADABLE',
  'TFHE_FAILED',
] as const;

export type ClientErrorCode = (typeof clientErrorCodes)[number];

/** Keys or a response that cannot be used, or a crypto module that failed. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  readonly got: unknown;
  readonly expected: unknown;
  readonly hint: string | undefined;

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(details.hint === undefined ? message : `${message} ${details.hint}`, { cause: details.cause });
    this.code = code;
    this.got = details.got;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}
