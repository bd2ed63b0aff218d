// Errors of saved models. Callers match on `code`, never on the words of the message.

/** The stable codes of {@link ModelError}. */
export const modelErrorCodes = [
  'MODEL_MISSING',
  'MODEL_FORMAT',
  'MODEL_DAMAGED',
  'MODEL_UNKNOWN_CLASS',
  'DIRECTORY_TAKEN',
] as const;

/** One of {@link modelErrorCodes}. */
export type ModelErrorCode = (typeof modelErrorCodes)[number];

/** What was got, what would have been right, and what to do about it. */
export interface ModelErrorDetails {
  readonly code: ModelErrorCode;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** A model that cannot be saved or loaded. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code!: ModelErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, { cause, ...details }: ModelErrorDetails) {
    super(`${message} ${details.hint}`, cause === undefined ? undefined : { cause });
    Object.assign(this, details);
  }
}
