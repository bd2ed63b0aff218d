// Which of two labels is the positive one.

import { DataValueError, ParameterError } from '../errors.js';
import { sortedClasses } from '../label-encoder.js';
import type { Label } from '../validate-input.js';

/**
 * The positive one of one or two labels where nobody has said which: 1 (or true), as in scikit-learn; else the second in sorted
 * order, which is what `NeuralNetBinaryClassifier` takes for yes. null where a single other label leaves it open.
 *
 * @param labels - sorted.
 */
export function positiveOf(labels: readonly Label[]): Label | null {
  const certain = labels.find((label) => label === 1 || label === true);
  if (certain !== undefined) return certain;
  if (labels.length === 2) return labels[1]!;
  if (labels[0] === false) return true;
  return labels[0] === 0 || labels[0] === -1 ? 1 : null;
}

/**
 * The positive label of a metric of two classes.
 *
 * @param labels - of all rows.
 * @param posLabel - as the user says it, or null.
 * @throws DataValueError `NOT_BINARY` for more than two labels; ParameterError `PARAMETER_VALUE` for a label that is none of two, or
 * when a single label leaves open which one is positive.
 */
export function positiveLabel(labels: Iterable<Label>, posLabel: Label | null | undefined): Label {
  const classes = sortedClasses(labels);
  if (classes.length > 2) throw notBinary(classes);
  const positive = posLabel ?? positiveOf(classes);
  const isPossible = positive !== null && (classes.length < 2 || classes.includes(positive));
  if (isPossible) return positive;
  const shown = classes.map(String).join(' and ');
  throw new ParameterError(`posLabel is ${String(posLabel ?? null)}, the labels are ${shown}.`, {
    code: 'PARAMETER_VALUE',
    got: String(posLabel ?? null),
    expected: classes.length === 2 ? `${classes.map(String).join(' or ')}` : 'the positive label',
    hint: 'Say which label is the positive one: { posLabel }.',
  });
}

function notBinary(classes: readonly Label[]): DataValueError {
  return new DataValueError(`The labels are ${classes.length} classes.`, {
    code: 'NOT_BINARY',
    got: `${classes.length} classes`,
    expected: '2 classes',
    hint: "For more than two, average over them: { average: 'macro' }, or compute the metric for each class.",
  });
}
