// Errors of searches on many machines.

/** The stable codes of {@link SearchQueueError}. */
export const searchQueueErrorCodes = [
  /** Redis does not answer. */
  'QUEUE_UNREACHABLE',
  /** Nobody takes the fits. */
  'QUEUE_NO_WORKER',
] as const;

/** One of {@link searchQueueErrorCodes}. */
export type SearchQueueErrorCode = (typeof searchQueueErrorCodes)[number];

/** What was got, what would have been right, and what to do about it. */
export class SearchQueueError extends Error {
  readonly code: SearchQueueErrorCode;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;

  constructor(
    message: string,
    details: {
      readonly code: SearchQueueErrorCode;
      readonly got: string;
      readonly expected: string;
      readonly hint: string;
      readonly cause?: unknown;
    },
  ) {
    super(`${message} ${details.hint}`, { cause: details.cause });
    this.name = 'SearchQueueError';
    this.code = details.code;
    this.got = details.got;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}
