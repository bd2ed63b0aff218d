// The charts of a training: how it went, what was taken for what, and how well the labels are told apart.

import { plotConfusionMatrix, plotRocCurve } from '@tacit/learn';
import { type ReportChart, reportPage } from './report-page.js';
import type { Training } from './train-model.js';

/** Classes beyond this many make no picture that anybody reads. */
const MOST_CLASSES = 20;

/** The report as an HTML page. */
export async function trainingReport(training: Training): Promise<string> {
  return reportPage(training.summary, [...(await curves(training)), ...(await judgments(training))]);
}

async function curves({ net: { history } }: Training): Promise<ReportChart[]> {
  if (history.length === 0) return [];
  const recorded = ['train_loss', 'valid_loss', 'valid_acc'];
  const keys = recorded.filter((key) => Object.hasOwn(history.last(), key));
  return [{ title: 'Training', svg: await history.plot({ keys }) }];
}

async function judgments({ summary, test }: Training): Promise<ReportChart[]> {
  const { classes } = summary;
  if (test === null || classes === null || classes.length > MOST_CLASSES) return [];
  const { y, predictions, probabilities } = test;
  const matrix = await plotConfusionMatrix(y, predictions, { labels: classes });
  const charts = [{ title: 'Confusion matrix, test rows', svg: matrix }];
  // A class without rows has no curve.
  if (probabilities === null || new Set(y).size < classes.length) return charts;
  const scores = classes.length === 2 ? probabilities.map((row) => row[1] ?? 0) : probabilities;
  const roc = await plotRocCurve(y, scores, { labels: classes });
  return [...charts, { title: 'ROC curve, test rows', svg: roc }];
}
