// `tacit predict`: a trained model and a table in, a prediction for each row out.

import { readTable } from '@tacit/datasets/node';
import { type Command, Option } from 'commander';
import { loadModel, type SavedModel } from '../model/model-directory.js';
import { evaluate } from '../training/evaluate.js';
import type { FeatureTable } from '../training/training-data.js';
import type { CommandContext } from './command-context.js';

interface PredictOptions {
  readonly delimiter?: string;
  readonly json: boolean;
}

export function addPredict(program: Command, context: CommandContext): void {
  program
    .command('predict')
    .description('predict the rows of a table with a trained model')
    .argument('<model>', 'directory that `tacit train` wrote')
    .argument('<data>', 'CSV, JSON lines, Parquet or Arrow file with the columns that the model takes')
    .addOption(
      new Option('--mode <mode>', 'how it is computed; clear: without encryption')
        .choices(['clear'])
        .default('clear'),
    )
    .option('--delimiter <character>', 'between the cells of a CSV file')
    .option('--json', 'print one JSON document on stdout', false)
    .action(async (directory: string, path: string, options: PredictOptions) => {
      const result = await predict(directory, path, options, context);
      context.print(result, options, () => csvOf(result));
    });
}

/** What is predicted; also the document of `--json`. */
interface PredictResult {
  readonly target: string;
  readonly predictions: readonly unknown[];
  /** [row][class], in the order of `classes`; null for regression. */
  readonly probabilities: readonly (readonly number[])[] | null;
  readonly classes: readonly unknown[] | null;
  /** Scores where the table has the target in every row, else null. */
  readonly scores: Readonly<Record<string, number>> | null;
}

async function predict(
  directory: string,
  path: string,
  { delimiter }: PredictOptions,
  { signal, progress }: CommandContext,
): Promise<PredictResult> {
  const { model, description } = await loadModel(directory);
  progress.say(`reading ${path}`);
  const types = Object.fromEntries(description.columns.map(({ name, type }) => [name, type]));
  const { columns } = await readTable(path, {
    ...{ types, signal },
    ...(delimiter === undefined ? null : { delimiter: delimiter.replaceAll('\\t', '\t') }),
  });
  const X = Object.fromEntries(description.columns.map(({ name }) => [name, columns[name]!]));
  const { target, classes } = description;
  const probabilities = classes === null ? null : ((await model.predictProba?.(X)) ?? null);
  const scores = await scoresIfKnown({ model, description }, X, columns[target]);
  return { target, predictions: await model.predict(X), probabilities, classes, scores };
}

async function scoresIfKnown(
  { model, description }: SavedModel,
  X: FeatureTable,
  target: FeatureTable[string] | undefined,
): Promise<PredictResult['scores']> {
  const y: (number | string | boolean | null)[] = [...(target ?? [])];
  const known = y.filter(
    (value): value is number | string | boolean => value !== null && !Number.isNaN(value),
  );
  const isKnown = known.length > 0 && known.length === y.length;
  const { classes } = description;
  const fits =
    classes === null ? typeof known[0] === 'number' : known.every((label) => classes.includes(label));
  return isKnown && fits ? (await evaluate(model, { X, y: known }, classes)).scores : null;
}

/** The predictions as CSV, with the probability of each class. */
function csvOf({ target, predictions, probabilities, classes }: PredictResult): string {
  const header = [target, ...(classes ?? []).map((label) => `p(${String(label)})`)];
  const rows = predictions.map((value, row) => [
    value,
    ...(probabilities?.[row] ?? []).map((p) => p.toFixed(4)),
  ]);
  return [header, ...rows].map((cells) => cells.map(cellOf).join(',')).join('\n');
}

function cellOf(value: unknown): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
