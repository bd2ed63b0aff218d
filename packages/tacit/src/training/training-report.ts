// The charts of a training: how it went, and what was mistaken for what.

import { type ReportChart, reportPage } from './report-page.js';
import type { Training } from './train-model.js';

/** The report as an HTML page. */
export async function trainingReport(training: Training): Promise<string> {
  return reportPage(training, await charts(training));
}

async function charts({ net }: Training): Promise<ReportChart[]> {
  const keys = ['train_loss', 'valid_loss', 'valid_acc'].filter((key) =>
    Object.hasOwn(net.history.last(), key),
  );
  if (keys.length === 0) return [];
  return [{ title: 'Training', svg: await net.history.plot({ keys }) }];
}
