// The command `tacit`. Results go to stdout, everything else to stderr; exit codes 0, 1 (failed), 2 (usage), 130
// (cancelled).

import { onWarning } from '@tacit/learn';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatDemoResult } from './demo/format-result.js';
import { type DemoDataset, presets } from './demo/presets.js';
import { terminalProgress } from './demo/progress.js';
import { runDemo } from './demo/run-demo.js';

const exitCodes = { failed: 1, usage: 2, cancelled: 130 } as const;

/**
 * Runs the command.
 *
 * @param args - without the interpreter and the script.
 * @returns the exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const cancel = () => abort.abort(new Error('Cancelled.'));
  process.once('SIGINT', cancel);
  const silence = onWarning(({ message }) => process.stderr.write(`warning: ${message}\n`));
  try {
    await makeProgram(abort.signal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    process.stderr.write(`tacit: ${error instanceof Error ? error.message : String(error)}\n`);
    return abort.signal.aborted ? exitCodes.cancelled : exitCodes.failed;
  } finally {
    silence();
    process.off('SIGINT', cancel);
  }
}

function makeProgram(signal: AbortSignal): Command {
  const program = new Command('tacit')
    .description('Train neural networks, compile them to TFHE, predict on encrypted data.')
    .exitOverride();
  program
    .command('demo')
    .description('train, compile, encrypt, evaluate and decrypt on a real data set, all on this machine')
    .addOption(
      new Option('--dataset <name>', 'data set').choices(Object.keys(presets)).default('breast-cancer'),
    )
    .option('--rows <n|all>', 'test rows to encrypt', parseRows, 20)
    .option('--seed <n>', 'seed of initial weights and shuffling', parseSeed, 0)
    .option('--json', 'print one JSON document on stdout', false)
    .exitOverride()
    .action(async (options: { dataset: DemoDataset; rows: number; seed: number; json: boolean }) => {
      const progress = terminalProgress(process.stderr);
      const result = await runDemo({ ...options, progress, signal });
      process.stdout.write(`${options.json ? JSON.stringify(result) : formatDemoResult(result)}\n`);
    });
  return program;
}

function parseRows(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number of at least 1, or 'all'.");
}

function parseSeed(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number of at least 0.');
}
