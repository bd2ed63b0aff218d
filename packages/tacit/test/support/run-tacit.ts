// The command as people run it: a process of its own, its streams and exit code. It runs from dist, which the set-up before the
// tests builds.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The script behind the command. */
export const tacitScript = fileURLToPath(new URL('../../bin/tacit.js', import.meta.url));

/** How a run of the command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it. */
export interface RunOptions {
  readonly cwd?: string;
  /** Gets a function that sends a signal to the process. */
  readonly whileRunning?: (kill: (signal: NodeJS.Signals) => void) => void;
}

export function runTacit(args: readonly string[], { cwd, whileRunning }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tacitScript, ...args], { cwd });
    const streams = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      streams.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      streams.stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...streams }));
    whileRunning?.((signal) => child.kill(signal));
  });
}
