// The options of commands that train on a table.

import { type Command, Option } from 'commander';
import { readWords, type Words } from '../training/parameters.js';
import {
  type DataRequest,
  readTrainingData,
  type Task,
  type TrainingData,
} from '../training/training-data.js';
import { collected } from './arguments.js';
import type { CommandContext } from './command-context.js';
import { UsageError } from './usage-error.js';

/** What these options give. */
export interface DataOptions {
  readonly target: string;
  readonly task?: Task;
  readonly drop?: readonly string[];
  readonly categorical?: readonly string[];
  readonly delimiter?: string;
}

export function addDataOptions(command: Command): Command {
  return command
    .requiredOption('--target <column>', 'column to predict')
    .addOption(
      new Option('--task <task>', 'what to predict; inferred from the target').choices([
        'classification',
        'regression',
      ]),
    )
    .option('--drop <column>', 'leave a column out; may be given several times', collected)
    .option('--categorical <column>', 'a column of numbers that are names, such as postal codes', collected)
    .option('--delimiter <character>', 'between the cells of a CSV file');
}

/** The rows that these options describe. */
export function dataOf(
  path: string,
  options: DataOptions,
  { signal, progress }: CommandContext,
): Promise<TrainingData> {
  progress.say(`reading ${path}`);
  const { target, task, drop = [], categorical = [], delimiter } = options;
  const request: DataRequest = {
    ...{ path, target, drop, categorical, signal },
    ...(task === undefined ? null : { task }),
    ...(delimiter === undefined ? null : { delimiter: delimiter.replaceAll('\\t', '\t') }),
  };
  return readTrainingData(request);
}

/** A file and parameters. */
export interface OneFile extends Pick<Words, 'parameters'> {
  readonly path: string;
}

/** The one operand and the parameters among the words that are no options. */
export function onlyOperand(words: readonly string[]): OneFile {
  const { operands, parameters } = readWords(words);
  const [path, ...rest] = operands;
  if (path === undefined) throw new UsageError('There is no file of data. Give it as the first argument.');
  if (rest.length > 0) throw new UsageError(`There is one file of data, and ${rest.join(' ')} is too much.`);
  return { path, parameters };
}

/** What `--help` says of parameters. */
export const parametersHelp = `
Parameters of the net are given by their names, with values as JSON or the name of a class:
  --module__hiddenSizes '[8]' --module__nWBits 3 --lr 0.02 --maxEpochs 50 --optimizer Adam
  --module__linearSkip true --callbacks__early__patience 30 --trainSplit false
Those of the steps before it begin with columns__:
  --columns__numbers__impute__strategy mean
An unknown name is an error that proposes the nearest one.`;
