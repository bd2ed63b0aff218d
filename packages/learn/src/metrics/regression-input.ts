// What metrics of numbers are given, by columns, and how columns become one number.

import { IntTensor, Tensor } from '@tacit/tensor';
import { DataTypeError, DataValueError } from '../errors.js';
import {
  checkEqualRows,
  invalidOption,
  noRows,
  rowWeights,
  type WeightOptions,
  weightedMean,
} from './metric-input.js';

/** A number a row, or a row of numbers, one an output. */
export type NumberRows = ArrayLike<number> | readonly (number | readonly number[])[] | Tensor | IntTensor;

/** How the scores of several outputs become one: each by itself, their mean, or their mean with these weights. */
export type MultiOutput = 'raw_values' | 'uniform_average' | readonly number[];

/** Options of metrics of numbers. */
export interface RegressionOptions<M = MultiOutput> extends WeightOptions {
  /** Of several outputs: 'uniform_average' (default), 'raw_values' for a number each, or the weight of each. */
  readonly multioutput?: M;
}

/** Options that give a number for each output. */
export type RawValues<O = unknown> = RegressionOptions & O & { readonly multioutput: 'raw_values' };

/** Both sides by columns: [outputs][rows]. */
export interface NumberPair {
  readonly truth: readonly Float64Array[];
  readonly guess: readonly Float64Array[];
  readonly weights: Float64Array;
}

/**
 * Both sides of a metric of numbers. A list of numbers and rows of one number stand for each other. Predictions may be NaN or
 * infinite, as those of a net that diverged are: the score then is.
 *
 * @throws DataTypeError `Y_TYPE`; DataValueError `LENGTH_MISMATCH`, `Y_NOT_FINITE`, `Y_RAGGED`, `TARGET_SHAPE`, `X_EMPTY`,
 * `SAMPLE_WEIGHT`.
 */
export function numberPair(
  yTrue: NumberRows,
  yPred: NumberRows,
  { sampleWeight }: WeightOptions,
): NumberPair {
  const truth = columnsOf(yTrue, 'yTrue');
  const guess = columnsOf(yPred, 'yPred');
  checkEqualRows(truth[0]!.length, guess[0]!.length, 'yPred');
  if (truth.length !== guess.length) throw otherOutputs(truth.length, guess.length);
  for (const column of truth) {
    const row = column.findIndex((value) => !Number.isFinite(value));
    if (row !== -1) throw notFinite(column[row]!, row);
  }
  return { truth, guess, weights: rowWeights(sampleWeight, truth[0]!.length) };
}

/**
 * One number from those of the outputs, or all of them.
 *
 * @throws ParameterError `PARAMETER_VALUE` for another `multioutput`, or weights that are not one an output.
 */
export function averageOutputs(
  values: readonly number[],
  multioutput: MultiOutput = 'uniform_average',
): number | number[] {
  if (multioutput === 'raw_values') return [...values];
  if (multioutput === 'uniform_average') return weightedMean(values, new Float64Array(values.length).fill(1));
  const isWeights = Array.isArray(multioutput) && multioutput.length === values.length;
  if (isWeights && multioutput.some((weight) => weight !== 0)) return weightedMean(values, multioutput);
  throw invalidOption('multioutput', multioutput, `a name, or ${values.length} weights, one an output`);
}

function columnsOf(y: NumberRows, name: string): Float64Array[] {
  if (y instanceof Tensor || y instanceof IntTensor) return columnsOf(y.toArray() as number[], name);
  if (y.length === 0) throw noRows(name);
  if (typeof y[0] === 'number') return [Float64Array.from(y as number[], (value) => checked(value, name))];
  const rows = y as readonly (readonly number[])[];
  const outputs = rows[0]?.length ?? 0;
  if (outputs === 0) throw notNumbers(name, rows[0]);
  const columns = Array.from({ length: outputs }, () => new Float64Array(rows.length));
  for (const [row, cells] of rows.entries()) {
    if (cells?.length !== outputs) throw ragged(name, row, cells?.length ?? 0, outputs);
    for (let output = 0; output < outputs; output++) columns[output]![row] = checked(cells[output], name);
  }
  return columns;
}

function checked(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  throw notNumbers(name, value);
}

function notNumbers(name: string, value: unknown): DataTypeError {
  return new DataTypeError(`${name} holds ${typeof value === 'string' ? 'text' : typeof value}.`, {
    code: 'Y_TYPE',
    got: typeof value,
    expected: 'numbers, or rows of numbers',
    hint: 'Pass numbers; for labels use a metric of labels.',
  });
}

function notFinite(value: number, row: number): DataValueError {
  return new DataValueError(`yTrue holds ${value} in row ${row}.`, {
    code: 'Y_NOT_FINITE',
    got: `${value} in row ${row}`,
    expected: 'finite numbers',
    hint: 'Leave those rows out.',
  });
}

function ragged(name: string, row: number, got: number, expected: number): DataValueError {
  return new DataValueError(`Row ${row} of ${name} has ${got} numbers, row 0 has ${expected}.`, {
    code: 'Y_RAGGED',
    got: `${got} numbers in row ${row}`,
    expected: `${expected} numbers in every row`,
    hint: 'Give every row the same number of outputs.',
  });
}

function otherOutputs(truth: number, guess: number): DataValueError {
  return new DataValueError(`yTrue has ${truth} outputs, yPred has ${guess}.`, {
    code: 'TARGET_SHAPE',
    got: `${truth} and ${guess} outputs`,
    expected: 'equally many',
    hint: 'Pass one prediction for each number of yTrue.',
  });
}
