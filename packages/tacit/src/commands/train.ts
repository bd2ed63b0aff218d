// `tacit train`: a table in, a trained model and its report out.

import type { Command } from 'commander';
import { requireOwnDirectory, saveModel } from '../model/model-directory.js';
import { calibrationRows } from '../training/calibration-rows.js';
import { formatSummary } from '../training/format-summary.js';
import { trainModel } from '../training/train-model.js';
import { trainingReport } from '../training/training-report.js';
import { shareOrCount, wholeNumber } from './arguments.js';
import type { CommandContext } from './command-context.js';
import {
  addDataOptions,
  type DataOptions,
  dataOf,
  type OneFile,
  onlyOperand,
  parametersHelp,
} from './data-options.js';

interface TrainOptions extends DataOptions {
  readonly out: string;
  readonly testSize: number;
  readonly seed: number;
  readonly json: boolean;
}

export function addTrain(program: Command, context: CommandContext): void {
  addDataOptions(
    program
      .command('train')
      .description('train a quantized net on a table with numbers, categories and missing values')
      .argument('<data>', 'CSV (.csv, .tsv), JSON lines (.jsonl), Parquet or Arrow file'),
  )
    .requiredOption('--out <directory>', 'where the model and its report go')
    .option('--test-size <share|rows>', 'rows to judge by', shareOrCount, 0.25)
    .option('--seed <n>', 'seed of the split, of initial weights and of shuffling', wholeNumber(0), 0)
    .option('--json', 'print one JSON document on stdout', false)
    .usage('<data> --target <column> --out <directory> [options] [--parameter value …]')
    .addHelpText('after', parametersHelp)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_data: string, options: TrainOptions, command: Command) => {
      await train(onlyOperand(command.args), options, context);
    });
}

async function train(
  { path, parameters }: OneFile,
  options: TrainOptions,
  context: CommandContext,
): Promise<void> {
  const { out, testSize, seed } = options;
  await requireOwnDirectory(out);
  const data = await dataOf(path, options, context);
  const training = await trainModel({ ...context, data, testSize, seed, parameters });
  context.progress.say(`writing ${out}`);
  await saveModel(out, training, {
    'report.html': await trainingReport(training),
    'calibration.jsonl': calibrationRows(training.train.X, seed),
  });
  context.print({ ...training.summary, out }, options, () => formatSummary(training.summary, out));
}
