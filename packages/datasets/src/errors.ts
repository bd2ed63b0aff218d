// Every error of @tacit/datasets. Callers match on `code`, never on the words of the message; README.md lists the codes,
// and a test keeps that list and `datasetErrorCodes` the same.

/** The stable codes of the errors of this package. */
export const datasetErrorCodes = [
  'PACKAGE_MISSING',
  'PARAMETER_VALUE',
  'FILE_MISSING',
  'FILE_FORMAT',
  'FILE_EMPTY',
  'ROW_RAGGED',
  'COLUMN_NAME',
  'COLUMN_UNKNOWN',
  'VALUE_TYPE',
] as const;

/** One of {@link datasetErrorCodes}. */
export type DatasetErrorCode = (typeof datasetErrorCodes)[number];

/** Where in a file something was found. */
export interface FilePlace {
  /** Name of the file, or of the source. */
  readonly file?: string;
  /** Counted from 1, the header included. */
  readonly line?: number;
  readonly column?: string;
  /** The cell as it stands there, at most 40 characters of it. */
  readonly value?: string;
}

/** What was got, what would have been right, and what to do about it. */
export interface DatasetErrorDetails extends FilePlace {
  readonly code: DatasetErrorCode;
  readonly got: string;
  readonly expected: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** A data set that cannot be read or made. Errors in files say where. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly code!: DatasetErrorCode;
  readonly got!: string;
  readonly expected!: string;
  readonly hint!: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  readonly value?: string;

  constructor(message: string, { cause, ...details }: DatasetErrorDetails) {
    super(`${message} ${details.hint}`, cause === undefined ? undefined : { cause });
    Object.assign(this, details);
  }
}
