// What a training came to, as text.

import { percent, textTable } from '../commands/text-table.js';
import type { TrainingSummary } from './train-model.js';

const words: Readonly<Record<string, string>> = {
  accuracy: 'accuracy',
  balanced_accuracy: 'balanced accuracy',
  f1_macro: 'F1, mean over classes',
  log_loss: 'log loss',
  roc_auc: 'area under the ROC curve',
  r2: 'R²',
  rmse: 'root mean squared error',
  mae: 'mean absolute error',
};

const shares: ReadonlySet<string> = new Set(['accuracy', 'balanced_accuracy']);

/** Rows of {@link formatSummary}, which the report shows too. */
export function summaryRows(summary: TrainingSummary): readonly (readonly [name: string, value: string])[] {
  const { task, target, rows, columns, classes, layers, pbs, epochs, stopReason, metrics, seconds } = summary;
  const types = Object.entries(columns).filter(([, count]) => count > 0);
  return [
    ['task', `${task} of ${target}`],
    ['rows', rows.test === 0 ? `${rows.train} to train` : `${rows.train} to train, ${rows.test} to test`],
    ['columns', types.map(([type, count]) => `${count} ${type}`).join(', ')],
    ...(classes === null ? [] : ([['labels', shortList(classes)]] as const)),
    ...(layers === null ? [] : ([['layers', layers.join(' → ')]] as const)),
    ...(pbs === null ? [] : ([['bootstraps (PBS) a sample, encrypted', String(pbs)]] as const)),
    ['epochs', stopReason === null ? String(epochs) : `${epochs} (${stopReason})`],
    ...Object.entries(metrics.test ?? {}).map(
      ([name, value]) => [`test ${words[name]}`, shown(name, value)] as const,
    ),
    ...baselineRows(summary),
    ...Object.entries(metrics.train ?? {})
      .slice(0, 1)
      .map(([name, value]) => [`training ${words[name]}`, shown(name, value)] as const),
    ['training', `${seconds.toFixed(1)} s`],
  ];
}

/** The summary as two aligned columns. */
export function formatSummary(summary: TrainingSummary, out: string | null): string {
  return textTable([...summaryRows(summary), ...(out === null ? [] : [['written to', out] as const])]);
}

function baselineRows({ task, baseline }: TrainingSummary): readonly (readonly [string, string])[] {
  if (baseline === null) return [];
  return task === 'classification'
    ? [['accuracy of the most frequent label', percent(baseline)]]
    : [['root mean squared error of the mean', baseline.toPrecision(4)]];
}

function shown(name: string, value: number): string {
  return shares.has(name) ? percent(value) : value.toPrecision(4);
}

function shortList(values: readonly unknown[]): string {
  return values.slice(0, 10).join(', ') + (values.length > 10 ? `, … (${values.length})` : '');
}
