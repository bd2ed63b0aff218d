// How good a trained model is on some rows: the scores that people ask for first.

import {
  accuracyScore,
  balancedAccuracyScore,
  f1Score,
  logLoss,
  meanAbsoluteError,
  r2Score,
  rocAucScore,
  rootMeanSquaredError,
} from '@tacit/learn';
import type { TrainedModel } from '../model/model-directory.js';
import type { Task, TrainingData } from './training-data.js';

type Label = string | number | boolean;

/** Scores on some rows, and what was predicted for them. */
export interface Evaluation {
  readonly scores: Readonly<Record<string, number>>;
  readonly predictions: readonly unknown[];
  /** [row][class]; null for regression. */
  readonly probabilities: readonly (readonly number[])[] | null;
}

/** @param classes - labels in the order of the columns of probabilities; null for regression. */
export async function evaluate(
  model: TrainedModel,
  { X, y }: Pick<TrainingData, 'X' | 'y'>,
  classes: readonly Label[] | null,
): Promise<Evaluation> {
  const predictions = await model.predict(X);
  if (classes === null) {
    const scores = regressionScores(y as number[], predictions as number[]);
    return { scores, predictions, probabilities: null };
  }
  const probabilities = (await model.predictProba?.(X)) ?? [];
  const scores = labelScores(y, predictions as Label[], probabilities, classes);
  return { scores, predictions, probabilities };
}

function labelScores(
  y: readonly Label[],
  predictions: readonly Label[],
  probabilities: readonly (readonly number[])[],
  classes: readonly Label[],
): Record<string, number> {
  const scores = {
    accuracy: accuracyScore(y, predictions),
    log_loss: logLoss(y, probabilities, { labels: classes }),
  };
  // The others are averages over classes, which say nothing where the rows do not show every class.
  if (new Set(y).size < classes.length) return scores;
  const isBinary = classes.length === 2;
  const ranked = isBinary ? probabilities.map((row) => row[1] ?? 0) : probabilities;
  return {
    ...scores,
    balanced_accuracy: balancedAccuracyScore(y, predictions),
    f1_macro: f1Score(y, predictions, { average: 'macro' }),
    roc_auc: rocAucScore(y, ranked, { labels: classes, multiClass: isBinary ? null : 'ovr' }),
  };
}

function regressionScores(y: readonly number[], predictions: readonly number[]): Record<string, number> {
  return {
    r2: r2Score(y, predictions),
    rmse: rootMeanSquaredError(y, predictions),
    mae: meanAbsoluteError(y, predictions),
  };
}

/** The score of always predicting the same: the most frequent label of the training rows (accuracy), or their mean (RMSE). */
export function baseline(task: Task, yTrain: readonly Label[], yTest: readonly Label[]): number {
  if (task === 'classification') {
    const counts = new Map<Label, number>();
    for (const label of yTrain) counts.set(label, (counts.get(label) ?? 0) + 1);
    const [most] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    return yTest.filter((label) => label === most).length / yTest.length;
  }
  const mean = (yTrain as readonly number[]).reduce((sum, value) => sum + value, 0) / yTrain.length;
  return rootMeanSquaredError(
    yTest as readonly number[],
    yTest.map(() => mean),
  );
}
