// `tacit worker`: takes fits of searches from a Redis until it is ended, by Ctrl-C or by SIGTERM.

import type { Command } from 'commander';
import type { WorkerEvent } from '../search-queue/index.js';
import { jobCount } from './arguments.js';
import type { CommandContext } from './command-context.js';

interface WorkerOptions {
  readonly redis: string;
  readonly jobs: number;
  readonly json: boolean;
}

export function addWorker(program: Command, context: CommandContext): void {
  program
    .command('worker')
    .description('run fits of `tacit search --redis`, on any number of machines, until ended')
    .requiredOption('--redis <url>', 'the Redis of the search: redis://host:port')
    .option('--jobs <n>', 'fits at the same time; all for one a processor', jobCount, 1)
    .option('--json', 'print one JSON document on stdout when ended by SIGTERM', false)
    .action((options: WorkerOptions) => work(options, context));
}

async function work(options: WorkerOptions, context: CommandContext): Promise<void> {
  const [{ runWorker }, { availableParallelism }] = await Promise.all([
    import('../search-queue/index.js'),
    import('node:os'),
  ]);
  const termination = new AbortController();
  const terminate = () => termination.abort();
  process.once('SIGTERM', terminate);
  const counts = { ended: 0, failed: 0 };
  try {
    await runWorker({
      redis: options.redis,
      nJobs: options.jobs === -1 ? availableParallelism() : options.jobs,
      signal: AbortSignal.any([context.signal, termination.signal]),
      onEvent: (event) => {
        if (event.kind === 'ended' || event.kind === 'failed') counts[event.kind]++;
        tell(event, options.redis, context);
      },
    });
  } finally {
    process.off('SIGTERM', terminate);
  }
  context.signal.throwIfAborted();
  context.print(counts, options, () => `${counts.ended} fits ended, ${counts.failed} could not be run`);
}

/** That a worker is ready and what it cannot run are said in any case, the rest only to people. */
function tell({ kind, fit, reason }: WorkerEvent, redis: string, { progress }: CommandContext): void {
  if (kind === 'ready') process.stderr.write(`ready for fits from ${withoutPassword(redis)}\n`);
  else if (kind === 'failed') process.stderr.write(`fit ${fit} cannot be run: ${reason}\n`);
  else progress.say(`fit ${fit} ${kind}`);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
