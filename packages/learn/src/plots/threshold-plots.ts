// ROC and precision-recall curves: of the positive one of two classes, or of every class against all others.

import type { CurveOptions } from '../metrics/binary-curve.js';
import { checkedLabels, codesOf } from '../metrics/metric-input.js';
import { positiveLabel } from '../metrics/positive-label.js';
import { averagePrecisionScore, precisionRecallCurve } from '../metrics/precision-recall-curve.js';
import { auc, rocCurve } from '../metrics/roc.js';
import {
  classesOfColumns,
  isByClass,
  type Scores,
  scoreColumn,
  scoreColumns,
} from '../metrics/score-input.js';
import type { Label, Labels } from '../validate-input.js';
import { type Chart, type PlotFormat, type PlotOptions, type Plotted, renderChart } from './render.js';

/** Options of {@link plotRocCurve} and {@link plotPrecisionRecallCurve}. */
export interface CurvePlotOptions<F extends PlotFormat = PlotFormat>
  extends Pick<CurveOptions, 'posLabel' | 'sampleWeight'>,
    PlotOptions<F> {
  /** Classes of the columns of scores, sorted. Default null: those of yTrue. */
  readonly labels?: readonly Label[] | null;
}

/**
 * Draws the ROC curve with the area under it, and the diagonal that guessing gives.
 *
 * @param yScore - [n] of two classes; [n][classes]: a curve for each class against all others.
 * @throws as `rocCurve`.
 * @example const svg = await plotRocCurve(yTest, await net.predictProba(XTest));
 */
export async function plotRocCurve<F extends PlotFormat = 'svg'>(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  options: CurvePlotOptions<F> = {},
): Promise<Plotted<F>> {
  const curves = sidesOf(yTrue, yScore, options).map(({ name, truth, scores, sampleWeight }) => {
    const { fpr, tpr } = rocCurve(truth, scores, { posLabel: 1, sampleWeight });
    const points = fpr.map((x, index) => ({ x, y: tpr[index]! }));
    return { name: `${name} (area ${auc(fpr, tpr).toFixed(2)})`, points };
  });
  const guessing = [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ];
  const chart = curveChart(curves, guessing, 'linear', 'false positive rate', 'true positive rate');
  return renderChart(chart, { width: 320, height: 320, ...options });
}

/**
 * Draws precision against recall with the average precision, and the precision that guessing gives.
 *
 * @param yScore - [n] of two classes; [n][classes]: a curve for each class against all others.
 * @throws as `precisionRecallCurve`.
 * @example const svg = await plotPrecisionRecallCurve(yTest, await net.predictProba(XTest));
 */
export async function plotPrecisionRecallCurve<F extends PlotFormat = 'svg'>(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  options: CurvePlotOptions<F> = {},
): Promise<Plotted<F>> {
  const sides = sidesOf(yTrue, yScore, options);
  const curves = sides.map(({ name, truth, scores, sampleWeight }) => {
    const given = { posLabel: 1, sampleWeight };
    const { precision, recall } = precisionRecallCurve(truth, scores, given);
    const points = recall.map((x, index) => ({ x, y: precision[index]! }));
    const average = averagePrecisionScore(truth, scores, given);
    return { name: `${name} (average ${average.toFixed(2)})`, points: points.reverse() };
  });
  // Guessing has the precision of the share of positives, which each of several classes has its own of.
  const guessing = sides.length === 1 ? levelOf(sides[0]!) : [];
  const chart = curveChart(curves, guessing, 'step-before', 'recall', 'precision');
  return renderChart(chart, { width: 320, height: 320, ...options });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Rows that are positive (1) or not (0). */
interface Side {
  readonly name: string;
  readonly truth: Int32Array;
  readonly scores: Float64Array;
  readonly sampleWeight: ArrayLike<number> | null;
}

function sidesOf(
  yTrue: Labels | ArrayLike<unknown>,
  yScore: Scores,
  { posLabel = null, labels = null, sampleWeight = null }: CurvePlotOptions,
): Side[] {
  const truth = checkedLabels(yTrue, 'yTrue');
  const against = (label: Label, scores: Float64Array) => ({
    name: String(label),
    truth: Int32Array.from(truth, (own) => (own === label ? 1 : 0)),
    scores,
    sampleWeight,
  });
  if (!isByClass(yScore)) {
    const positive = positiveLabel(new Set(truth), posLabel);
    return [against(positive, scoreColumn(yScore, truth.length))];
  }
  const classes = classesOfColumns(truth, labels);
  const columns = scoreColumns(yScore, truth.length, classes.length);
  if (classes.length !== 2) return classes.map((label, code) => against(label, columns[code]!));
  const positive = positiveLabel(classes, posLabel);
  return [against(positive, columns[codesOf([positive], classes)[0]!]!)];
}

function levelOf({ truth, sampleWeight }: Side): Point[] {
  const weightOf = (row: number) => (sampleWeight === null ? 1 : sampleWeight[row]!);
  let [positives, all] = [0, 0];
  for (const [row, isPositive] of truth.entries()) {
    positives += isPositive * weightOf(row);
    all += weightOf(row);
  }
  return [
    { x: 0, y: positives / all },
    { x: 1, y: positives / all },
  ];
}

function curveChart(
  curves: readonly { readonly name: string; readonly points: readonly Point[] }[],
  guessing: readonly Point[],
  interpolate: string,
  xTitle: string,
  yTitle: string,
): Chart {
  const data = [
    ...curves.flatMap(({ name, points }) => points.map((point, order) => ({ ...point, order, curve: name }))),
    ...guessing.map((point, order) => ({ ...point, order, curve: null })),
  ];
  const axis = (field: string, title: string) => ({
    field,
    type: 'quantitative',
    title,
    scale: { domain: [0, 1], nice: false },
  });
  const encoding = {
    x: axis('x', xTitle),
    y: axis('y', yTitle),
    order: { field: 'order', type: 'quantitative' },
  };
  const names = curves.map(({ name }) => name);
  const color = {
    field: 'curve',
    type: 'nominal',
    title: null,
    scale: { domain: names },
    legend: { labelLimit: 240 },
  };
  return {
    data,
    panels: [
      {
        encoding,
        layer: [
          {
            transform: [{ filter: 'datum.curve === null' }],
            mark: { type: 'line', color: '#888888', strokeDash: [4, 4] },
          },
          {
            transform: [{ filter: 'datum.curve !== null' }],
            mark: { type: 'line', interpolate },
            encoding: { color },
          },
        ],
      },
    ],
  };
}
