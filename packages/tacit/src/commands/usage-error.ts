// What was asked for in a way that cannot be done: exit code 2, as for an unknown option.

/** An error of usage that shows only when the data or the model are known. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
