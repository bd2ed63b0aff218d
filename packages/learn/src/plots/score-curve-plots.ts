// Scores of folds along training sizes or values of a parameter: their mean, and one standard deviation to each side.

import { DataValueError } from '../errors.js';
import { type Chart, type PlotFormat, type PlotOptions, type Plotted, renderChart } from './render.js';

/** Scores on training and test rows, [nPoints][nFolds]. */
interface FoldScores {
  readonly trainScores: readonly (readonly number[])[];
  readonly testScores: readonly (readonly number[])[];
}

/** What `learningCurve` gives. */
export interface LearningCurveScores extends FoldScores {
  /** Training rows at each point. */
  readonly trainSizes: readonly number[];
}

/** What `validationCurve` gives, with the values that it was given. */
export interface ValidationCurveScores extends FoldScores {
  readonly paramName: string;
  readonly paramRange: readonly unknown[];
}

/** Options of {@link plotLearningCurve} and {@link plotValidationCurve}. */
export interface ScoreCurvePlotOptions<F extends PlotFormat = PlotFormat> extends PlotOptions<F> {
  /** Title of the scores. Default 'score'. */
  readonly scoreName?: string;
  /** Scale of the values. Default 'auto': logarithmic for positive numbers of which the largest is 100 times the smallest. */
  readonly xScale?: 'linear' | 'log' | 'auto';
}

/**
 * Draws how scores grow with the number of training rows: curves that have met gain nothing from more rows.
 *
 * @throws DataValueError `LENGTH_MISMATCH` unless there is a point for each size, `SCORE_VALUE` without a finite score.
 * @example const svg = await plotLearningCurve(await learningCurve(net, X, y), { scoreName: 'accuracy' });
 */
export async function plotLearningCurve<F extends PlotFormat = 'svg'>(
  curve: LearningCurveScores,
  options: ScoreCurvePlotOptions<F> = {},
): Promise<Plotted<F>> {
  return renderChart(scoreChart(curve.trainSizes, curve, 'training rows', options), options);
}

/**
 * Draws scores along the values of a parameter; values that are no numbers stand side by side.
 *
 * @throws as {@link plotLearningCurve}.
 * @example
 * const paramRange = [0.001, 0.01, 0.1];
 * const scores = await validationCurve(net, X, y, { paramName: 'lr', paramRange });
 * const svg = await plotValidationCurve({ ...scores, paramName: 'lr', paramRange });
 */
export async function plotValidationCurve<F extends PlotFormat = 'svg'>(
  curve: ValidationCurveScores,
  options: ScoreCurvePlotOptions<F> = {},
): Promise<Plotted<F>> {
  return renderChart(scoreChart(curve.paramRange, curve, curve.paramName, options), options);
}

function scoreChart(
  values: readonly unknown[],
  { trainScores, testScores }: FoldScores,
  title: string,
  { scoreName = 'score', xScale = 'auto' }: ScoreCurvePlotOptions,
): Chart {
  const isNumber = values.every((value) => typeof value === 'number');
  const data = [
    ...pointsOf('training rows', values, trainScores),
    ...pointsOf('test rows', values, testScores),
  ];
  if (data.length === 0) throw noScores();
  const isLog = xScale === 'log' || (xScale === 'auto' && isNumber && spansDecades(values as number[]));
  const scale = isLog ? { type: 'log', nice: false } : { type: 'linear', zero: false, nice: false };
  const x = isNumber
    ? { field: 'x', type: 'quantitative', title, scale, axis: { grid: false } }
    : { field: 'x', type: 'nominal', title, sort: null, axis: { labelAngle: 0 } };
  const color = {
    field: 'rows',
    type: 'nominal',
    title: null,
    scale: { domain: ['training rows', 'test rows'] },
  };
  const y = (field: string) => ({ field, type: 'quantitative', title: scoreName, scale: { zero: false } });
  return {
    data,
    panels: [
      {
        encoding: { x, color },
        layer: [
          { mark: { type: 'area', opacity: 0.2 }, encoding: { y: y('low'), y2: { field: 'high' } } },
          { mark: { type: 'line', point: true }, encoding: { y: y('mean') } },
        ],
      },
    ],
  };
}

// Folds whose fit failed have NaN; a point without any score leaves a gap.
function pointsOf(
  rows: string,
  values: readonly unknown[],
  scores: readonly (readonly number[])[],
): object[] {
  if (scores.length !== values.length) throw otherPoints(values.length, scores.length);
  return scores.flatMap((folds, index) => {
    const finite = folds.filter(Number.isFinite);
    if (finite.length === 0) return [];
    const mean = finite.reduce((sum, score) => sum + score, 0) / finite.length;
    const spread = Math.sqrt(finite.reduce((sum, score) => sum + (score - mean) ** 2, 0) / finite.length);
    const value = values[index];
    const x = typeof value === 'number' ? value : nameOf(value);
    return [{ rows, x, mean, low: mean - spread, high: mean + spread }];
  });
}

function nameOf(value: unknown): string {
  if (typeof value === 'function') return value.name;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function spansDecades(values: readonly number[]): boolean {
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) >= 100 * least;
}

function otherPoints(values: number, points: number): DataValueError {
  return new DataValueError(`The curve has ${points} points for ${values} values.`, {
    code: 'LENGTH_MISMATCH',
    got: `${points} points`,
    expected: `${values} points`,
    hint: 'Pass what learningCurve or validationCurve gave.',
  });
}

function noScores(): DataValueError {
  return new DataValueError('The curve has no finite score.', {
    code: 'SCORE_VALUE',
    got: 'no finite number',
    expected: 'at least one score',
    hint: 'Look at the errors of the fits: every one failed.',
  });
}
