// The confusion matrix as a picture: the darker a cell, the larger the share of its true class.

import { sortedClasses } from '../label-encoder.js';
import { type ConfusionMatrixOptions, confusionMatrix } from '../metrics/confusion-matrix.js';
import { invalidOption, labelPair } from '../metrics/metric-input.js';
import type { Labels } from '../validate-input.js';
import { type Chart, type PlotFormat, type PlotOptions, type Plotted, renderChart } from './render.js';

/** Options of {@link plotConfusionMatrix}. */
export interface ConfusionMatrixPlotOptions<F extends PlotFormat = PlotFormat>
  extends ConfusionMatrixOptions,
    PlotOptions<F> {
  /** Names of the classes to show, in the order of the labels. Default null: the labels themselves. */
  readonly displayLabels?: readonly string[] | null;
}

/**
 * Draws true classes (rows) against predicted ones (columns).
 *
 * @throws as `confusionMatrix`; ParameterError `PARAMETER_VALUE` unless there is a name for each class.
 * @example const svg = await plotConfusionMatrix(yTest, await net.predict(XTest));
 */
export async function plotConfusionMatrix<F extends PlotFormat = 'svg'>(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  options: ConfusionMatrixPlotOptions<F> = {},
): Promise<Plotted<F>> {
  const labels = options.labels ?? sortedClasses(labelPair(yTrue, yPred).flat());
  const names = options.displayLabels ?? labels.map(String);
  if (names.length !== labels.length) {
    throw invalidOption('displayLabels', `${names.length} names`, `${labels.length} names, one a class`);
  }
  const side = Math.min(480, Math.max(160, 48 * labels.length));
  const matrix = confusionMatrix(yTrue, yPred, { ...options, labels });
  return renderChart(matrixChart(matrix, names), { width: side, height: side, ...options });
}

function matrixChart(matrix: readonly (readonly number[])[], names: readonly string[]): Chart {
  const data = matrix.flatMap((counts, row) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count, column) => ({
      truth: names[row],
      guess: names[column],
      count,
      text: Number.isInteger(count) ? String(count) : count.toFixed(2),
      share: total === 0 ? 0 : count / total,
    }));
  });
  const axis = { labelLimit: 120, domain: false, ticks: false };
  const scale = { domain: names };
  const x = {
    field: 'guess',
    type: 'nominal',
    title: 'predicted class',
    scale,
    axis: { ...axis, labelAngle: 0 },
  };
  const y = { field: 'truth', type: 'nominal', title: 'true class', scale, axis };
  const shades = { range: ['#f7fbff', '#08519c'], domain: [0, 1] };
  const cells = {
    field: 'share',
    type: 'quantitative',
    scale: shades,
    legend: { title: ['share of', 'true class'], format: '%' },
  };
  const ink = { condition: { test: 'datum.share > 0.5', value: 'white' }, value: '#333333' };
  return {
    data,
    panels: [
      {
        encoding: { x, y },
        layer: [
          { mark: { type: 'rect', stroke: 'white' }, encoding: { color: cells } },
          { mark: { type: 'text' }, encoding: { text: { field: 'text' }, color: ink } },
        ],
      },
    ],
  };
}
