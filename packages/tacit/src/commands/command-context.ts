// What every command works with: where its results go, how it can be cancelled, and how it tells of progress. Results go to
// stdout, everything else to stderr.

import { type Progress, terminalProgress } from './progress.js';

/** Options that all commands have. */
export interface CommonOptions {
  /** One JSON document on stdout in place of text for people. */
  readonly json: boolean;
}

export interface CommandContext {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Prints the result: as a document, or as text. */
  print(result: object, options: CommonOptions, text: () => string): void;
}

export function makeContext(signal: AbortSignal): CommandContext {
  return {
    signal,
    progress: terminalProgress(process.stderr),
    print(result, { json }, text) {
      process.stdout.write(`${json ? JSON.stringify(result) : text()}\n`);
    },
  };
}
