// Labels to class codes and back.

import { DataValueError } from './errors.js';
import type { Label } from './validate-input.js';

/** The distinct labels, sorted: numbers by value, strings by their characters, false before true. */
export function sortedClasses(labels: Iterable<Label>): Label[] {
  // An explicit order: the default one of `sort` compares numbers as text.
  return [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The position of each label among `classes`. @throws DataValueError `UNKNOWN_LABEL` for a label that is not there. */
export function encodeLabels(
  labels: readonly Label[],
  classes: readonly Label[],
  hint = 'Name all classes in the parameter classes before the first fit, or call fit to begin anew.',
): Int32Array {
  const codes = new Map(classes.map((label, code) => [label, code]));
  const encoded = new Int32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const code = codes.get(labels[row]!);
    if (code === undefined) throw unknownLabel(labels[row]!, row, classes, hint);
    encoded[row] = code;
  }
  return encoded;
}

/** @throws DataValueError `SINGLE_CLASS` unless there are two classes or more. */
export function checkSeveralClasses(classes: readonly Label[]): void {
  if (classes.length >= 2) return;
  throw new DataValueError(`y holds a single class, ${String(classes[0])}.`, {
    code: 'SINGLE_CLASS',
    got: `1 class: ${String(classes[0])}`,
    expected: 'at least 2 classes',
    hint: 'Add rows of another class, or name all classes in the parameter classes.',
  });
}

function unknownLabel(label: Label, row: number, classes: readonly Label[], hint: string): DataValueError {
  return new DataValueError(`Row ${row} of y has the label ${String(label)}, which is none of the classes.`, {
    code: 'UNKNOWN_LABEL',
    got: String(label),
    expected: `one of ${classes.slice(0, 20).map(String).join(', ')}${classes.length > 20 ? ', …' : ''}`,
    hint,
  });
}
