// Every error of the package. Codes of the native evaluator arrive as they are; the last three are this side's own.

/** Every value of {@link EngineError.code}; README.md says what each means. */
export const engineErrorCodes = [
  'ENVELOPE_TRUNCATED',
  'ENVELOPE_FOREIGN',
  'ENVELOPE_VERSION',
  'ENVELOPE_KIND',
  'ENVELOPE_LENGTH',
  'ENVELOPE_CHECKSUM',
  'CIRCUIT_MISMATCH',
  'CIRCUIT_INVALID',
  'PARAMETERS_UNSUPPORTED',
  'PARAMETERS_INSECURE',
  'KEY_SIZE',
  'KEY_INVALID',
  'REQUEST_INVALID',
  'MEMORY_LIMIT',
  'CANCELLED',
  'ENGINE_FAILURE',
  'ARGUMENT_INVALID',
  'KEY_DISPOSED',
  'ENGINE_STARTED',
  'ADDON_MISSING',
] as const;

export type EngineErrorCode = (typeof engineErrorCodes)[number];

/** What an error carries beside its message. */
export interface EngineErrorDetails {
  readonly got?: string;
  readonly expected?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Why the engine refused or failed. Match on `code`; the words may change. Holds no key and no plain value. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly got?: string;
  readonly expected?: string;
  readonly hint?: string;

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EngineError';
    this.code = code;
    this.got = details.got;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}

/** The error of this package for whatever the addon threw. */
export function fromNative(error: unknown): EngineError {
  if (!(error instanceof Error)) return new EngineError('ENGINE_FAILURE', String(error), { cause: error });
  const { code, got, expected, hint }: { code?: unknown } & EngineErrorDetails = error as Error &
    EngineErrorDetails;
  const known = engineErrorCodes.find((listed) => listed === code);
  if (known === undefined) return new EngineError('ENGINE_FAILURE', error.message, { cause: error });
  return new EngineError(known, error.message, { got, expected, hint });
}
