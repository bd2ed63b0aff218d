// The rows to train on: a table from a file, the column to predict apart from the others, and what each column is to the net.

import { type DataTable, readTable } from '@tacit/datasets/node';
import { takeRows, warn } from '@tacit/learn';
import { UsageError } from '../commands/usage-error.js';

/** What is predicted: one of several labels, or a number. */
export type Task = 'classification' | 'regression';

/** A column that the model takes. */
export interface FeatureColumn {
  readonly name: string;
  readonly type: 'numeric' | 'categorical' | 'boolean';
}

/** Columns by name. */
export type FeatureTable = DataTable['columns'];

/** Rows and what they are to be predicted as. */
export interface TrainingData {
  readonly task: Task;
  readonly target: string;
  readonly columns: readonly FeatureColumn[];
  readonly X: FeatureTable;
  readonly y: readonly (number | string | boolean)[];
}

/** What to read. */
export interface DataRequest {
  readonly path: string;
  readonly target: string;
  /** Default: inferred, see {@link inferTask}. */
  readonly task?: Task;
  /** Columns to leave out. */
  readonly drop?: readonly string[];
  /** Columns of numbers that are names of something, such as postal codes. */
  readonly categorical?: readonly string[];
  readonly delimiter?: string;
  readonly signal: AbortSignal;
}

/**
 * Reads the rows. Those without a target are left out, with a warning.
 *
 * @throws UsageError for columns that are not there, or a task that the target is not fit for; DatasetError.
 */
export async function readTrainingData(request: DataRequest): Promise<TrainingData> {
  const { path, target, drop = [], categorical = [], delimiter, signal } = request;
  const types = Object.fromEntries(categorical.map((name) => [name, 'categorical' as const]));
  const options = { types, signal, ...(delimiter === undefined ? null : { delimiter }) };
  const table = await readTable(path, options);
  for (const name of [target, ...drop]) requireColumn(table, name, path);
  const columns = table.schema.filter(({ name }) => name !== target && !drop.includes(name));
  if (columns.length === 0) {
    throw new UsageError(`${path} has no column besides the target ${JSON.stringify(target)}.`);
  }
  warnOfColumns(columns, table);
  const known = knownRows(table, target);
  const X = Object.fromEntries(columns.map(({ name }) => [name, takeRows(table.columns[name]!, known)]));
  const y = Array.from(known, (row) => table.columns[target]![row]!);
  return {
    task: checkedTask(request.task ?? inferTask(y), y, target),
    target,
    columns: columns.map(({ name, type }) => ({ name, type })),
    X: X as FeatureTable,
    y,
  };
}

/** Labels beyond this many are numbers to predict. */
const MOST_CLASSES = 20;

/** Classification if y is text or true and false, or whole numbers of at most 20 different values; else regression. */
export function inferTask(y: readonly (number | string | boolean)[]): Task {
  if (typeof y[0] !== 'number') return 'classification';
  const values = new Set(y);
  return values.size <= MOST_CLASSES && [...values].every(Number.isInteger) ? 'classification' : 'regression';
}

function checkedTask(task: Task, y: TrainingData['y'], target: string): Task {
  if (task === 'regression' && typeof y[0] !== 'number') {
    throw new UsageError(
      `The target ${JSON.stringify(target)} holds ${typeof y[0]}s, and a regression predicts numbers. Use --task classification.`,
    );
  }
  return task;
}

function requireColumn(table: DataTable, name: string, path: string): void {
  if (Object.hasOwn(table.columns, name)) return;
  const names = table.schema.map((column) => column.name);
  const listed = names.slice(0, 30).join(', ') + (names.length > 30 ? `, … (${names.length})` : '');
  throw new UsageError(`${path} has no column ${JSON.stringify(name)}. Its columns are: ${listed}.`);
}

function knownRows(table: DataTable, target: string): Int32Array {
  const values = table.columns[target]!;
  const known: number[] = [];
  for (let row = 0; row < table.nRows; row++) {
    if (values[row] !== null && !Number.isNaN(values[row])) known.push(row);
  }
  const unknown = table.nRows - known.length;
  if (known.length === 0) throw new UsageError(`No row has a value of the target ${JSON.stringify(target)}.`);
  if (unknown > 0) {
    warn(
      'TARGET_MISSING',
      `${unknown} of ${table.nRows} rows have no ${JSON.stringify(target)}; they are left out.`,
    );
  }
  return Int32Array.from(known);
}

/** A category a row on average is a name, not a category. */
const MOST_CATEGORIES = 50;

function warnOfColumns(columns: DataTable['schema'], table: DataTable): void {
  for (const { name, type, note } of columns) {
    if (note !== null)
      warn('COLUMN_TEXT', `Column ${JSON.stringify(name)} is taken as categories: it ${note}.`);
    if (type !== 'categorical') continue;
    const distinct = new Set(table.columns[name] as readonly unknown[]).size;
    if (distinct <= MOST_CATEGORIES || distinct <= table.nRows / 2) continue;
    warn(
      'COLUMN_OF_NAMES',
      `Column ${JSON.stringify(name)} has ${distinct} different texts in ${table.nRows} rows, each of which becomes an input. Leave it out with --drop ${name}.`,
    );
  }
}
