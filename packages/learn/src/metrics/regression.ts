// How near predicted numbers are to the true ones: mean errors, and shares of the variance that is explained.

import { DataValueError } from '../errors.js';
import { warn } from '../warnings.js';
import { weightedMean } from './metric-input.js';
import {
  averageOutputs,
  type MultiOutput,
  type NumberPair,
  type NumberRows,
  numberPair,
  type RawValues,
  type RegressionOptions,
} from './regression-input.js';

/** Options that give one number. */
type Averaged = RegressionOptions<Exclude<MultiOutput, 'raw_values'>>;

/**
 * The mean of squared differences.
 *
 * @param yTrue - [n] numbers, or [n] rows of numbers, at least one.
 * @param yPred - of the same form.
 * @throws DataTypeError `Y_TYPE`; DataValueError `LENGTH_MISMATCH`, `Y_NOT_FINITE` (yTrue), `Y_RAGGED`, `TARGET_SHAPE`, `X_EMPTY`,
 * `SAMPLE_WEIGHT`; ParameterError `PARAMETER_VALUE`. Every metric of numbers throws these.
 */
export function meanSquaredError(yTrue: NumberRows, yPred: NumberRows, options: RawValues): number[];
export function meanSquaredError(yTrue: NumberRows, yPred: NumberRows, options?: Averaged): number;
export function meanSquaredError(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: RegressionOptions = {},
): number | number[] {
  return meanOfErrors(yTrue, yPred, options, (truth, guess) => (truth - guess) ** 2);
}

/**
 * The square root of the mean squared difference, in the unit of y; of several outputs the mean of their roots.
 *
 * @throws as {@link meanSquaredError}.
 */
export function rootMeanSquaredError(yTrue: NumberRows, yPred: NumberRows, options: RawValues): number[];
export function rootMeanSquaredError(yTrue: NumberRows, yPred: NumberRows, options?: Averaged): number;
export function rootMeanSquaredError(
  yTrue: NumberRows,
  yPred: NumberRows,
  { multioutput, ...options }: RegressionOptions = {},
): number | number[] {
  const squares = meanSquaredError(yTrue, yPred, { ...options, multioutput: 'raw_values' });
  return averageOutputs(squares.map(Math.sqrt), multioutput);
}

/**
 * The mean of absolute differences, in the unit of y.
 *
 * @throws as {@link meanSquaredError}.
 */
export function meanAbsoluteError(yTrue: NumberRows, yPred: NumberRows, options: RawValues): number[];
export function meanAbsoluteError(yTrue: NumberRows, yPred: NumberRows, options?: Averaged): number;
export function meanAbsoluteError(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: RegressionOptions = {},
): number | number[] {
  return meanOfErrors(yTrue, yPred, options, (truth, guess) => Math.abs(truth - guess));
}

/**
 * The mean of absolute differences as shares of the true numbers: 0.1 is ten per cent off. A true 0 counts as 2.2·10⁻¹⁶, which
 * makes the score huge and not infinite.
 *
 * @throws as {@link meanSquaredError}.
 */
export function meanAbsolutePercentageError(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: RawValues,
): number[];
export function meanAbsolutePercentageError(yTrue: NumberRows, yPred: NumberRows, options?: Averaged): number;
export function meanAbsolutePercentageError(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: RegressionOptions = {},
): number | number[] {
  return meanOfErrors(
    yTrue,
    yPred,
    options,
    (truth, guess) => Math.abs(guess - truth) / Math.max(Math.abs(truth), Number.EPSILON),
  );
}

/**
 * The median of absolute differences, which a few wild rows do not change. With weights the smallest difference that at least half
 * of the weight does not exceed.
 *
 * @throws as {@link meanSquaredError}.
 */
export function medianAbsoluteError(yTrue: NumberRows, yPred: NumberRows, options: RawValues): number[];
export function medianAbsoluteError(yTrue: NumberRows, yPred: NumberRows, options?: Averaged): number;
export function medianAbsoluteError(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: RegressionOptions = {},
): number | number[] {
  const pair = numberPair(yTrue, yPred, options);
  const medians = pair.truth.map((truth, output) => {
    const errors = truth.map((value, row) => Math.abs(value - pair.guess[output]![row]!));
    return options.sampleWeight ? weightedMedian(errors, pair.weights) : median(errors);
  });
  return averageOutputs(medians, options.multioutput);
}

/**
 * The largest absolute difference. One output only.
 *
 * @throws as {@link meanSquaredError}; DataValueError `TARGET_SHAPE` for several outputs.
 */
export function maxError(yTrue: NumberRows, yPred: NumberRows): number {
  const { truth, guess } = numberPair(yTrue, yPred, {});
  if (truth.length > 1) throw severalOutputs(truth.length);
  return truth[0]!.reduce((max, value, row) => Math.max(max, Math.abs(value - guess[0]![row]!)), 0);
}

/** Options of {@link r2Score} and {@link explainedVarianceScore}. */
export interface VarianceOptions<M = MultiOutput | 'variance_weighted'> extends RegressionOptions<M> {
  /** Whether targets without variance score 1 if predicted exactly, else 0. false gives NaN and −∞ for these. Default true. */
  readonly forceFinite?: boolean;
}

type RawVariance = VarianceOptions & { readonly multioutput: 'raw_values' };
type AveragedVariance = VarianceOptions<Exclude<MultiOutput, 'raw_values'> | 'variance_weighted'>;

/**
 * R², the share of the targets' variance that predictions explain: 1 is perfect, 0 as good as the mean, below 0 worse.
 *
 * @param yTrue - [n] numbers, or [n] rows of numbers; n of at least 2, else NaN with a warning `UNDEFINED_METRIC`.
 * @param yPred - of the same form.
 * @param options - `multioutput` also 'variance_weighted'.
 * @throws as {@link meanSquaredError}.
 */
export function r2Score(yTrue: NumberRows, yPred: NumberRows, options: RawVariance): number[];
export function r2Score(yTrue: NumberRows, yPred: NumberRows, options?: AveragedVariance): number;
export function r2Score(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: VarianceOptions = {},
): number | number[] {
  const pair = numberPair(yTrue, yPred, options);
  if (pair.weights.length < 2) {
    warn('UNDEFINED_METRIC', 'R² is NaN for fewer than two rows.');
    return Number.NaN;
  }
  return explained(pair, options, () => 0);
}

/**
 * The share of the targets' variance that predictions explain, whatever their mean error: R² if that is 0.
 *
 * @param options - `multioutput` also 'variance_weighted'.
 * @throws as {@link meanSquaredError}.
 */
export function explainedVarianceScore(yTrue: NumberRows, yPred: NumberRows, options: RawVariance): number[];
export function explainedVarianceScore(
  yTrue: NumberRows,
  yPred: NumberRows,
  options?: AveragedVariance,
): number;
export function explainedVarianceScore(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: VarianceOptions = {},
): number | number[] {
  return explained(numberPair(yTrue, yPred, options), options, weightedMean);
}

/** 1 − spread of the errors ÷ spread of the targets; `center` is what errors are measured from. */
function explained(
  { truth, guess, weights }: NumberPair,
  { multioutput = 'uniform_average', forceFinite = true }: VarianceOptions,
  center: (errors: Float64Array, weights: Float64Array) => number,
): number | number[] {
  const errors = truth.map((column, output) => column.map((value, row) => value - guess[output]![row]!));
  const spread = (column: Float64Array, from: number) =>
    weightedMean(
      column.map((value) => (value - from) ** 2),
      weights,
    );
  const unexplained = errors.map((column) => spread(column, center(column, weights)));
  const variances = truth.map((column) => spread(column, weightedMean(column, weights)));
  const scores = variances.map((variance, output) => {
    if (variance === 0 && forceFinite) return unexplained[output] === 0 ? 1 : 0;
    return 1 - unexplained[output]! / variance;
  });
  if (multioutput !== 'variance_weighted') return averageOutputs(scores, multioutput);
  return averageOutputs(scores, variances.some((variance) => variance !== 0) ? variances : 'uniform_average');
}

function meanOfErrors(
  yTrue: NumberRows,
  yPred: NumberRows,
  options: RegressionOptions,
  error: (truth: number, guess: number) => number,
): number | number[] {
  const { truth, guess, weights } = numberPair(yTrue, yPred, options);
  const means = truth.map((column, output) =>
    weightedMean(
      column.map((value, row) => error(value, guess[output]![row]!)),
      weights,
    ),
  );
  return averageOutputs(means, options.multioutput);
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function weightedMedian(values: Float64Array, weights: Float64Array): number {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let below = 0;
  for (const row of order) {
    below += weights[row]!;
    if (below >= half) return values[row]!;
  }
  return Number.NaN; // Reached only by differences that are NaN.
}

function severalOutputs(outputs: number): DataValueError {
  return new DataValueError(`yTrue has ${outputs} outputs.`, {
    code: 'TARGET_SHAPE',
    got: `${outputs} outputs`,
    expected: 'one output',
    hint: 'Compute the largest error of each output by itself.',
  });
}
