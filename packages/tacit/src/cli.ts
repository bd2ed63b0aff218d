// The command `tacit`. Results go to stdout, everything else to stderr; exit codes 0, 1 (failed), 2 (usage), 130
// (cancelled).

import { onWarning } from '@tacit/learn';
import { Command, CommanderError } from 'commander';
import { type CommandContext, makeContext } from './commands/command-context.js';
import { addDemo } from './commands/demo.js';
import { addPredict } from './commands/predict.js';
import { addSearch } from './commands/search.js';
import { addTrain } from './commands/train.js';
import { UsageError } from './commands/usage-error.js';
import { addWorker } from './commands/worker.js';

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
    await makeProgram(makeContext(abort.signal)).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    process.stderr.write(`tacit: ${error instanceof Error ? error.message : String(error)}\n`);
    if (abort.signal.aborted) return exitCodes.cancelled;
    return isOfUsage(error) ? exitCodes.usage : exitCodes.failed;
  } finally {
    silence();
    process.off('SIGINT', cancel);
  }
}

// Parameters come from the command line or a file that it names, so what is wrong with them is a matter of usage.
function isOfUsage(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof Error && error.name === 'ParameterError');
}

function makeProgram(context: CommandContext): Command {
  const program = new Command('tacit')
    .description('Train neural networks, compile them to TFHE, predict on encrypted data.')
    .exitOverride();
  addDemo(program, context);
  addTrain(program, context);
  addSearch(program, context);
  addWorker(program, context);
  addPredict(program, context);
  return program;
}
