// Every error of @tacit/learn. Callers match on `code`, never on the words of the message; README.md lists the codes,
// and a test keeps that list and `learnErrorCodes` the same.

/** The stable codes of the errors of this package. */
export const learnErrorCodes = [
  'X_TYPE',
  'X_NOT_NUMERIC',
  'X_NOT_FINITE',
  'X_RAGGED',
  'X_EMPTY',
  'X_SHAPE',
  'X_TOO_FEW_ROWS',
  'X_FEATURES',
  'X_INPUTS',
  'COLUMN_MISSING',
  'COLUMN_ALL_MISSING',
  'COLUMN_UNKNOWN',
  'UNKNOWN_CATEGORY',
  'CODE_UNKNOWN',
  'STEP_METHOD',
  'CHECKS_FAILED',
  'Y_TYPE',
  'Y_MISSING',
  'Y_NOT_FINITE',
  'Y_RAGGED',
  'TARGET_SHAPE',
  'LENGTH_MISMATCH',
  'SAMPLE_WEIGHT',
  'SINGLE_CLASS',
  'NOT_BINARY',
  'UNKNOWN_LABEL',
  'UNKNOWN_PARAMETER',
  'PARAMETER_VALUE',
  'INPUT_DIM_UNKNOWN',
  'MODULE_INSTANCE',
  'OUTPUT_SHAPE',
  'OUTPUT_PROBABILITY',
  'LOSS_REDUCED',
  'ASYNC_CLOSURE',
  'REGISTER_OUTSIDE',
  'STREAM_ROWS',
  'BATCH_INVALID',
  'NOT_FITTED',
  'FIT_IN_PROGRESS',
  'CALLBACK_FAILED',
  'HISTORY_EMPTY',
  'HISTORY_KEY',
  'HISTORY_PARTS',
  'HISTORY_FORMAT',
  'SPLIT_INVALID',
  'SPLIT_TARGETS',
  'SPLIT_GROUPS',
  'SCORING_UNKNOWN',
  'GRID_EMPTY',
  'GRID_INVALID',
  'DISTRIBUTION_INVALID',
  'MODULE_REFERENCE',
  'NOT_PORTABLE',
  'PARALLEL_UNAVAILABLE',
  'FIT_FAILED',
  'FITS_FAILED',
  'SCORING_ESTIMATOR',
  'SCORE_SHAPE',
  'SCORE_VALUE',
  'PART_UNKNOWN',
  'PART_MISSING',
  'FILE_MISSING',
  'FILE_TRUNCATED',
  'FILE_FORMAT',
  'FILE_DTYPE',
  'FILE_TOO_LARGE',
  'FILE_OTHER_NET',
  'FILE_NOT_WRITTEN',
  'TRAINING_IMPOSSIBLE',
  'NOT_PRUNABLE',
  'BUDGET_UNREACHABLE',
  'ONNX_UNSUPPORTED',
  'LOGGER_FAILED',
] as const;

/** One of {@link learnErrorCodes}. */
export type LearnErrorCode = (typeof learnErrorCodes)[number];

/** What was got, what would have been right, and what to do about it. */
export interface LearnErrorDetails {
  readonly code: LearnErrorCode;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** What every error of this package has besides its message. */
export interface LearnError extends Error, Omit<LearnErrorDetails, 'cause'> {}

/** Whether something that was caught is an error of this package, whatever its class. */
export function isLearnError(error: unknown): error is LearnError {
  return (
    error instanceof Error && 'code' in error && (learnErrorCodes as readonly unknown[]).includes(error.code)
  );
}

/** Data of the wrong kind: text among the features, no array at all, a missing y. */
export class DataTypeError extends TypeError implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** Data of the right kind with values or lengths that cannot be used: NaN, ragged rows, one class, 12 columns for 13. */
export class DataValueError extends RangeError implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** Unknown parameter names, or parameter values that cannot be used. One error lists all of them. */
export class ParameterError extends TypeError implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(details.hint === '' ? message : `${message} ${details.hint}`);
    describe(this, details);
  }
}

/** A split that cannot be made: more folds than rows, a share outside (0, 1), no labels to stratify by. */
export class SplitError extends RangeError implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** Fits of a search or a cross-validation that failed where that is not passed over; `cause` is what the first one threw. */
export class SearchError extends Error implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** A read from the history that finds nothing, or a saved history that cannot be read. */
export class HistoryError extends RangeError implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** Learned state was asked of an estimator that has not been fitted (or initialized) yet. */
export class NotFittedError extends Error implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(estimatorName: string, asked: string) {
    const details = {
      code: 'NOT_FITTED',
      got: `${asked} of a ${estimatorName} that is not fitted`,
      expected: 'a fitted estimator',
      hint: 'Call fit(X, y) first, and await it.',
    } as const;
    super(`This ${estimatorName} is not fitted yet, so there is no ${asked}. ${details.hint}`);
    describe(this, details);
  }
}

/** A second fit began on a net while the first one was still running. */
export class FitInProgressError extends Error implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(estimatorName: string) {
    const details = {
      code: 'FIT_IN_PROGRESS',
      got: 'a call of fit or partialFit during another one',
      expected: 'one fit at a time',
      hint: 'Await the first fit, or use clone(net) to train a second net beside it.',
    } as const;
    super(`This ${estimatorName} is being fitted already. ${details.hint}`);
    describe(this, details);
  }
}

/** A callback threw; `cause` is what it threw. */
export class CallbackError extends Error implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(name: string, className: string, hook: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const details = {
      code: 'CALLBACK_FAILED',
      got: reason,
      expected: `${hook} to return`,
      hint: `Mend the callback, or switch it off with callbacks__${name}: null.`,
      cause,
    } as const;
    super(`Callback ${name} (${className}) failed in ${hook}: ${reason}`);
    describe(this, details);
  }
}

/** Something saved that cannot be read here, or cannot be written: missing, cut off, of another net, no room. */
export class PersistenceError extends Error implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** Whoever takes the numbers of a fit refused them, or did not answer. */
export class LoggerError extends Error implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

/** A module or an iterator gave something that the training loop cannot use. */
export class ComponentError extends TypeError implements LearnError {
  readonly code!: LearnErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;

  constructor(message: string, details: LearnErrorDetails) {
    super(`${message} ${details.hint}`);
    describe(this, details);
  }
}

// The fields are written here and not in each class: their classes differ only in what they extend.
function describe(error: LearnError, details: LearnErrorDetails): void {
  Object.assign(error, {
    name: error.constructor.name,
    code: details.code,
    got: details.got,
    expected: details.expected,
    hint: details.hint,
    ...('cause' in details ? { cause: details.cause } : {}),
  });
}
