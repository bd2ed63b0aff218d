// Checks of what metrics of labels are given, and labels as codes.

import { DataTypeError, DataValueError, ParameterError } from '../errors.js';
import { sortedClasses } from '../label-encoder.js';
import { checkSampleWeight, type Label, type Labels, toLabels } from '../validate-input.js';

/** The weight of each row; default: all equal. Zero leaves a row out. */
export type SampleWeight = ArrayLike<number> | null;

/** Options of metrics that weigh rows. */
export interface WeightOptions {
  /** The weight of each row. Default: all equal. */
  readonly sampleWeight?: SampleWeight;
}

/** True and predicted labels as positions among the sorted (or given) labels; −1 for a label that is none of them. */
export interface CodedPair {
  readonly labels: readonly Label[];
  readonly truth: Int32Array;
  readonly guess: Int32Array;
}

/** Weights as numbers, 1 each by default. @throws DataValueError `SAMPLE_WEIGHT`, `LENGTH_MISMATCH`. */
export function rowWeights(sampleWeight: SampleWeight | undefined, rows: number): Float64Array {
  if (sampleWeight === null || sampleWeight === undefined) return new Float64Array(rows).fill(1);
  return Float64Array.from(checkSampleWeight(sampleWeight, rows));
}

/**
 * Labels of rows, at least one.
 *
 * @throws DataTypeError `Y_TYPE` for what is no label, numbers with fractions among them; DataValueError `X_EMPTY`.
 */
export function checkedLabels(y: Labels | ArrayLike<unknown>, name: string): readonly Label[] {
  const labels = toLabels(y);
  if (labels.length === 0) throw noRows(name);
  if (typeof labels[0] === 'number') {
    const row = Array.prototype.findIndex.call(labels, (label) => !Number.isInteger(label));
    if (row !== -1) throw continuous(name, row);
  }
  return labels;
}

/** Both sides of a metric of labels. @throws as {@link checkedLabels}; DataValueError `LENGTH_MISMATCH`. */
export function labelPair(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
): readonly [truth: readonly Label[], guess: readonly Label[]] {
  const truth = checkedLabels(yTrue, 'yTrue');
  const guess = checkedLabels(yPred, 'yPred');
  checkEqualRows(truth.length, guess.length, 'yPred');
  if (typeof truth[0] !== typeof guess[0]) throw otherType(typeof truth[0], typeof guess[0]);
  return [truth, guess];
}

/**
 * Both sides as codes.
 *
 * @param labels - which labels count, and their order. null: all of either side, sorted.
 */
export function codedPair(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  labels: readonly Label[] | null = null,
): CodedPair {
  const [truth, guess] = labelPair(yTrue, yPred);
  const known = labels ?? sortedClasses(concatenated(truth, guess));
  return { labels: known, truth: codesOf(truth, known), guess: codesOf(guess, known) };
}

/** The position of each label among `known`, −1 for none. */
export function codesOf(labels: readonly Label[], known: readonly Label[]): Int32Array {
  const codes = new Map(known.map((label, code) => [label, code]));
  return Int32Array.from(labels, (label) => codes.get(label) ?? -1);
}

/** @throws DataValueError `LENGTH_MISMATCH` unless there is one entry a row. */
export function checkEqualRows(rows: number, entries: number, name: string): void {
  if (rows === entries) return;
  throw new DataValueError(`yTrue has ${rows} rows, ${name} has ${entries}.`, {
    code: 'LENGTH_MISMATCH',
    got: `${rows} rows of yTrue, ${entries} of ${name}`,
    expected: 'equally many',
    hint: `Pass one entry of ${name} for each row of yTrue.`,
  });
}

/** The mean of values by rows. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    sum += values[row]! * weights[row]!;
    total += weights[row]!;
  }
  return sum / total;
}

/** An option that holds none of its values. */
export function invalidOption(name: string, got: unknown, expected: string): ParameterError {
  return new ParameterError(`${name} is ${String(got)}.`, {
    code: 'PARAMETER_VALUE',
    got: String(got),
    expected,
    hint: `Pass ${expected}.`,
  });
}

/** No rows to judge by. */
export function noRows(name: string): DataValueError {
  return new DataValueError(`${name} is empty.`, {
    code: 'X_EMPTY',
    got: 'no rows',
    expected: 'at least one row',
    hint: 'Pass at least one row.',
  });
}

function* concatenated(first: Iterable<Label>, second: Iterable<Label>): Iterable<Label> {
  yield* first;
  yield* second;
}

function continuous(name: string, row: number): DataTypeError {
  return new DataTypeError(`${name} holds a number with a fraction in row ${row}.`, {
    code: 'Y_TYPE',
    got: `a number with a fraction in row ${row}`,
    expected: 'class labels: whole numbers, strings or booleans',
    hint: 'Pass labels, or use a metric of numbers.',
  });
}

function otherType(truth: string, guess: string): DataTypeError {
  return new DataTypeError(`yTrue holds labels of type ${truth}, yPred of type ${guess}.`, {
    code: 'Y_TYPE',
    got: `${truth} and ${guess}`,
    expected: 'labels of one type',
    hint: 'Pass predictions in the form of the true labels.',
  });
}
