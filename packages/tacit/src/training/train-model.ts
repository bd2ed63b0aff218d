// Training on a table: rows are split, the model is built and fitted, and judged on rows that it has not seen.

import {
  type NeuralNetClassifier,
  type NeuralNetRegressor,
  type Pipeline,
  takeRows,
  trainTestSplit,
} from '@tacit/learn';
import { SparseQuantNeuralNet } from '@tacit/nn';
import type { Progress } from '../commands/progress.js';
import { UsageError } from '../commands/usage-error.js';
import type { ModelDescription, TrainedModel } from '../model/model-directory.js';
import { buildModel } from './build-model.js';
import { baseline, type Evaluation, evaluate } from './evaluate.js';
import type { Parameters } from './parameters.js';
import type { Task, TrainingData } from './training-data.js';

/** What to train. */
export interface TrainingRequest {
  readonly data: TrainingData;
  /** Share of the rows to judge by, or their number; 0 for none. */
  readonly testSize: number;
  readonly seed: number;
  readonly parameters: Parameters;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What came of it; also the document of `--json`. */
export interface TrainingSummary {
  readonly task: Task;
  readonly target: string;
  readonly rows: { readonly train: number; readonly test: number };
  /** Columns by type. */
  readonly columns: { readonly numeric: number; readonly categorical: number; readonly boolean: number };
  readonly classes: ModelDescription['classes'];
  /** Sizes of the layers of a SparseQuantNeuralNet, inputs and outputs included; null for another module. */
  readonly layers: readonly number[] | null;
  /** Hidden neurons: bootstraps of an encrypted prediction. Null for another module. */
  readonly pbs: number | null;
  readonly epochs: number;
  /** Why it ended before `maxEpochs`; null if it did not. */
  readonly stopReason: string | null;
  /** Scores by part and name; no `test` without test rows. */
  readonly metrics: ModelDescription['metrics'];
  /** Test score of always predicting the same: accuracy of the most frequent label, or RMSE of the mean. Null without test rows. */
  readonly baseline: number | null;
  /** Of training. */
  readonly seconds: number;
}

/** A trained model with what it was trained and judged on. */
export interface Training {
  readonly model: Pipeline;
  readonly net: NeuralNetClassifier | NeuralNetRegressor;
  readonly summary: TrainingSummary;
  readonly description: ModelDescription;
  readonly train: Part;
  /** null without test rows. */
  readonly test: Judged | null;
}

/** Some rows. */
export type Part = Pick<TrainingData, 'X' | 'y'>;

/** Rows with what was predicted for them. */
export interface Judged extends Part, Evaluation {}

/**
 * Trains a model.
 *
 * @throws UsageError for rows that cannot be split; the signal's reason; errors of `@tacit/learn`.
 */
export async function trainModel(request: TrainingRequest): Promise<Training> {
  const { data, seed, parameters, progress, signal } = request;
  const maxEpochs = typeof parameters.maxEpochs === 'number' ? parameters.maxEpochs : 100;
  const bar = progress.bar('training', maxEpochs);
  try {
    const model = buildModel({
      ...{ task: data.task, columns: data.columns, rows: data.y.length, seed, parameters },
      callbacks: { progress: bar.callback },
    });
    const { train, test } = splitRows(request);
    const start = performance.now();
    await model.fit(train.X, train.y, { signal });
    const seconds = (performance.now() - start) / 1000;
    return await describeTraining(model, { data, train, test, seconds });
  } finally {
    bar.stop();
  }
}

/** Judges a fitted model of {@link buildModel}, and sums up what is known of it. */
export async function describeTraining(
  model: Pipeline,
  { data, train, test, seconds }: SplitData & { readonly data: TrainingData; readonly seconds: number },
): Promise<Training> {
  const { task, target, columns } = data;
  const net = netOf(model, task);
  const classes = task === 'classification' ? (net as NeuralNetClassifier).classes_ : null;
  const judged =
    test === null ? null : { ...test, ...(await evaluate(model as TrainedModel, test, classes)) };
  const { scores } = await evaluate(model, train, classes);
  const metrics = { train: scores, ...(judged === null ? null : { test: judged.scores }) };
  return {
    ...{ model, net, train, test: judged },
    description: { task, target, columns, classes, metrics },
    summary: {
      ...{ task, target, classes, metrics, seconds },
      rows: { train: train.y.length, test: test?.y.length ?? 0 },
      columns: countTypes(data),
      ...shapeOf(net),
      epochs: net.history.length,
      stopReason: net.stopReason_,
      baseline: test === null ? null : baseline(task, train.y, test.y),
    },
  };
}

/** The fitted net in a model of {@link buildModel}. */
export function netOf(model: Pipeline, task: Task): NeuralNetClassifier | NeuralNetRegressor {
  const step = model.finalEstimator_ as unknown;
  return (
    task === 'classification' ? step : (step as { regressor_: unknown }).regressor_
  ) as NeuralNetClassifier;
}

/** Rows to train on, and rows to judge by. */
export interface SplitData {
  readonly train: Part;
  readonly test: Part | null;
}

/** @throws UsageError for labels with a single row. */
export function splitRows({
  data,
  testSize,
  seed,
}: Pick<TrainingRequest, 'data' | 'testSize' | 'seed'>): SplitData {
  const { X, y } = data;
  if (testSize === 0) return { train: { X, y }, test: null };
  const isClassification = data.task === 'classification';
  if (isClassification) requireTwoRowsEach(y, data.target);
  const split = trainTestSplit(X, y, { testSize, seed, stratify: isClassification ? y : null });
  const part = (indices: Int32Array): Part => ({ X: takeRows(X, indices), y: takeRows(y, indices) });
  return { train: part(split.trainIndices), test: part(split.testIndices) };
}

function requireTwoRowsEach(y: TrainingData['y'], target: string): void {
  const counts = new Map<unknown, number>();
  for (const label of y) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rare = [...counts].filter(([, count]) => count < 2).map(([label]) => JSON.stringify(label));
  if (rare.length === 0) return;
  const listed = rare.slice(0, 5).join(', ') + (rare.length > 5 ? `, … (${rare.length})` : '');
  throw new UsageError(
    `The target ${JSON.stringify(target)} has labels with a single row: ${listed}. Each label needs a row to train and one to test: leave those rows out, or use --test-size 0, or --task regression for numbers.`,
  );
}

function countTypes({ columns }: TrainingData): TrainingSummary['columns'] {
  const count = (type: string) => columns.filter((column) => column.type === type).length;
  return { numeric: count('numeric'), categorical: count('categorical'), boolean: count('boolean') };
}

function shapeOf({ module_ }: Training['net']): Pick<TrainingSummary, 'layers' | 'pbs'> {
  if (!(module_ instanceof SparseQuantNeuralNet)) return { layers: null, pbs: null };
  const { inputDim, hiddenSizes, outputDim } = module_.settings;
  return {
    layers: [inputDim, ...hiddenSizes, outputDim],
    pbs: hiddenSizes.reduce((sum, size) => sum + size, 0),
  };
}
