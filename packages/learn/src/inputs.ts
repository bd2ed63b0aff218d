// X in all its forms as what a module takes: one tensor, or several by name.

import { IntTensor, type Tensor } from '@tacit/tensor';
import { type ArrowTable, isArrowTable, tableToTensor } from './arrow.js';
import type { InputRecord, Inputs } from './components.js';
import { DataTypeError, DataValueError } from './errors.js';
import { Matrix } from './matrix.js';
import { isPlainObject } from './plain-object.js';
import { checkSameFeatures, isShaped, toFeatures, toTargets } from './validate-input.js';

/** Checked inputs, and the names of the columns where X is a table that has them. */
export interface CheckedInputs {
  readonly inputs: Inputs;
  readonly names: readonly string[] | null;
}

/** Name under which the shape of a single input is kept. */
export const singleInputName = 'X';

/**
 * X as tensors. A record `{ name: rows }` stays a record: each value is checked as X is; lists of single numbers and integer
 * arrays may stand in it too, and integers stay integers.
 *
 * @throws what `toFeatures` throws; LENGTH_MISMATCH for inputs of different lengths, named; X_EMPTY for a record without any.
 */
export function toInputs(X: unknown): CheckedInputs {
  if (isArrowTable(X)) return { inputs: tableToTensor(X), names: columnNames(X) };
  if (!isPlainObject(X) || isShaped(X))
    return { inputs: toFeatures(X), names: X instanceof Matrix ? X.columnNames : null };
  const entries = Object.entries(X);
  if (entries.length === 0) throw noInputs();
  const inputs = Object.fromEntries(entries.map(([name, value]) => [name, checkedInput(name, value)]));
  checkEqualLengths(inputs);
  return { inputs, names: null };
}

/** Number of rows. */
export function rowsOf(inputs: Inputs): number {
  return firstInput(inputs).shape[0] ?? 0;
}

/** Shapes of a row by input. */
export function shapesOf(inputs: Inputs): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    Object.entries(asRecord(inputs)).map(([name, { shape }]) => [name, shape.slice(1)]),
  );
}

/** Applies a function to the tensor, or to each tensor of a record. */
export function mapInputs(inputs: Inputs, change: <T extends Tensor | IntTensor>(tensor: T) => T): Inputs {
  if (isTensor(inputs)) return change(inputs);
  const record: Record<string, Tensor | IntTensor> = {};
  for (const name in inputs) record[name] = change(inputs[name]!);
  return record;
}

/** The tensor if there is one input only, else null. */
export function singleInput(inputs: Inputs): Tensor | null {
  return isTensor(inputs) ? inputs : null;
}

/**
 * Checks that inputs are like those of the fit: the same names, the same shapes, columns of the same names.
 *
 * @throws DataValueError `X_FEATURES`, `X_INPUTS`.
 */
export function checkSameInputs(
  inputs: Inputs,
  names: readonly string[] | null,
  shapes: Readonly<Record<string, readonly number[]>>,
  fittedNames: readonly string[] | null,
): void {
  const record = asRecord(inputs);
  const [got, expected] = [Object.keys(record).sort().join(', '), Object.keys(shapes).sort().join(', ')];
  if (got !== expected) throw otherInputs(got, expected);
  for (const [name, tensor] of Object.entries(record)) {
    checkSameFeatures(tensor, shapes[name]!, name === singleInputName ? 'X' : `Input ${name}`);
  }
  if (names === null || fittedNames === null) return;
  if (String(names) !== String(fittedNames)) throw otherColumns(names, fittedNames);
}

function asRecord(inputs: Inputs): InputRecord {
  return isTensor(inputs) ? { [singleInputName]: inputs } : inputs;
}

function firstInput(inputs: Inputs): Tensor | IntTensor {
  return isTensor(inputs) ? inputs : Object.values(inputs)[0]!;
}

// By what it has: a record may hold an input that is called data, but its values have no shape of their own on the record.
function isTensor(inputs: Inputs): inputs is Tensor {
  return Array.isArray((inputs as { readonly shape?: unknown }).shape);
}

function checkedInput(name: string, value: unknown): Tensor | IntTensor {
  try {
    if (isArrowTable(value)) return tableToTensor(value);
    const isColumn = Array.isArray(value) ? typeof value[0] === 'number' : ArrayBuffer.isView(value);
    const isInteger = value instanceof IntTensor;
    return isColumn || isInteger ? toTargets(value) : toFeatures(value);
  } catch (cause) {
    throw named(name, cause);
  }
}

// The checks speak of X (or of y, for a column); here it is one of several inputs, and which one has to be said.
function named(name: string, cause: unknown): unknown {
  if (!(cause instanceof DataTypeError || cause instanceof DataValueError)) return cause;
  const Class = cause.constructor as typeof DataTypeError;
  const { code, got, expected, hint } = cause;
  const error = new Class(`Input ${name}: ${cause.message.replace(hint, '').trim()}`, {
    code: code === 'Y_NOT_FINITE' ? 'X_NOT_FINITE' : code === 'Y_TYPE' ? 'X_TYPE' : code,
    got,
    expected,
    hint,
    cause,
  });
  return error;
}

function checkEqualLengths(inputs: InputRecord): void {
  const lengths = Object.entries(inputs).map(([name, { shape }]) => [name, shape[0] ?? 0] as const);
  const [first] = lengths;
  if (lengths.every(([, length]) => length === first![1])) {
    if (first![1] > 0) return;
    throw noInputs();
  }
  const got = lengths.map(([name, length]) => `${name}: ${length}`).join(', ');
  throw new DataValueError(`The inputs have different numbers of rows (${got}).`, {
    code: 'LENGTH_MISMATCH',
    got,
    expected: 'equally many rows in every input',
    hint: 'Pass one row of each input for each sample.',
  });
}

function columnNames(table: ArrowTable): string[] {
  return table.schema.fields.map(({ name }) => name);
}

function noInputs(): DataValueError {
  return new DataValueError('X is a record without any rows.', {
    code: 'X_EMPTY',
    got: 'no rows',
    expected: 'at least one named input with at least one row',
    hint: 'Pass { name: rows, … }.',
  });
}

function otherInputs(got: string, expected: string): DataValueError {
  const say = (names: string) => (names === singleInputName ? 'a single X' : `the inputs ${names}`);
  return new DataValueError(`X has ${say(got)}, the net was fitted on ${say(expected)}.`, {
    code: 'X_INPUTS',
    got,
    expected,
    hint: 'Pass the same inputs under the same names, or fit again.',
  });
}

function otherColumns(got: readonly string[], expected: readonly string[]): DataValueError {
  return new DataValueError(
    `The columns are ${got.join(', ')}; the net was fitted on ${expected.join(', ')}.`,
    {
      code: 'X_FEATURES',
      got: got.join(', '),
      expected: expected.join(', '),
      hint: 'Select the same columns in the same order: table.select([…]).',
    },
  );
}
