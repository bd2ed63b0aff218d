// `tacit search`: a table and a grid of parameters in, the candidates in order and the best model out.

import type { FitBackend } from '@tacit/learn';
import type { Command } from 'commander';
import { requireOwnDirectory, saveModel } from '../model/model-directory.js';
import { calibrationRows } from '../training/calibration-rows.js';
import { formatSearch } from '../training/format-search.js';
import { readGrid } from '../training/grid-file.js';
import { searchModels } from '../training/search-models.js';
import { trainingReport } from '../training/training-report.js';
import { jobCount, shareOrCount, wholeNumber } from './arguments.js';
import type { CommandContext } from './command-context.js';
import {
  addDataOptions,
  type DataOptions,
  dataOf,
  type OneFile,
  onlyOperand,
  parametersHelp,
} from './data-options.js';

interface SearchOptions extends DataOptions {
  readonly grid: string;
  readonly out?: string;
  readonly cv: number;
  readonly jobs: number;
  readonly redis?: string;
  readonly scoring?: string;
  readonly draw?: number;
  readonly testSize: number;
  readonly seed: number;
  readonly json: boolean;
}

const gridHelp = `
A grid lists values to try by parameter:
  { "lr": [0.01, 0.05], "module__hiddenSizes": [[4], [8]], "optimizer": ["Adam", "SGD"] }
Several grids are a list of such.
${parametersHelp}
`;

export function addSearch(program: Command, context: CommandContext): void {
  addDataOptions(
    program
      .command('search')
      .description('try the parameters of a grid with cross-validation')
      .argument('<data>', 'CSV (.csv, .tsv), JSON lines (.jsonl), Parquet or Arrow file'),
  )
    .requiredOption('--grid <file>', 'JSON file with the values to try')
    .option('--out <directory>', 'where the best model and its report go')
    .option('--cv <folds>', 'folds of the cross-validation', wholeNumber(2), 5)
    .option('--jobs <n>', 'fits at the same time; all for one a processor', jobCount, 1)
    .option('--redis <url>', 'run the fits where `tacit worker` runs at this Redis: redis://host:port')
    .option('--scoring <name>', "what is compared, by scikit-learn's names; default accuracy or r2")
    .option('--draw <n>', 'draw this many candidates at random in place of the whole grid', wholeNumber(1))
    .option('--test-size <share|rows>', 'rows to judge the best model by', shareOrCount, 0.25)
    .option('--seed <n>', 'seed of everything that is random', wholeNumber(0), 0)
    .option('--json', 'print one JSON document on stdout', false)
    .usage('<data> --target <column> --grid <file> [options] [--parameter value …]')
    .addHelpText('after', gridHelp)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_data: string, options: SearchOptions, command: Command) => {
      await search(onlyOperand(command.args), options, context);
    });
}

/** Loaded only where it is asked for: most searches need no queue. */
async function backendOf(redis: string | undefined): Promise<FitBackend | null> {
  if (redis === undefined) return null;
  const { searchQueue } = await import('../search-queue/index.js');
  return searchQueue({ redis });
}

async function search(
  { path, parameters }: OneFile,
  options: SearchOptions,
  context: CommandContext,
): Promise<void> {
  const { out, cv, jobs, testSize, seed, scoring = null, draw = null } = options;
  if (out !== undefined) await requireOwnDirectory(out);
  const grid = await readGrid(options.grid);
  const data = await dataOf(path, options, context);
  const { summary, training } = await searchModels({
    ...{ ...context, data, grid, cv, testSize, seed, scoring, parameters },
    ...{ nIter: draw, nJobs: jobs, backend: await backendOf(options.redis) },
  });
  if (out !== undefined) {
    await saveModel(out, training, {
      'report.html': await trainingReport(training),
      'calibration.jsonl': calibrationRows(training.train.X, seed),
    });
  }
  context.print({ ...summary, out: out ?? null }, options, () => formatSearch(summary, out ?? null));
}
