// `tacit demo`: the whole way on one machine.

import { type Command, Option } from 'commander';
import { formatDemoResult } from '../demo/format-result.js';
import { type DemoDataset, presets } from '../demo/presets.js';
import { runDemo } from '../demo/run-demo.js';
import { countOrAll, wholeNumber } from './arguments.js';
import type { CommandContext } from './command-context.js';

export function addDemo(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('train, compile, encrypt, evaluate and decrypt on a real data set, all on this machine')
    .addOption(
      new Option('--dataset <name>', 'data set').choices(Object.keys(presets)).default('breast-cancer'),
    )
    .option('--rows <n|all>', 'test rows to encrypt', countOrAll, 20)
    .option('--seed <n>', 'seed of initial weights and shuffling', wholeNumber(0), 0)
    .option('--json', 'print one JSON document on stdout', false)
    .action(async (options: { dataset: DemoDataset; rows: number; seed: number; json: boolean }) => {
      const result = await runDemo({ ...options, ...context });
      context.print(result, options, () => formatDemoResult(result));
    });
}
