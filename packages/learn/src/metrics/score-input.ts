// Checks of scores and probabilities: one a row, or one a row and class.

import { DataTypeError, DataValueError } from '../errors.js';
import { sortedClasses } from '../label-encoder.js';
import type { Label } from '../validate-input.js';
import { checkEqualRows } from './metric-input.js';

/** One score a row, or a row of them, one a class. */
export type Scores = ArrayLike<number> | readonly (ArrayLike<number> | readonly number[])[];

/** Whether there is a score for each class. */
export function isByClass(scores: Scores): scores is readonly ArrayLike<number>[] {
  return typeof scores[0] === 'object';
}

/** @throws DataTypeError `Y_TYPE`; DataValueError `Y_NOT_FINITE`, `LENGTH_MISMATCH`. */
export function scoreColumn(scores: Scores, rows: number, name = 'yScore'): Float64Array {
  checkEqualRows(rows, scores.length, name);
  if (isByClass(scores)) throw notOneScore(name);
  return Float64Array.from({ length: rows }, (_, row) => finite(scores[row], `${name} row ${row}`));
}

/** [classes][rows]. @throws DataTypeError `Y_TYPE`; DataValueError `Y_NOT_FINITE`, `LENGTH_MISMATCH`, `SCORE_SHAPE`. */
export function scoreColumns(scores: Scores, rows: number, classes: number, name = 'yScore'): Float64Array[] {
  checkEqualRows(rows, scores.length, name);
  const columns = Array.from({ length: classes }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const cells = scores[row] as ArrayLike<number>;
    if (typeof cells !== 'object' || cells.length !== classes) throw otherColumns(name, cells, classes);
    for (let column = 0; column < classes; column++) {
      columns[column]![row] = finite(cells[column], `${name} row ${row}, column ${column}`);
    }
  }
  return columns;
}

/**
 * The classes that columns of scores stand for, sorted.
 *
 * @param labels - as the user names them; null: those of yTrue.
 * @throws DataValueError `UNKNOWN_LABEL` for a label of yTrue that is none of them, `SCORE_SHAPE` unless they are sorted and distinct.
 */
export function classesOfColumns(
  truth: readonly Label[],
  labels: readonly Label[] | null | undefined,
): readonly Label[] {
  const present = sortedClasses(truth);
  if (labels === null || labels === undefined) return present;
  const sorted = sortedClasses(labels);
  if (sorted.length !== labels.length || sorted.some((label, code) => label !== labels[code])) {
    throw unsortedLabels(labels);
  }
  const unknown = present.find((label) => !labels.includes(label));
  if (unknown !== undefined) throw undeclared(unknown, labels);
  return labels;
}

/** Probabilities outside 0 to 1, or rows that do not add up to 1. */
export function notProbabilities(name: string, got: string): DataValueError {
  return new DataValueError(`${name} holds no probabilities: ${got}.`, {
    code: 'SCORE_VALUE',
    got,
    expected: 'numbers from 0 to 1, adding up to 1 in each row',
    hint: 'Pass what predictProba gives.',
  });
}

function finite(score: unknown, place: string): number {
  if (typeof score === 'number' && Number.isFinite(score)) return score;
  const Kind = typeof score === 'number' ? DataValueError : DataTypeError;
  throw new Kind(`${place} holds ${String(score)}.`, {
    code: typeof score === 'number' ? 'Y_NOT_FINITE' : 'Y_TYPE',
    got: `${String(score)} in ${place}`,
    expected: 'finite numbers',
    hint: 'Pass scores or probabilities.',
  });
}

function notOneScore(name: string): DataValueError {
  return new DataValueError(`${name} holds a row of scores for each row.`, {
    code: 'SCORE_SHAPE',
    got: 'rows of scores',
    expected: 'one score a row, of the positive class',
    hint: 'Of two classes pass the second column: rows.map(([, p]) => p).',
  });
}

function otherColumns(name: string, cells: unknown, classes: number): DataValueError {
  const got =
    typeof cells === 'object' ? `${(cells as ArrayLike<number>).length} columns` : 'one score a row';
  return new DataValueError(`${name} has ${got} for ${classes} classes.`, {
    code: 'SCORE_SHAPE',
    got,
    expected: `${classes} columns, one a class`,
    hint: 'Name all classes, those without a row too: { labels: net.classes_ }.',
  });
}

function unsortedLabels(labels: readonly Label[]): DataValueError {
  return new DataValueError(`labels are ${labels.map(String).join(', ')}.`, {
    code: 'SCORE_SHAPE',
    got: labels.map(String).join(', '),
    expected: 'distinct labels in sorted order, which is that of the columns',
    hint: 'Pass net.classes_.',
  });
}

function undeclared(label: Label, labels: readonly Label[]): DataValueError {
  return new DataValueError(`yTrue holds the label ${String(label)}, which is none of labels.`, {
    code: 'UNKNOWN_LABEL',
    got: String(label),
    expected: `one of ${labels.map(String).join(', ')}`,
    hint: 'Name all classes in labels.',
  });
}
