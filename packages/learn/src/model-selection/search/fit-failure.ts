// Errors of single fits, as data: they are recorded, sent between threads and machines, counted and told.

import { ParameterError, SearchError } from '../../errors.js';

/** Why a fit, or one of its scores, failed. */
export interface FitFailure {
  /** 'fit', 'predict', or 'score NAME'. */
  readonly stage: string;
  readonly name: string;
  readonly message: string;
  /** The stable code of the error, where it has one. */
  readonly code: string | null;
  /** The error itself, in the thread that it was thrown in. */
  readonly cause?: unknown;
}

/** Anything that was thrown, as data. */
export function asFailure(stage: string, error: unknown): FitFailure {
  const { name, message, code } = (error instanceof Error ? error : new Error(String(error))) as Error & {
    readonly code?: unknown;
  };
  return { stage, name, message, code: typeof code === 'string' ? code : null, cause: error };
}

/** What is thrown for a fit that failed where that is not to be passed over. */
export function fitFailed(failure: FitFailure, place: string): SearchError {
  return new SearchError(`${place}: ${failure.stage} failed with ${failure.name}: ${failure.message}`, {
    code: 'FIT_FAILED',
    got: failure.code ?? failure.message,
    expected: 'a fit that ends',
    hint: 'Mend it, or pass errorScore: NaN to go on without it.',
    cause: failure.cause,
  });
}

/** What is thrown when no fit came to an end. */
export function allFitsFailed(count: number, failures: readonly FitFailure[]): SearchError {
  return new SearchError(`All ${count} fits failed. ${listFailures(failures)}`, {
    code: 'FITS_FAILED',
    got: failures[0]?.code ?? failures[0]?.message ?? 'no reason',
    expected: 'at least one fit that ends',
    hint: "Pass errorScore: 'raise' to see where the first one was thrown.",
    cause: failures[0]?.cause,
  });
}

/** Each different reason, with how often it came. */
export function listFailures(failures: readonly FitFailure[]): string {
  const counts = new Map<string, number>();
  for (const { stage, name, message } of failures) {
    const reason = `${stage}: ${name}: ${message}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${count} × ${reason}`).join('\n');
}

/** A parameter of a search or cross-validation that cannot be used. */
export function invalidParameter(name: string, got: string, expected: string, hint = ''): ParameterError {
  return new ParameterError(`${name} is ${got}, expected ${expected}.`, {
    code: 'PARAMETER_VALUE',
    got,
    expected,
    hint,
  });
}
