// The history as curves: what belongs together (train_loss and valid_loss) shares a panel, the best value is marked.

import { HistoryError } from '../errors.js';
import type { EpochRecord, History } from '../history.js';
import { type Chart, type PlotFormat, type PlotOptions, type Plotted, renderChart } from './render.js';

/** Options of {@link plotHistory}. */
export interface HistoryPlotOptions<F extends PlotFormat = PlotFormat> extends PlotOptions<F> {
  /** Keys to draw. Default: every one that holds numbers, but `dur` and counts. */
  readonly keys?: readonly string[];
  /** A point for each epoch (default), or for each batch, by what the batches recorded. */
  readonly per?: 'epoch' | 'batch';
}

/**
 * Draws the history.
 *
 * @throws HistoryError `HISTORY_EMPTY` without anything to draw, `HISTORY_KEY` for a key that nothing was recorded under.
 */
export async function plotHistory<F extends PlotFormat = 'svg'>(
  history: History,
  options: HistoryPlotOptions<F> = {},
): Promise<Plotted<F>> {
  return renderChart(historyChart(history, options), options);
}

interface Point {
  readonly x: number;
  readonly key: string;
  readonly panel: string;
  readonly value: number;
  readonly best: boolean;
}

function historyChart(history: History, { keys, per = 'epoch' }: HistoryPlotOptions): Chart {
  const records: readonly Readonly<Record<string, unknown>>[] =
    per === 'epoch' ? [...history] : [...history].flatMap(({ batches }) => batches);
  const drawn = keys ?? defaultKeys(records);
  // Asked of the history, which says what there is instead.
  for (const key of drawn) void (per === 'epoch' ? history.column(key) : history.batchColumn(key));
  const data = drawn.flatMap((key) => pointsOf(records, key, per));
  if (data.length === 0) throw nothingToDraw();
  const panels = [...new Set(data.map(({ panel }) => panel))];
  return { data, panels: panels.map((panel) => panelOf(panel, per)) };
}

function defaultKeys(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  const keys = new Set(records.flatMap((record) => Object.keys(record)));
  return [...keys].filter(
    (key) =>
      key !== 'epoch' &&
      key !== 'dur' &&
      !/_(best|count|size)$/.test(key) &&
      records.some((record) => typeof record[key] === 'number'),
  );
}

// NaN and infinities leave a gap: the curve says where the fit broke by ending there.
function pointsOf(records: readonly Readonly<Record<string, unknown>>[], key: string, per: string): Point[] {
  const values = records.map((record) => record[key]);
  const panel = key.replace(/^(train|valid)_/, '');
  const best = records.map((record) => record[`${key}_best`] === true).lastIndexOf(true);
  return values.flatMap((value, index) =>
    typeof value === 'number' && Number.isFinite(value)
      ? [
          {
            x: per === 'epoch' ? ((records[index] as EpochRecord).epoch as number) : index + 1,
            key,
            panel,
            value,
            best: index === best,
          },
        ]
      : [],
  );
}

function panelOf(panel: string, per: string): object {
  const x = { field: 'x', type: 'quantitative', title: per, axis: { tickMinStep: 1, format: 'd' } };
  const y = { field: 'value', type: 'quantitative', title: panel, scale: { zero: false } };
  const color = { field: 'key', type: 'nominal', title: null };
  return {
    transform: [{ filter: { field: 'panel', equal: panel } }],
    layer: [
      { mark: { type: 'line' }, encoding: { x, y, color } },
      {
        transform: [{ filter: 'datum.best' }],
        mark: { type: 'point', filled: true, size: 60 },
        encoding: { x, y, color },
      },
    ],
  };
}

function nothingToDraw(): HistoryError {
  return new HistoryError('The history has nothing to draw.', {
    code: 'HISTORY_EMPTY',
    got: 'no finite numbers',
    expected: 'at least one epoch with a number',
    hint: 'Call fit with at least one epoch first.',
  });
}
